"""The information types by their packages, loaded once each."""

from __future__ import annotations

import io
import threading
import zipfile
from typing import TYPE_CHECKING

from mezhved.infotypes import SchemaSet

if TYPE_CHECKING:
    from mezhved.gateway.models import InformationType

KEPT = 64


class Catalogue:
    """Schemas of types, by the digest of their package; the last used ones stay in memory."""

    def __init__(self) -> None:
        self._schemas: dict[str, SchemaSet] = {}
        self._lock = threading.Lock()

    def schemas(self, kind: InformationType) -> SchemaSet:
        """Return the type's schemas, ready to validate."""
        with self._lock:
            found = self._schemas.pop(kind.package_digest, None)
            if found is None:
                found = SchemaSet(_xsd_files(bytes(kind.package)))
                while len(self._schemas) >= KEPT:
                    del self._schemas[next(iter(self._schemas))]
            self._schemas[kind.package_digest] = found
            return found


def _xsd_files(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {
            each.filename: archive.read(each)
            for each in archive.infolist()
            if not each.is_dir() and each.filename.lower().endswith(".xsd")
        }
