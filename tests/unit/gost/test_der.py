"""The reader of BER and the writer of DER."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gost import der
from tests.support.examples import examples


def walk(node: der.Node) -> int:
    """Read everything there is; return the number of elements."""
    if not node.tag & der.CONSTRUCTED:
        return 1
    return 1 + sum(walk(child) for child in node.children())


@examples(300)
@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused_with_one_error(octets: bytes) -> None:
    with suppress(der.Asn1Error):
        assert walk(der.read(octets, "x")) >= 1


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, -1, -128, -129, 1 << 200, -(1 << 200)])
def test_integers_are_written_as_asn1crypto_writes_them(value: int) -> None:
    assert der.integer(value) == core.Integer(value).dump()
    assert der.read(der.integer(value), "x").integer() == value


@pytest.mark.parametrize(
    "dotted", ["1.2.643.7.1.1.1.1", "2.5.4.3", "0.9.2342.19200300.100.1.1", "2.999.3", "1.39.0"]
)
def test_object_identifiers_are_written_as_asn1crypto_writes_them(dotted: str) -> None:
    assert der.oid(dotted) == core.ObjectIdentifier(dotted).dump()
    assert der.read(der.oid(dotted), "x").oid() == dotted


@examples(60)
@given(st.sets(st.integers(0, 20)))
def test_named_bits_are_read_as_written_without_zeros_at_their_end(flags: set[int]) -> None:
    octets = der.bit_flags(flags)
    assert der.read(octets, "x").flags() == flags
    if flags:
        assert octets[-1] & 1 << octets[2]


@pytest.mark.parametrize("size", [0, 127, 128, 255, 256, 65535, 65536])
def test_lengths_of_every_size_are_written_and_read(size: int) -> None:
    octets = der.tlv(der.OCTET_STRING, bytes(size))
    assert octets == core.OctetString(bytes(size)).dump()
    assert der.read(octets, "x").body == bytes(size)


def test_an_element_of_indefinite_length_ends_at_its_own_end() -> None:
    inner = b"\x30\x80\x04\x01a\x00\x00"
    outer = b"\x30\x80" + inner + b"\x04\x01b\x00\x00"
    node = der.read(outer, "x")
    first, second = node.children()
    assert first.raw == inner
    assert second.body == b"b"
    assert node.body == outer[2:-2]


def test_a_string_in_pieces_is_joined_also_when_pieces_are_in_pieces() -> None:
    pieces = b"\x24\x80\x04\x02ab\x24\x05\x04\x03cde\x04\x00\x00\x00"
    assert der.read(pieces, "x").string_octets() == b"abcde"


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        b"\x30\x80\x00",
        b"\x30\x05\x04\x01a",
        b"\x30\x85",
        b"\x30\x8a" + bytes(10),
        b"\x04\x80\x00\x00",
        b"\x1f\xff\xff\xff\xff\x7f\x00",
        b"\x30\x00\x00",
        b"\x30\x80" * 40 + b"\x00\x00" * 40,
        b"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff",
    ],
)
def test_broken_octets_are_refused(octets: bytes) -> None:
    with pytest.raises(der.Asn1Error):
        walk(der.read(octets, "x"))


def test_nesting_without_end_is_refused_before_it_hurts() -> None:
    with pytest.raises(der.Asn1Error):
        walk(der.read(b"\x30\x80" * 200_000, "x"))


def test_an_error_names_the_field_and_its_octet() -> None:
    with pytest.raises(der.Asn1Error) as caught:
        der.read(der.sequence(der.integer(1)), "Thing").fields().take(der.OCTET_STRING, "payload")
    assert caught.value.where.startswith("payload, ")
    assert caught.value.where.endswith("2")


@pytest.mark.parametrize(
    ("tag", "text", "moment"),
    [
        (der.UTC_TIME, b"261120120000Z", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        (der.UTC_TIME, b"2611201200Z", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        (der.UTC_TIME, b"261120150000+0300", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        (der.UTC_TIME, b"500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (der.UTC_TIME, b"491231235959Z", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (der.GENERALIZED_TIME, b"20501231000000Z", datetime(2050, 12, 31, tzinfo=UTC)),
        (der.GENERALIZED_TIME, b"20261120120000.123Z", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        (der.GENERALIZED_TIME, b"20261120070000-0500", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        (der.GENERALIZED_TIME, b"99991231235959Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_utc(tag: int, text: bytes, moment: datetime) -> None:
    assert der.read(der.tlv(tag, text), "x").time() == moment


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (der.UTC_TIME, b"261320120000Z"),
        (der.UTC_TIME, b"260230120000Z"),
        (der.UTC_TIME, b"2611201200\xd9\xa0Z"),
        (der.UTC_TIME, b""),
        (der.GENERALIZED_TIME, b"00000101000000Z"),
        (der.GENERALIZED_TIME, b"99991231235959-2359"),
        (der.OCTET_STRING, b"261120120000Z"),
    ],
)
def test_what_is_no_time_is_refused(tag: int, text: bytes) -> None:
    with pytest.raises(der.Asn1Error):
        der.read(der.tlv(tag, text), "x").time()


def test_times_are_written_in_two_forms_around_2050() -> None:
    moscow = timezone(timedelta(hours=3))
    assert der.time(datetime(2026, 11, 20, 15, tzinfo=moscow)) == b"\x17\x0d261120120000Z"
    assert der.time(datetime(2050, 1, 1, tzinfo=UTC)) == b"\x18\x0f20500101000000Z"
    assert der.time(datetime(1949, 12, 31, tzinfo=UTC)) == b"\x18\x0f19491231000000Z"


def test_a_set_is_sorted_by_its_octets() -> None:
    assert der.set_of([b"\x04\x01b", b"\x02\x01a"]) == b"\x31\x06\x02\x01a\x04\x01b"
