"""What becomes of an exchange by what came: decided here, kept elsewhere.

SMEV's status categories (MR 3.3 section 2.6.3, and the lists of 1.1 to 1.3) become plain states; a state
never goes back from what SMEV has said already.
"""

from __future__ import annotations

from typing import Final

from mezhved.gateway.models import Direction, ExchangeState, MessageKind, SmevState
from mezhved.smev3.faults import FaultKind

_STATES: Final = {
    "doesNotExist": SmevState.UNDELIVERABLE,
    "requestIsQueued": SmevState.QUEUED,
    "requestIsAcceptedBySmev": SmevState.ACCEPTED,
    "requestIsRejectedBySmev": SmevState.REJECTED,
    "requestIsProcessed": SmevState.DELIVERED,
    "underProcessing": SmevState.DELIVERED,
    "responseIsQueued": SmevState.QUEUED,
    "responseIsAcceptedBySmev": SmevState.ACCEPTED,
    "responseIsRejectedBySmev": SmevState.REJECTED,
    "responseIsProcessed": SmevState.DELIVERED,
    "responseIsDelivered": SmevState.DELIVERED,
    "messageIsDelivered": SmevState.DELIVERED,
    "messageIsArchived": SmevState.DELIVERED,
    "cancelled": SmevState.UNDELIVERABLE,
}
_NOBODY: Final = frozenset(
    {
        FaultKind.RECIPIENT_IS_NOT_FOUND,
        FaultKind.DESTINATION_OVERFLOW,
        FaultKind.QUOTE_LIMIT_EXCEEDED,
        FaultKind.END_OF_LIFE_REACHED,
    }
)
_ORDER: Final = ("", SmevState.QUEUED, SmevState.ACCEPTED, SmevState.DELIVERED)
_REFUSALS: Final = frozenset({SmevState.REJECTED, SmevState.UNDELIVERABLE})
_CLOSES: Final = {
    MessageKind.ANSWER: ExchangeState.ANSWERED,
    MessageKind.REJECTION: ExchangeState.REJECTED,
}
# An answer may come where SMEV was believed not to have the request, or to have given it up.
_ANSWERABLE: Final = frozenset(
    {ExchangeState.SENDING, ExchangeState.WAITING, ExchangeState.UNSENT, ExchangeState.FAULTED}
)
_OPEN: Final = frozenset({ExchangeState.SENDING, ExchangeState.WAITING})
_ANSWERED: Final = frozenset({ExchangeState.ANSWERING, ExchangeState.ANSWERED, ExchangeState.REJECTED})
_FINAL: Final = frozenset({MessageKind.ANSWER, MessageKind.REJECTION})


def smev_state(category: str, fault: FaultKind | None, *, has_fault: bool) -> SmevState | None:
    """Return the plain state that a status category means; None for one that says nothing known.

    A fault makes a refusal of any category: that of nobody to give it to is told from that of a check.
    """
    if fault in _NOBODY:
        return SmevState.UNDELIVERABLE
    known = _STATES.get(category)
    if known not in _REFUSALS and has_fault:
        return SmevState.REJECTED
    return known


def is_refusal(state: SmevState | None) -> bool:
    """Tell whether SMEV will not hand the message out."""
    return state in _REFUSALS


def later(known: str, told: SmevState | None) -> str:
    """Return what holds of a message after a notice: refusals are final, other states only grow."""
    if told is None or known in _REFUSALS:
        return known
    if told in _REFUSALS:
        return told
    return told if _ORDER.index(told) > _ORDER.index(known) else known


def after_answer(state: str, kind: MessageKind) -> ExchangeState | None:
    """Return the state of an own request after an answer or refusal came; None where it stays.

    The first final answer decides.
    """
    closes = _CLOSES.get(kind)
    return closes if closes is not None and state in _ANSWERABLE else None


def after_refusal(direction: str, state: str, refused: MessageKind) -> ExchangeState | None:
    """Return the state of an exchange after SMEV refused one of its sent messages; None where it stays.

    A refused request is at its end. A refused answer has not reached anybody: the incoming request can be
    answered again. A refused interim status changes nothing.
    """
    if direction == Direction.OUT:
        return ExchangeState.FAULTED if state in _OPEN and refused is MessageKind.REQUEST else None
    if refused in _FINAL and state in _ANSWERED:
        return ExchangeState.IN_WORK
    return None
