"""Messages in parts that are wrong or mean: refused within bounds, and nothing of them is left."""

from __future__ import annotations

import io
import os
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mezhved.smev3 import mtom
from mezhved.smev3.faults import FaultKind
from tests.support.attachments import CONTENT_TYPE, File, mtom_call, send_inline, taken_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.databases import Database, Engine
    from tests.support.exchange import BusUnderTest, HttpReply


@pytest.fixture
def database(fresh_database: Callable[[Engine], Database]) -> Database:
    """One engine: what is judged here is judged before anything is stored."""
    return fresh_database("sqlite")


MEBIBYTE = 2**20
LARGE = b"x" * MEBIBYTE


def part(content_id: str, octets: bytes, more: str = "") -> bytes:
    return f"--B\r\nContent-ID: <{content_id}>\r\n{more}\r\n".encode() + octets + b"\r\n"


def packed(root: bytes, *parts: bytes) -> bytes:
    head = b"--B\r\nContent-Type: application/xop+xml; charset=UTF-8\r\nContent-ID: <root>\r\n\r\n"
    return head + root + b"\r\n" + b"".join(parts) + b"--B--"


@pytest.fixture
def call(bus: BusUnderTest) -> bytes:
    """An envelope whose one attachment names the part file@test."""
    return mtom_call(bus.consumer, File("file", b""))[0]


@pytest.fixture(autouse=True)
def _nothing_is_left(bus: BusUnderTest, tmp_path: Path) -> Iterator[None]:
    bus.consumer.get_response()
    before = open_files()
    yield
    assert open_files() <= before
    assert [each for each in tmp_path.iterdir() if each.name != "files"] == []


def open_files() -> set[str]:
    """The files of no name that the process holds: what is spooled lies in one."""
    found = set()
    for each in Path("/proc/self/fd").iterdir():
        try:
            target = str(each.readlink())
        except FileNotFoundError:
            continue
        if "(deleted)" in target or "/#" in target:
            found.add(f"{each.name} {target}")
    return found


def post(bus: BusUnderTest, body: bytes, content_type: str = CONTENT_TYPE, **environ: Any) -> HttpReply:
    return bus.http(body, "/smev/v1.1/ws", content_type, **environ)


def posted(bus: BusUnderTest, source: Counting, content_type: str = CONTENT_TYPE) -> HttpReply:
    environ: dict[str, Any] = {"CONTENT_LENGTH": str(source.octets), "wsgi.input": source}
    return post(bus, b"", content_type, **environ)


