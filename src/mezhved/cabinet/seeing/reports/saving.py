"""Reports under a name, and the schedule by which their owners are told that the next one is ready."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.urls import reverse

from mezhved.cabinet import notices
from mezhved.cabinet.access import Permission, access_of
from mezhved.cabinet.models import NoticeKind, SavedReport, Schedule
from mezhved.cabinet.seeing.periods import Period, named
from mezhved.gateway.looping import Loop
from mezhved.gateway.watching.summing import MOSCOW
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.cabinet.access import Visit
    from mezhved.cabinet.seeing.asked import Asked
    from mezhved.gateway.assembly import Gateway

MOST: Final = 100
"""Saved reports of one account."""
NAME_LENGTH: Final = 150
HOUR: Final = time(8)
"""When people are told, by Moscow time."""
PERIOD_SECONDS: Final = 60.0
BATCH: Final = 100


def save(visit: Visit, name: str, schedule: str, asked: Asked) -> SavedReport:
    """Keep a report under a name; one of the same name is replaced. Raises `MezhvedError`."""
    said = " ".join("".join(each if each.isprintable() else " " for each in name).split())
    if not said or len(said) > NAME_LENGTH:
        raise MezhvedError(
            Text(ru=f"нужно название до {NAME_LENGTH} знаков", en=f"a name of up to {NAME_LENGTH} characters")
        )
    own = SavedReport.objects.filter(account=visit.account)
    if own.count() >= MOST and not own.filter(name=said).exists():
        raise MezhvedError(Text(ru=f"сохранено уже {MOST} отчётов", en=f"{MOST} reports are saved already"))
    chosen = schedule if schedule in Schedule.values else Schedule.NEVER.value
    row, _ = SavedReport.objects.update_or_create(
        account=visit.account,
        name=said,
        defaults={
            "parameters": asked.parameters,
            "schedule": chosen,
            "next_at": next_after(chosen, visit.now),
        },
        create_defaults={
            "parameters": asked.parameters,
            "schedule": chosen,
            "next_at": next_after(chosen, visit.now),
            "created_at": visit.now,
        },
    )
    return row


def next_after(schedule: str, now: datetime) -> datetime | None:
    """Return when a report is due next: the following Monday or first day of a month."""
    today = now.astimezone(MOSCOW).date()
    if schedule == Schedule.WEEKLY:
        day = today + timedelta(days=7 - today.weekday())
    elif schedule == Schedule.MONTHLY:
        day = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    else:
        return None
    return datetime.combine(day, HOUR, MOSCOW).astimezone(UTC)


def ended(schedule: str, at: datetime) -> Period:
    """Return the period that a report of the schedule is of, when it is due at a moment."""
    return named("last_week" if schedule == Schedule.WEEKLY else "last_month", at.astimezone(MOSCOW).date())


def tell_due(now: datetime) -> int:
    """Tell the owners of what is due, once whatever processes do it; return of how many reports."""
    due = SavedReport.objects.filter(next_at__lte=now).order_by("next_at")
    keys = list(due.values_list("pk", "next_at")[:BATCH])
    for key, at in keys:
        with transaction.atomic():
            row = SavedReport.objects.select_related("account__user").get(pk=key)
            taken = SavedReport.objects.filter(pk=key, next_at=at).update(
                next_at=next_after(row.schedule, now)
            )
            if taken and at is not None:
                _tell(row, at, now)
    return len(keys)


def address(row: SavedReport, at: datetime) -> str:
    """Return the page of a report of the period that has ended by a moment."""
    period = ended(row.schedule, at)
    page = reverse("cabinet:report_saved", args=[row.uid])
    return f"{page}?since={period.since.isoformat()}&until={period.until.isoformat()}"


def _tell(row: SavedReport, at: datetime, now: datetime) -> None:
    if not row.account.user.is_active or not access_of(row.account).may(Permission.STATISTICS):
        return
    period = ended(row.schedule, at)
    days = f"{period.since:%d.%m.%Y} – {period.until:%d.%m.%Y}"
    notices.notify(
        row.account,
        Text(ru=f"Готов отчёт «{row.name}» за {days}", en=f"The report “{row.name}” for {days} is ready"),
        address(row, at),
        kind=NoticeKind.REPORT,
        at=now,
        about=f"report {row.uid} {period.since}",
    )


class ReportSchedule(Loop):
    """Tells until stopped; many may do it at once."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "reports")

    def tick(self) -> float:
        """Tell of what is due."""
        told = tell_due(self._gateway.clock())
        self.went_well()
        return 0.0 if told >= BATCH else PERIOD_SECONDS
