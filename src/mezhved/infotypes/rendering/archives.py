"""Archives that lie in attachments: EGRN and the pension fund put the real data into them.

A ZIP holds `request.xml`, `app_N.xml` and their detached signatures beside them (`app_1.xml.sig`), sometimes
another ZIP. It is opened in memory, within bounds; no name from inside becomes a path.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.documents import read_document
from mezhved.infotypes.packages.archives import PackageLimits, read_zip
from mezhved.infotypes.packages.errors import UnreadablePackage
from mezhved.infotypes.rendering.building import view
from mezhved.infotypes.rendering.errors import ArchiveError
from mezhved.infotypes.rendering.html import HtmlOptions, to_html
from mezhved.infotypes.rendering.values import size_text
from mezhved.texts import Language, MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mezhved.infotypes.documents import QName

ARCHIVE_LIMITS: Final = PackageLimits(
    octets=256 * 2**20, file_octets=128 * 2**20, files=2_000, unpack_inner=False
)
"""Of an attachment with what is inside its inner archives."""

_ZIP: Final = b"PK\x03\x04"
_SIGNATURES: Final = (".sig", ".p7s", ".sgn", ".sign", ".p7m")
_OFFICE: Final = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".jar", ".epub")


class InnerKind(StrEnum):
    """What a file inside is."""

    XML = "xml"
    SIGNATURE = "signature"
    ARCHIVE = "archive"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Inner:
    """A file of an archive. `name` is its path inside, for people only.

    `signs` is the name of the file that a detached signature belongs to; `inner` what an inner archive holds;
    `problem` why it was not opened.
    """

    name: str
    octets: bytes
    kind: InnerKind
    signs: str = ""
    inner: tuple[Inner, ...] = ()
    problem: Text | None = None


def is_archive(octets: bytes, name: str = "") -> bool:
    """Tell whether an attachment is a ZIP to be opened; documents of office programs are not."""
    return octets.startswith(_ZIP) and not name.lower().endswith(_OFFICE)


def open_archive(octets: bytes, limits: PackageLimits = ARCHIVE_LIMITS) -> tuple[Inner, ...]:
    """Return the files of an archive in its order; archives inside are opened once more.

    Raises `ArchiveError` for what is no ZIP, is damaged, locked, leads out of itself or unpacks beyond the
    bounds. An inner archive that is any of that stays closed, with the reason.
    """
    files, left = _read(octets, limits)
    opened = []
    for each in files:
        if each.kind is InnerKind.ARCHIVE:
            try:
                inner, left = _read(each.octets, left)
            except ArchiveError as error:
                opened.append(replace(each, problem=error.what))
                left = replace(left, octets=left.octets // 2)  # many bombs cost no more than two
            else:
                opened.append(replace(each, inner=tuple(map(_closed, inner))))
        else:
            opened.append(each)
    return tuple(opened)


def archive_html(
    files: Sequence[Inner],
    schema_of: Callable[[QName], Any] | None = None,
    options: HtmlOptions | None = None,
) -> str:
    """Show an archive: its files in a list, then every XML document in it.

    `schema_of` finds the schema (of `xmlschema`) for a document's root, None for an unknown one.
    """
    chosen = options or HtmlOptions()
    pieces = [f'<div class="mz-archive" lang="{chosen.language}">']
    _show(files, schema_of or (lambda _: None), chosen, pieces)
    pieces.append("</div>")
    return "".join(pieces)


def _read(octets: bytes, limits: PackageLimits) -> tuple[list[Inner], PackageLimits]:
    """Return the files, and what is left of the bounds."""
    if not octets.startswith(_ZIP):
        raise ArchiveError(Text(ru="это не архив ZIP", en="this is no ZIP archive"))
    try:
        reading = read_zip(octets, limits)
    except UnreadablePackage as error:
        raise ArchiveError(
            Text(ru=f"архив не открыт: {error.what.ru}", en=f"the archive was not opened: {error.what.en}"),
            where=error.where,
        ) from error
    problems = {each.file: each.text for each in reading.problems}
    found = [
        Inner(name, content, kind, _signed(name, reading.files), problem=problems.pop(name, None))
        for name, content in reading.files.items()
        for kind in [_kind(name, content)]
    ]
    found.extend(Inner(name, b"", InnerKind.OTHER, problem=text) for name, text in problems.items())
    rest = replace(
        limits, octets=limits.octets - reading.octets, files=max(limits.files - reading.entries, 0)
    )
    return found, rest


def _kind(name: str, octets: bytes) -> InnerKind:
    lower = name.lower()
    if lower.endswith(_SIGNATURES):
        return InnerKind.SIGNATURE
    if is_archive(octets, name):
        return InnerKind.ARCHIVE
    head = octets[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return InnerKind.XML if lower.endswith(".xml") or head.startswith(b"<?xml") else InnerKind.OTHER


def _signed(name: str, files: Mapping[str, bytes]) -> str:
    """Return the file that a signature belongs to: its name without the suffix, or the same stem."""
    stem, suffix = posixpath.splitext(name)
    if suffix.lower() not in _SIGNATURES:
        return ""
    if stem in files:
        return stem
    alike = [each for each in files if posixpath.splitext(each)[0] == stem and each != name]
    return alike[0] if len(alike) == 1 else ""


def _closed(inner: Inner) -> Inner:
    if inner.kind is not InnerKind.ARCHIVE:
        return inner
    return replace(
        inner,
        problem=Text(
            ru="архив внутри архива внутри архива не открывается",
            en="an archive within an archive within an archive is not opened",
        ),
    )


_HEADS: Final = (
    Text(ru="Файл", en="File"),
    Text(ru="Размер", en="Size"),
    Text(ru="Что это", en="What it is"),
)
_FILES: Final = Text(ru="Файлы архива", en="Files of the archive")
_SAID: Final = {
    InnerKind.XML: Text(ru="документ XML", en="an XML document"),
    InnerKind.SIGNATURE: Text(ru="подпись", en="a signature"),
    InnerKind.ARCHIVE: Text(ru="архив", en="an archive"),
    InnerKind.OTHER: Text(ru="файл", en="a file"),
}
_OF: Final = Text(ru="подпись файла", en="the signature of")


def _show(
    files: Sequence[Inner], schema_of: Callable[[QName], Any], options: HtmlOptions, pieces: list[str]
) -> None:
    language = options.language
    heads = "".join(f'<th scope="col">{_in(each, language)}</th>' for each in _HEADS)
    rows = "".join(_row(each, language) for each in files)
    pieces.append(
        f'<table class="mz-table"><caption>{_in(_FILES, language)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )
    tag = f"h{min(options.heading, 6)}"
    below = replace(options, heading=options.heading + 1)
    for each in files:
        if each.inner:
            pieces.append(f"<section><{tag}>{escape(each.name)}</{tag}>")
            _show(each.inner, schema_of, below, pieces)
            pieces.append("</section>")
        elif each.kind is InnerKind.XML:
            shown = _document(each, schema_of, below)
            pieces.append(f"<section><{tag}>{escape(each.name)}</{tag}>{shown}</section>")


def _row(file: Inner, language: Language) -> str:
    said = f"{_in(_OF, language)} {file.signs}" if file.signs else _in(_SAID[file.kind], language)
    if file.problem is not None:
        said = f"{said}: {_in(file.problem, language)}"
    size = _in(size_text(len(file.octets)), language)
    return f"<tr><td>{escape(file.name)}</td><td>{escape(size)}</td><td>{escape(said)}</td></tr>"


def _document(file: Inner, schema_of: Callable[[QName], Any], options: HtmlOptions) -> str:
    try:
        document = read_document(file.octets)
    except MezhvedError as error:
        return f'<p class="mz-problem">{escape(_in(error.what, options.language))}</p>'
    return to_html(view(document, schema_of(document.root.name)), options)


def _in(text: Text, language: Language) -> str:
    return text.ru if language == "ru" else text.en
