"""What the exchanges have in common: looking at answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.demo import business
from mezhved.demo.stage import expect, fail
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from mezhved.demo.stage import Stage
    from mezhved.smev3.client import Received
    from mezhved.smev3.messages import AsyncProcessingStatus, Response

V12 = Version.V1_2


def system_answer(stage: Stage, sent: str, who: str, category: str, number: str) -> AsyncProcessingStatus:
    """Wait for the bus's own answer to a message; return what it says."""
    received = stage.answer(stage.client(who, V12), sent, who)
    status = received.message.data.async_status
    described = (status and status.fault and status.fault.description) or ""
    if status is None or status.status_category != category or not described.startswith(f"{number}:"):
        fail(f"ждали {category} {number}, пришло {status}", f"expected {category} {number}, got {status}")
    expect_sender_signature(received)
    return status


def expect_sender_signature(received: Received[Response]) -> None:
    """Demand the sender's signature, and that it holds."""
    signature = received.sender_signature
    expect(
        signature is not None and signature.valid,
        "ЭП-ОВ отправителя ответа неверна",
        "the signature of the answer's sender is false",
    )


def fields(received: Received[Response]) -> dict[str, str]:
    """Return the texts of an answer's business data by name."""
    content = received.message.data.primary_content
    expect(content is not None, f"не ответ: {received.message.data}", f"no answer: {received.message.data}")
    return business.fields_of(content.octets) if content else {}
