"""Message identifiers: version 1, unique, growing, readable."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.smev3.ids import (
    InvalidMessageId,
    MessageIds,
    message_time,
    parse_message_id,
    random_node,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = int(datetime(2026, 5, 4, 12, tzinfo=UTC).timestamp()) * 10**9
NODE = bytes.fromhex("fa163e6269f4")

version_1 = st.builds(
    lambda ticks, sequence, node: UUID(
        fields=(
            ticks & 0xFFFFFFFF,
            ticks >> 32 & 0xFFFF,
            0x1000 | ticks >> 48,
            0x80 | sequence >> 8,
            sequence & 0xFF,
            node,
        )
    ),
    st.integers(0, 2**60 - 1),
    st.integers(0, 2**14 - 1),
    st.integers(0, 2**48 - 1),
)


def ids(clock: Callable[[], int] = lambda: NOON, seed: int = 1, node: bytes | None = NODE) -> MessageIds:
    return MessageIds(clock, random.Random(seed).randbytes, node)


def test_an_identifier_is_of_version_1_and_tells_node_and_time() -> None:
    made = parse_message_id(ids().new())
    assert made.version == 1
    assert made.node == int.from_bytes(NODE, "big")
    assert message_time(made) == datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_the_known_example_of_the_rfc_is_read() -> None:
    # RFC 9562, appendix A.1: 2022-02-22 19:22:22 UTC.
    made = parse_message_id("c232ab00-9414-11ec-b3c8-9f6bdeced846")
    assert message_time(made) == datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)


def test_identifiers_differ_and_grow_while_the_clock_stands() -> None:
    made = [UUID(identifier) for identifier in _many(ids(), 3000)]
    assert len(set(made)) == 3000
    assert [one.time for one in made] == sorted(one.time for one in made)


def test_identifiers_differ_between_threads() -> None:
    generator = ids()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: generator.new(), range(4000)))
    assert len(set(made)) == 4000


def test_a_clock_set_back_a_little_keeps_the_order() -> None:
    times = iter([NOON, NOON - 10**9, NOON - 2 * 10**9])
    made = [UUID(identifier) for identifier in _many(ids(lambda: next(times)), 3)]
    assert [one.time for one in made] == sorted(one.time for one in made)


def test_a_clock_set_back_far_is_believed_with_a_new_sequence() -> None:
    times = iter([NOON, NOON - 3600 * 10**9])
    first, second = (UUID(identifier) for identifier in _many(ids(lambda: next(times)), 2))
    assert message_time(first) - message_time(second) == timedelta(hours=1)
    assert first.clock_seq != second.clock_seq


def test_without_a_node_a_random_one_is_marked_as_random() -> None:
    made = UUID(ids(node=None).new())
    assert made.node >> 40 & 1
    assert random_node(bytes)[0] == 1


def test_two_generators_on_one_node_do_not_meet() -> None:
    first, second = UUID(ids(seed=1).new()), UUID(ids(seed=2).new())
    assert first != second
    assert first.clock_seq != second.clock_seq


def test_a_node_of_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="6 octets"):
        ids(node=b"12345")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "e3e70682-c209-4cac-a29f-6fbed82c07cd",  # version 4
        "c232ab00-9414-11ec-c3c8-9f6bdeced846",  # another variant
        "C232AB00-9414-11EC-B3C8-9F6BDECED846",  # upper case
        "c232ab00941411ecb3c89f6bdeced846",  # no hyphens
        "{c232ab00-9414-11ec-b3c8-9f6bdeced846}",
        " c232ab00-9414-11ec-b3c8-9f6bdeced846",
        "c232ab00-9414-11ec-b3c8-9f6bdeced846\n",
        "c232ab00-9414-11ec-b3c8-9f6bdeced84٦",  # a digit, but not of ASCII
    ],
)
def test_other_texts_are_no_identifiers(text: str) -> None:
    with pytest.raises(InvalidMessageId):
        parse_message_id(text)


@given(version_1)
def test_an_identifier_is_read_as_it_is_written(identifier: UUID) -> None:
    assert parse_message_id(str(identifier)) == identifier


def _many(generator: MessageIds, count: int) -> list[str]:
    return [generator.new() for _ in range(count)]
