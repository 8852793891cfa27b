"""Values as people write them mean what XML has, and come back as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.support.databases  # noqa: F401 - starts Django

# isort: split
from mezhved.cabinet.forms.state import State
from mezhved.cabinet.forms.typed import meant, shown, wrong
from tests.support.form_schemas import field, root_of

if TYPE_CHECKING:
    from mezhved.infotypes.forms import Node


def node(kind: str = "xs:string", facets: str = "", name: str = "Поле") -> Node:
    """Return a field of a type."""
    return root_of(field(name, kind, facets=facets)).root.children()[0]


DAY, MOMENT, NUMBER, TEXT = node("xs:date"), node("xs:dateTime"), node("xs:decimal"), node()
SNILS = node(facets='<xs:pattern value="[0-9]{11}"/>', name="СНИЛС")
ZONES = st.sampled_from(["", "Z", "+03:00", "-11:30"])


@given(st.dates().map(lambda each: each.isoformat()))
def test_a_day_comes_back(text: str) -> None:
    assert DAY.field is not None
    assert meant(shown(text, DAY.field), DAY) == text


@given(st.datetimes().map(lambda each: each.isoformat()), ZONES)
def test_a_moment_comes_back(text: str, zone: str) -> None:
    assert MOMENT.field is not None
    assert meant(shown(text + zone, MOMENT.field), MOMENT) == text + zone


@given(st.text())
def test_what_is_no_day_is_left_as_it_is(text: str) -> None:
    said = meant(text, DAY)
    assert said == text.replace("\r\n", "\n").replace("\r", "\n").strip() or wrong(said, DAY)[0] is None


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1.2.2026", "2026-02-01"), ("01/02/2026", "2026-02-01"), (" 31.12.1999 ", "1999-12-31")],
)
def test_days_are_typed_in_several_ways(typed: str, value: str) -> None:
    assert meant(typed, DAY) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1\u00a0234,50", "1234.50"), ("\u22125", "-5"), ("12", "12"), ("два", "два"), ("1,2,3", "1,2,3")],
)
def test_numbers_are_typed_with_commas_and_spaces(typed: str, value: str) -> None:
    assert meant(typed, NUMBER) == value


def test_a_number_is_kept_in_the_writing_that_the_schema_takes() -> None:
    assert meant("112-233-445 95", SNILS) == "11223344595"
    assert wrong("11223344595", SNILS) == (None, False)
    doubt, certain = wrong("11223344596", SNILS)
    assert doubt is not None
    assert not certain
    flaw, certain = wrong("1", SNILS)
    assert flaw is not None
    assert certain


@given(
    st.recursive(
        st.text() | st.booleans() | st.integers(),
        lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    )
)
def test_what_a_form_holds_is_kept_as_it_is_and_in_its_order(value: object) -> None:
    state = State(values={"б": value, "а": value})
    kept = State.parse(state.dump())
    assert kept.values == state.values
    assert list(kept.values) == ["б", "а"]


def test_items_that_go_take_along_what_was_known_of_them() -> None:
    state = State(opened={"/Л/0": 1, "/Л/1/x": 1, "/Л/2": 1, "/Л/10/y": 1, "/Ле/1": 1})
    state.close_up("/Л", 1)
    assert state.opened == {"/Л/0": 1, "/Л/1": 1, "/Л/9/y": 1, "/Ле/1": 1}
