"""Printed documents: PDF/A-3 pages with the message itself and its signatures inside (ISO 19005-3).

WeasyPrint draws the pages. It is given a page of our own making and may fetch nothing; the octets of the XML
and of the signatures are files of the PDF, so that the paper and what was signed never part.
"""

from __future__ import annotations

import importlib
import posixpath
import re
from dataclasses import dataclass
from datetime import UTC
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, Literal

from mezhved.infotypes.rendering.errors import PdfUnavailable, TooLarge
from mezhved.infotypes.rendering.html import HtmlOptions, page, to_html
from mezhved.infotypes.rendering.model import Branch, Leaf, Table
from mezhved.infotypes.rendering.stamp import SignatureStamp, stamps_html
from mezhved.texts import Language, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

VALUES: Final = 10_000
"""More values are no document to print; drawing takes 2 ms a value in tables, 9 in deep sections."""
VARIANT: Final = "pdf/a-3u"

_ROLES: Final = {"source": "Source", "signature": "Supplement", "attachment": "Data"}
_NAME: Final = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")
_IMAGE: Final = re.compile(r"data:image/(?:png|jpeg|gif);base64,", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A file inside the PDF: the message the page shows (`source`), a signature of it, an attachment."""

    name: str
    octets: bytes
    role: Literal["source", "signature", "attachment"] = "source"
    description: str = ""


@dataclass(frozen=True, slots=True)
class PdfOptions:
    """What a printed document has beside its body; `made_at` is aware and goes into the metadata."""

    title: str
    made_at: datetime
    language: Language = "ru"
    files: tuple[PdfFile, ...] = ()
    stamps: tuple[SignatureStamp, ...] = ()
    note: str = ""
    """Said at the foot of every page: the number of the message, say."""


def to_pdf(shown: Branch, options: PdfOptions) -> bytes:
    """Print a document. Raises `TooLarge`, `PdfUnavailable`."""
    if sum(1 for _ in _values(shown)) > VALUES:
        raise TooLarge(
            Text(
                ru=f"в документе больше {VALUES} значений: для печати это слишком много",
                en=f"the document has more than {VALUES} values, which is too much to print",
            ),
            cure=Text(ru="возьмите XML или таблицу Excel", en="take the XML or the Excel table"),
        )
    body = to_html(shown, HtmlOptions(options.language, heading=1, files=False))
    return print_html(body, options)


def print_html(body: str, options: PdfOptions, *, style: str = "") -> bytes:
    """Print a body that is HTML of ours or sanitised. Raises `PdfUnavailable`."""
    weasyprint = _weasyprint()
    moment = options.made_at.astimezone(UTC)
    footer = f'<div class="mz-foot">{escape(options.note)}</div>' if options.note else ""
    html = page(
        f"{footer}{body}{stamps_html(options.stamps)}",
        title=options.title,
        language=options.language,
        style=f"{_print_style(options.language)}{style}",
        screen=False,
        created=moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    files = [
        weasyprint.Attachment(
            string=each.octets,
            name=name,
            description=each.description or name,
            created=moment,
            modified=moment,
            relationship=_ROLES[each.role],
        )
        for name, each in zip(_names(options.files), options.files, strict=True)
    ]
    document = weasyprint.HTML(string=html, base_url=None, url_fetcher=_refusing(weasyprint))
    printed: bytes = document.write_pdf(pdf_variant=VARIANT, attachments=files, finisher=_tidy)
    return printed


def pdf_problem() -> PdfUnavailable | None:
    """Tell why nothing can be printed here, None where it can."""
    try:
        _weasyprint()
    except PdfUnavailable as error:
        return error
    return None


def _weasyprint() -> Any:
    try:
        return importlib.import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise PdfUnavailable(
            Text(
                ru="PDF здесь не получить: нет библиотек Pango",
                en="no PDF can be made here: the libraries of Pango are missing",
            ),
            cure=Text(
                ru="установите пакеты Debian libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0 и "
                "fonts-dejavu-core",
                en="install Debian's libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0 and "
                "fonts-dejavu-core",
            ),
        ) from error


def _tidy(_document: Any, pdf: Any) -> None:
    """Name each file once, and so that every reader of PDF can read the name."""
    associated = pdf.catalog.get("AF")
    if associated is None:
        return
    associated[:] = dict.fromkeys(associated)
    names = {}
    described: list[Any] = [each for each in pdf.objects if isinstance(each, dict)]
    for each in described:
        if each.get("Type") == "/Filespec":
            each["F"] = names[each.reference] = each["UF"]
    tree = pdf.objects[int(pdf.catalog["Names"]["EmbeddedFiles"].split()[0])]["Names"]
    tree[:] = [found for reference in tree[1::2] for found in (names[reference], reference)]


def _refusing(weasyprint: Any) -> Any:
    """Return a fetcher that gives nothing but pictures that lie in the page itself."""
    base: Any = weasyprint.urls.URLFetcher

    class Refusing(base):  # type: ignore[misc]  # the library is loaded when it is needed
        """Nothing is fetched from anywhere."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if _IMAGE.match(url) is None:
                raise ValueError("nothing is fetched for a printed document")
            return super().fetch(url, headers)

    return Refusing(allowed_protocols=("data",), allow_redirects=False)


def _values(branch: Branch) -> Iterator[object]:
    for part in branch.parts:
        if isinstance(part, Leaf):
            yield part
        elif isinstance(part, Branch):
            yield from _values(part)
        elif isinstance(part, Table):
            yield from (cell for row in part.rows for cell in row)


def _names(files: Sequence[PdfFile]) -> list[str]:
    """Return names that are safe to save by, each once."""
    taken: list[str] = []
    for number, each in enumerate(files, start=1):
        name = _NAME.sub("_", each.name.replace("\\", "/").rpartition("/")[2]).strip(". ")[:120] or "file"
        if name in taken:
            stem, suffix = posixpath.splitext(name)
            name = f"{stem}-{number}{suffix}"
        taken.append(name)
    return taken


def _print_style(language: Language) -> str:
    text = resources.files("mezhved.infotypes.rendering").joinpath("print.css").read_text(encoding="utf-8")
    of = ("Страница ", " из ") if language == "ru" else ("Page ", " of ")
    return text.replace("{page}", of[0]).replace("{of}", of[1])
