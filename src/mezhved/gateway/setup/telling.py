"""What the sections of the set-up share while a document is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_UNFIT = re.compile(r"[^\w.-]")


@dataclass(frozen=True, slots=True)
class Telling:
    """One export: where files go, and whether secrets are told."""

    folder: Path | None
    secrets: bool

    def secret(self, value: str) -> str | None:
        """Return a secret, None where it is not to be told."""
        return value if self.secrets and value else None

    def file(self, name: str, octets: bytes) -> str | bytes:
        """Put octets into a file below the folder and return its name, or return them themselves."""
        if self.folder is None:
            return octets
        path = f"packages/{_UNFIT.sub('_', name)}"
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(octets)
        return path


def without_defaults(values: Mapping[str, Any], **defaults: Any) -> dict[str, Any]:
    """Leave out what bringing in would put in by itself: what is empty, and what equals its default."""
    return {
        name: value
        for name, value in values.items()
        if value not in (None, "", [], {}) and not (name in defaults and value == defaults[name])
    }
