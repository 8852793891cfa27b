"""What is done about incoming requests: by whom, when and why; what answers by itself; who is told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from mezhved.gateway.models.departments import Department
from mezhved.gateway.models.exchanges import Exchange
from mezhved.gateway.models.fields import count, json_value, long_text, moment, optional_moment, text
from mezhved.gateway.models.rules import AnswerService, AnswerWay, Rule


class HandlingKind(models.TextChoices):
    """What was done."""

    ROUTED = "routed"
    ASSIGNED = "assigned"
    TAKEN = "taken"
    RETURNED = "returned"
    NOTED = "noted"
    PAUSED = "paused"
    RESUMED = "resumed"
    TERM = "term"
    """The term was set by hand."""
    FAILED = "failed"
    """The automatic answer did not come about."""


class Handling(models.Model):
    """One thing that was done about a request."""

    exchange: models.ForeignKey[Exchange, Exchange] = models.ForeignKey(
        Exchange, on_delete=models.CASCADE, related_name="handlings"
    )
    at = moment()
    kind = text(16, choices=HandlingKind.choices)
    actor = text(150, blank=True, default="")
    """Who did it; empty: the gateway itself."""
    department: models.ForeignKey[Department | None, Department | None] = models.ForeignKey(
        Department, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    executor = text(150, blank=True, default="")
    """To whom: the executor from then on, the colleague who is asked."""
    note = long_text(blank=True, default="")
    """Why, in words of people."""

    class Meta:
        """Table, and the order in which it is read."""

        db_table = "gateway_handling"
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["executor", "exchange"],
                name="gateway_handling_asked",
                condition=models.Q(kind=HandlingKind.NOTED) & ~models.Q(executor=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class AutoState(models.TextChoices):
    """Where an automatic answer stands."""

    WAITING = "waiting"
    LATER = "later"
    """The participant's system took the request and answers later through the API."""
    DONE = "done"
    FAILED = "failed"


class AutoAnswer(models.Model):
    """A request that is to be answered without people."""

    exchange: models.OneToOneField[Exchange, Exchange] = models.OneToOneField(
        Exchange, on_delete=models.CASCADE, related_name="auto_answer"
    )
    rule: models.ForeignKey[Rule | None, Rule | None] = models.ForeignKey(
        Rule, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    way = text(16, choices=AnswerWay.choices)
    service: models.ForeignKey[AnswerService | None, AnswerService | None] = models.ForeignKey(
        AnswerService, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    state = text(16, choices=AutoState.choices, default=AutoState.WAITING)
    attempts = count(default=0)
    run_after = optional_moment()
    """When it is tried, or tried again; None when nothing is to be done."""
    lease_owner = text(64, blank=True, default="")
    leased_until = optional_moment()
    problem = json_value(null=True)
    """Why the last attempt failed: ru, en."""
    finished_at = optional_moment()

    class Meta:
        """Table and the index of what is to be done."""

        db_table = "gateway_auto_answer"
        indexes: ClassVar = [
            models.Index(
                fields=["run_after"],
                name="gateway_auto_answer_due",
                condition=models.Q(run_after__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.pk}"


class ReminderKind(models.TextChoices):
    """Whether the term is near or over."""

    NEAR = "near"
    OVER = "over"


class Reminder(models.Model):
    """A moment at which somebody hears of a request's term; what is told once is not told again."""

    exchange: models.ForeignKey[Exchange, Exchange] = models.ForeignKey(
        Exchange, on_delete=models.CASCADE, related_name="reminders"
    )
    kind = text(8, choices=ReminderKind.choices)
    level = count(default=0)
    """Its number in the list of the term: of escalations, how far up."""
    at = moment()
    done_at = optional_moment()

    class Meta:
        """Table and the index of what is to come."""

        db_table = "gateway_reminder"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["exchange", "kind", "level"], name="gateway_reminder_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["at"], name="gateway_reminder_due", condition=models.Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.level} {self.at:%Y-%m-%d %H:%M}"


class Mail(models.Model):
    """A letter that is to be sent, or was."""

    key = text(100, unique=True)
    """What it is about and to whom: such a letter is written once."""
    address = text(254)
    subject = text(200)
    plain = long_text()
    html = long_text(blank=True, default="")
    message_id = text(200)
    """Its Message-ID, the same however often it is tried: a mail server knows it again."""
    created_at = moment()
    send_after = optional_moment()
    attempts = count(default=0)
    lease_owner = text(64, blank=True, default="")
    leased_until = optional_moment()
    sent_at = optional_moment()
    problem = text(200, blank=True, default="")
    """Why the last attempt failed, one word for a person who administers."""

    class Meta:
        """Table and the index of what is to be sent."""

        db_table = "gateway_mail"
        indexes: ClassVar = [
            models.Index(
                fields=["send_after"],
                name="gateway_mail_to_send",
                condition=models.Q(send_after__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.key
