"""What people are told of, and how each of them wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from mezhved.cabinet.models.accounts import Account
from mezhved.gateway.models.fields import flag, moment, optional_moment, text
from mezhved.texts import Text


class NoticeKind(models.TextChoices):
    """What a notice is about."""

    ANSWER = "answer"
    """An answer came to an own request."""
    REFUSAL = "refusal"
    FAULT = "fault"
    """SMEV refused an own request."""
    UNSENT = "unsent"
    """Something could not be sent."""
    ASSIGNED = "assigned"
    """A request was given to the account."""
    QUESTION = "question"
    """A colleague asks."""
    TERM = "term"
    """A term is near or over."""
    KEY = "key"
    """A signing key runs out."""
    JOB = "job"
    """Long work is done."""
    REPORT = "report"
    """A report of the schedule is ready."""


class ByMail(models.TextChoices):
    """When a notice is written by mail too."""

    NEVER = "never"
    NOW = "now"
    DAILY = "daily"
    """Once a day, all in one letter."""


class Notice(models.Model):
    """One thing that one account is told; without personal data."""

    if TYPE_CHECKING:
        account_id: int

    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="notices"
    )
    kind = text(16, choices=NoticeKind.choices)
    key = text(64)
    """What it is about: a thing is told an account once."""
    at = moment()
    text_ru = text(500)
    text_en = text(500)
    link = text(500, blank=True, default="")
    """A path of the cabinet."""
    in_page = flag(default=True)
    read_at = optional_moment()
    mail = text(8, choices=ByMail.choices, default=ByMail.NEVER)
    """By which letter it has still to go; `NEVER` when it went."""

    class Meta:
        """Table, the index of the list and that of what waits for letters."""

        db_table = "cabinet_notice"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "key"], name="cabinet_notice_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "-at"], name="cabinet_notice_list"),
            models.Index(
                fields=["account"],
                name="cabinet_notice_unread",
                condition=models.Q(read_at__isnull=True, in_page=True),
            ),
            models.Index(
                fields=["mail", "account"],
                name="cabinet_notice_to_mail",
                condition=~models.Q(mail="never"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def text(self) -> Text:
        """What it says."""
        return Text(ru=self.text_ru, en=self.text_en)


class NoticePreference(models.Model):
    """How an account wants notices of a kind; without a row, as `mezhved.cabinet.notices` has it."""

    if TYPE_CHECKING:
        account_id: int

    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="notice_preferences"
    )
    kind = text(16, choices=NoticeKind.choices)
    in_page = flag(default=True)
    by_mail = text(8, choices=ByMail.choices, default=ByMail.NEVER)

    class Meta:
        """Table: one row of a kind."""

        db_table = "cabinet_notice_preference"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "kind"], name="cabinet_notice_preference_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.kind}"
