"""What the client itself may refuse or complain of; SMEV's own refusals are `faults.SmevFaultError`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.smev3.client.results import RawAnswer
    from mezhved.smev3.client.trust import Judgement
    from mezhved.smev3.messages import Cancel


class ClientError(MezhvedError):
    """Root of the client's own errors."""


class InvalidCall(ClientError):  # noqa: N818 - the caller's mistake, found before anything was sent
    """What was asked for cannot be sent: nothing went out."""


class UnusableAnswer(ClientError):  # noqa: N818 - what came, not what failed
    """Something answered, but not SMEV: an error page, a cut message, the answer to another call.

    Nothing is known about what the server did with the call: repeat it with the very same octets.
    """


class RefusedByServer(ClientError):  # noqa: N818 - who refused
    """The HTTP server refuses the call itself (status 400-499): the address or the network is wrong."""


class CancelReceived(ClientError):  # noqa: N818 - an event, not a failure
    """SMEV calls a request off (1.1 and 1.2): store `cancel`, acknowledge `message_id`, stop the work."""

    def __init__(self, cancel: Cancel, smev: Judgement, raw: RawAnswer) -> None:
        super().__init__(
            Text(ru=f"запрос {cancel.reference} отменён", en=f"the request {cancel.reference} is called off")
        )
        self.cancel = cancel
        self.smev = smev
        self.raw = raw

    @property
    def message_id(self) -> str:
        """What to acknowledge."""
        return self.cancel.metadata.message_id or self.cancel.message_id
