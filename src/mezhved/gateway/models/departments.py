"""Who works for a participant: departments in a tree, and the people of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

from mezhved.gateway.models.checks import check_code, check_hour, check_zone
from mezhved.gateway.models.connections import InformationSystem
from mezhved.gateway.models.fields import flag, text
from mezhved.service.lazytext import lazy_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import User

DEEPEST = 20
"""Greatest depth of the tree."""


class Department(models.Model):
    """A department that works on incoming requests, with its hours and its place in the tree."""

    code = text(64, unique=True, validators=[check_code])
    name = text(500)
    parent: models.ForeignKey[Department | None, Department | None] = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    """Whose head hears of what is late for longer."""
    email = text(254, blank=True, default="", validators=[validate_email])
    """The mailbox that hears of terms."""
    time_zone = text(64, default="Europe/Moscow", validators=[check_zone])
    """In which its terms are counted, a name of the IANA database."""
    opens = text(5, default="09:00", validators=[check_hour])
    closes = text(5, default="18:00", validators=[check_hour])
    """An hour earlier on shortened days."""
    systems: models.ManyToManyField[InformationSystem, models.Model] = models.ManyToManyField(
        InformationSystem, blank=True, related_name="departments", db_table="gateway_department_system"
    )
    """Whose incoming requests it works on; none: of all."""
    is_default = flag(default=False)
    """Gets what no rule gives to another."""
    is_active = flag(default=True)

    class Meta:
        """Table: one department at most gets the rest."""

        db_table = "gateway_department"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="gateway_department_default_once",
            )
        ]

    def __str__(self) -> str:
        return self.code

    def upwards(self) -> Iterator[Department]:
        """Give this department, the one above it, and so on."""
        at: Department | None = self
        for _ in range(DEEPEST):
            if at is None:
                return
            yield at
            at = at.parent

    def clean(self) -> None:
        """Refuse a circle, a tree that is too deep, a day that ends before it begins."""
        if self.opens >= self.closes:
            raise ValidationError(
                {"closes": lazy_text(ru="конец дня раньше начала", en="the day ends before it begins")}
            )
        above = list(self.parent.upwards()) if self.parent is not None else []
        if len(above) >= DEEPEST or any(each.code == self.code for each in above):
            raise ValidationError(
                {"parent": lazy_text(ru="подразделение выше самого себя", en="above itself")}
            )


class Person(models.Model):
    """Who works in a department; an account may come later."""

    if TYPE_CHECKING:
        account_id: int | None
        department_id: int

    department: models.ForeignKey[Department, Department] = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="people"
    )
    name = text(150)
    """How the person is named as the executor of a request."""
    email = text(254, blank=True, default="", validators=[validate_email])
    is_head = flag(default=False)
    """Hears of what is late in the department."""
    account: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        """Table: a name is one person within a department."""

        db_table = "gateway_person"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["department", "name"], name="gateway_person_once")
        ]

    def __str__(self) -> str:
        return self.name
