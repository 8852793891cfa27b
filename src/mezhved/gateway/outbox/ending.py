"""What is given up before an attempt: past its end, for the other contour, or with a MessageID too old."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from mezhved.gateway.errors import CannotSign, WrongContour
from mezhved.gateway.outbox import judging
from mezhved.gateway.outbox.settling import give_up, sign_anew
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Message


def still_to_be_sent(gateway: Gateway, message: Message) -> bool:
    """Give up what is past its end or would reach the wrong contour; let sign anew what nobody would take."""
    exchange, at = message.exchange, message.system.connection
    if exchange.environment and exchange.environment != at.environment:
        give_up(gateway, message, _wrong_contour(exchange.environment, at.environment))
        return False
    end = judging.ending(message, gateway.clock(), gateway.settings.send_within_hours)
    if end is not None:
        give_up(gateway, message, end)
        return False
    if judging.is_stale(message, gateway.clock(), gateway.settings.send_attempts_hours):
        if judging.never_arrived(message, tries_now=True):
            sign_anew(gateway, message)
        else:
            give_up(gateway, message, judging.uncertain())
        return False
    if _has_another_key(gateway, message):
        sign_anew(gateway, message)
        return False
    return True


def _has_another_key(gateway: Gateway, message: Message) -> bool:
    """Tell whether what nobody took was signed by a key that has been changed over since.

    SMEV would refuse it once the old certificate has ended.
    """
    call = message.call
    if call is None or call.octets is None or not judging.never_arrived(message, tries_now=True):
        return False
    try:
        chosen = gateway.ring.choose(message.system)
    except CannotSign:
        return False
    return base64.b64encode(chosen.certificate.der) not in bytes(call.octets)


def _wrong_contour(taken: str, now: str) -> WrongContour:
    return WrongContour(
        Text(
            ru=f"сообщение принято для контура {taken}, а система теперь в контуре {now}",
            en=f"the message was taken for the contour {taken}, but the system is in {now} now",
        ),
        cure=Text(ru="отправьте его заново", en="send it anew"),
    )
