r"""Patterns of XML Schema that take exponential time, written so that they take linear time.

Both validators match by trying and stepping back. `\S+([\S\s]*\S+)*`, which official schemas have for "no
blanks at the ends", keeps them busy for minutes over thirty letters and a trailing blank. Such a pattern is
replaced by one of the same language in which no text can be read in two ways.
"""

from __future__ import annotations

from mezhved.infotypes.patterns.taming import tamed

__all__ = ["tamed"]
