"""Asking a service for a transaction code, ours or the real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.smev3 import soap
from mezhved.smev3.client.transport import HttpTransport
from mezhved.smev3.messages.reading import local_name
from mezhved.smev3.transactions.messages import read_marker, write_generate_mark
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.smev3.client.transport import Transport
    from mezhved.smev3.transactions.messages import FrguInformation, Marker

_TOLD_LENGTH = 500
_HEADERS = {
    "Content-Type": soap.CONTENT_TYPE,
    "SOAPAction": '""',
    "Accept": "text/xml",
    "User-Agent": "mezhved",
}


class TransactionServiceRefused(MezhvedError):  # noqa: N818 - named by what it is, as the others are
    """The service answered with a fault, or with something that is no marker."""


class TransactionCodeClient:
    """A client of one service of transaction codes; one object serves many threads.

    Calls raise `TransactionServiceRefused` and `TransportError`. Nothing is repeated: an answer that was
    lost left a code that nobody uses, which harms nobody.
    """

    def __init__(self, url: str, transport: Transport | None = None) -> None:
        self.url = url
        self._transport = transport or HttpTransport()

    def generate(self, information: FrguInformation) -> Marker:
        """Return a new code for a service or function of the register."""
        body = soap.envelope(write_generate_mark(information))
        answer = self._transport.post(self.url, body, _HEADERS)
        try:
            found = soap.read(answer.content_type, answer.body).body
            if soap.is_fault(found):
                raise self._refused(" ".join("".join(str(part) for part in found.itertext()).split()))
            marker = read_marker(found)
        except TransactionServiceRefused:
            raise
        except MezhvedError as error:
            raise self._refused(f"HTTP {answer.status}: {error}") from error
        if marker is None:
            raise self._refused(local_name(str(found.tag)))
        return marker

    def _refused(self, told: str) -> TransactionServiceRefused:
        what = told[:_TOLD_LENGTH]
        return TransactionServiceRefused(
            Text(
                ru=f"сервис кодов транзакций отказал: {what}",
                en=f"the transaction-code service refused: {what}",
            ),
            where=self.url,
        )
