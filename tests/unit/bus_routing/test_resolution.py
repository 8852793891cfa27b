"""Who gets a message whose sender names recipients: against a naive model, for any block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from mezhved.bus.routing.resolution import VALUES_TOLD, resolve
from mezhved.gost import TrustStore
from mezhved.registry import (
    Direction,
    InformationTypeInfo,
    Period,
    RoutingKind,
    Snapshot,
    System,
    TypeRoot,
)
from mezhved.smev3.messages import RecordRouting, RoutingInformation, RoutingStatusCode

if TYPE_CHECKING:
    from collections.abc import Iterable

TYPE = 7
SYSTEMS = {
    number: System(number, f"M{number}", f"Система {number}", number, "test") for number in range(1, 5)
}
CODES = {"a": (1,), "b": (2,), "ab": (1, 2), "M4": (3,)}
KINDS = st.frozensets(st.sampled_from([RoutingKind.DYNAMIC, RoutingKind.IDENTIFIER, RoutingKind.REGISTRY]))
VALUES = st.lists(st.sampled_from(["a", "b", "ab", " a ", "M1", "M4", "нет", ""]), max_size=5).map(tuple)
NUMBERS = st.integers(1, 4)
RECORDS = st.lists(st.builds(RecordRouting, NUMBERS, st.booleans(), VALUES, VALUES), max_size=5).map(tuple)
FOUND = st.dictionaries(NUMBERS, st.sampled_from(RoutingStatusCode))
BLOCKS = st.builds(RoutingInformation, st.just("id"), VALUES, VALUES, RECORDS)


def picture(kinds: Iterable[RoutingKind]) -> tuple[Snapshot, TypeRoot]:
    """A registry with one type of these kinds."""
    info = InformationTypeInfo(
        TYPE, "VS", "Вид", 1, broadcast=False, routing=RoutingKind.FIXED, more_routings=frozenset(kinds)
    )
    snapshot = Snapshot(
        revision=1,
        trust=TrustStore((), (), ()),
        systems_by_id=SYSTEMS,
        providers_by_code={
            (TYPE, code): tuple(SYSTEMS[each] for each in owners) for code, owners in CODES.items()
        },
        providers_by_identifier={(TYPE, system.mnemonic): (system,) for system in SYSTEMS.values()},
    )
    return snapshot, TypeRoot(info, 70, "1", Direction.REQUEST, "urn:x", "X", Period())


def owners(kinds: frozenset[RoutingKind], kind: RoutingKind, value: str) -> set[int]:
    """Whom a value names, said plainly."""
    if not kinds & {kind, RoutingKind.REGISTRY}:
        return set()
    value = value.strip()
    if value in CODES:
        return set(CODES[value])
    return {number for number, system in SYSTEMS.items() if system.mnemonic == value}


def named(kinds: frozenset[RoutingKind], dynamic: tuple[str, ...], identifiers: tuple[str, ...]) -> set[int]:
    """Whom values name together."""
    found: set[int] = set()
    for kind, values in ((RoutingKind.DYNAMIC, dynamic), (RoutingKind.IDENTIFIER, identifiers)):
        for value in values:
            found |= owners(kinds, kind, value)
    return found


@given(kinds=KINDS, block=BLOCKS, records=FOUND)
def test_the_recipients_are_the_union_of_all_that_was_found(
    kinds: frozenset[RoutingKind], block: RoutingInformation, records: dict[int, RoutingStatusCode]
) -> None:
    expected = named(kinds, block.dynamic, block.identifiers)
    seen: set[int] = set()
    for record in block.records:
        good = records.get(record.record_id) is RoutingStatusCode.SUCCESS and record.record_id not in seen
        if good and RoutingKind.REGISTRY in kinds:
            expected |= named(kinds, record.dynamic, record.identifiers)
        seen.add(record.record_id)

    resolution = resolve(*picture(kinds), block, records)

    assert [each.id for each in resolution.systems] == sorted(expected)


@given(kinds=KINDS, block=BLOCKS, records=FOUND)
def test_every_value_and_record_of_the_block_is_told_of_once(
    kinds: frozenset[RoutingKind], block: RoutingInformation, records: dict[int, RoutingStatusCode]
) -> None:
    status = resolve(*picture(kinds), block, records).status

    assert tuple(each.value for each in status.dynamic) == block.dynamic
    assert tuple(each.value for each in status.identifiers) == block.identifiers
    for each in status.dynamic:
        found = owners(kinds, RoutingKind.DYNAMIC, each.value)
        assert each.code == ("success" if found else "recipientNotFound")
    told = [each.record_id for each in status.records]
    assert told[: len(block.records)] == [each.record_id for each in block.records]
    rest = set(records) - {each.record_id for each in block.records}
    if block.records:
        assert told[len(block.records) :] == sorted(rest)


@given(kinds=KINDS, block=BLOCKS, records=FOUND)
def test_an_outcome_is_complete_when_nothing_failed(
    kinds: frozenset[RoutingKind], block: RoutingInformation, records: dict[int, RoutingStatusCode]
) -> None:
    resolution = resolve(*picture(kinds), block, records)
    status = resolution.status
    codes = [each.code for each in (*status.dynamic, *status.identifiers)]
    for record in status.records:
        codes += [record.code, *(each.code for each in (*record.dynamic, *record.identifiers))]

    assert resolution.complete is (set(codes) <= {"success"})


def test_general_routing_is_missed_where_a_record_asks_for_it() -> None:
    block = RoutingInformation("id", records=(RecordRouting(1, use_general_routing=True, dynamic=("a",)),))

    resolution = resolve(*picture(RoutingKind), block, {1: RoutingStatusCode.SUCCESS})

    assert resolution.status.records[0].code == "generalRoutingNotFound"
    assert [each.id for each in resolution.systems] == [1]


def test_general_routing_that_leads_nowhere_is_not_missing() -> None:
    block = RoutingInformation("id", ("нет",), records=(RecordRouting(1, use_general_routing=True),))

    status = resolve(*picture(RoutingKind), block, {1: RoutingStatusCode.SUCCESS}).status

    assert status.records[0].code == "recipientNotFound"


def test_what_is_told_of_very_many_values_is_bounded() -> None:
    records = tuple(
        RecordRouting(number, use_general_routing=False, dynamic=("a",) * 20) for number in range(1000)
    )
    found = dict.fromkeys(range(2000), RoutingStatusCode.SUCCESS)

    status = resolve(*picture(RoutingKind), RoutingInformation("id", records=records), found).status

    assert sum(len(each.dynamic) for each in status.records) == VALUES_TOLD
    assert len(status.records) == 1000
