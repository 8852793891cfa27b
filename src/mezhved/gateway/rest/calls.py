"""One REST call: Django's request with what the operations need beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.core.handlers.wsgi import WSGIRequest

from mezhved.gateway.rest.watched import Watched

if TYPE_CHECKING:
    from mezhved.gateway.access import Caller, Known
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.rest.pace import Pace
    from mezhved.gateway.rest.waiting import Waiting
    from mezhved.texts import Language, Text


@dataclass(frozen=True, slots=True)
class Shared:
    """What all calls of a process have in common."""

    gateway: Gateway
    waiting: Waiting
    pace: Pace
    known: Known


class Call(WSGIRequest):
    """A request with the gateway that serves it, the caller and the caller's language."""

    auth: Caller
    """Set once the token is recognised."""
    recognised: Caller | None = None
    """Whose token it was, where that had to be known before the body was read."""

    def __init__(self, environ: dict[str, Any], shared: Shared) -> None:
        super().__init__(environ)
        self.gateway = shared.gateway
        self.shared = shared
        self.language: Language = spoken(
            environ.get("HTTP_ACCEPT_LANGUAGE", ""), shared.gateway.settings.language
        )

    def say(self, text: Text) -> str:
        """Return a text in the caller's language."""
        return text.ru if self.language == "ru" else text.en

    def take_body(self, octets: bytes) -> None:
        """Give the request its body, read already."""
        self._body = octets

    def watch_parts(self) -> Watched:
        """Have a body with files watched while it is taken apart; return what will be known of it."""
        boundary = self.content_params.get("boundary", "") if self.content_params else ""
        announced = int(self.META.get("CONTENT_LENGTH") or 0)
        watched: Any = Watched(self._stream, boundary, announced)
        self._stream = watched
        return cast("Watched", watched)


def spoken(accept: str, otherwise: Language) -> Language:
    """Return the language that an Accept-Language header prefers of Russian and English."""
    best: tuple[float, Language] = (0.0, otherwise)
    for each in accept[:200].split(","):
        name, _, weight = each.partition(";")
        code = name.strip().lower()[:2]
        if code not in {"ru", "en"}:
            continue
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
        except ValueError:
            continue
        if quality > best[0]:
            best = quality, "ru" if code == "ru" else "en"
    return best[1]
