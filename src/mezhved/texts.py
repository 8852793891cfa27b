"""Texts for people, in Russian and English, and the root of all errors."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["ru", "en"]


def language(environ: Mapping[str, str] = os.environ) -> Language:
    """Return the reader's language: `MEZHVED_LANG`, else Russian."""
    return "en" if environ.get("MEZHVED_LANG", "").lower().startswith("en") else "ru"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; `str()` gives it in the reader's language."""

    ru: str
    en: str

    def __str__(self) -> str:
        return self.ru if language() == "ru" else self.en


class MezhvedError(Exception):
    """Root of the project's errors: what happened, where, and the cure."""

    def __init__(self, what: Text, *, where: str = "", cure: Text | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.cure = cure

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else str(self.what)
        return f"{text} ({self.cure})" if self.cure else text
