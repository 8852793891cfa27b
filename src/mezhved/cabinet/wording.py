"""Texts of the pages, in the language of the visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language

from mezhved.service.lazytext import lazy_text

if TYPE_CHECKING:
    from mezhved.texts import Text

__all__ = ["is_english", "lazy_text", "spoken"]


def is_english() -> bool:
    """Tell whether the visit's language is English."""
    return (get_language() or "ru").startswith("en")


def spoken(text: Text) -> str:
    """Return a text in the language of the visit."""
    return text.en if is_english() else text.ru
