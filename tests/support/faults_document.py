"""docs/faults.md, made of the table of faults: what `mezhved explain` prints, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mezhved.cli.explain import RETRIES, TIMES, head
from mezhved.smev3.faults import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.smev3.faults import FaultRow
    from mezhved.texts import Text

FAULTS = Path(__file__).parents[2] / "docs/faults.md"
_HEAD = """# Ошибки СМЭВ 3 · Faults of SMEV 3

Эта страница составлена из того же перечня, что печатает `mezhved explain` (по номеру, коду, имени элемента \
или файлу с ответом: `mezhved explain --file answer.xml`). This page is made of the list that \
`mezhved explain` prints (by number, code, element or a file with an answer).

- Узнавайте ошибку по имени элемента в `detail` и по `SMEV-nnn` в начале `Description`; начало `Code` \
(область и узел) у каждого контура своё, конец — `MOD:n` — один и тот же. · Recognise a fault by the \
element's name in `detail` and by `SMEV-nnn` at the head of `Description`; the head of `Code` (area, node) \
differs between contours, its end, `MOD:n`, does not.
- Отказ **сразу** — это SOAP Fault с HTTP 500. Отказ **после приёма** — системный ответ из очереди ответов \
(GetResponse), с StatusCategory `requestIsRejectedBySmev` или `cancelled`; его подтверждают (Ack), как любой \
другой. · A refusal **at once** is a SOAP fault with HTTP 500. A refusal **after acceptance** is a system \
response in the queue of responses (GetResponse) with the StatusCategory `requestIsRejectedBySmev` or \
`cancelled`; it is acknowledged (Ack) as any other.
- Слова в фигурных скобках заменяет сервер. Строка без номера: настоящей ошибки такого рода никто не видел, \
слова в ней — Межведа. · The server fills in what stands in braces. A line without a number: nobody has seen \
a real one, the words are Mezhved's.
"""


def faults_document() -> str:
    """Return the whole document."""
    rows = sorted(TABLE.values(), key=lambda row: row.number or 1000)
    return "\n".join([_HEAD, *_summary(rows), *(line for row in rows for line in _chapter(row))])


def _summary(rows: list[FaultRow]) -> Iterator[str]:
    yield "| | | MOD:n | сразу · at once | после · after | faultstring |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in rows:
        name = (
            row.kind.value if row.signature_code is None else f"{row.kind.value}/{row.signature_code.value}"
        )
        number = f"[SMEV-{row.number}](#{row.name})" if row.number else f"[—](#{row.name})"
        marks = (("×" if each else "") for each in (row.synchronous, row.asynchronous))
        yield f"| {number} | {name} | {row.module} | {' | '.join(marks)} | {_cell(row.text)} |"
    yield ""


def _chapter(row: FaultRow) -> Iterator[str]:
    yield f"## {row.name}"
    yield ""
    yield f"`{' '.join(head(row).split())}`: «{_cell(row.text)}»"
    yield ""
    yield "| | Русский | English |"
    yield "| --- | --- | --- |"
    yield _line("что · what", row.meaning)
    for number, reason in enumerate(row.reasons, 1):
        yield _line(f"причина · cause {number}", reason.cause)
        yield _line("что делать · cure", reason.cure)
        yield _line("кто · who", reason.actor.value)
    yield _line("когда · when", TIMES[row.synchronous, row.asynchronous], f" ({', '.join(row.operations)})")
    yield _line("повторять · repeat", RETRIES[row.retry])
    yield ""


def _line(title: str, text: Text, more: str = "") -> str:
    return f"| {title} | {_cell(text.ru + more)} | {_cell(text.en + more)} |"


def _cell(text: str) -> str:
    """Keep a text from ending its cell or being taken for markup."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def write() -> None:
    """Write the document anew."""
    FAULTS.write_text(faults_document(), encoding="utf-8")
