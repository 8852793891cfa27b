"""The switch for the time of works: while its row is there, the bus takes and gives nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from mezhved.registry.models import fields
from mezhved.registry.models.base import RegistryModel
from mezhved.service.lazytext import lazy_text

if TYPE_CHECKING:
    from datetime import datetime


class Maintenance(RegistryModel):
    """Works on the bus: one row or none. No part of what is exported: it is a state, not a rule."""

    THE_ROW: ClassVar[int] = 1

    since = fields.moment("с какого времени", "since")
    reason = fields.line("зачем", "why", 200, blank=True)

    class Meta(RegistryModel.Meta):
        """Named for people."""

        abstract = False
        verbose_name = lazy_text("регламентные работы", "maintenance")
        verbose_name_plural = lazy_text("регламентные работы", "maintenance")

    @property
    def key(self) -> str:
        """There is one."""
        return "bus"

    @classmethod
    def current(cls) -> Maintenance | None:
        """Return the works that go on, None when the bus works as usual."""
        found: Maintenance | None = cls.objects.filter(pk=cls.THE_ROW).first()
        return found

    @classmethod
    def begin(cls, reason: str, now: datetime) -> bool:
        """Begin works; False when they go on already."""
        if cls.current() is not None:
            return False
        cls(pk=cls.THE_ROW, since=now, reason=reason).save()
        return True

    @classmethod
    def end(cls) -> bool:
        """End the works; False when there were none."""
        going = cls.current()
        if going is None:
            return False
        going.delete()
        return True
