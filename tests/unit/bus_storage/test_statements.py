from __future__ import annotations

import re

import pytest

from mezhved.bus.storage.sql import Dialect, statements

HOT = {
    "sqlite": {"insert_message", "insert_body", "insert_entry", "lease", "lease_typed", "ack_entry"},
    "postgresql": {"accept", "keep", "lease", "lease_typed", "ack", "expire"},
}
DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_statement_on_a_messages_way_names_the_owner_of_the_queue(dialect: Dialect) -> None:
    hot = {name: each for name, each in statements(dialect).items() if each.hot}

    assert set(hot) >= HOT[dialect]
    owner = re.compile(r":owners?\b" if dialect == "sqlite" else r"%\(owners?\)s")
    assert [name for name, each in hot.items() if not owner.search(each.text)] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_statements_that_change_something_are_on_a_messages_way_or_in_the_background(
    dialect: Dialect,
) -> None:
    changing = re.compile(r"\b(INSERT|UPDATE|DELETE)\b")

    cold = [each for each in statements(dialect).values() if not each.hot and not each.background]
    assert [each.name for each in cold if changing.search(each.text)] == []


def test_both_engines_have_the_same_reading_statements() -> None:
    cold = [
        {name for name, each in statements(dialect).items() if not each.hot and not each.background}
        for dialect in DIALECTS
    ]

    assert cold[0] == cold[1]
    assert {"known", "find", "content", "history", "overdue", "lengths"} <= cold[0]


def test_parameters_are_written_in_the_drivers_manner_and_casts_stay() -> None:
    accept = statements("postgresql")["accept"].text

    assert "%(message_key)s" in accept
    assert "CAST(%(type_id)s AS bigint)" in accept
    assert "--" not in accept
    assert ":message_key" in statements("sqlite")["insert_message"].text


@pytest.mark.parametrize("dialect", DIALECTS)
def test_only_the_typed_variant_asks_for_a_type(dialect: Dialect) -> None:
    found = statements(dialect)
    mark = ":type_id" if dialect == "sqlite" else "%(type_id)s"

    assert found["lease"].text.count(mark) == 0
    assert found["lease_typed"].text.count(mark) == 2
