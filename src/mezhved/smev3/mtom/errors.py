"""What is wrong with a multipart message, and how much of one is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from typing import NoReturn


class MalformedMultipart(MezhvedError):  # noqa: N818
    """The multipart/related body cannot be read: which rule it breaks and where."""


class MalformedContent(MalformedMultipart):
    """What stands in AttachmentContent/Content is not base64: the envelope breaks its schema."""


class SpoolUnavailable(MezhvedError):  # noqa: N818 - a state of the machine
    """Large parts cannot be kept now: no room or no folder for temporary files."""


@dataclass(frozen=True, slots=True)
class MtomLimits:
    """How much is read of one multipart body; sizes in bytes.

    `octets` bounds the whole body, `inlined` the base64 text put into the root part, `elements` those
    of a root part with xop:Include.
    """

    octets: int = 64 * 1024 * 1024
    parts: int = 1000
    headers: int = 64
    header_octets: int = 16 * 1024
    inlined: int = 8 * 1024 * 1024
    elements: int = 500_000
    depth: int = 256


def refuse(ru: str, en: str, where: str = "multipart/related") -> NoReturn:
    """Raise `MalformedMultipart` with both texts."""
    raise MalformedMultipart(Text(ru=ru, en=en), where=where)
