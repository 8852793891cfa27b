"""A request's body: announced or not, in any pieces, never more than allowed."""

from __future__ import annotations

import io
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.bus.endpoint.body import (
    SMALL,
    Body,
    BodyEncoded,
    BodyTooLarge,
    BodyTruncated,
    announced_length,
    receive,
)
from mezhved.smev3 import mtom, soap
from mezhved.smev3.versions import SOAP11, Version
from tests.support.examples import examples

VERSION = Version.V1_1


class Network:
    """A stream that gives what it likes, and counts how often it was asked."""

    def __init__(self, octets: bytes, sizes: list[int] | None = None) -> None:
        self._file = io.BytesIO(octets)
        self._sizes = sizes or [10**9]
        self.asked = 0

    def read(self, size: int) -> bytes:
        piece = self._file.read(min(size, self._sizes[self.asked % len(self._sizes)]))
        self.asked += 1
        return piece

    @property
    def left(self) -> int:
        return len(self._file.getbuffer()) - self._file.tell()


def document(content: bytes) -> bytes:
    inside = (
        f"<b:AttachmentContentList><b:AttachmentContent><b:Id>a</b:Id><b:Content>{b64encode(content).decode()}"
        "</b:Content></b:AttachmentContent></b:AttachmentContentList>"
    )
    return (
        f'<s:Envelope xmlns:s="{SOAP11}"><s:Body><t:SendRequestRequest xmlns:t="{VERSION.types}" '
        f'xmlns:b="{VERSION.basic}">{inside}</t:SendRequestRequest></s:Body></s:Envelope>'
    ).encode()


@examples(100)
@given(
    octets=st.binary(max_size=500),
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=5),
    wanted=st.integers(1, 200),
    announced=st.booleans(),
)
def test_a_read_gives_what_is_asked_for_until_the_end(
    octets: bytes, sizes: list[int], wanted: int, *, announced: bool
) -> None:
    body = Body(Network(octets, sizes), len(octets) if announced else None, 1000)
    pieces = list(iter(lambda: body.read(wanted), b""))
    assert b"".join(pieces) == octets
    assert all(len(each) == wanted for each in pieces[:-1])


def test_a_small_announced_body_is_asked_for_once() -> None:
    network = Network(b"<a/>")
    with mtom.Spool() as spool:
        assert receive(Body(network, 4, 1000), "text/xml", spool).root == b"<a/>"
    assert network.asked == 1


def test_a_body_announced_too_large_is_read_away_within_bounds() -> None:
    network = Network(b"x" * 5000)
    with pytest.raises(BodyTooLarge) as caught:
        Body(network, 5000, 1000)
    assert caught.value.octets == 5000
    assert network.left == 0
    endless = Network(b"x" * 100_000)
    with pytest.raises(BodyTooLarge):
        Body(endless, 10**9, 1000)
    assert endless.left == 100_000 - 16_000


def test_a_body_that_turns_out_too_large_tells_how_large_it_is() -> None:
    body = Body(Network(b"x" * 5000, [7]), None, 1000)
    assert len(body.read(999)) == 999
    with pytest.raises(BodyTooLarge) as caught:
        body.read(100)
    assert caught.value.octets == 5000


@pytest.mark.parametrize("content_type", ["text/xml", "multipart/related; boundary=b"])
@pytest.mark.parametrize("came", [0, 1, 100, SMALL, SMALL + 5])
def test_fewer_octets_than_announced_are_a_body_cut_short(content_type: str, came: int) -> None:
    body = Body(Network(b"x" * came), SMALL * 2, SMALL * 4)
    with mtom.Spool() as spool, pytest.raises(BodyTruncated):
        receive(body, content_type, spool)


def test_octets_after_the_announced_ones_are_not_read() -> None:
    network = Network(b"<a/>GET / HTTP/1.1")
    with mtom.Spool() as spool:
        assert receive(Body(network, 4, 1000), "text/xml", spool).root == b"<a/>"
    assert network.left == len(b"GET / HTTP/1.1")


@pytest.mark.parametrize("coding", ["gzip", "GZIP ", "br", "identity, gzip"])
def test_a_compressed_body_is_refused_after_it_was_read_away(coding: str) -> None:
    network = Network(b"x" * 900)
    with pytest.raises(BodyEncoded):
        Body(network, 900, 1000).demand_plain(coding)
    assert network.left == 0


@pytest.mark.parametrize("coding", [None, "", "identity", " Identity "])
def test_a_plain_body_is_left_to_be_read(coding: str | None) -> None:
    body = Body(Network(b"x" * 900), 900, 1000)
    body.demand_plain(coding)
    assert len(body.read(1000)) == 900


@pytest.mark.parametrize("announced", [False, True])
@pytest.mark.parametrize("content", [0, 1000, SMALL, 3 * SMALL])
def test_inline_attachments_of_large_documents_are_taken_out(content: int, *, announced: bool) -> None:
    octets = document(b"x" * content)
    body = Body(Network(octets, [1000, 7, 60_000]), len(octets) if announced else None, 10 * SMALL)
    with mtom.Spool() as spool:
        parts = receive(body, "text/xml; charset=utf-8", spool)
        if len(octets) < SMALL:
            assert (parts.root, dict(parts.parts)) == (octets, {})
        else:
            assert [bytes(each) for each in parts.parts.values()] == [b"x" * content]
            assert len(parts.root) < 1000


@pytest.mark.parametrize(
    ("content_type", "error"),
    [
        ("text/xml; charset=windows-1251", soap.UnsupportedContentType),
        ("multipart/form-data; boundary=b", soap.UnsupportedContentType),
        ("multipart/related; boundary=b", mtom.MalformedMultipart),
        ("multipart/related", mtom.MalformedMultipart),
    ],
)
def test_what_is_refused_early_is_read_away(content_type: str, error: type[Exception]) -> None:
    network = Network(b"--b\r\nno colon\r\n\r\n" + b"x" * 500_000, [50_000])
    with mtom.Spool() as spool, pytest.raises(error):
        receive(Body(network, 500_017, 10**6), content_type, spool)
    assert network.left == 0


@pytest.mark.parametrize(
    ("value", "length"),
    [(None, None), ("", None), ("12", 12), ("-1", None), ("1e3", None), ("١٢", None), ("+5", None)],
)
def test_only_a_plain_number_announces(value: str | None, length: int | None) -> None:
    assert announced_length(value) == length
