"""multipart/related: read as it comes, refused where it is broken or a bomb."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.smev3 import mtom
from tests.support.examples import examples
from tests.support.work import growth

if TYPE_CHECKING:
    from collections.abc import Callable

TYPE = 'multipart/related; type="application/xop+xml"; boundary="b"; start="<root>"; start-info="text/xml"'
ROOT = b"<a/>"


def part(headers: str, content: bytes, end: str = "\r\n") -> bytes:
    return f"--b{end}{headers}{end}{end}".encode() + content + end.encode()


def body(*parts: bytes, end: str = "\r\n", close: bool = True) -> bytes:
    root = part(
        'Content-Type: application/xop+xml; charset=UTF-8; type="text/xml"' + end + "Content-ID: <root>",
        ROOT,
        end,
    )
    return root + b"".join(parts) + (b"--b--" + end.encode() if close else b"")


def test_the_answer_of_the_real_server_is_read() -> None:
    octets = (
        b'--uuid:1\r\nContent-Type: application/xop+xml; charset=UTF-8; type="text/xml"\r\n'
        b"Content-Transfer-Encoding: binary\r\nContent-ID: <root.message@cxf.apache.org>\r\n\r\n"
        b"<a/>\r\n--uuid:1--"
    )
    content_type = (
        'multipart/related; type="application/xop+xml"; boundary="uuid:1"; '
        'start="<root.message@cxf.apache.org>"; start-info="text/xml"'
    )
    assert mtom.read(content_type, octets).root == b"<a/>"


@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["crlf", "lf"])
def test_parts_are_found_by_their_id(end: str) -> None:
    octets = body(part("Content-ID: <one@x>", b"1", end), part("content-id:two", b"", end), end=end)
    found = mtom.read(TYPE, octets)
    assert found.root == ROOT
    assert dict(found.parts) == {"one@x": b"1", "two": b""}


def test_the_root_is_the_part_that_start_names() -> None:
    first = part("Content-ID: <first>", b"not the root")
    found = mtom.read(TYPE, first + body())
    assert (found.root, dict(found.parts)) == (ROOT, {"first": b"not the root"})


@pytest.mark.parametrize("headers", ["Content-ID: <root>", "Content-Type: text/plain", "X: y"])
def test_the_first_part_is_the_root_where_start_names_none(headers: str) -> None:
    parts = part(headers, ROOT) + part("Content-ID: <one>", b"1") + part("X: y", b"12") + b"--b--"
    found = mtom.read('multipart/related; boundary=b; start="<other>"', parts)
    assert (found.root, dict(found.parts), found.left_out) == (ROOT, {"one": b"1"}, 2)


def test_a_part_before_the_root_counts_though_nothing_can_name_it() -> None:
    found = mtom.read(TYPE, part("X: y", b"123") + body(part("X: y", b"4")))
    assert (found.root, found.left_out, found.size) == (ROOT, 4, 4 + len(ROOT))


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/plain", "image/png", ";;;"])
def test_the_root_may_be_called_anything(kind: str) -> None:
    assert mtom.read(TYPE, body().replace(b"application/xop+xml", kind.encode())).root == ROOT


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/related; boundary=b",
        "Multipart/Related;boundary=b;start=root",
        'multipart/related; start=<root>; BOUNDARY="b"',
        'multipart/related; type="application/xop+xml"; start-info="text/xml";; boundary="b" ;',
    ],
)
def test_parameters_are_read_however_they_are_written(content_type: str) -> None:
    assert mtom.read(content_type, body()).root == ROOT


def test_a_preamble_an_epilogue_and_blanks_after_the_boundary_are_passed_over() -> None:
    octets = b"preamble --b\r\n" + body().replace(b"--b\r\n", b"--b \t\r\n") + b"\r\nepilogue\r\n--b--\r\n"
    assert mtom.read(TYPE, octets).root == ROOT


def test_a_longer_boundary_inside_a_part_is_content() -> None:
    inside = b"x\r\n--bb\r\ny --b\r\n--b-\r\nz"
    found = mtom.read(TYPE, body(part("Content-ID: <c>", inside)))
    assert found.parts["c"] == inside


def test_folded_headers_are_joined() -> None:
    found = mtom.read(TYPE, body(part("Content-Type: text/plain;\r\n\tname=x\r\nContent-ID:\r\n <c>", b"1")))
    assert found.parts["c"] == b"1"


def test_a_part_without_an_id_is_left_out() -> None:
    assert not mtom.read(TYPE, body(part("Content-Type: text/plain", b"1"))).parts


def test_a_part_without_headers_can_be_the_root() -> None:
    assert mtom.read("multipart/related; boundary=b", b"--b\r\n\r\n<a/>\r\n--b--").root == b"<a/>"


@pytest.mark.parametrize(
    ("encoding", "encoded"),
    [
        ("base64", b64encode(b"\x00\xff=\n")[:3] + b"\r\n " + b64encode(b"\x00\xff=\n")[3:]),
        ("Quoted-Printable", b"=00=FF=3D=0A"),
        ("binary", b"\x00\xff=\n"),
        ("8bit", b"\x00\xff=\n"),
    ],
)
def test_transfer_encodings_are_undone(encoding: str, encoded: bytes) -> None:
    headers = f"Content-Transfer-Encoding: {encoding}\r\nContent-ID: <c>"
    assert mtom.read(TYPE, body(part(headers, encoded))).parts["c"] == b"\x00\xff=\n"


BROKEN = {
    "no boundary parameter": ("multipart/related", body()),
    "a boundary too long": (f"multipart/related; boundary={'b' * 300}", body()),
    "another type": ("text/xml", body()),
    "empty": (TYPE, b""),
    "no delimiter": (TYPE, b"abc"),
    "cut before the end": (TYPE, body(close=False)),
    "cut in a part": (TYPE, body()[:40]),
    "cut at the boundary": (TYPE, body(close=False) + b"--b"),
    "an id twice": (TYPE, body(part("Content-ID: <c>", b"1"), part("Content-ID: <c>", b"2"))),
    "the id of the root twice": (TYPE, body(part("Content-ID: <root>", b"1"))),
    "garbage for base64": (TYPE, body(part("Content-Transfer-Encoding: base64\r\nContent-ID: <c>", b"%%%"))),
    "an unknown encoding": (TYPE, body(part("Content-Transfer-Encoding: x-zip\r\nContent-ID: <c>", b"1"))),
    "a header without a colon": (TYPE, body(part("Content-ID", b"1"))),
    "too many headers": (TYPE, body(part("\r\n".join(f"X-{n}: 1" for n in range(100)), b"1"))),
    "headers too long": (TYPE, body(part("X: " + "a" * 20_000, b"1"))),
    "no root, and the first part in another charset": (
        TYPE.replace("<root>", "<other>"),
        body().replace(b"UTF-8", b"windows-1251"),
    ),
    "a root in another charset": (TYPE, body().replace(b"UTF-8", b"windows-1251")),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_body_is_refused(name: str) -> None:
    content_type, octets = BROKEN[name]
    with pytest.raises(mtom.MalformedMultipart):
        mtom.read(content_type, octets)


def test_a_body_over_the_limit_is_refused() -> None:
    with pytest.raises(mtom.MalformedMultipart):
        mtom.read(TYPE, body(), mtom.MtomLimits(octets=50))


def test_a_bomb_of_many_parts_is_refused_before_it_is_taken_apart() -> None:
    def refusing(count: int) -> Callable[[], object]:
        bomb = body(*[part(f"Content-ID: <{n}>", b"x" * 100) for n in range(count)])

        def refused() -> None:
            with pytest.raises(mtom.MalformedMultipart):
                mtom.read(TYPE, bomb)

        return refused

    assert growth(refusing(2000), refusing(8000)) < 1.1


def test_a_thousand_parts_are_read() -> None:
    found = mtom.read(TYPE, body(*[part(f"Content-ID: <{n}>", b"x") for n in range(999)]))
    assert len(found.parts) == 999


def test_a_dump_that_was_cut_is_read_when_asked() -> None:
    octets = body(part("Content-ID: <c>", b"12345"), close=False)
    found = mtom.read(TYPE, octets[:-4], whole=False)
    assert (found.root, found.parts["c"]) == (ROOT, b"123")


def test_a_cid_is_percent_decoded_relative_to_the_content_id() -> None:
    found = mtom.Parts(ROOT, {"1-2@urn://x/y": b"plain", "3@urn%3A%2F%2Fx": b"encoded", "a%20b": b"raw"})
    assert found.resolve("cid:1-2@urn%3A%2F%2Fx%2Fy") == b"plain"
    assert found.resolve("CID:1-2@urn://x/y") == b"plain"
    assert found.resolve("cid:3@urn%3A%2F%2Fx") == b"encoded"
    assert found.resolve("cid:3@urn://x") == b"encoded"
    assert found.resolve("cid:a%20b") == b"raw"
    assert found.resolve("cid:none") is None
    assert found.resolve("http://x/y") is None


ids = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="<>"), min_size=1, max_size=20
)


@examples(60)
@given(parts=st.dictionaries(ids, st.binary(max_size=200), max_size=5), root=st.binary(max_size=100))
def test_what_is_written_is_read_again(parts: dict[str, bytes], root: bytes) -> None:
    parts.pop(mtom.ROOT_ID, None)
    content_type, octets = mtom.write(root, parts, "uuid:3bd2a7a6-7d53-11ed-9ce8-3388bad5aac4")
    found = mtom.read(content_type, octets)
    assert (found.root, dict(found.parts)) == (root, parts)


@examples(150)
@given(
    octets=st.binary(max_size=300),
    pieces=st.lists(st.sampled_from([b"--b", b"\r\n", b"--", b"\n", b"Content-ID: <a>", b":"])),
)
def test_any_octets_are_read_or_refused(octets: bytes, pieces: list[bytes]) -> None:
    try:
        mtom.read("multipart/related; boundary=b", b"--b\r\n" + octets + b"".join(pieces) + b"\r\n--b--")
    except mtom.MalformedMultipart:
        return
