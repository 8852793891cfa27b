"""What is known of one kind of number: how people write it, how systems write it, what is wrong with one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015.]+")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a number. `certain` is False where numbers made up for tests break the rule too."""

    text: Text
    certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """One kind of number.

    `pattern` is the whole form of the compact writing; `check` proves its check digits. `mask` guides typing:
    `0` a digit, `a` a letter, `*` either, anything else stands for itself. `keeps` are separators that belong
    to the number. `example` is made up or published as an example.
    """

    code: str
    name: Text
    pattern: re.Pattern[str]
    example: str
    check: Callable[[str], bool] | None = None
    mask: str = ""
    keeps: bool = False
    fold: Callable[[str], str] | None = None

    def compact(self, text: str) -> str:
        """Return the number as systems write it: without the separators people put in."""
        bare = text.strip() if self.keeps else _SEPARATORS.sub("", text)
        return self.fold(bare) if self.fold is not None else bare

    def flaw(self, text: str) -> Flaw | None:
        """Return what is wrong with a number in any writing, None when nothing is.

        A wrong form is certain; wrong check digits are met in numbers made up for tests.
        """
        bare = self.compact(text)
        if self.pattern.fullmatch(bare) is None:
            return Flaw(
                Text(
                    ru=f"{self.name.ru}: неверный вид, пример: {self.example}",
                    en=f"{self.name.en}: wrong form, an example: {self.example}",
                ),
                certain=True,
            )
        if self.check is not None and not self.check(bare):
            return Flaw(
                Text(
                    ru=f"{self.name.ru}: не сходится контрольное число, проверьте цифры",
                    en=f"{self.name.en}: the check digit does not match, look the digits over",
                ),
                certain=False,
            )
        return None

    def shown(self, text: str) -> str:
        """Return the number as people write it; unchanged where it does not fit the mask."""
        bare = self.compact(text)
        if not self.mask or len(bare) != sum(each in "0a*" for each in self.mask):
            return text
        letters = iter(bare)
        return "".join(next(letters) if each in "0a*" else each for each in self.mask)
