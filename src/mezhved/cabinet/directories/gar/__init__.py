"""The state register of addresses (GAR, FIAS): its exports brought into the tables, a piece at a time."""

from __future__ import annotations

from mezhved.cabinet.directories.gar.loading import Loaded, load_addresses
from mezhved.cabinet.directories.gar.reading import UnreadableExport
from mezhved.cabinet.directories.gar.sources import open_export

__all__ = ["Loaded", "UnreadableExport", "load_addresses", "open_export"]
