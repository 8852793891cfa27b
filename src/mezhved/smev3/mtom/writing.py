"""Writing multipart/related byte for byte as the real server answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

from mezhved.smev3.mtom.spool import PIECE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT_ID = "root.message@cxf.apache.org"
_ROOT_HEADERS = (
    'Content-Type: application/xop+xml; charset=UTF-8; type="text/xml"\r\n'
    "Content-Transfer-Encoding: binary\r\n"
    f"Content-ID: <{ROOT_ID}>\r\n\r\n"
)


class Openable(Protocol):
    """Octets that lie somewhere else: `len` says how many there are."""

    def __len__(self) -> int:
        """Return the number of octets."""
        ...

    def open(self) -> BinaryIO:
        """Return a reader of them, to be closed."""
        ...


Source = bytes | Openable
"""The octets of a part to be written."""


def write(root: bytes, parts: Mapping[str, Source], boundary: str) -> tuple[str, bytes]:
    """Return the Content-Type and the body: the root part first, then the others by their Content-ID.

    `boundary` has to be fresh for every message: `uuid:` and a UUID, as the real server's.
    """
    return content_type_of(boundary), b"".join(pieces(root, parts, boundary))


def content_type_of(boundary: str) -> str:
    """Return the Content-Type of a body with this boundary."""
    return (
        f'multipart/related; type="application/xop+xml"; boundary="{boundary}"; '
        f'start="<{ROOT_ID}>"; start-info="text/xml"'
    )


def length(root: bytes, parts: Mapping[str, Source], boundary: str) -> int:
    """Return how many octets `pieces` gives in all, without opening a part."""
    around = sum(len(_part_headers(content_id, boundary)) + len(part) for content_id, part in parts.items())
    return len(_root_headers(boundary)) + len(root) + around + len(_closing(boundary))


def pieces(root: bytes, parts: Mapping[str, Source], boundary: str) -> Iterator[bytes]:
    """Yield the body, as `write`; parts are opened one after another and read in pieces."""
    yield _root_headers(boundary)
    yield root
    for content_id, part in parts.items():
        yield _part_headers(content_id, boundary)
        if isinstance(part, bytes):
            yield part
            continue
        with part.open() as file:
            while piece := file.read(PIECE):
                yield piece
    yield _closing(boundary)


def _root_headers(boundary: str) -> bytes:
    return f"--{boundary}\r\n{_ROOT_HEADERS}".encode()


def _part_headers(content_id: str, boundary: str) -> bytes:
    return (
        f"\r\n--{boundary}\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Transfer-Encoding: binary\r\nContent-ID: <{content_id}>\r\n\r\n"
    ).encode()


def _closing(boundary: str) -> bytes:
    return f"\r\n--{boundary}--".encode()
