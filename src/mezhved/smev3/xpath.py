"""Which XPath 1.0 expressions may be registered: those that no document can make slow or large.

libxml2 joins node sets pair by pair: `//a//b`, `//a | //b`, `//a/..` and `a[b = c]` take the square of
the document's size, and nothing stops an evaluation once it runs. So an expression is read before
it is compiled, and only forms of linear cost pass. What is left finds a code in any business data.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from itertools import pairwise
from typing import Final

from mezhved.texts import MezhvedError, Text

LENGTH_LIMIT: Final = 1000
"""Greatest length of an expression, characters."""
CALLS_LIMIT: Final = 8
"""Most calls of functions in one expression."""
CONDITIONS_LIMIT: Final = 2
"""Most functions of texts inside `[...]`: each may read the whole document for each element."""
ARGUMENTS_LIMIT: Final = 16
"""Most commas in one expression: `concat` copies what its arguments are."""

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<literal>"[^"]*"|'[^']*')|(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"""
    r"""|(?P<name>[^\W\d][\w.\-·]*(?::(?:[^\W\d][\w.\-·]*|\*))?)(?P<after>\s*::|\s*\()?"""
    r"""|(?P<sign>//|\.\.|!=|<=|>=|[/()\[\]|.,@*$=<>+\-]))"""
)
_FORWARD_AXES: Final = frozenset({"child", "attribute", "self"})
_DESCENDANT_AXES: Final = frozenset({"descendant", "descendant-or-self"})
_NODE_TESTS: Final = frozenset({"text", "node"})
_FUNCTIONS: Final = frozenset(
    {
        *("boolean", "ceiling", "concat", "contains", "count", "false", "floor", "last", "local-name"),
        *("name", "namespace-uri", "normalize-space", "not", "number", "position", "round", "starts-with"),
        *("string", "string-length", "substring", "substring-after", "substring-before", "sum"),
        *("translate", "true"),
    }
)
_TEXT_FUNCTIONS: Final = frozenset(
    {
        *("concat", "contains", "normalize-space", "number", "starts-with", "string", "string-length"),
        *("substring", "substring-after", "substring-before", "sum", "translate"),
    }
)
_INSIDE_CONDITIONS: Final = _FUNCTIONS - {"concat", "sum", "translate"}
_COMPARISONS: Final = frozenset({"=", "!=", "<", ">", "<=", ">="})
_OPENING: Final = {"(": ")", "[": "]"}
_OPERATORS: Final = frozenset({"and", "or", "div", "mod"})
_BEFORE_OPERAND: Final = (
    frozenset({"", "(", "[", ",", "/", "//", "@", "::", "|", "+", "-", "and"}) | _COMPARISONS
)


class BadRouting(MezhvedError):  # noqa: N818 - named for what it is
    """A routing expression does not compile, may be too costly or names what is not there."""