WRONG: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no boundary parameter": (lambda root: packed(root, part("file@test", LARGE)), "multipart/related"),
    "another boundary": (
        lambda root: packed(root, part("file@test", LARGE)),
        CONTENT_TYPE.replace("=B", "=C"),
    ),
    "no closing boundary": (lambda root: packed(root, part("file@test", LARGE))[:-5], CONTENT_TYPE),
    "cut in a large part": (lambda root: packed(root, part("file@test", LARGE))[:-5000], CONTENT_TYPE),
    "cut in a large part's headers": (
        lambda root: packed(root, part("a", LARGE), b"--B\r\nContent-ID: <file@te")[:-5],
        CONTENT_TYPE,
    ),
    "the same Content-ID": (
        lambda root: packed(root, part("file@test", LARGE), part("file@test", LARGE)),
        CONTENT_TYPE,
    ),
    "the root's Content-ID": (
        lambda root: packed(root, part("root", LARGE), part("file@test", b"")),
        CONTENT_TYPE,
    ),
    "nothing of that name": (lambda root: packed(root, part("other@test", LARGE)), CONTENT_TYPE),
    "the root part itself": (
        lambda root: packed(root.replace(b"cid:file@test", b"cid:root"), part("file@test", LARGE)),
        CONTENT_TYPE,
    ),
    "no cid": (
        lambda root: packed(root.replace(b"cid:file@test", b"file:///etc/passwd"), part("file@test", LARGE)),
        CONTENT_TYPE,
    ),
    "two includes in one content": (
        lambda root: packed(
            root.replace(b"</Content>", b'<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include"'
                         b' href="cid:file@test"/></Content>'),
            part("file@test", LARGE),
        ),
        CONTENT_TYPE,
    ),
    "no base64 in a part": (
        lambda root: packed(root, part("file@test", LARGE + b"%", "Content-Transfer-Encoding: base64\r\n")),
        CONTENT_TYPE,
    ),
    "headers without end": (
        lambda root: packed(root, b"--B\r\n" + b"X-A: b\r\n" * 5000 + b"\r\n"),
        CONTENT_TYPE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_package_is_a_failure_of_smev_and_leaves_nothing(
    bus: BusUnderTest, call: bytes, kind: str
) -> None:
    make, content_type = WRONG[kind]
    assert post(bus, make(call), content_type).fault.kind is FaultKind.SMEV_FAILURE
    assert bus.provider.get_request().operation.request is None


def test_a_connection_that_ends_in_a_large_part_leaves_nothing(bus: BusUnderTest, call: bytes) -> None:
    body = packed(call, part("file@test", LARGE))
    reply = post(bus, body[:-1000], CONTENT_LENGTH=str(len(body)))
    assert reply.fault.kind is FaultKind.SMEV_FAILURE
    assert bus.provider.get_request().operation.request is None


def test_a_connection_that_ends_in_an_inline_attachment_leaves_nothing(bus: BusUnderTest) -> None:
    data = bus.consumer.request_data(attachment_headers=(File("file", b"").header,))
    envelope = bus.consumer.request_envelope(data, attachments=[_content(LARGE)])
    reply = post(bus, envelope[: MEBIBYTE // 2], "text/xml")
    assert reply.fault.kind is FaultKind.SMEV_FAILURE


def _content(octets: bytes) -> Any:
    from mezhved.smev3.messages import AttachmentContent  # noqa: PLC0415

    return AttachmentContent("file", octets)


@pytest.mark.parametrize("spoilt", [b"%", "ы".encode(), b"=A", b"<a/>"])
def test_a_large_inline_attachment_that_is_no_base64_breaks_the_envelope(
    bus: BusUnderTest, spoilt: bytes
) -> None:
    data = bus.consumer.request_data(attachment_headers=(File("file", b"").header,))
    envelope = bus.consumer.request_envelope(data, attachments=[_content(LARGE)])
    middle = envelope.index(b"<Content>") + 500_000
    reply = post(bus, envelope[:middle] + spoilt + envelope[middle:], "text/xml")
    assert reply.fault.kind is FaultKind.INVALID_CONTENT


def test_a_part_is_never_looked_into(bus: BusUnderTest, call: bytes) -> None:
    include = b'<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:file@test"/>'
    assert post(bus, packed(call, part("file@test", include))).status == 200
    assert taken_files(bus.provider.get_request()) == [("file", include)]


def test_the_same_part_may_be_two_attachments(bus: BusUnderTest) -> None:
    root, _ = mtom_call(bus.consumer, File("a", b""), File("b", b""))
    root = root.replace(b"cid:a@test", b"cid:one").replace(b"cid:b@test", b"cid:one")
    assert post(bus, packed(root, part("one", LARGE))).status == 200
    assert taken_files(bus.provider.get_request()) == [("a", LARGE), ("b", LARGE)]


def test_a_part_that_an_element_of_the_business_data_names_is_signed_as_base64(bus: BusUnderTest) -> None:
    """An Include inside signed data is undone before the signature is checked, and cannot be a file."""
    root, _ = mtom_call(bus.consumer, File("file", b""))
    include = '<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:file@test"/>'
    swapped = root.replace("Что известно?".encode(), include.encode())
    reply = post(bus, packed(swapped, part("file@test", b"other text")))
    assert reply.fault.kind is FaultKind.SIGNATURE_VERIFICATION


def test_a_package_of_ten_thousand_parts_costs_next_to_nothing(bus: BusUnderTest, call: bytes) -> None:
    body = packed(call, *(part(f"p{number}", b"x" * 200) for number in range(10_000)))
    source = Counting(body)
    tracemalloc.start()
    reply = posted(bus, source)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reply.fault.kind is FaultKind.SMEV_FAILURE
    assert peak < MEBIBYTE
    assert source.read_octets == len(body)


def test_a_thousand_parts_of_four_kilobytes_stay_within_the_bound_of_memory(
    bus: BusUnderTest, call: bytes
) -> None:
    body = packed(call, *(part(f"p{number}", b"x" * 4096) for number in range(990)), part("file@test", b"."))
    tracemalloc.start()
    reply = posted(bus, Counting(body))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reply.status == 200
    assert peak < 2 * MEBIBYTE


@pytest.mark.parametrize("inline", [False, True])
def test_five_megabytes_pass_through_a_worker_in_pieces(bus: BusUnderTest, *, inline: bool) -> None:
    octets = os.urandom(5_000_000)
    file = File("file", octets).signed(bus.pki, bus.pki.consumer)
    if inline:
        data = bus.consumer.request_data(attachment_headers=(file.header,))
        body, content_type = bus.consumer.request_envelope(data, attachments=[_content(octets)]), "text/xml"
    else:
        content_type, body = mtom.write(*mtom_call(bus.consumer, file), "uuid:b")
    source = Counting(body)
    tracemalloc.start()
    reply = posted(bus, source, content_type)
    _, received = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reply.status == 200
    assert received < 3 * MEBIBYTE
    poll = bus.provider.signed_call("GetRequestRequest", bus.provider.written(bus.provider.selector()))
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/ws", "CONTENT_TYPE": "text/xml",
        "CONTENT_LENGTH": str(len(poll)), "wsgi.input": io.BytesIO(poll),
    }  # fmt: skip
    tracemalloc.start()
    sent = 0
    for piece in bus.application(environ, lambda *_: None):
        sent += len(piece)
    _, handed = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent > 5_000_000
    assert handed < MEBIBYTE


def test_an_inline_attachment_in_another_place_is_left_alone(bus: BusUnderTest) -> None:
    """Only the list of contents is taken out of a document; whatever is signed stays as it came."""
    basic = bus.consumer.version.basic
    decoy = (
        f'<AttachmentContentList xmlns="{basic}"><AttachmentContent><Id>a</Id><Content>'
        + "QUJD" * 100_000
        + "</Content></AttachmentContent></AttachmentContentList>"
    )
    from mezhved.smev3.fragments import Fragment  # noqa: PLC0415

    sent = send_inline(bus.consumer, business_process=(Fragment(decoy.encode()),))
    assert sent.status == 200
    taken = bus.provider.get_request().operation.request
    assert b"QUJD" * 100_000 in taken.data.business_process[0].octets


class Counting:
    """A body that counts what is read of it, in the small pieces of a network."""

    def __init__(self, body: bytes) -> None:
        self._file = io.BytesIO(body)
        self.octets = len(body)
        self.read_octets = 0

    def read(self, size: int) -> bytes:
        piece = self._file.read(min(size, 16 * 1024))
        self.read_octets += len(piece)
        return piece
