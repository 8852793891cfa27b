"""The whole table of SMEV's faults (list of typical errors; facts of the wire, section 4)."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from mezhved.smev3.faults.attachment_rows import ATTACHMENT_ROWS
from mezhved.smev3.faults.certificate_rows import CERTIFICATE_ROWS
from mezhved.smev3.faults.content_rows import CONTENT_ROWS
from mezhved.smev3.faults.message_rows import MESSAGE_ROWS
from mezhved.smev3.faults.party_rows import PARTY_ROWS
from mezhved.smev3.faults.signature_rows import SIGNATURE_ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.smev3.faults.model import Fault
    from mezhved.smev3.faults.rows import FaultRow

TABLE: Mapping[str, FaultRow] = MappingProxyType(
    {
        row.name: row
        for row in (
            *SIGNATURE_ROWS,
            *CERTIFICATE_ROWS,
            *ATTACHMENT_ROWS,
            *CONTENT_ROWS,
            *MESSAGE_ROWS,
            *PARTY_ROWS,
        )
    }
)


_NUMBER = re.compile(r"(?:SMEV-?)?(\d{2,3})\s*(?::\s*(.*))?", re.IGNORECASE | re.DOTALL)
_MODULE = re.compile(r"(?:^|[:\s])([A-Z]+:\d+)\s*$")

# What is longer is nobody's fault text, and patterns with several gaps would take their time over it.
_LONGEST_TEXT = 2000


def explain(fault: Fault) -> FaultRow | None:
    """Return the line of the table that tells cause and cure of a fault made here or read off the wire."""
    if fault.row:
        return TABLE[fault.row]
    same_kind = [row for row in TABLE.values() if row.kind is fault.kind]
    if fault.kind is None:  # told afterwards without a type, or not SMEV's at all
        named = find(fault.code) or find(fault.text)
        return named[0] if fault.text and len(named) == 1 else None
    signature_code = fault.signature_code
    by_module = [row for row in same_kind if fault.module and row.module == fault.module]
    by_code = [row for row in same_kind if signature_code and row.signature_code is signature_code]
    close = by_module or by_code or same_kind
    return next(iter([*_worded_alike(close, fault.text), *by_module, *by_code, *same_kind]), None)


def find(words: str) -> tuple[FaultRow, ...]:
    """Return the lines that somebody may mean, empty for none.

    `words` is a number (SMEV-403), a code or its end (TR:SYNC:PP:55), a name (InvalidContent,
    SignatureIsInvalid, ns3:AccessDenied), the text of a fault or its whole Description.
    """
    words = words.strip()
    rows = list(TABLE.values())
    numbered = _NUMBER.fullmatch(words)
    if numbered:
        same = [row for row in rows if row.number == int(numbered[1])]
        return tuple(_worded_alike(same, words) or same)
    module = _MODULE.search(words.upper())
    if module:
        return tuple(row for row in rows if row.module == module[1])
    name = re.split(r"[:}]", words)[-1].lower()
    named = [row for row in rows if name in _names(row)]
    return tuple(named or _worded_alike(rows, words))


def _names(row: FaultRow) -> set[str]:
    code = row.signature_code.value.lower() if row.signature_code else row.kind.value.lower()
    return {row.name, row.kind.value.lower(), code}


def _worded_alike(rows: list[FaultRow], text: str) -> list[FaultRow]:
    """Return the rows whose official text this is, whatever the parameters are."""
    text = re.sub(r"^SMEV-\d+:\s*", "", text.strip())
    return [row for row in rows if 0 < len(text) <= _LONGEST_TEXT and _pattern(row).fullmatch(text)]


def _pattern(row: FaultRow) -> re.Pattern[str]:
    """Return what the row's text and its description look like, whatever the parameters are."""
    shapes = (".*".join(map(re.escape, re.split(r"\{\w+\}", text))) for text in (row.text, row.description))
    return re.compile("|".join(filter(None, shapes)), re.DOTALL)
