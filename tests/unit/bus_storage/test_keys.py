from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from mezhved.bus.storage import message_id_of, message_key
from tests.support.queueing import message_id


@given(st.uuids())
def test_every_id_has_a_key_of_its_own_that_leads_back_to_it(one: uuid.UUID) -> None:
    key = message_key(one)

    assert len(key) == 16
    assert message_id_of(key) == one


@given(st.integers(0, 2**59), st.integers(0, 2**59))
def test_keys_of_version_1_ids_are_ordered_by_the_time_in_them(first: int, second: int) -> None:
    def made_at(ticks: int) -> uuid.UUID:
        fields = (ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0x0FFF | 0x1000, 0x80, 0, 1)
        return uuid.UUID(fields=fields)

    assert (first < second) == (message_key(made_at(first)) < message_key(made_at(second)))


def test_a_key_begins_with_the_highest_bits_of_the_time() -> None:
    one = uuid.UUID("2c7e4a9e-e63b-11f1-8f91-02fc00000001")

    assert message_key(one).hex() == "11f1e63b2c7e4a9e8f9102fc00000001"
    assert message_id(1).version == 1
