"""How much a file of requests may hold."""

from __future__ import annotations

from typing import Final

from mezhved.infotypes.packages.archives import PackageLimits
from mezhved.texts import Text

SHEET: Final = Text(ru="Запросы", en="Requests")
"""The sheet that is filled in; in a file of another program, the first one."""
FIRST_ROW: Final = 3
"""Of requests, as Excel counts rows; above are the keys (hidden) and the headings."""
MOST_ROWS: Final = 2_000
MOST_CELLS_WIDE: Final = 400
FILE_OCTETS: Final = 10 * 2**20
UNPACKED: Final = PackageLimits(
    octets=48 * 2**20, file_octets=32 * 2**20, files=500, nesting=1, unpack_inner=False
)
CELL_CHARACTERS: Final = 32_767
"""Of a cell, as Excel has it."""
EMPTY_ROWS: Final = 500
"""After so many empty rows in a row nothing more is looked for."""
