"""Contents that no row names any more, and files whose arrival was interrupted: found and deleted."""

from __future__ import annotations

import itertools
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from django.apps import apps

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.looping import Loop
from mezhved.gateway.models.fields import BlobField

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mezhved.gateway.assembly import Gateway

DUTY = "cleaning files"
DUTY_SECONDS = 3600
PERIOD_SECONDS = 5 * 3600.0
FIRST_SECONDS = 600.0
KEPT = timedelta(days=1)
"""How long a content waits for the message that was to take it."""
BATCH = 500


def clean(gateway: Gateway) -> int:
    """Delete what is older than a day and belongs to nothing; return how many contents went."""
    before = gateway.clock() - KEPT
    gone = 0
    for keys in _batches(gateway.blobs.keys(int(before.timestamp() * 1_000_000))):
        named = _named(keys)
        for key in keys:
            if key not in named:
                gateway.blobs.delete(key)
                gone += 1
    arriving = gateway.settings.folder / "arriving"
    with suppress(FileNotFoundError):
        for path in arriving.iterdir():
            with suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    gone += 1
    return gone


def _named(keys: Sequence[str]) -> set[str]:
    """Return those of the keys that a row of any table names."""
    named: set[str] = set()
    for model in apps.get_models():
        for column in model._meta.concrete_fields:  # noqa: SLF001
            if isinstance(column, BlobField):
                rows = model._base_manager.filter(**{f"{column.name}__in": keys})  # noqa: SLF001
                named.update(rows.values_list(column.name, flat=True))
    return named


def _batches(keys: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(itertools.islice(keys, BATCH)):
        yield batch


class Janitor(Loop):
    """Cleans while it holds the duty."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "janitor")
        self._first = FIRST_SECONDS

    def tick(self) -> float:
        """Clean; come back in some hours."""
        if take_duty(DUTY, self._gateway.owner, self._gateway.clock(), DUTY_SECONDS):
            gone = clean(self._gateway)
            self.went_well()
            if gone:
                self._gateway.log.info("files_cleaned", files=gone)
        return PERIOD_SECONDS

    def ended(self) -> None:
        """Let another process clean."""
        leave(DUTY, self._gateway.owner)
        super().ended()
