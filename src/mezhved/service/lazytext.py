"""Two-language texts for pages, chosen by the language of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import lazystr
from django.utils.translation import get_language

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class _Both:
    """Holds both texts; `str()` looks at the language active at that moment."""

    def __init__(self, ru: str, en: str) -> None:
        self.ru = ru
        self.en = en

    def __str__(self) -> str:
        return self.en if (get_language() or "ru").startswith("en") else self.ru


def lazy_text(ru: str, en: str) -> _StrPromise:
    """Return a lazy string: Russian unless the request's language is English."""
    return lazystr(_Both(ru, en))
