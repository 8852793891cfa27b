"""Who changed what, and the number that every change moves on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import connection, models
from django.db.models import F

from mezhved.registry.models import fields
from mezhved.service.lazytext import lazy_text


class Revision(models.Model):
    """One row: the number of the registry's state, asked by every node every two seconds."""

    THE_ROW: ClassVar[int] = 1

    number: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def bump(cls) -> None:
        """Move the number on, in the caller's transaction."""
        if not cls.objects.filter(pk=cls.THE_ROW).update(number=F("number") + 1):
            cls.objects.create(pk=cls.THE_ROW, number=1)

    @classmethod
    def hold(cls) -> None:
        """Let other writers wait until the caller's transaction ends.

        Taken before anything else is written, so that two writers never wait for each other.
        """
        if connection.in_atomic_block:
            list(cls.objects.select_for_update().filter(pk=cls.THE_ROW))

    @classmethod
    def current(cls) -> int:
        """Return the number; 0 before the first change."""
        return cls.objects.filter(pk=cls.THE_ROW).values_list("number", flat=True).first() or 0


class ChangeRecord(models.Model):
    """One change of one row. Written once, never changed or removed by the program."""

    class Action(models.TextChoices):
        """What happened to the row."""

        CREATED = "created", lazy_text("создано", "created")
        CHANGED = "changed", lazy_text("изменено", "changed")
        REMOVED = "removed", lazy_text("удалено", "removed")

    at = fields.moment("когда", "when", db_index=True)
    actor = fields.line("кто", "who", 200)
    via = fields.line("откуда", "through", 20)
    action = fields.line("что сделано", "what", 10, choices=Action.choices)
    model = fields.line("таблица", "table", 50)
    key = fields.line("запись", "row", 1000)
    before = models.JSONField(lazy_text("было", "before"), null=True)
    after = models.JSONField(lazy_text("стало", "after"), null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-id"]
        verbose_name = lazy_text("запись истории", "history record")
        verbose_name_plural = lazy_text("история изменений", "history of changes")
        indexes: ClassVar = [models.Index(fields=["model", "key"], name="registry_change_row")]

    def __str__(self) -> str:
        what = self.Action(self.action).label
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor}: {what} {self.model} {self.key}"

    def save(self, *args: Any, **options: Any) -> None:
        """Write a new record; a written one stays as it is."""
        if self.pk is not None:
            raise TypeError("a history record is never changed")
        super().save(*args, **options)

    def delete(self, *_: Any, **__: Any) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise TypeError("a history record is never removed")

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Return the fields that differ, with their values before and after."""
        before, after = self.before or {}, self.after or {}
        return {
            name: (before.get(name), after.get(name))
            for name in [*before, *(each for each in after if each not in before)]
            if before.get(name) != after.get(name)
        }
