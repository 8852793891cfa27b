"""What all tables of the registry share: checked, recorded, and the revision moved on.

Every way Django offers to change a row ends in `save` or in the signals of deletion: bulk operations are
loops here, because a registry changes rarely and must not be changed unrecorded.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models, router, transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class RecordedQuerySet(models.QuerySet[Any]):
    """A query set whose bulk operations save each row, in one transaction."""

    def update(self, **values: Any) -> int:
        """Save every row with the values; expressions (`F`) are not supported."""
        with transaction.atomic(using=self.db):
            rows = list(self)
            for row in rows:
                for name, value in values.items():
                    setattr(row, name, value)
                row.save(using=self.db)
        return len(rows)

    def bulk_create(self, objs: Iterable[Any], *_: Any, **options: Any) -> list[Any]:
        """Save every object. Conflicts are errors: no option is supported."""
        if any(options.get(each) for each in ("ignore_conflicts", "update_conflicts")):
            raise NotImplementedError("the registry refuses conflicts")
        made = list(objs)
        with transaction.atomic(using=self.db):
            for each in made:
                each.save(using=self.db, force_insert=True)
        return made

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *_: Any, **__: Any) -> int:
        """Save the named fields of every object."""
        named = list(fields)
        made = list(objs)
        with transaction.atomic(using=self.db):
            for each in made:
                each.save(using=self.db, update_fields=named)
        return len(made)


class RegistryModel(models.Model):
    """A table of the registry; `key` names a row to people and in the history."""

    described_by_digest: ClassVar[Collection[str]] = ()
    """Fields whose octets the history tells by size and SHA-256 only."""

    objects = RecordedQuerySet.as_manager()

    class Meta:
        """Related rows, too, are reached through the recording manager."""

        abstract = True
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.key

    def save(self, *args: Any, **options: Any) -> None:
        """Check the whole row, then write it, its history and the revision in one transaction.

        Raises `django.core.exceptions.ValidationError`.
        """
        using = options.get("using") or router.db_for_write(type(self), instance=self)
        self.full_clean()
        with transaction.atomic(using=using):
            super().save(*args, **options)

    @property
    def key(self) -> str:
        """The row's name: unique in its table."""
        raise NotImplementedError

    def state(self) -> dict[str, Any]:
        """Return the row as the history keeps it: plain JSON, other rows by their keys."""
        return {
            field.name: self._plain(field) for field in self._meta.concrete_fields if not field.primary_key
        }

    def stored(self) -> Self | None:
        """Return the row as the database has it now."""
        if self.pk is None:
            return None
        found: Self | None = type(self).objects.filter(pk=self.pk).first()
        return found

    def _plain(self, field: models.Field[Any, Any]) -> Any:
        if isinstance(field, models.ForeignKey):
            target = getattr(self, field.name)
            return None if target is None else target.key
        value = getattr(self, field.name)
        if field.name in self.described_by_digest:
            octets = bytes(value)
            return {"octets": len(octets), "sha256": hashlib.sha256(octets).hexdigest()}
        return value.isoformat() if isinstance(value, (date, datetime)) else value
