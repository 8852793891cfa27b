"""The whole table of SMEV's faults (list of typical errors; facts of the wire, section 4)."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from mezhved.smev3.faults.content_rows import CONTENT_ROWS
from mezhved.smev3.faults.exchange_rows import EXCHANGE_ROWS
from mezhved.smev3.faults.signature_rows import SIGNATURE_ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.smev3.faults.model import Fault
    from mezhved.smev3.faults.rows import FaultRow

TABLE: Mapping[str, FaultRow] = MappingProxyType(
    {row.name: row for row in (*SIGNATURE_ROWS, *CONTENT_ROWS, *EXCHANGE_ROWS)}
)


def explain(fault: Fault) -> FaultRow | None:
    """Return the line of the table that tells cause and cure of a fault made here or read off the wire."""
    if fault.row:
        return TABLE[fault.row]
    same_kind = [row for row in TABLE.values() if row.kind is fault.kind]
    signature_code = fault.signature_code
    by_module = [row for row in same_kind if fault.module and row.module == fault.module]
    by_code = [row for row in same_kind if signature_code and row.signature_code is signature_code]
    return next(iter([*_worded_alike(by_module or by_code, fault), *by_module, *by_code, *same_kind]), None)


def _worded_alike(rows: list[FaultRow], fault: Fault) -> list[FaultRow]:
    """Return the rows whose official text the fault's text is, whatever the parameters are."""
    return [row for row in rows if _pattern(row.text).fullmatch(fault.text.strip())]


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, re.split(r"\{\w+\}", template))), re.DOTALL)
