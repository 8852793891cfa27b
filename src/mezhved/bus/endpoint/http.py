"""Plain HTTP answers as values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from http import HTTPStatus

    from mezhved.bus.reply import Streamed

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
WsgiApplication = Callable[[Environ, StartResponse], Iterable[bytes]]

TEXT = "text/plain; charset=utf-8"
XML = "text/xml;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status, Content-Type, the body and, rarely, more headers."""

    status: HTTPStatus
    content_type: str
    body: bytes | Streamed
    more: tuple[tuple[str, str], ...] = ()

    def send(self, start: StartResponse) -> Iterable[bytes]:
        """Answer a WSGI call."""
        body = self.body
        length = len(body) if isinstance(body, bytes) else body.length
        headers = [("Content-Type", self.content_type), ("Content-Length", str(length))]
        start(f"{self.status.value} {self.status.phrase}", [*headers, *self.more])
        return [body] if isinstance(body, bytes) else body.pieces()


def text_answer(status: HTTPStatus, text: str) -> HttpAnswer:
    """Answer with a line of text for a person."""
    return HttpAnswer(status, TEXT, f"{text}\n".encode())
