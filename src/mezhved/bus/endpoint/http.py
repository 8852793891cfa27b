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
    """Status, Content-Type and the whole body."""

    status: HTTPStatus
    content_type: str
    body: bytes
    close: bool = False

    def send(self, start: StartResponse) -> list[bytes]:
        """Answer a WSGI call."""
        headers = [("Content-Type", self.content_type), ("Content-Length", str(len(self.body)))]
        if self.close:
            headers.append(("Connection", "close"))
        start(f"{self.status.value} {self.status.phrase}", headers)
        return [self.body]


def text_answer(status: HTTPStatus, text: str) -> HttpAnswer:
    """Answer with a line of text for a person."""
    return HttpAnswer(status, TEXT, f"{text}\n".encode())
