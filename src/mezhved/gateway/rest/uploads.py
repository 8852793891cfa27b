"""Files that come with a call: to the disk while they arrive, hashed on the way, kept only with a message."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.core.files.base import File
from django.core.files.uploadhandler import FileUploadHandler

from mezhved.gateway.models import Attachment
from mezhved.gateway.outbox import FileDraft
from mezhved.gateway.rest.bodies import MULTIPART
from mezhved.gateway.rest.problems import Problem, bad
from mezhved.gost import Digest
from mezhved.service.blobs import new_key
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.rest.calls import Call
    from mezhved.gost import Hasher

LARGEST_FILE: Final = 1024**3
"""SMEV's file store takes 1 GiB at most."""
_SMALL: Final = 64 * 1024
"""Up to here a file's content lies in the database."""
_LARGEST_SIGNATURE: Final = 1024 * 1024
_LONGEST_NAME: Final = 255
_UNFIT: Final = re.compile(
    r"[\x00-\x1f\x7f/\\\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_MIME: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}")
_SIGNATURES: Final = (".sig", ".p7s", ".sgn")


class Upload(File):  # type: ignore[type-arg]
    """A file that came: its path is ours, its name is theirs."""

    def __init__(self, file: Any, name: str, mime_type: str, size: int, digest: bytes) -> None:
        super().__init__(file, name)
        self.path = Path(file.name)
        self.mime_type = mime_type
        self.octets = size
        self.digest = digest


class Receiver(FileUploadHandler):
    """Writes what arrives into files of the gateway's folder."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__()
        self._gateway = gateway
        # Where the store puts what is unfinished: its cleaning takes away what a kill leaves here.
        self._folder = gateway.settings.folder / "files" / "unfinished"
        self._file: Any = None
        self._hasher: Hasher | None = None
        self._size = 0
        self.paths: list[Path] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = tempfile.NamedTemporaryFile(dir=self._folder, delete=False)  # noqa: SIM115
        self.paths.append(Path(self._file.name))
        self._hasher = self._gateway.provider.hasher(Digest.STREEBOG256)
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        """Take a piece."""
        self._size += len(raw_data)
        if self._size > LARGEST_FILE:
            raise Problem(413, Text(ru="файл больше 1 ГиБ", en="the file is larger than 1 GiB"))
        self._file.write(raw_data)
        if self._hasher is not None:
            self._hasher.update(raw_data)

    def file_complete(self, file_size: int) -> Upload:  # type: ignore[override]  # noqa: ARG002
        """End a file."""
        self._file.flush()
        digest = self._hasher.digest() if self._hasher is not None else b""
        mime_type = self.content_type or ""
        mime_type = mime_type if _MIME.fullmatch(mime_type) else "application/octet-stream"
        return Upload(self._file, _name(self.file_name or ""), mime_type, self._size, digest)

    def upload_interrupted(self) -> None:
        """Let go of what was begun."""
        self.clear()

    def clear(self) -> None:
        """Remove what was not kept."""
        if self._file is not None:
            self._file.close()
        for each in self.paths:
            each.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a body with files."""

    request: bytes | None
    xml: bytes | None
    files: tuple[Upload, ...]
    signatures: tuple[Upload, ...]


@contextlib.contextmanager
def received_parts(call: Call, limit: int) -> Iterator[Parts]:
    """Take a `multipart/form-data` body apart; what is not kept within is removed at the end.

    `limit` is that of the parts `request` and `xml`, octets.
    """
    if call.content_type != MULTIPART:
        raise AssertionError("only a body with files is taken apart")
    receiver = Receiver(call.gateway)
    call.upload_handlers = [receiver]
    watched = call.watch_parts()
    try:
        fields, files = call.POST, call.FILES
        if not watched.is_whole:
            raise Problem(400, Text(ru="тело оборвано", en="the body broke off"))
        if watched.parts != _count(fields) + _count(files):
            raise _unreadable_part()
        unknown = sorted({*fields, *files} - {"request", "xml", "files", "signatures"})
        if unknown:
            names = ", ".join(unknown)[:200]
            raise bad(
                f"/{unknown[0][:100]}",
                f"таких частей нет: {names}",
                f"there are no such parts: {names}",
                Text(
                    ru="части: request, xml, files, signatures", en="parts: request, xml, files, signatures"
                ),
            )
        if any(value for name in ("files", "signatures") for value in fields.getlist(name)):
            raise _unreadable_part()
        yield Parts(
            _text(call, "request", limit),
            _text(call, "xml", limit),
            tuple(files.getlist("files")),  # type: ignore[arg-type]
            tuple(files.getlist("signatures")),  # type: ignore[arg-type]
        )
    finally:
        receiver.clear()


