"""`mezhved type answer|examples|print`: a type's scenarios at work, and documents shown to people."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from mezhved.cli.smev3_connection import help_text
from mezhved.infotypes.documents import QName, read_document
from mezhved.infotypes.rendering import (
    HtmlOptions,
    PdfFile,
    PdfOptions,
    archive_html,
    by_stylesheet,
    grids,
    is_archive,
    open_archive,
    page,
    print_html,
    to_csv,
    to_page,
    to_pdf,
    to_xlsx,
    view,
)
from mezhved.infotypes.scenarios import Scenario, ScenarioError, answer, archive, control_examples
from mezhved.infotypes.stylesheets import StylesheetRunner
from mezhved.texts import Language, MezhvedError, Text, language

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.infotypes.packages import Package

FORMS: Final = (".html", ".pdf", ".xlsx", ".csv")
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT: Final = click.Path(dir_okay=False, path_type=Path)


def add_to(
    group: click.Group,
    found: Callable[[str, Path], Package],
    catalogue: Callable[[Callable[..., None]], Callable[..., None]],
) -> None:
    """Add the commands to a group; `found` finds a package by path or name, `catalogue` is its option."""

    @group.command(
        "answer",
        help=help_text(
            "Ответить на запрос тестовым сценарием вида сведений. TYPE — путь или имя в каталоге.",
            "Answer a request by the type's own test scenario. TYPE is a path or a name of the catalogue.",
        ),
    )
    @click.argument("type_", metavar="TYPE")
    @click.argument("request", type=_FILE)
    @catalogue
    def answer_request(type_: str, request: Path, catalogue: Path) -> None:
        """Print the answer; tell on stderr which scenario made it."""
        scenarios = Scenario.all_of(found(type_, catalogue))
        with StylesheetRunner(processes=1) as runner:
            made = answer(request.read_bytes(), scenarios, runner)
        if made is None:
            raise ScenarioError(
                Text(ru="запрос не узнаёт ни один сценарий", en="no scenario recognises the request"),
                where=str(request),
            )
        click.echo(f"{made.scenario}: {_kind(made.content is not None, bool(made.rejections))}", err=True)
        click.echo(made.octets)

    @group.command(
        "examples",
        help=help_text(
            "Прогнать контрольные примеры и сложить пары «запрос — ответ» в ZIP. "
            "Без REQUEST — по эталонным запросам пакета.",
            "Run the control examples and put the pairs of request and answer into a ZIP. "
            "Without REQUEST: the package's own sample requests.",
        ),
    )
    @click.argument("type_", metavar="TYPE")
    @click.argument("requests", metavar="[REQUEST]...", nargs=-1, type=_FILE)
    @click.option("--out", required=True, type=_OUT, help=help_text("файл ZIP", "the ZIP file"))
    @catalogue
    def examples(type_: str, requests: tuple[Path, ...], out: Path, catalogue: Path) -> None:
        """Write the ZIP and list what is in it."""
        package = found(type_, catalogue)
        octets = [each.read_bytes() for each in requests] or _sample_requests(package)
        with StylesheetRunner(processes=1) as runner:
            made = control_examples(octets, Scenario.all_of(package), runner)
        if not made:
            raise ScenarioError(
                Text(ru="в пакете нет эталонных запросов", en="the package has no sample requests"),
                where=type_,
            )
        out.write_bytes(archive(made))
        for each in made:
            told = _kind(each.answer.content is not None, bool(each.answer.rejections))
            click.echo(f"{each.number}/  {each.answer.scenario}: {told}")

    @group.command(
        "print",
        help=help_text(
            "Показать документ (XML или архив с ними) людям: HTML, PDF/A-3, Excel или CSV — по имени файла "
            "--out.",
            "Show a document (XML, or an archive of them) to people: HTML, PDF/A-3, Excel or CSV, by the "
            "name of the file --out.",
        ),
    )
    @click.argument("document", type=_FILE)
    @click.option("--type", "type_", help=help_text("вид сведений: путь или имя", "type: a path or a name"))
    @click.option("--out", required=True, type=_OUT, help=help_text("что сделать", "what to make"))
    @click.option(
        "--stylesheet",
        type=_FILE,
        help=help_text("таблица стилей XSLT для HTML и PDF", "an XSLT stylesheet for HTML and PDF"),
    )
    @catalogue
    def print_document(
        document: Path, type_: str | None, out: Path, stylesheet: Path | None, catalogue: Path
    ) -> None:
        """Write the file."""
        package = None if type_ is None else found(type_, catalogue)
        if out.suffix.lower() not in FORMS:
            raise MezhvedError(
                Text(ru="такого вида файла не сделать", en="no file of this kind can be made"),
                where=str(out),
                cure=Text(ru=f"возьмите {', '.join(FORMS)}", en=f"take {', '.join(FORMS)}"),
            )
        octets = document.read_bytes()
        made = (
            _archive(octets, package, out)
            if is_archive(octets, document.name)
            else _styled(octets, stylesheet.read_bytes(), document, out)
            if stylesheet is not None and out.suffix.lower() in {".html", ".pdf"}
            else _shown(octets, package, document, out)
        )
        out.write_bytes(made)


def _kind(content: bool, rejected: bool) -> str:  # noqa: FBT001
    if content:
        return help_text("ответ", "an answer")
    return help_text("отказ", "a refusal") if rejected else help_text("статус", "a status")


def _sample_requests(package: Package) -> list[bytes]:
    requests = {root for bundle, root in package.roots if bundle.kind(root) == "request"}
    return [each.octets for each in package.samples if each.root in requests]


def _schema(package: Package | None, root: QName) -> Any:
    bundle = None if package is None else package.bundle_of(root)
    return None if bundle is None else bundle.xmlschema()


def _shown(octets: bytes, package: Package | None, document: Path, out: Path) -> bytes:
    read = read_document(octets)
    shown = view(read, _schema(package, read.root.name))
    spoken, now = language(), datetime.now(UTC)
    suffix = out.suffix.lower()
    if suffix == ".pdf":
        return to_pdf(shown, _pdf_options(octets, document, shown.label, now))
    if suffix == ".xlsx":
        return to_xlsx(grids(shown, spoken), now, title=document.name)
    if suffix == ".csv":
        return to_csv(grids(shown, spoken)[0])
    return to_page(shown, HtmlOptions(spoken, heading=1)).encode()


def _styled(octets: bytes, stylesheet: bytes, document: Path, out: Path) -> bytes:
    with StylesheetRunner(processes=1) as runner:
        clean = by_stylesheet(octets, stylesheet, runner)
    title = Text(ru=document.stem, en=document.stem)
    if out.suffix.lower() == ".pdf":
        options = _pdf_options(octets, document, title, datetime.now(UTC))
        return print_html(clean.body, options, style=clean.style)
    return page(clean.body, title=document.stem, language=language(), style=clean.style).encode()


def _archive(octets: bytes, package: Package | None, out: Path) -> bytes:
    if out.suffix.lower() != ".html":
        raise MezhvedError(
            Text(ru="архив показывается только как HTML", en="an archive is shown as HTML only"),
            where=str(out),
        )
    spoken: Language = language()
    body = archive_html(
        open_archive(octets), lambda root: _schema(package, root), HtmlOptions(spoken, heading=2)
    )
    return page(body, title=out.stem, language=spoken).encode()


def _pdf_options(octets: bytes, document: Path, title: Text, now: datetime) -> PdfOptions:
    return PdfOptions(str(title), now, language(), files=(PdfFile(document.name, octets),))
