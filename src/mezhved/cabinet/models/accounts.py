"""Who may sign in, and as what."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

from mezhved.gateway.models import Department
from mezhved.gateway.models.fields import optional_moment, text

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User


class Role(models.TextChoices):
    """What somebody is in a department, or in the whole organisation."""

    ADMINISTRATOR = "administrator"
    SECURITY_OFFICER = "security_officer"
    HEAD = "head"
    OFFICIAL = "official"
    OBSERVER = "observer"


class Account(models.Model):
    """A person who signs in; the password and the address of mail lie in Django's own table.

    `user.is_active` is an administrator's switch, `locked_at` the security officer's; either keeps out.
    """

    if TYPE_CHECKING:
        user_id: int

    user: models.OneToOneField[User, User] = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cabinet_account"
    )
    name = text(150)
    """As colleagues and the history of requests know the person."""
    position = text(300, blank=True, default="")
    temporary_until = optional_moment()
    """Until when a password that somebody else made lets in, to be changed at once; None: it is one's own."""
    locked_at = optional_moment()
    language = text(2, blank=True, default="")
    """The language of the pages that the person chose; empty: the site's."""

    class Meta:
        """Table."""

        db_table = "cabinet_account"

    def __str__(self) -> str:
        return self.name

    def may_enter(self, now: datetime) -> bool:
        """Tell whether the account is neither disabled nor locked, and its password not out of time."""
        fresh = self.temporary_until is None or now < self.temporary_until
        return self.user.is_active and self.locked_at is None and fresh


class Assignment(models.Model):
    """A role of an account: in one department, or, without one, in the whole organisation."""

    if TYPE_CHECKING:
        account_id: int
        department_id: int | None

    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="assignments"
    )
    role = text(32, choices=Role.choices)
    department: models.ForeignKey[Department | None, Department | None] = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, related_name="+"
    )

    class Meta:
        """Table: a role is given once in a department."""

        db_table = "cabinet_assignment"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "role", "department"], name="cabinet_assignment_once"),
            models.UniqueConstraint(
                fields=["account", "role"],
                condition=models.Q(department__isnull=True),
                name="cabinet_assignment_whole_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} {self.department_id or '*'}"
