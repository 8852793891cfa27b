"""Following what happens: events by their cursor, warnings of keys, jobs that end; each told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.urls import reverse

from mezhved.cabinet.access import Permission, access_of
from mezhved.cabinet.models import Account, Assignment, Job, JobState, Notice, NoticeKind
from mezhved.cabinet.notices.mailing import send_daily, send_now
from mezhved.cabinet.notices.sources import EVENTS, OWN, told_of
from mezhved.cabinet.notices.telling import notify
from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.looping import Loop
from mezhved.gateway.models import Event, KeyWarning
from mezhved.gateway.queries import Prepared
from mezhved.gateway.readers import has_come, reader_of
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mezhved.gateway.assembly import Gateway

_EVENTS: Final = Prepared[Event]()
READER: Final = "notices"
KEY_READER: Final = "notices of keys"
JOB_READER: Final = "notices of jobs"
"""Its position is a moment: microseconds since 1970."""
DUTY_SECONDS: Final = 60
PERIOD_SECONDS: Final = 3.0
BATCH: Final = 200
SELDOM: Final = timedelta(seconds=30)
"""How often it is looked for what comes by the day."""
KEPT: Final = timedelta(days=180)
OVERLAP: Final = timedelta(minutes=2)
"""Jobs that end are written by several processes: what ended so shortly before is looked at again."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ENDS: Final = {
    JobState.DONE: Text(ru="Готово: {title}", en="Done: {title}"),
    JobState.FAILED: Text(ru="Не получилось: {title}", en="It failed: {title}"),
}


def follow_events(batch: int = BATCH) -> int:
    """Tell of the next events, and note how far it came, in one transaction; return how many there were.

    Only the holder of the duty calls it. What a killed process did not commit is told by the next one.
    """
    reader = reader_of(READER)
    places = _EVENTS.tuples(lambda after: _ahead(after, batch), reader.position, apart=batch)
    if not places:
        return 0
    wanted = [
        key for _, kind, key, account in places if kind in EVENTS and (account is not None or kind not in OWN)
    ]
    rows = Event.objects.filter(pk__in=wanted).select_related("exchange__type").order_by("position")
    with transaction.atomic():
        for event in rows.defer("exchange__type__package"):
            for told in told_of(event):
                notify(
                    told.account, told.text, told.link, kind=told.kind, at=event.at, about=f"event {event.pk}"
                )
        has_come(reader, places[-1][0])
    return len(places)


def _ahead(after: int, batch: int) -> QuerySet[Event, Any]:
    ahead = Event.objects.filter(position__gt=after).order_by("position")
    return ahead.values_list("position", "kind", "pk", "exchange__account_id")[:batch]


def follow_keys() -> int:
    """Tell administrators of the next keys that run out; return how many there were."""
    reader = reader_of(KEY_READER)
    rows = list(
        KeyWarning.objects.filter(pk__gt=reader.position).select_related("key__system").order_by("pk")[:BATCH]
    )
    with transaction.atomic():
        for row in rows:
            for account in _administrators():
                notify(
                    account,
                    _of_key(row),
                    reverse("cabinet:keys"),
                    kind=NoticeKind.KEY,
                    at=row.at,
                    about=f"key {row.key_id} {row.thumbprint} {row.days}",  # type: ignore[attr-defined]
                )
        if rows:
            has_come(reader, rows[-1].pk)
    return len(rows)


def follow_jobs(now: datetime) -> int:
    """Tell of jobs that have ended; return how many there were."""
    reader = reader_of(JOB_READER)
    since = _EPOCH + timedelta(microseconds=reader.position)
    ended = Job.objects.filter(state__in=list(_ENDS), finished_at__gte=since, account__isnull=False)
    rows = list(ended.select_related("account__user").order_by("finished_at", "pk")[:BATCH])
    if not rows and now - since < OVERLAP * 2:
        return 0
    with transaction.atomic():
        for row in rows:
            _tell_job(row)
        reached = rows[-1].finished_at if len(rows) == BATCH else None
        until = min(reached or now, now) - OVERLAP
        has_come(reader, max(reader.position, (until - _EPOCH) // timedelta(microseconds=1)))
    return len(rows)


def forget_old(now: datetime) -> None:
    """Delete notices that nobody looks at any more."""
    Notice.objects.filter(at__lt=now - KEPT).delete()


def _tell_job(row: Job) -> None:
    if row.account is None or row.finished_at is None:
        return
    words, title = _ENDS[JobState(row.state)], row.name
    text = Text(ru=words.ru.format(title=title.ru), en=words.en.format(title=title.en))
    link = row.link if row.link and row.state == JobState.DONE else row.address
    notify(row.account, text, link, kind=NoticeKind.JOB, at=row.finished_at, about=f"job {row.uid}")


def _administrators() -> list[Account]:
    holders = Account.objects.select_related("user").filter(
        pk__in=Assignment.objects.values("account"), user__is_active=True
    )
    return [each for each in holders if access_of(each).may(Permission.SETUP)]


def _of_key(row: KeyWarning) -> Text:
    name, system = row.key.name, row.key.system.mnemonic
    if not row.days:
        return Text(
            ru=f"Срок ключа подписи {name} ({system}) истёк",
            en=f"The signing key {name} ({system}) has ended",
        )
    ends = f"{row.not_after:%d.%m.%Y}"
    return Text(
        ru=f"Ключ подписи {name} ({system}) действует до {ends}",
        en=f"The signing key {name} ({system}) ends on {ends}",
    )


class NoticeFollower(Loop):
    """Follows and writes letters while it holds the duty."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "notices")
        self._seldom: datetime | None = None

    def tick(self) -> float:
        """Tell what is new; come back at once while there is more."""
        now = self._gateway.clock()
        if not take_duty(READER, self._gateway.owner, now, DUTY_SECONDS):
            return DUTY_SECONDS / 2
        followed = follow_events()
        follow_jobs(now)
        if self._seldom is None or now >= self._seldom:
            self._seldom = now + SELDOM
            follow_keys()
            if send_daily(self._gateway):
                forget_old(now)
        send_now(self._gateway)
        self.went_well()
        return 0.0 if followed == BATCH else PERIOD_SECONDS

    def ended(self) -> None:
        """Let another process follow."""
        leave(READER, self._gateway.owner)
        super().ended()
