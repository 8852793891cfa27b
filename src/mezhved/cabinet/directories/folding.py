"""Texts as they are searched: without case, signs and the two letters that people write alike."""

from __future__ import annotations

import re
from typing import Final

from django.db import connection
from django.db.models import Q

LARGEST: Final = "\U0010ffff"
_WORD: Final = re.compile(r"[0-9a-zа-я]+(?:/[0-9a-zа-я]+)*")
_SIGNS: Final = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Return a text without case, `ё` as `е`, every gap a single space."""
    return " ".join(text.lower().replace("ё", "е").split())


def key_of(name: str) -> str:
    """Return the key of a dictionary's name: letters and digits only."""
    return _SIGNS.sub("", folded(name))[:100]


def words(text: str) -> list[str]:
    """Return the words of a text; the number `9/4` is one word."""
    return _WORD.findall(folded(text))


def begins(field: str, text: str) -> Q:
    """Return the condition that a column begins with a text, by the column's index on either engine."""
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text})
    # SQLite's LIKE uses no index of a column that tells case apart.
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + LARGEST})
