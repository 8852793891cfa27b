"""Masks for typing, made from the patterns of schemas."""

from __future__ import annotations

import re
from typing import Final

# One piece of a pattern that stands for one kind of sign, and how often.
_PIECE: Final = re.compile(
    r"(?P<set>\\d|\[[^\[\]]+\]|\\s|\\[-.()+/\\|?*^\[\]{}]|[^\\\[\](){}|*+?.^$])(?:\{(?P<count>\d{1,2})\})?"
)
_DIGITS: Final = frozenset({r"\d", "[0-9]", r"[\d]"})
_LETTERS: Final = re.compile(r"\[(?:[A-ZА-ЯЁa-zа-яё](?:-[A-ZА-ЯЁa-zа-яё])?)+\]")
_EITHER: Final = re.compile(r"\[(?:0-9|\\d|[A-ZА-ЯЁa-zа-яё](?:-[A-ZА-ЯЁa-zа-яё])?)+\]")
_SINGLE: Final = re.compile(r"\[([^\\^\-])\]")
SIGNS: Final = frozenset("0a*")
_LONGEST: Final = 40


def mask_of(pattern: str) -> str:
    """Return a mask for a pattern of fixed length, empty when there is none.

    `0` is a digit, `a` a letter, `*` either, anything else stands for itself.
    """
    text = _without_group(pattern.strip())
    mask = ""
    position = 0
    while position < len(text):
        piece = _PIECE.match(text, position)
        sign = _sign(piece["set"]) if piece else ""
        if not piece or not sign:
            return ""
        mask += sign * int(piece["count"] or 1)
        position = piece.end()
        if len(mask) > _LONGEST:
            return ""
    return mask if SIGNS & set(mask) else ""


def _without_group(text: str) -> str:
    """Take off one pair of brackets around the whole."""
    if text.startswith("(") and text.endswith(")") and not set("()") & set(text[1:-1]):
        return text[1:-1]
    return text


def _sign(piece: str) -> str:
    """Return the sign of a mask for one piece of a pattern, empty where a mask cannot say it."""
    if piece in _DIGITS:
        return "0"
    if piece == r"\s":
        return " "
    single = _SINGLE.fullmatch(piece)
    if single:
        piece = single[1]
    if piece.startswith("["):
        if _LETTERS.fullmatch(piece):
            return "a"
        return "*" if _EITHER.fullmatch(piece) else ""
    literal = piece.removeprefix("\\")
    return "" if literal in SIGNS or len(literal) != 1 else literal
