"""Filters that people keep: their own, and their department's."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from mezhved.cabinet.access import Permission
from mezhved.cabinet.lists.persons import PersonKey
from mezhved.cabinet.models import SavedFilter
from mezhved.gateway.errors import InvalidMessage
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mezhved.cabinet.access import Visit
    from mezhved.cabinet.lists.kinds import View
    from mezhved.cabinet.lists.wanted import Wanted
    from mezhved.gateway.models import Department

MOST: Final = 50
"""Filters of one person in one list."""
_NAME_LIMIT: Final = 100


def usable(visit: Visit, view: View) -> QuerySet[SavedFilter]:
    """Return the filters that the account may use: its own, and those shared with its departments."""
    shared = Q(department__in=visit.access.departments(Permission.SEE))
    rows = SavedFilter.objects.filter(Q(account=visit.account) | shared, view=view.code)
    return rows.select_related("account", "department")


def named(visit: Visit, view: View, uid: str) -> SavedFilter | None:
    """Return the filter of this name; None where it is nobody's that the account may use."""
    try:
        key = uuid.UUID(uid)
    except ValueError:
        return None
    return usable(visit, view).filter(uid=key).first()


def default_of(visit: Visit, view: View) -> SavedFilter | None:
    """Return what the account's list is opened with."""
    return SavedFilter.objects.filter(account=visit.account, view=view.code, is_default=True).first()


def keep(
    visit: Visit,
    view: View,
    name: str,
    wanted: Wanted,
    *,
    person: PersonKey | None,
    department: Department | None = None,
    is_default: bool = False,
) -> SavedFilter:
    """Keep a filter under a name, in place of the account's former one of that name.

    Raises `InvalidMessage` for no name and for too many.
    """
    name = " ".join(name.split())[:_NAME_LIMIT]
    if not name:
        raise InvalidMessage(Text(ru="назовите фильтр", en="name the filter"), where="name")
    own = SavedFilter.objects.filter(account=visit.account, view=view.code)
    if own.exclude(name=name).count() >= MOST:
        raise InvalidMessage(
            Text(ru=f"своих фильтров уже {MOST}", en=f"there are {MOST} filters of yours already"),
            where="name",
            cure=Text(ru="удалите лишние", en="delete some"),
        )
    with transaction.atomic():
        if is_default:
            own.update(is_default=False)
        row, _ = SavedFilter.objects.update_or_create(
            account=visit.account,
            view=view.code,
            name=name,
            defaults={
                "query": replace(wanted, person="").query,
                "person": None if person is None else person.kept(),
                "department": department,
                "is_default": is_default,
            },
        )
    return row


def drop(visit: Visit, view: View, uid: uuid.UUID) -> bool:
    """Delete a filter of the account's own; tell whether there was one."""
    gone, _ = SavedFilter.objects.filter(account=visit.account, view=view.code, uid=uid).delete()
    return bool(gone)


def person_of(row: SavedFilter) -> PersonKey | None:
    """Return whom a filter is about."""
    return PersonKey.of(row.person)


def with_person(wanted: Wanted, row: SavedFilter) -> Wanted:
    """Note in what is wanted that a person is looked for, whose key the filter keeps."""
    return replace(wanted, person=str(row.uid))
