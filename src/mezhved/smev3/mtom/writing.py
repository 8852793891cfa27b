"""Writing multipart/related byte for byte as the real server answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT_ID = "root.message@cxf.apache.org"
_ROOT_HEADERS = (
    'Content-Type: application/xop+xml; charset=UTF-8; type="text/xml"\r\n'
    "Content-Transfer-Encoding: binary\r\n"
    f"Content-ID: <{ROOT_ID}>\r\n\r\n"
)


def write(root: bytes, parts: Mapping[str, bytes], boundary: str) -> tuple[str, bytes]:
    """Return the Content-Type and the body: the root part first, then the others by their Content-ID.

    `boundary` has to be fresh for every message: `uuid:` and a UUID, as the real server's.
    """
    mark = f"--{boundary}"
    pieces = [f"{mark}\r\n{_ROOT_HEADERS}".encode(), root]
    for content_id, octets in parts.items():
        headers = (
            f"\r\n{mark}\r\nContent-Type: application/octet-stream\r\n"
            f"Content-Transfer-Encoding: binary\r\nContent-ID: <{content_id}>\r\n\r\n"
        )
        pieces += (headers.encode(), octets)
    pieces.append(f"\r\n{mark}--".encode())
    content_type = (
        f'multipart/related; type="application/xop+xml"; boundary="{boundary}"; '
        f'start="<{ROOT_ID}>"; start-info="text/xml"'
    )
    return content_type, b"".join(pieces)