def alternatives(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the members of the expression's union, each as stages of linear cost. Raises `BadRouting`.

    A later stage begins with `.//` and is meant for each node that the stage before found and that lies in
    no other of them: of the others it would find the same again.
    """
    if len(text) > LENGTH_LIMIT:
        raise _costly(
            text[:80], f"длиннее {LENGTH_LIMIT} знаков", f"it is longer than {LENGTH_LIMIT} characters"
        )
    reader = _Reader(text)
    reader.read()
    cuts = [-1, *reader.unions, len(text)]
    return tuple(
        _stages(text, start + 1, end, [each for each in reader.stages if start < each < end])
        for start, end in pairwise(cuts)
    )


def _stages(text: str, start: int, end: int, cuts: list[int]) -> tuple[str, ...]:
    first, *later = (text[a:b].strip() for a, b in pairwise([start, *cuts, end]))
    return (first, *(f".{each}" for each in later))


class _At(Enum):
    """Where in a path the reader is, as far as it matters for `//`."""

    START = auto()  # nothing of the path was read; also right after `.`
    ABSOLUTE = auto()  # after a leading `/`
    ROOT = auto()  # after `/name`: still one element at most
    INSIDE = auto()  # anywhere further: many elements


class _Reader:
    """One pass over the tokens: what stands inside what, and what a path has used already."""

    def __init__(self, text: str) -> None:
        self.unions: list[int] = []
        self.stages: list[int] = []
        self._text = text
        self._open: list[str] = []
        self._calls = self._conditions = self._commas = 0
        self._at = _At.START
        self._before = ""
        self._awaits_constant = False
        self._staged = self._computed = False  # of the union's member at hand

    def read(self) -> None:
        """Read the whole expression. Raises `BadRouting`."""
        at, end = 0, len(self._text.rstrip())
        while at < end:
            found = _TOKEN.match(self._text, at)
            if found is None:
                sign = self._text[at:].strip()[0]
                raise self._refusal(f"непонятный знак {sign!r}", f"an unexpected sign {sign!r}")
            at = found.end()
            self._token(found)
        if self._awaits_constant:
            raise self._incomparable()

    def _token(self, found: re.Match[str]) -> None:
        constant = found["literal"] is not None or found["number"] is not None
        if self._awaits_constant and not constant:
            raise self._incomparable()
        self._awaits_constant = False
        if constant:
            self._compute()
            self._before = "constant"
        elif found["name"] is not None:
            self._name(found["name"], (found["after"] or "").strip())
        else:
            self._sign(found["sign"], found.start("sign"))
            self._before = found["sign"]

    def _name(self, name: str, after: str) -> None:
        operator = name in _OPERATORS and self._before not in _BEFORE_OPERAND
        if operator:
            self._operator()
        elif after == "::":
            self._axis(name)
        elif after == "(" and name not in _NODE_TESTS:
            self._call(name)
        else:
            self._step()
        if after == "(":
            self._bracket("(")
        self._before = "and" if operator and not after else after or "name"

    def _axis(self, name: str) -> None:
        if name in _DESCENDANT_AXES:
            self._descend()
        elif name not in _FORWARD_AXES:
            raise self._refusal(
                f"ось {name} смотрит вверх или в стороны", f"the axis {name} looks up or aside"
            )

    def _call(self, name: str) -> None:
        self._compute()
        self._calls += 1
        conditional = "[" in self._open
        self._conditions += conditional and name in _TEXT_FUNCTIONS
        if name not in (_INSIDE_CONDITIONS if conditional else _FUNCTIONS):
            raise self._refusal(f"функция {name} недоступна", f"the function {name} is not available")
        if self._calls > CALLS_LIMIT or self._conditions > CONDITIONS_LIMIT:
            raise self._refusal("слишком много функций", "there are too many functions")

    def _sign(self, sign: str, at: int) -> None:  # noqa: C901 - a branch per sign
        if sign == "..":
            raise self._refusal("шаг .. смотрит вверх", "the step .. looks up")
        if sign == "$":
            raise self._refusal("переменных нет", "there are no variables")
        if sign == "//":
            self._descend(at)
        elif sign == "/":
            self._at = _At.ABSOLUTE if self._at is _At.START and self._before != "." else _At.INSIDE
        elif sign in _OPENING:
            self._bracket(sign)
        elif sign in _OPENING.values():
            if not self._open or _OPENING[self._open.pop()] != sign:
                raise self._refusal("скобки не сходятся", "the brackets do not match")
            self._at = _At.INSIDE
        elif sign == "|":
            self._union(at)
        elif sign == ",":
            self._comma()
        elif sign in _COMPARISONS:
            self._awaits_constant = self._before != "constant"
            self._operator()
        elif sign in "+-":
            self._operator()
        elif sign in "*@":
            self._step()

    def _step(self) -> None:
        self._at = _At.ROOT if self._at is _At.ABSOLUTE else _At.INSIDE

    def _operator(self) -> None:
        self._at = _At.START
        self._compute()

    def _compute(self) -> None:
        """Note that the member is no bare path: such a one has one stage only."""
        if not self._open:
            self._computed = True
            self._demand_one_stage()

    def _demand_one_stage(self) -> None:
        if self._staged and self._computed:
            raise self._late_search()

    def _descend(self, at: int | None = None) -> None:
        if "[" in self._open:
            raise self._refusal(
                "поиск по всему документу внутри […]", "a search of the whole document in [...]"
            )
        if self._at is _At.INSIDE:
            if self._open or at is None:
                raise self._late_search()
            self.stages.append(at)
            self._staged = True
            self._demand_one_stage()
        self._at = _At.INSIDE

    def _late_search(self) -> BadRouting:
        return self._refusal(
            "поиск по всему документу не в начале пути",
            "a search of the whole document that does not begin the path",
        )

    def _bracket(self, sign: str) -> None:
        self._open.append(sign)
        self._at = _At.START

    def _union(self, at: int) -> None:
        if self._open:
            raise self._refusal("знак | внутри скобок", "the sign | inside brackets")
        self.unions.append(at)
        self._at = _At.START
        self._staged = self._computed = False

    def _comma(self) -> None:
        self._commas += 1
        if self._commas > ARGUMENTS_LIMIT:
            raise self._refusal(
                f"больше {ARGUMENTS_LIMIT} запятых", f"there are more than {ARGUMENTS_LIMIT} commas"
            )
        self._at = _At.START

    def _incomparable(self) -> BadRouting:
        return self._refusal(
            "сравнение не с текстом и не с числом", "a comparison with neither a text nor a number"
        )

    def _refusal(self, ru: str, en: str) -> BadRouting:
        return _costly(self._text, ru, en)


def _costly(where: str, ru: str, en: str) -> BadRouting:
    return BadRouting(
        Text(ru=f"выражение маршрутизации не годится: {ru}", en=f"the routing expression is no good: {en}"),
        where=where,
        cure=Text(
            ru="XPath 1.0 вида //t:Код или /t:Запрос/t:Код[@вид='1'], без поиска вверх и по всему документу"
            " внутри условий",
            en="XPath 1.0 such as //t:Code or /t:Request/t:Code[@kind='1'], looking neither up nor through"
            " the whole document inside conditions",
        ),
    )
