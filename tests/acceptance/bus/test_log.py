"""What a line of the log tells of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from tests.support.exchange import FORBIDDEN_NAMESPACE, question

if TYPE_CHECKING:
    from tests.support.exchange import BusUnderTest


def test_a_refusal_after_the_receipt_is_in_the_log(under_test: BusUnderTest) -> None:
    with structlog.testing.capture_logs() as told:
        assert under_test.consumer.send_request(question(namespace=FORBIDDEN_NAMESPACE)).status == 200
        under_test.consumer.send_request()
    assert [(each["outcome"], each["reason"], each["system"]) for each in told] == [
        ("ok", "AccessDenied", "TCONS1"),
        ("ok", "", "TCONS1"),
    ]


def test_the_log_tells_nothing_of_the_content(under_test: BusUnderTest) -> None:
    with structlog.testing.capture_logs() as told:
        under_test.consumer.send_request(question("Примеров Пример Примерович"))
        under_test.http("<a>Примеров</a>".encode())
    assert "Примеров" not in str(told)
