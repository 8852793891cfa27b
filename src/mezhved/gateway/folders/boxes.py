"""The folders of one system, and names in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from mezhved.gateway.files import clean_name
from mezhved.gateway.models import InformationSystem

if TYPE_CHECKING:
    from mezhved.configuration import GatewaySettings

_NAMES: Final = {
    "gateway": ("in", "out", "arc", "err"),
    "adapter": ("out", "in", "arc", "unknown"),
}
_TEMPORARY: Final = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".writing", "~")
_NAME_OCTETS: Final = 200
_UNSAFE: Final = re.compile(r"[^\w.\-]+")


@dataclass(frozen=True, slots=True)
class Box:
    """Where one system drops files, takes files, and finds the taken and the refused ones."""

    system: InformationSystem
    dropped: Path
    given: Path
    taken: Path
    refused: Path
    tells_sent: bool = False
    """Whether the system is told that SMEV has taken a message, as the official adapter tells it."""

    def make(self) -> None:
        """Make the folders where they are missing."""
        for each in (self.dropped, self.given, self.taken, self.refused):
            each.mkdir(parents=True, exist_ok=True)


def boxes(settings: GatewaySettings) -> list[Box]:
    """Return the boxes of the systems that exchange by folders."""
    if not settings.exchange_folder:
        return []
    rows = InformationSystem.objects.select_related("connection").filter(
        is_active=True, connection__is_active=True
    )
    if settings.exchange_systems:
        rows = rows.filter(mnemonic__in=settings.exchange_systems)
    systems = list(rows.order_by("pk"))
    names = [each.mnemonic for each in systems]
    root = Path(settings.exchange_folder)
    return [
        _box(root, each, settings.exchange_layout, alone=names.count(each.mnemonic) == 1) for each in systems
    ]


def _box(root: Path, system: InformationSystem, layout: str, *, alone: bool) -> Box:
    """Return a system's box; a mnemonic of two contours has one in each, so that nothing passes over."""
    name = system.mnemonic if alone else f"{system.mnemonic}@{system.connection.name}"
    folder = root / clean_name(name)
    dropped, given, taken, refused = (folder / each for each in _NAMES[layout])
    return Box(system, dropped, given, taken, refused, tells_sent=layout == "adapter")


def is_temporary(name: str) -> bool:
    """Tell whether a name says that its file is still being written."""
    return name.startswith((".", "~")) or name.lower().endswith(_TEMPORARY)


def free_place(folder: Path, name: str) -> Path:
    """Return a path that nothing lies at: of this name, else of one like it."""
    place = folder / name
    while place.exists() or place.is_symlink():
        stem, dot, extension = name.rpartition(".")
        marked = f"{stem or extension}.{uuid4().hex[:8]}{dot if stem else ''}{extension if stem else ''}"
        place = folder / marked[-_NAME_OCTETS:]
    return place


def stem_of(name: str) -> str:
    """Return what a file's answers are named by: no signs that any file system minds, short."""
    stem = clean_name(name.encode("utf-8", "replace").decode("utf-8", "replace")).rpartition(".")[0] or name
    return _short(_UNSAFE.sub("_", stem).strip("._") or "file", 100)


def _short(text: str, octets: int) -> str:
    return text.encode("utf-8", "ignore")[:octets].decode("utf-8", "ignore")


def reason_name(name: str) -> str:
    """Return the name of the text that says why a file was refused."""
    octets = name.encode("utf-8", "surrogateescape")
    return octets[:_NAME_OCTETS].decode("utf-8", "ignore") + ".txt"
