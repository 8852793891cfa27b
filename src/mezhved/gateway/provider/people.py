"""The people of departments that have accounts: kept as the accounts' roles say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from mezhved.gateway.errors import Conflict
from mezhved.gateway.models import Person
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User


def set_places(user: User, name: str, places: Mapping[int, bool]) -> None:
    """Let the person of an account work in these departments (their keys), as the head of it or not.

    A person of that name without an account becomes the account's. Raises `Conflict` where a department has
    another of that name.
    """
    with transaction.atomic():
        rows = {each.department_id: each for each in Person.objects.filter(account=user)}
        Person.objects.filter(account=user).exclude(department__in=places).delete()
        for department, is_head in places.items():
            row = rows.get(department)
            namesake = Person.objects.filter(department=department, name=name).exclude(account=user).first()
            if namesake is not None and namesake.account_id is not None:
                raise Conflict(
                    Text(
                        ru="в подразделении уже есть человек с таким именем",
                        en="the department has a person of that name already",
                    ),
                    where=name,
                    cure=Text(ru="добавьте отчество или должность", en="add a second name or a position"),
                )
            if namesake is not None:
                if row is not None:
                    row.delete()
                row = namesake
            row = row or Person(department_id=department)
            row.name, row.account, row.is_head = name, user, is_head
            row.email = user.email or row.email
            row.save()
