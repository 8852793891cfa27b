"""Patterns that explode are replaced by equal ones that do not; others are left as they are."""

from __future__ import annotations

import itertools
import re

import pytest
from elementpath.regex import translate_pattern
from hypothesis import given
from hypothesis import strategies as st

from mezhved.infotypes import SchemaSet
from mezhved.infotypes.patterns import tamed
from tests.support.examples import examples
from tests.support.packages import XS

EXPLODING = [
    r"\S+([\S\s]*\S+)*",
    r"(\s*[^\s]\s*)+",
    r"(a+)+",
    r"(a+)+b",
    r"(a*)*",
    r"(a|a)*b",
    r"(a|ab|b)*c",
    r"((a|b)+c?)+",
    r"(a{1,3})+b",
    r"(a?b?)*c",
    r"(\w+\s?)*b",
    r"([a-c]+-?)+",
    r"((ab|a)(ba|b)?)*c",
]
HARMLESS = [
    r"\d{11}",
    r"(a?)+b",
    r"[^\s]+(\s+[^\s]+)*",
    r"\d*(\.\d{1,3})*",
    r"[а-яА-ЯёЁ\-\s,.]{1,100}",
    r"([0-9]{1}[1-9]{1}|[1-9]{1}[0-9]{1})[0-9]{8}",
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}",
    r"(\d{3}-)*\d",
    r"\p{IsCyrillic}+",
    r"(ab|cd)*",
    r".*",
    r"",
    r"[_A-Za-z0-9-]+(\.[_A-Za-z0-9-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9]+)*(\.[A-Za-z]{2,})",
]


def matcher(pattern: str) -> re.Pattern[str]:
    return re.compile(
        translate_pattern(pattern, back_references=False, lazy_quantifiers=False, anchors=False)
    )


def schema(pattern: str) -> SchemaSet:
    value = pattern.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    restriction = f'<xs:restriction base="xs:string"><xs:pattern value="{value}"/></xs:restriction>'
    element = f'<xs:element name="a"><xs:simpleType>{restriction}</xs:simpleType></xs:element>'
    return SchemaSet({"main.xsd": f"<xs:schema {XS}>{element}</xs:schema>".encode()})


@pytest.mark.parametrize("pattern", EXPLODING)
def test_a_pattern_that_explodes_gets_one_of_the_same_language(pattern: str) -> None:
    tame = tamed(pattern)

    assert tame != pattern
    before, after = matcher(pattern), matcher(tame)
    for length in range(7):
        for signs in itertools.product("abc -"[: 5 if length < 5 else 3], repeat=length):
            text = "".join(signs)
            assert bool(before.match(text)) == bool(after.match(text)), text


@pytest.mark.parametrize("pattern", HARMLESS)
def test_a_pattern_that_does_not_is_left_as_it_is(pattern: str) -> None:
    assert tamed(pattern) == pattern


@pytest.mark.parametrize(
    "pattern", ["(", "a)", "[a", "*", "a{2,1}", "\\", "(a+)+" * 300, "((a{1,99}){1,99}b?)+"]
)
def test_what_is_no_pattern_or_too_large_is_left_as_it_is(pattern: str) -> None:
    assert tamed(pattern) == pattern


@pytest.mark.parametrize(
    ("pattern", "text", "valid"),
    [
        (r"\S+([\S\s]*\S+)*", "a" * 5000 + " ", False),
        (r"\S+([\S\s]*\S+)*", "a b " * 1000 + "c", True),
        (r"(\s*[^\s]\s*)+", " " * 5000, False),
        (r"(a+)+b", "a" * 5000, False),
        (r"(a|a)*b", "a" * 5000, False),
        (r"(\w+\s?)*", "слово " * 500 + "!", False),
    ],
)
def test_matching_ends_where_by_backtracking_it_never_would(pattern: str, text: str, *, valid: bool) -> None:
    schemas = schema(pattern)
    document = f"<a>{text}</a>".encode()
    schemas.compile()

    assert (schemas.validate(document) == ()) is valid
    assert bool(matcher(tamed(pattern)).match(text)) is valid


PARTS = st.sampled_from(["a", "b", "[ab]", "[^a]", "c", r"\s", "(a|b)", "(ab|a)", "((a|bc)?)", "(a*b?)"])
MARKS = st.sampled_from(["", "", "?", "*", "+", "{1,2}", "{2}", "{0,1}", "{2,}"])


@given(st.lists(st.tuples(PARTS, MARKS), min_size=1, max_size=4), MARKS, st.sampled_from(["", "a", "c+"]))
@examples(60)
def test_any_small_pattern_keeps_its_language(parts: list[tuple[str, str]], mark: str, tail: str) -> None:
    pattern = f"({''.join(map(''.join, parts))}){mark}{tail}"
    tame = tamed(pattern)
    before, after = matcher(pattern), matcher(tame)
    for length in range(5):
        for signs in itertools.product("abc", repeat=length):
            text = "".join(signs)
            assert bool(before.match(text)) == bool(after.match(text)), (tame, text)
