"""Requests of the past for the tests of figures: rows as the gateway leaves them, with their events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lxml import html

from mezhved.gateway.events import tell
from mezhved.gateway.journal import seal
from mezhved.gateway.models import Exchange, Subject
from mezhved.gateway.watching.standing import follow

if TYPE_CHECKING:
    from tests.support.gateways import GatewayUnderTest

NOON = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday."""


def past(under_test: GatewayUnderTest, state: str, began: datetime = NOON, **values: Any) -> Exchange:
    """A request that is there already; `answer_hours` closes it so many hours later."""
    hours = values.pop("answer_hours", None)
    person = values.pop("person", "")
    if hours is not None:
        values["closed_at"] = began + timedelta(hours=hours)
    said = {"direction": "in", "type": under_test.plain, "system": under_test.provider, **values}
    row = Exchange.objects.create(state=state, created_at=began, **said)
    if person:
        kind, _, key = person.partition(":")
        Subject.objects.create(exchange=row, kind=kind, key=key, is_asked=True)
    tell(row, None, "invented", began)
    return row


def counted(under_test: GatewayUnderTest, now: datetime | None = None) -> None:
    """Let the gateway count all that happened, as of a moment."""
    while seal(under_test.gateway):
        pass
    while follow(now or under_test.gateway.clock()):
        pass


def tree(answer: Any) -> Any:
    """The page of an answer; what is found in it by XPath has whatever type it has."""
    return html.fromstring(answer.content.decode())
