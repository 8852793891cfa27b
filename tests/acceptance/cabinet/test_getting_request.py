"""The page of one own request, from its making to its answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mezhved.cabinet.models import AuditEntry, Role
from mezhved.gateway.models import Direction, Exchange, Message
from mezhved.gateway.outbox import RejectionDraft, RequestDraft, ResponseDraft, take_rejection, take_request, take_response
from tests.support.gateways import NUMBER, WORDS

if TYPE_CHECKING:
    from tests.support.cabinets import CabinetUnderTest


def ask(cabinet: CabinetUnderTest, department: str = "north") -> Exchange:
    """Take a request of that department's official."""
    tested = cabinet.under_test
    account = cabinet.member(Role.OFFICIAL, department)
    draft = RequestDraft(
        tested.consumer,
        tested.plain,
        NUMBER,
        author=account.name,
        account=account.user,
        department=cabinet.department(department),
    )
    return take_request(tested.gateway, draft).exchange


def incoming(cabinet: CabinetUnderTest) -> Exchange:
    """Send what is due and return the request as the provider has it."""
    cabinet.under_test.send()
    cabinet.under_test.take_requests()
    return Exchange.objects.filter(direction=Direction.IN).latest("pk")


def answer(cabinet: CabinetUnderTest) -> None:
    """Have the provider answer the last request."""
    take_response(cabinet.under_test.gateway, ResponseDraft(incoming(cabinet), WORDS))
    cabinet.under_test.send()
    cabinet.under_test.take_responses()


def test_a_request_is_followed_from_its_making_to_its_answer(cabinet: CabinetUnderTest) -> None:
    exchange = ask(cabinet)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    address = f"/requests/{exchange.uid}/"
    first = browser.get(address).content.decode()
    assert "Отправляется" in first
    assert "Отозвать" in first
    seen = re.search(r"status/\?seen=(\w+)", first)
    assert seen is not None
    status = f"{address}status/?seen={seen[1]}"
    assert browser.get(status).status_code == 204
    answer(cabinet)
    changed = browser.get(status).content.decode()
    assert "Ответ получен" in changed
    assert "Одна тысяча двести тридцать четыре" in changed
    assert "hx-trigger=\"every" not in changed
    assert "hx-swap-oob" in changed
    whole = browser.get(address).content.decode()
    assert whole.count('class="done"') == 5
    assert "1234" in whole
    assert AuditEntry.objects.filter(exchange=exchange.uid, action="viewed").count() == 3
