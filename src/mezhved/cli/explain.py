"""`mezhved explain`: what a fault of SMEV means, why it comes, what to do and who does it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from mezhved.smev3 import faults
from mezhved.smev3.dumps import read_dump
from mezhved.smev3.faults import Retry
from mezhved.smev3.versions import SOAP11, Version
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.smev3.dumps import Document
    from mezhved.smev3.faults import Fault, FaultRow

RETRIES = {
    Retry.REPEAT: Text(
        ru="да: то же самое, без ограничения числа попыток, с растущими паузами",
        en="yes: the same, as often as it takes, with growing pauses",
    ),
    Retry.DONE: Text(
        ru="нет: сообщение уже у СМЭВ",
        en="no: SMEV has the message",
    ),
    Retry.CORRECT: Text(
        ru="не раньше, чем устранена причина; если отказ пришёл после приёма — с новым MessageID",
        en="not before the cause is removed; with a new MessageID if the refusal followed acceptance",
    ),
}
TIMES = {
    (True, False): Text(ru="сразу", en="at once"),
    (False, True): Text(ru="после приёма, системным ответом", en="after acceptance, by a system response"),
    (True, True): Text(ru="сразу или после приёма", en="at once or after acceptance"),
}
_SAID = 400
_FAULTS = (f"{{{SOAP11}}}Fault", *(f"{{{version.types}}}SmevFault" for version in Version))


@click.command(
    short_help=str(Text(ru="Что значит ошибка СМЭВ и что делать.", en="What a fault of SMEV means.")),
    help=str(
        Text(
            ru="Что значит ошибка СМЭВ, почему она бывает, что делать и кому. ОШИБКА — номер (SMEV-403), код "
            "или его конец (TR:SYNC:PP:55), имя элемента (InvalidContent) или текст; без неё — перечень.",
            en="What a fault of SMEV means, why it comes, what to do and who does it. FAULT is a number "
            "(SMEV-403), a code or its end (TR:SYNC:PP:55), an element's name (InvalidContent) or a text; "
            "without it all are listed.",
        )
    ),
)
@click.argument("fault", nargs=-1, metavar=str(Text(ru="[ОШИБКА]", en="[FAULT]")))
@click.option(
    "--file",
    type=click.File("rb"),
    help=str(
        Text(
            ru="ответ СМЭВ с ошибкой или системный ответ: XML или дамп HTTP; «-» — стандартный ввод",
            en="an answer of SMEV with a fault, or a system response: XML or an HTTP dump; '-' is standard "
            "input",
        )
    ),
)
@click.option("--json", "as_json", is_flag=True, help="JSON")
def explain(fault: tuple[str, ...], file: BinaryIO | None, *, as_json: bool) -> None:
    """Explain what is named, what stands in the file, or list all; exit 1 when it is nothing known."""
    if file is not None:
        found = [(each, faults.explain(each)) for each in faults_in(file.read())]
        _tell_found(found, as_json=as_json)
        return
    words = " ".join(fault)
    rows = faults.find(words) if words else tuple(faults.TABLE.values())
    if not rows:
        raise MezhvedError(
            Text(ru="такой ошибки в перечне нет", en="no such fault in the list"),
            where=words[:80],
            cure=Text(ru="перечень: mezhved explain", en="the list: mezhved explain"),
        )
    if as_json:
        _print([plain(row) for row in rows])
    elif words:
        click.echo("\n\n".join(explanation(row) for row in rows))
    else:
        click.echo("\n".join(f"{head(row)}  {row.text}" for row in rows))


def faults_in(octets: bytes) -> list[Fault]:
    """Return the faults in a file; `MezhvedError` when there is no XML in it."""
    return [fault for document in read_dump(octets) for fault in _faults_of(document)]


def _faults_of(document: Document) -> Iterator[Fault]:
    for element in document.root.iter(*_FAULTS):
        yield faults.read_fault(element)


def head(row: FaultRow) -> str:
    """Return the names of a case in one line."""
    number = "" if row.number is None else f"SMEV-{row.number}"
    name = row.kind.value if row.signature_code is None else f"{row.kind.value}/{row.signature_code.value}"
    return f"{number:8}  {name}  {row.module}"


def explanation(row: FaultRow) -> str:
    """Return the whole explanation of a case, in the reader's language."""
    lines = [head(row).strip(), f"  «{row.text}»", "", f"{row.meaning}"]
    for number, reason in enumerate(row.reasons, 1):
        lines += [
            "",
            f"{number}. {reason.cause}",
            f"   -> {reason.cure}",
            f"   {Text(ru='Кто', en='Who')}: {reason.actor.value}",
        ]
    told = ", ".join(row.operations)
    lines += [
        "",
        f"{Text(ru='Когда', en='When')}: {TIMES[row.synchronous, row.asynchronous]} ({told})",
        f"{Text(ru='Повторять', en='Repeat')}: {RETRIES[row.retry]}",
    ]
    return "\n".join(lines)


def plain(row: FaultRow) -> dict[str, Any]:
    """Return a case for programs, in the reader's language."""
    return {
        "name": row.name,
        "number": row.number,
        "element": row.kind.value,
        "signature_code": row.signature_code.value if row.signature_code else None,
        "module": row.module,
        "text": row.text,
        "meaning": str(row.meaning),
        "reasons": [
            {"cause": str(each.cause), "cure": str(each.cure), "who": str(each.actor.value)}
            for each in row.reasons
        ],
        "operations": row.operations,
        "at_once": row.synchronous,
        "after_acceptance": row.asynchronous,
        "retry": row.retry.value,
    }


def _tell_found(found: list[tuple[Fault, FaultRow | None]], *, as_json: bool) -> None:
    if as_json:
        _print([_plain_fault(fault) | {"row": plain(row) if row else None} for fault, row in found])
    elif not found:
        click.echo(Text(ru="ошибок СМЭВ в файле нет", en="no fault of SMEV in the file"), err=True)
    else:
        click.echo("\n\n".join(_said(fault, row) for fault, row in found))
    sys.exit(0 if found else 1)


def _said(fault: Fault, row: FaultRow | None) -> str:
    """Return what the server said and what it means."""
    lines = [f"{Text(ru='СМЭВ сказала', en='SMEV said')}: {_cut(fault.description or fault.text)}"]
    if fault.code:
        lines.append(f"  {_cut(fault.code)}")
    lines += [f"  {child.name}: {_cut(child.text)}" for child in fault.children]
    unknown = Text(ru="Это не ошибка СМЭВ 3.", en="This is no fault of SMEV 3.")
    return "\n".join([*lines, "", explanation(row) if row else str(unknown)])


def _plain_fault(fault: Fault) -> dict[str, Any]:
    return {
        "element": fault.kind.value if fault.kind else None,
        "code": fault.code,
        "text": fault.text,
        "description": fault.description,
        "children": [{"name": each.name, "text": each.text} for each in fault.children],
    }


def _cut(text: str) -> str:
    """Return a line that cannot drive the terminal: what the file says came from outside."""
    line = "".join(sign if sign.isprintable() else " " for sign in text)
    return line if len(line) <= _SAID else f"{line[:_SAID]}…"


def _print(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
