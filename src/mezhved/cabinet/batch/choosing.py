"""What a file of requests may be for: which types, which departments, which systems send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.cabinet.access import Permission
from mezhved.gateway.models import InformationSystem, InformationType

if TYPE_CHECKING:
    from mezhved.cabinet.access import Visit
    from mezhved.gateway.models import Department


def types() -> list[InformationType]:
    """Return the types that may be asked for, by title."""
    found = InformationType.objects.filter(is_active=True).defer("package")
    return sorted(found, key=lambda each: (each.title or each.code).casefold())


def type_of(code: str) -> InformationType | None:
    """Return a type that may be asked for."""
    return InformationType.objects.filter(is_active=True, code=code).defer("package").first()


def departments(visit: Visit) -> list[Department]:
    """Return the departments for which the account may ask."""
    return list(visit.access.departments(Permission.ASK))


def systems(kind: InformationType, department: Department | None) -> list[InformationSystem]:
    """Return the systems by which a department may ask for a type: of its own where it has any."""
    found = InformationSystem.objects.filter(is_active=True, connection__is_active=True)
    if kind.environment:
        found = found.filter(connection__environment=kind.environment)
    rows = list(found.select_related("connection").order_by("mnemonic", "connection__name"))
    own = set(department.systems.values_list("pk", flat=True)) if department is not None else set()
    return [each for each in rows if each.pk in own] if own else rows
