"""Long work that people start: kept in the database, so that a killed process loses none of it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.urls import reverse

from mezhved.cabinet.models.accounts import Account
from mezhved.gateway.models.fields import content_key, count, flag, json_value, moment, optional_moment, text
from mezhved.texts import Text

if TYPE_CHECKING:
    from datetime import datetime


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    """At the wish of a person."""


UNFINISHED: Final = (JobState.WAITING, JobState.WORKING)
FILES_KEPT: Final = timedelta(days=7)
"""How long the files of a job that is over stay."""


class Job(models.Model):
    """One piece of long work of one account."""

    if TYPE_CHECKING:
        account_id: int | None

    uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = text(64)
    """Which function does it, such as `running.examine`."""
    title = json_value()
    """What people see: ru, en; without personal data."""
    account: models.ForeignKey[Account | None, Account | None] = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, related_name="jobs"
    )
    """Who started it, and alone gets its file."""
    permission = text(16, blank=True, default="")
    """What the account has to be allowed still when it fetches the file."""
    language = text(2, default="ru")
    """Of the visit that started it: what it writes is written in it."""
    parameters = json_value(default=dict)
    source = content_key()
    """The file that it works on."""
    state = text(16, choices=JobState.choices, default=JobState.WAITING)
    done: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    total: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    """None: nobody knows yet."""
    memory = json_value(default=dict)
    """Where it goes on after its process was killed."""
    outcome = json_value(null=True)
    """What it found, for the page that started it."""
    result = content_key()
    result_name = text(255, blank=True, default="")
    result_mime = text(255, blank=True, default="")
    result_size: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    link = text(500, blank=True, default="")
    """The page of the cabinet that shows the result."""
    problem = json_value(null=True)
    """Why it failed: ru, en, cure_ru, cure_en."""
    created_at = moment()
    started_at = optional_moment()
    finished_at = optional_moment()
    expires_at = optional_moment()
    """When the files go."""
    stop_wanted = flag(default=False)
    attempts = count(default=0)
    """How often it was taken up since it last came on."""
    lease_owner = text(64, blank=True, default="")
    leased_until = optional_moment()

    class Meta:
        """Table and the indexes of its lists and of what is to be done."""

        db_table = "cabinet_job"
        indexes: ClassVar = [
            models.Index(fields=["account", "-id"], name="cabinet_job_account"),
            models.Index(
                fields=["id"],
                name="cabinet_job_unfinished",
                condition=models.Q(state__in=UNFINISHED),
            ),
            models.Index(
                fields=["expires_at"],
                name="cabinet_job_expiring",
                condition=models.Q(expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def name(self) -> Text:
        """What people see."""
        return Text(ru=self.title["ru"], en=self.title["en"])

    @property
    def trouble(self) -> Text | None:
        """Why it failed, with the cure."""
        if not self.problem:
            return None
        ru, en = self.problem["ru"], self.problem["en"]
        if "cure_ru" in self.problem:
            ru, en = f"{ru}: {self.problem['cure_ru']}", f"{en}: {self.problem['cure_en']}"
        return Text(ru=ru, en=en)

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state not in UNFINISHED

    @property
    def percent(self) -> int | None:
        """How much of it is done; None where nobody knows."""
        if not self.total:
            return None
        return min(100, 100 * self.done // self.total)

    @property
    def address(self) -> str:
        """Its page."""
        return reverse("cabinet:job", args=[self.uid])

    def has_file(self, now: datetime) -> bool:
        """Tell whether its file can be fetched."""
        kept = self.expires_at is None or now < self.expires_at
        return bool(self.result) and self.state == JobState.DONE and kept
