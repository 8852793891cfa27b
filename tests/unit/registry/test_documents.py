"""YAML of the registry: text stays text, and what is misspelt is told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.registry.documents import FORMAT, dump_document, read_document
from mezhved.registry.errors import BadDocument

HEAD = f"format: {FORMAT}\n"


@pytest.mark.parametrize(
    "value", ["1.10", "0277", "no", "on", "1e3", "2026-01-01", "0x1F", "1_000", "=", "<<"]
)
def test_scalars_stay_as_they_are_written(value: str) -> None:
    with read_document(f"{HEAD}name: {value}\n") as document:
        document.raw("format")
        assert document.text("name") == value


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029"))
)
def test_any_text_comes_back(value: str) -> None:
    with read_document(dump_document({"format": FORMAT, "name": value})) as document:
        assert document.text("name", "") == value


@given(st.lists(st.text(" \tабв#:-'\"|>x", max_size=12), min_size=1, max_size=6).map("\n".join))
def test_any_text_of_several_lines_comes_back(value: str) -> None:
    with read_document(dump_document({"format": FORMAT, "name": value})) as document:
        assert document.text("name", "") == value


def test_true_false_and_dates_are_read_where_they_are_asked_for() -> None:
    with read_document(f"{HEAD}enabled: false\nfrom: 2026-12-31\n") as document:
        assert document.flag("enabled", default=True) is False
        assert document.flag("root", default=True) is True
        assert document.day("from") == date(2026, 12, 31)
        assert document.day("to") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "format|имена"),
        ("- a\n", "имена"),
        ("format: other/9\n", "other/9"),
        (HEAD + "participantz: []\n", "participants"),
        (HEAD + "participants: {}\n", "participants"),
        (HEAD + "participants: [text]\n", r"participants\[0\]"),
        (HEAD + "participants: []\nparticipants: []\n", "строка 3"),
        (HEAD + "a: [\n", "YAML"),
        (HEAD + "a: !!python/object/apply:os.system [x]\n", "YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(BadDocument, match=told), read_document(text) as document:
        for _ in document.entries("participants"):
            pass


def test_a_moment_needs_its_zone() -> None:
    with (
        pytest.raises(BadDocument, match="from"),
        read_document(f"{HEAD}from: 2026-01-01T00:00:00\n") as entry,
    ):
        entry.moment("from")
