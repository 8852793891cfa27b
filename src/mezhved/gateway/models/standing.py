"""How the requests that began on a day stand now: what figures of a period are added up from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models

from mezhved.gateway.models.fields import count, flag, text
from mezhved.gateway.models.types import InformationType

if TYPE_CHECKING:
    from datetime import date

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
BOUNDS: Final = (
    MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR,
    DAY, 2 * DAY, 3 * DAY, 4 * DAY, 5 * DAY, 7 * DAY, 10 * DAY, 14 * DAY, 21 * DAY, 30 * DAY,
)  # fmt: skip
"""Upper bounds of the parts of the histogram, seconds; the last part, above all of them, has none."""
PARTS: Final = tuple(f"part_{number:02}" for number in range(len(BOUNDS) + 1))


class Grain(models.TextChoices):
    """What a row covers, a day, a month or a year, and what it tells apart: types, or the other sides."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    DAY_BY_SIDE = "day_by_side"
    MONTH_BY_SIDE = "month_by_side"
    YEAR_BY_SIDE = "year_by_side"


class Standing(models.Model):
    """Requests that began in one period, of one department and type or other side: how many stand how."""

    grain = text(16, choices=Grain.choices)
    start: models.DateField[date, date] = models.DateField()
    """The day, or the first day of the month or year, by Moscow time."""
    direction = text(3)
    type: models.ForeignKey[InformationType | None, InformationType | None] = models.ForeignKey(
        InformationType, on_delete=models.CASCADE, null=True, related_name="+"
    )
    """None: of an unknown type, or in the rows that tell the sides apart."""
    department: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    """Key of the department that has them; no reference, so that its deletion changes no past figure."""
    counterpart = text(64, blank=True, default="")
    """The other side's mnemonic, in the rows that tell the sides apart."""
    is_test = flag(default=False)
    answered = count(default=0)
    rejected = count(default=0)
    faulted = count(default=0)
    unsent = count(default=0)
    cancelled = count(default=0)
    untold = count(default=0)
    """Those that want no answer (broadcast)."""
    open = count(default=0)
    late = count(default=0)
    """Answered after the term or, open, past it."""
    overdue = count(default=0)
    """Of them the open ones."""
    seconds: models.FloatField[float, float] = models.FloatField(default=0.0)
    """From the beginning to the answer or refusal, in all."""
    part_00 = count(default=0)
    """Answered or refused within the first of `BOUNDS`; each next part up to the next bound."""
    part_01 = count(default=0)
    part_02 = count(default=0)
    part_03 = count(default=0)
    part_04 = count(default=0)
    part_05 = count(default=0)
    part_06 = count(default=0)
    part_07 = count(default=0)
    part_08 = count(default=0)
    part_09 = count(default=0)
    part_10 = count(default=0)
    part_11 = count(default=0)
    part_12 = count(default=0)
    part_13 = count(default=0)
    part_14 = count(default=0)
    part_15 = count(default=0)
    part_16 = count(default=0)
    part_17 = count(default=0)
    part_18 = count(default=0)
    part_19 = count(default=0)

    class Meta:
        """Table and the index of a period."""

        db_table = "gateway_standing"
        indexes: ClassVar = [models.Index(fields=["grain", "start", "type"], name="gateway_standing_period")]

    def __str__(self) -> str:
        return f"{self.grain} {self.start}"
