"""Bodies that arrive in any pieces: the same parts come out, whatever lies in memory and on the disk."""

from __future__ import annotations

import io
from base64 import b64encode, encodebytes
from binascii import a2b_qp, b2a_qp
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mezhved.smev3 import mtom
from mezhved.smev3.versions import SOAP11, XOP, Version
from mezhved.smev3.xml import parse
from tests.support.examples import examples

if TYPE_CHECKING:
    from pathlib import Path

VERSION = Version.V1_2
BOUNDARY = "uuid:b"

ids = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="<>"), min_size=1, max_size=20
)
# What is like a delimiter is what a reader stumbles over.
near = st.lists(
    st.one_of(
        st.binary(max_size=60),
        st.sampled_from(
            [b"\r\n", b"\n", b"\r", b"--", b"--uuid:b", b"\r\n--uuid:b", b"--uuid:bb", b"--uuid:b--x"]
        ),
    ),
    max_size=8,
).map(b"".join)
cuts = st.lists(st.integers(min_value=1, max_value=40), min_size=1, max_size=20)
memories = st.sampled_from([0, 1, 50, 1000, 10**9])


class Dribble:
    """A body that comes in pieces of given sizes, over and over."""

    def __init__(self, body: bytes, sizes: list[int]) -> None:
        self._body = body
        self._at = 0
        self._sizes = sizes
        self._turn = 0

    def read(self, size: int) -> bytes:
        wanted = min(size, self._sizes[self._turn % len(self._sizes)])
        self._turn += 1
        piece = self._body[self._at : self._at + wanted]
        self._at += len(piece)
        return piece


def holds_delimiter(octets: bytes) -> bool:
    """Tell whether a content would end its part before its end; no writer may choose such a boundary."""
    lines = (b"\n" + octets + b"\n").split(b"\n")
    marks = (b"--uuid:b", b"--uuid:b--")
    return any(line.rstrip(b"\r").rstrip(b" \t") in marks for line in lines)


@examples(200)
@given(
    root=near.filter(lambda octets: not holds_delimiter(octets)),
    parts=st.dictionaries(ids, near.filter(lambda octets: not holds_delimiter(octets)), max_size=4),
    sizes=cuts,
    memory=memories,
)
@example(root=b"", parts={"a": b"\r", "b": b"\r\n"}, sizes=[1], memory=0)
@example(root=b"\r\n--uuid:", parts={}, sizes=[1], memory=0)
def test_what_is_written_is_read_however_it_arrives(
    root: bytes, parts: dict[str, bytes], sizes: list[int], memory: int
) -> None:
    parts.pop(mtom.ROOT_ID, None)
    content_type, body = mtom.write(root, parts, BOUNDARY)
    assert mtom.length(root, parts, BOUNDARY) == len(body)
    with mtom.Spool(memory) as spool:
        found = mtom.receive(content_type, Dribble(body, sizes).read, spool)
        assert found.root == root
        assert {name: bytes(part) for name, part in found.parts.items()} == parts
        assert found.size == len(root) + sum(map(len, parts.values()))
        again = b"".join(mtom.pieces(found.root, found.parts, BOUNDARY))
    assert again == body


@examples(300)
@given(body=near, sizes=cuts, whole=st.booleans())
def test_how_a_body_arrives_never_changes_what_is_read(body: bytes, sizes: list[int], *, whole: bool) -> None:
    def outcome(read: object) -> object:
        try:
            found = mtom.receive(
                f"multipart/related; boundary={BOUNDARY}",
                read,  # type: ignore[arg-type]
                mtom.Spool(10**9),
                whole=whole,
            )
        except mtom.MalformedMultipart as error:
            return str(error)
        return found.root, dict(found.parts), found.left_out

    framed = (
        b"--uuid:b\r\n" + body + b"\r\n--uuid:b\r\nContent-ID: <a>\r\n\r\n" + body + b"\r\n--uuid:b--\r\n"
    )
    assert outcome(Dribble(framed, sizes).read) == outcome(io.BytesIO(framed).read)


@examples(100)
@given(octets=st.binary(max_size=3000), sizes=cuts, encoding=st.sampled_from(["base64", "quoted-printable"]))
def test_encoded_parts_are_decoded_in_pieces(octets: bytes, sizes: list[int], encoding: str) -> None:
    encoded = encodebytes(octets) if encoding == "base64" else b2a_qp(octets, quotetabs=True, istext=False)
    body = (
        b"--b\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n--b\r\nContent-ID: <p>\r\n"
        b"Content-Transfer-Encoding: %b\r\n\r\n%b\r\n--b--" % (encoding.encode(), encoded)
    )
    with mtom.Spool(0) as spool:
        found = mtom.receive("multipart/related; boundary=b", Dribble(body, sizes).read, spool)
        assert bytes(found.parts["p"]) == (octets if encoding == "base64" else a2b_qp(encoded))


def document(
    contents: list[str], operation: str = "SendRequestRequest", before: str = "", after: str = ""
) -> bytes:
    items = "".join(
        f"<b:AttachmentContent><b:Id>f{number}</b:Id><b:Content>{each}</b:Content></b:AttachmentContent>"
        for number, each in enumerate(contents)
    )
    inside = f"{before}<b:AttachmentContentList>{items}</b:AttachmentContentList>{after}"
    return (
        f'<s:Envelope xmlns:s="{SOAP11}"><s:Body><t:{operation} xmlns:t="{VERSION.types}" '
        f'xmlns:b="{VERSION.basic}">{inside}</t:{operation}></s:Body></s:Envelope>'
    ).encode()