@contextlib.contextmanager
def kept_files(gateway: Gateway, parts: Parts) -> Iterator[tuple[FileDraft, ...]]:
    """Put the contents where they stay, and take them away again unless a message has them at the end."""
    signatures = _signatures(parts.files, parts.signatures)
    drafts: list[FileDraft] = []
    try:
        drafts.extend(_draft(gateway, each, signatures.get(each)) for each in parts.files)
        yield tuple(drafts)
    finally:
        blobs = [each.blob for each in drafts if each.blob]
        used = (
            set(Attachment.objects.filter(blob__in=blobs).values_list("blob", flat=True)) if blobs else set()
        )
        for blob in set(blobs) - used:
            gateway.blobs.delete(blob)


def _draft(gateway: Gateway, upload: Upload, pkcs7: bytes | None) -> FileDraft:
    if upload.octets <= _SMALL:
        octets = upload.path.read_bytes()
        return FileDraft(upload.name or "", upload.mime_type, upload.octets, octets, "", upload.digest, pkcs7)
    key = new_key()
    gateway.blobs.adopt(key, upload.path)
    return FileDraft(upload.name or "", upload.mime_type, upload.octets, None, key, upload.digest, pkcs7)


def _signatures(files: Sequence[Upload], signatures: Sequence[Upload]) -> dict[Upload, bytes]:
    """Give each file its detached signature: `report.pdf.sig` or `.p7s` belongs to `report.pdf`."""
    by_name = {each.name: each for each in files}
    found = {}
    for each in signatures:
        stem, extension = os.path.splitext(each.name or "")  # noqa: PTH122 - a name of theirs is no path
        target = by_name.get(stem)
        if extension.lower() not in _SIGNATURES or target is None:
            raise bad(
                "/signatures",
                f"у подписи {each.name} нет файла",
                f"the signature {each.name} has no file",
                Text(
                    ru="имя подписи — имя файла и .sig, .p7s или .sgn",
                    en="a signature is named as its file and .sig, .p7s or .sgn",
                ),
            )
        if target in found or sum(file.name == stem for file in files) > 1:
            raise bad(
                "/signatures",
                f"непонятно, какой файл подписан: {each.name}",
                f"which file is signed: {each.name}",
                Text(ru="дайте файлам разные имена", en="give the files different names"),
            )
        if each.octets > _LARGEST_SIGNATURE:
            raise Problem(413, Text(ru="подпись больше 1 МиБ", en="the signature is larger than 1 MiB"))
        found[target] = each.path.read_bytes()
    return found


def _text(call: Call, name: str, limit: int) -> bytes | None:
    """Return a part given as a field or as a file."""
    uploads: Sequence[Any] = call.FILES.getlist(name)
    fields = call.POST.getlist(name)
    if len(uploads) + len(fields) > 1:
        raise bad(f"/{name}", f"часть {name} должна быть одна", f"there may be one part {name}")
    if uploads:
        if uploads[0].octets > limit:
            raise Problem(413, Text(ru=f"часть {name} слишком велика", en=f"the part {name} is too large"))
        octets: bytes = uploads[0].path.read_bytes()
        return octets
    if fields and "\N{REPLACEMENT CHARACTER}" in fields[0]:
        raise bad(f"/{name}", f"часть {name} не в UTF-8", f"the part {name} is not UTF-8")
    return fields[0].encode("utf-8", "surrogatepass") if fields else None


def _count(parts: Any) -> int:
    return sum(len(values) for _, values in parts.lists())


def _unreadable_part() -> Problem:
    """Return the refusal of a part that the framework would pass over: a message must not lose a file."""
    return bad(
        "/files",
        "часть не читается",
        "a part cannot be read",
        Text(
            ru="у каждой части нужны заголовки в UTF-8 и name, у файла — ещё и filename",
            en="every part needs headers in UTF-8 and a name, a file needs a filename too",
        ),
    )


def _name(given: str) -> str:
    """Return a file's name as people see it: never a path, no characters that deceive the eye."""
    clean = _UNFIT.sub("_", given).strip(" .") or "file"
    if len(clean) <= _LONGEST_NAME:
        return clean
    stem, extension = os.path.splitext(clean)  # noqa: PTH122
    return stem[: _LONGEST_NAME - len(extension[:20])] + extension[:20]
