"""Plain HTTP answers as values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from http import HTTPStatus

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
WsgiApplication = Callable[[Environ, StartResponse], Iterable[bytes]]

TEXT = "text/plain; charset=utf-8"
XML = "text/xml;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status, Content-Type, the whole body and, rarely, more headers."""

    status: HTTPStatus
    content_type: str
    body: bytes
    more: tuple[tuple[str, str], ...] = ()

    def send(self, start: StartResponse) -> list[bytes]:
        """Answer a WSGI call."""
        headers = [("Content-Type", self.content_type), ("Content-Length", str(len(self.body)))]
        start(f"{self.status.value} {self.status.phrase}", [*headers, *self.more])
        return [self.body]


def text_answer(status: HTTPStatus, text: str) -> HttpAnswer:
    """Answer with a line of text for a person."""
    return HttpAnswer(status, TEXT, f"{text}\n".encode())
