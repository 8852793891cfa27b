"""A gateway of a provider whose incoming requests are put in by the test, without a bus."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction

from mezhved.gateway.models import Direction, Exchange, InformationType, Message
from mezhved.gateway.provider.arriving import decide_about
from mezhved.gateway.provider.rulebook import Rulebook
from tests.support.gateways import NUMBER, gateway_over, present_pki, write_keys
from tests.support.registry import CONSUMER

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.gateway.assembly import Gateway
    from tests.support.gateways import GatewayUnderTest

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=MOSCOW)


@dataclass
class SetClock:
    """A moment that stays until it is set."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now


@dataclass
class ProviderUnderTest:
    """The gateway, its clock, and requests that come in."""

    under_test: GatewayUnderTest
    gateway: Gateway
    clock: SetClock = field(default_factory=SetClock)

    def another_node(self) -> Gateway:
        """What another process over the same database would be."""
        return replace(self.gateway, owner=f"{self.gateway.owner[:20]}-2")

    def received(
        self,
        content: bytes = NUMBER,
        *,
        kind: InformationType | None = None,
        sender: str = CONSUMER,
        is_test: bool = False,
        state: str = "new",
    ) -> Exchange:
        """Keep a request as the inbox does."""
        system, now = self.under_test.provider, self.clock()
        with transaction.atomic():
            exchange = Exchange(
                system=system,
                direction=Direction.IN,
                type=kind or self.under_test.plain,
                state=state,
                is_test=is_test,
                message_id=str(uuid.uuid1()),
                counterpart=sender,
                reply_to="somewhere",
                created_at=now,
            )
            arrival = decide_about(self.gateway, exchange, content)
            exchange.save(force_insert=True)
            Message.objects.create(
                exchange=exchange,
                system=system,
                direction=Direction.IN,
                kind="request",
                state="RECEIVED",
                message_id=exchange.message_id,
                content=content,
                created_at=now,
                settled_at=now,
            )
            arrival.keep(self.gateway)
        return Exchange.objects.get(pk=exchange.pk)

    def pass_time(self, **term: float) -> None:
        """Let a time pass."""
        self.clock.now += timedelta(**term)


def provider_over(database: str, folder: Path, **settings: Any) -> ProviderUnderTest:
    """Return a provider's gateway over a migrated database; its address of SMEV leads nowhere."""
    write_keys(folder, present_pki())
    under_test = gateway_over(database, folder, "http://127.0.0.1:1", **settings)
    clock = SetClock()
    gateway = replace(under_test.gateway, clock=clock, rulebook=Rulebook(seconds=0.0))
    return ProviderUnderTest(under_test, gateway, clock)
