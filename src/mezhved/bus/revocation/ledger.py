"""The table of fetched revocation data: what is due, who fetches it, what came. Microseconds throughout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import F

from mezhved.bus.revocation.fetching import Marks
from mezhved.bus.times import SECOND, microseconds, moment
from mezhved.gost import Certificate
from mezhved.registry.models import Revision, RevocationRecord, RevocationSource

if TYPE_CHECKING:
    from collections.abc import Collection

    from mezhved.texts import Text

_LONGEST_PROBLEM: Final = 500
_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Task:
    """One fetch, leased to this process. `certificate` is there where OCSP is asked."""

    pk: int
    source: int
    kind: str
    address: str
    function: str
    period: int
    outside: bool
    authority: Certificate
    certificate: Certificate | None
    thumbprint: str
    this_update: int
    next_update: int
    marks: Marks
    failures: int

    @property
    def held(self) -> datetime | None:
        """When what is kept so far was issued."""
        return moment(self.this_update) if self.thumbprint else None


@dataclass(frozen=True, slots=True)
class News:
    """What was fetched and accepted."""

    der: bytes
    thumbprint: str
    this_update: int
    next_update: int
    entries: int

    @classmethod
    def of(
        cls, der: bytes, thumbprint: bytes, this_update: datetime, next_update: datetime | None, entries: int
    ) -> News:
        """Put the moments into microseconds."""
        until = 0 if next_update is None else microseconds(next_update)
        return cls(der, thumbprint.hex(), microseconds(this_update), until, entries)


def claim(now: int, until: int, limit: int) -> tuple[Task, ...]:
    """Lease what is due to this process until the moment `until`; nobody else fetches it before."""
    return _claim(RevocationRecord.objects.filter(next_at__lte=now), now, until, limit)


def claim_source(source: int, now: int, until: int, done: Collection[int]) -> tuple[Task, ...]:
    """Lease a source's records whether due or not, a hundred at most, none of those that were `done`."""
    records = RevocationRecord.objects.filter(source=source)
    wanted = [pk for pk in records.values_list("pk", flat=True) if pk not in done][:_AT_ONCE]
    return _claim(records.filter(pk__in=wanted), now, until, _AT_ONCE)


def _claim(wanted: Any, now: int, until: int, limit: int) -> tuple[Task, ...]:
    free = wanted.filter(source__enabled=True, source__authority__enabled=True, leased_until__lte=now)
    # Asked first without a transaction: on SQLite each takes the one lock of writers.
    if not free.exists():
        return ()
    with transaction.atomic():
        numbers = list(
            free.select_for_update(skip_locked=True, of=("self",))
            .order_by("next_at", "pk")
            .values_list("pk", flat=True)[:limit]
        )
        RevocationRecord.objects.filter(pk__in=numbers).update(leased_until=until)
    rows = RevocationRecord.objects.filter(pk__in=numbers).select_related("source__authority").defer("der")
    return tuple(_task(row) for row in rows.order_by("next_at", "pk"))


def _task(row: RevocationRecord) -> Task:
    source: RevocationSource = row.source
    return Task(
        pk=row.pk,
        source=source.pk,
        kind=source.kind,
        address=source.address,
        function=source.function,
        period=source.period_seconds,
        outside=source.from_certificate,
        authority=source.authority.certificate(),
        certificate=Certificate.parse(bytes(row.certificate)) if row.subject else None,
        thumbprint=row.thumbprint,
        this_update=row.this_update,
        next_update=row.next_update,
        marks=Marks(row.etag, row.modified),
        failures=row.failures,
    )


def keep(task: Task, news: News, marks: Marks, now: int, next_at: int) -> bool:
    """Store what came and move the registry's revision on; False when it is what was kept before."""
    if news.thumbprint == task.thumbprint:
        confirm(task, marks, now, next_at)
        return False
    with transaction.atomic():
        Revision.hold()
        # Another node, whose lease ended under it, may have stored something newer meanwhile.
        kept = RevocationRecord.objects.filter(pk=task.pk, this_update__lte=news.this_update).update(
            der=news.der,
            thumbprint=news.thumbprint,
            this_update=news.this_update,
            next_update=news.next_update,
            entries=news.entries,
            **_confirmed(marks, now, next_at),
        )
        if kept:
            Revision.bump()
    return bool(kept)


def confirm(task: Task, marks: Marks, now: int, next_at: int) -> None:
    """Note that the source still gives what is kept."""
    RevocationRecord.objects.filter(pk=task.pk).update(**_confirmed(marks, now, next_at))


def _confirmed(marks: Marks, now: int, next_at: int) -> dict[str, Any]:
    return {
        "fetched_at": now,
        "next_at": next_at,
        "leased_until": 0,
        "failures": 0,
        "problem_ru": "",
        "problem_en": "",
        "etag": marks.etag,
        "modified": marks.modified,
    }


def put_off(source: int, now: int, next_at: int) -> None:
    """Let all that is due of a source wait until a moment."""
    due = RevocationRecord.objects.filter(source=source, next_at__lte=now, leased_until__lte=now)
    due.update(next_at=next_at)


def give_back(task: Task, next_at: int) -> None:
    """End a lease without a fetch."""
    RevocationRecord.objects.filter(pk=task.pk).update(leased_until=0, next_at=next_at)


def fail(task: Task, problem: Text, next_at: int) -> None:
    """Note why a fetch failed, and when it is tried again."""
    RevocationRecord.objects.filter(pk=task.pk).update(
        next_at=next_at,
        leased_until=0,
        failures=F("failures") + 1,
        problem_ru=problem.ru[:_LONGEST_PROBLEM],
        problem_en=problem.en[:_LONGEST_PROBLEM],
    )


def utc(at: int) -> datetime | None:
    """Return a moment of the table, None for never."""
    return datetime.fromtimestamp(at / SECOND, UTC) if at else None
