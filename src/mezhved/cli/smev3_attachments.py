"""Files of the command line as attachments, and attachments of a message as files."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mezhved.cli.durable import write_durably
from mezhved.gost import MalformedCms
from mezhved.smev3.client import Attachment, InvalidCall
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mezhved.gost import CmsVerdict
    from mezhved.smev3.client import Received, ReceivedAttachment, Smev3Client
    from mezhved.smev3.messages import Request, Response

UNKNOWN = "application/octet-stream"
_MIME_TYPE = re.compile(r"(?:text|image|audio|video|application)/[a-zA-Z0-9\-+.]+")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,99}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),
    (b"<?xml", "application/xml"),
)


def read_attachments(given: Iterable[str]) -> list[Attachment]:
    """Read the files given as PATH or PATH=MIME, one after another.

    The identifier is the file's name where it is one that SMEV takes (it begins with a Latin letter or `_`:
    MR 3.3 section 3.2.2), else `file_1`, `file_2`. Raises `InvalidCall` for a file that does not read.
    """
    attachments: list[Attachment] = []
    taken: set[str] = set()
    for number, each in enumerate(given, 1):
        path, mime_type = path_and_type(each)
        try:
            octets = path.read_bytes()
        except OSError as error:
            raise InvalidCall(
                Text(
                    ru=f"файл не читается: {error.strerror}", en=f"the file does not read: {error.strerror}"
                ),
                where=str(path),
            ) from error
        identifier = next(name for name in _identifiers(path.name, number) if name not in taken)
        taken.add(identifier)
        attachments.append(Attachment(identifier, mime_type or media_type(path.name, octets), octets))
    return attachments


def _identifiers(name: str, number: int) -> Iterator[str]:
    if _IDENTIFIER.fullmatch(name):
        yield name
    yield f"file_{number}"
    yield from (f"file_{number}_{more}" for more in count(2))


def media_type(name: str, octets: bytes) -> str:
    """Return the media type by the name, else by the content's beginning; only what SMEV's schema takes."""
    guessed, _ = mimetypes.guess_type(name)
    if guessed and _MIME_TYPE.fullmatch(guessed):
        return guessed
    return next((kind for beginning, kind in _BEGINNINGS if octets.startswith(beginning)), UNKNOWN)


def path_and_type(given: str) -> tuple[Path, str]:
    """Take PATH=MIME apart; a name of a file may hold the sign itself."""
    name, sign, mime_type = given.rpartition("=")
    if sign and _MIME_TYPE.fullmatch(mime_type):
        return Path(name), mime_type
    return Path(given), ""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An attachment on the disk; `verdict` is None where it carries no signature or an unreadable one."""

    path: Path
    attachment: ReceivedAttachment
    verdict: CmsVerdict | None

    @property
    def sound(self) -> bool:
        """Tell whether nothing speaks against the file: no signature, or one that holds."""
        return self.attachment.pkcs7 is None or (self.verdict is not None and self.verdict.valid)

    @property
    def signer(self) -> str:
        """Return the subject of who signed it."""
        certificate = self.verdict.certificate if self.verdict else None
        return certificate.subject if certificate else ""

    def told(self) -> str:
        """Return the result of the check in words."""
        if self.attachment.pkcs7 is None:
            return str(Text(ru="без подписи", en="not signed"))
        if self.sound:
            return f"{Text(ru='подпись верна', en='the signature is right')} ({self.signer})"
        problem = self.verdict.problem.value if self.verdict and self.verdict.problem else None
        wrong = Text(ru="подпись НЕВЕРНА", en="the signature is FALSE")
        return f"{wrong}: {problem}" if problem else str(wrong)

    def facts(self) -> dict[str, Any]:
        """Return the same for programs."""
        signed = self.attachment.pkcs7 is not None
        return {
            "path": str(self.path),
            "content_id": self.attachment.content_id,
            "mime_type": self.attachment.mime_type,
            "octets": len(self.attachment.octets),
            "signature": {"valid": self.sound, "subject": self.signer or None} if signed else None,
        }


def keep_files(
    client: Smev3Client, received: Received[Request] | Received[Response], folder: Path
) -> list[KeptFile]:
    """Write the attachments as ID.1, ID.2... with their signatures, and check these.

    Names inside a message come from outside: none of them becomes a path, nor does an identifier of the
    message that is not a UUID.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = received.message_id if _UUID.fullmatch(received.message_id) else "message"
    return list(_kept(client, received.attachments, folder, stem))


def _kept(
    client: Smev3Client, attachments: Iterable[ReceivedAttachment], folder: Path, stem: str
) -> Iterator[KeptFile]:
    for number, attachment in enumerate(attachments, 1):
        path = folder / f"{stem}.{number}"
        write_durably(path, attachment.octets)
        if attachment.pkcs7 is not None:
            write_durably(path.with_name(f"{path.name}.p7s"), attachment.pkcs7)
        try:
            verdict = client.check_attachment(attachment)
        except MalformedCms:
            verdict = None
        yield KeptFile(path, attachment, verdict)
