"""The client as a whole, answered by a hostile server: a result or one of the project's own errors."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from mezhved.smev3.client import RetryPolicy, Smev3Client
from mezhved.smev3.client.transport import HttpAnswer
from mezhved.smev3.versions import Version
from mezhved.texts import MezhvedError
from tests.support.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Mapping

_BUSINESS = b"<q:Ask xmlns:q='urn:q'/>"


class _Server:
    """Answers every call alike."""

    def __init__(self) -> None:
        self.answer = HttpAnswer(200, "text/xml", b"")

    def post(self, _url: str, _body: bytes, _headers: Mapping[str, str]) -> HttpAnswer:
        return self.answer


@cache
def _client() -> tuple[Smev3Client, _Server]:
    pki, server = shared_pki(), _Server()
    client = Smev3Client(
        "http://127.0.0.1:7500/ws",
        Version.V1_2,
        pki.consumer,
        provider=pki.provider,
        smev_certificates=[pki.smev.certificate],
        retry=RetryPolicy(attempts=1),
        transport=server,
        clock=lambda: pki.now,
    )
    return client, server


def answers(data: bytes) -> None:
    """Take the first line for the Content-Type, the rest for the answer to every call."""
    kind, _, body = data.partition(b"\n")
    client, server = _client()
    for status in (200, 500):
        server.answer = HttpAnswer(status, kind.decode("latin-1"), body)
        with suppress(MezhvedError):
            client.send_request(_BUSINESS)
        for poll in (client.get_request, client.get_response):
            with suppress(MezhvedError):
                received = poll()
                for attachment in received.attachments if received is not None else ():
                    client.check_attachment(attachment)
        for ask in (client.get_status, client.queue_statistics, lambda: client.ack("id")):
            with suppress(MezhvedError):
                ask()
