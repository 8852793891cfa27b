"""Bringing an export into the tables: a file at a time, a batch at a time, from where it was broken off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from mezhved.cabinet.directories.gar.kinds import FLATS, HOUSES, PARTS, ROOMS, short_names
from mezhved.cabinet.directories.gar.placing import place_region
from mezhved.cabinet.directories.gar.reading import UnreadableExport, records
from mezhved.cabinet.directories.gar.rows import READERS, Codes
from mezhved.cabinet.models import AddressLoad, AddressObject
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime

    from mezhved.cabinet.directories.gar.rows import Reader, Row
    from mezhved.cabinet.directories.gar.sources import Export, ExportFile

BATCH: Final = 5_000
"""Records between two commits."""
_STEP: Final = 500
_WITH_INNER: Final = "+inner"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a region: files read now and passed over as read before, objects that it has."""

    region: int
    files: int
    passed: int
    records: int
    streets: int
    houses: int


def load_addresses(
    export: Export,
    regions: Collection[int],
    clock: Callable[[], datetime],
    told: Callable[[str, int], None] = lambda _name, _records: None,
    batch: int = BATCH,
    *,
    inner: bool = False,
) -> Iterator[Loaded]:
    """Load regions of an export or of a delta; of none, all that it has. `inner`: flats and rooms as well.

    Every `batch` records there is a commit; `told` hears of the file and how many of its records are kept.
    Files that were loaded are passed over, one that was broken off is gone on with: its name carries the
    export's number. Raises `UnreadableExport`.
    """
    there = export.regions()
    missing = sorted(set(regions) - set(there))
    if missing:
        raise UnreadableExport(
            Text(ru=f"в выгрузке нет региона {missing[0]:02}", en=f"the export has no region {missing[0]:02}")
        )
    codes = Codes(
        short_names(export, "HOUSE_TYPES", HOUSES),
        short_names(export, "ADDHOUSE_TYPES", PARTS),
        short_names(export, "APARTMENT_TYPES", FLATS),
        short_names(export, "ROOM_TYPES", ROOMS),
        clock().date(),
    )
    loader = _Loader(export, codes, clock, told, batch, inner)
    for region in sorted(regions) or there:
        yield loader.load(region)


@dataclass(frozen=True, slots=True)
class _Loader:
    export: Export
    codes: Codes
    clock: Callable[[], datetime]
    told: Callable[[str, int], None]
    batch: int
    inner: bool

    def load(self, region: int) -> Loaded:
        read = passed = whole = 0
        for subject, reader in READERS.items():
            if reader.inner and not self.inner:
                continue
            for file in self.export.of(subject, region):
                if file.is_deletion and not reader.deletes:
                    continue
                # What flats lie in was passed over as long as there were none: with them all is read again.
                name = f"{file.name}{_WITH_INNER}" if self.inner else file.name
                load, _ = AddressLoad.objects.get_or_create(region=region, file=name)
                if load.finished_at is not None:
                    passed += 1
                    continue
                whole += self._file(file, load, reader)
                AddressLoad.objects.filter(pk=load.pk).update(finished_at=self.clock())
                read += 1
        AddressObject.objects.filter(region=region, level=0).delete()
        streets, houses = place_region(region)
        return Loaded(region, read, passed, whole, streets, houses)

    def _file(self, file: ExportFile, load: AddressLoad, reader: Reader) -> int:
        """Keep a file's records from where the last run stopped; return how many were read now."""
        number, before = 0, int(load.records)
        kept: dict[tuple[str, ...], dict[int, Row]] = {}

        def commit() -> None:
            with transaction.atomic():
                for fields, rows in kept.items():
                    _keep(load.region, fields, rows)
                AddressLoad.objects.filter(pk=load.pk).update(records=number)
            kept.clear()
            self.told(file.name, number)

        with file.open() as opened:
            for number, record in enumerate(records(opened, file.name), 1):
                if number <= before:
                    continue
                row = reader.read(record, self.codes, removed=file.is_deletion)
                if row is not None:
                    key, values = row
                    kept.setdefault(tuple(values), {})[key] = values
                if number % self.batch == 0:
                    commit()
        commit()
        return number - before


def _keep(region: int, fields: tuple[str, ...], rows: dict[int, Row]) -> None:
    made = [AddressObject(id=key, region=region, **values) for key, values in rows.items()]
    AddressObject.objects.bulk_create(
        made,
        batch_size=_STEP,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*fields, "region"],
    )