def include(number: int) -> str:
    return f'<xop:Include xmlns:xop="{XOP}" href="cid:{number}@inline.mezhved"/>'


spellings = st.sampled_from(["{0}", " \r\n{0}\n", "<!-- < -->{0}", "{0}<?pi >?>", "<![CDATA[{0}]]>"])
surroundings = st.sampled_from(
    ["", "<b:Content>QQ==</b:Content>", "<!-- <b:Content> -->", "<a b='&gt;>'/>", "<x>&lt;b:Content></x>"]
)


@examples(200)
@given(
    contents=st.lists(st.tuples(st.binary(max_size=300), spellings), max_size=3),
    around=st.tuples(surroundings, surroundings),
    operation=st.sampled_from(["SendRequestRequest", "SendResponseRequest"]),
    sizes=cuts,
    memory=memories,
)
def test_inline_contents_become_parts_and_nothing_else_changes(
    contents: list[tuple[bytes, str]], around: tuple[str, str], operation: str, sizes: list[int], memory: int
) -> None:
    texts = [spelling.format(b64encode(octets).decode()) for octets, spelling in contents]
    body = document(texts, operation, *around)
    expected = document([include(number) for number, _ in enumerate(texts, 1)], operation, *around)
    with mtom.Spool(memory) as spool:
        found = mtom.divert(Dribble(body, sizes).read, spool)
        assert found.root == expected
        assert [bytes(part) for part in found.parts.values()] == [octets for octets, _ in contents]


@pytest.mark.parametrize(
    "body",
    [
        document(["<b:Content/>"]).replace(b"SendRequestRequest", b"AckRequest"),
        document([]).replace(b"</s:Envelope>", b""),
        document([include(7)]),
        b"<a>" * 1000,
        b"\xff\xfe<\0a\0/\0>\0",
        b"not xml",
        b"",
        b"<!DOCTYPE a [<!ENTITY e 'e'>]>" + document(["QQ=="]),
        document(["QQ=="]).replace(b"<s:Body>", b"<s:Body><x>").replace(b"</s:Body>", b"</x></s:Body>"),
    ],
)
@pytest.mark.parametrize("sizes", [[1], [7], [10**6]])
def test_what_holds_no_content_to_take_out_stays_as_it_came(body: bytes, sizes: list[int]) -> None:
    found = mtom.divert(Dribble(body, sizes).read, mtom.Spool())
    assert (found.root, dict(found.parts)) == (body, {})


def test_blanks_around_an_include_may_go_with_it() -> None:
    found = mtom.divert(Dribble(document([f"\n {include(7)}\n"]), [5]).read, mtom.Spool())
    assert found.root.replace(b"\n", b"") == document([include(7)])


@pytest.mark.parametrize("content", ["%%%", "QQ", "QQ==QQ==", "Q===", "ы", "QQ==<a/>", "QQ<a/>=="])
@pytest.mark.parametrize("sizes", [[1], [10**6]])
def test_what_is_no_base64_is_told(content: str, sizes: list[int]) -> None:
    with pytest.raises(mtom.MalformedContent):
        mtom.divert(Dribble(document([content]), sizes).read, mtom.Spool())


def test_a_document_that_breaks_off_in_a_content_is_told() -> None:
    body = document(["QUJD" * 1000])
    with pytest.raises(mtom.MalformedMultipart):
        mtom.divert(io.BytesIO(body[:2000]).read, mtom.Spool())


def test_an_empty_content_gives_a_document_that_is_read() -> None:
    for spelling in ("<b:Content></b:Content>", "<b:Content/>", '<b:Content a="/"/>'):
        body = document(["@"]).replace(b"<b:Content>@</b:Content>", spelling.encode())
        assert parse(mtom.divert(io.BytesIO(body).read, mtom.Spool()).root) is not None


def test_the_file_of_a_spool_is_nowhere_to_be_seen_and_goes_with_it(tmp_path: Path) -> None:
    with mtom.Spool(memory=10, folder=tmp_path) as spool:
        small = spool.store([b"12345"])
        large = spool.store([b"abc", b"defghijkl"])
        more = spool.store([b"tail" * 5])
        assert isinstance(small, bytes)
        assert isinstance(large, mtom.SpooledPart)
        assert isinstance(more, mtom.SpooledPart)
        assert spool.on_disk == 12 + 20
        assert list(tmp_path.iterdir()) == []
        assert (bytes(small), bytes(large), bytes(more)) == (b"12345", b"abcdefghijkl", b"tail" * 5)
        with large.open() as one, more.open() as other:
            assert (one.read(2), other.read(4), one.read(3), one.read(), one.read()) == (
                b"ab", b"tail", b"cde", b"fghijkl", b"",
            )  # fmt: skip
    with pytest.raises(ValueError, match="closed"):
        bytes(large)


def test_a_part_is_read_in_as_large_pieces_as_are_asked_for() -> None:
    octets = bytes(range(256)) * 12_000
    with mtom.Spool(memory=0) as spool:
        part = spool.store([octets])
        with mtom.opened(part) as file:
            assert [file.read(1 << 20), file.read(1 << 20), file.read(1 << 20)] == [
                octets[: 1 << 20],
                octets[1 << 20 : 2 << 20],
                octets[2 << 20 :],
            ]


def test_memory_that_a_large_part_gave_back_serves_the_next() -> None:
    with mtom.Spool(memory=10) as spool:
        assert isinstance(spool.store([b"1234567", b"89012"]), mtom.SpooledPart)
        assert isinstance(spool.store([b"1234567"]), bytes)
