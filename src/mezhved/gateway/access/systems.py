"""Naming a system: by its mnemonic, with its connection where one mnemonic stands in several contours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.gateway.errors import NotFound
from mezhved.gateway.models import InformationSystem
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.db.models import QuerySet


def full_name(system: InformationSystem) -> str:
    """Return `MNEMONIC@connection`."""
    return f"{system.mnemonic}@{system.connection.name}"


def systems_named(name: str) -> QuerySet[InformationSystem]:
    """Return the systems that `MNEMONIC` or `MNEMONIC@connection` names."""
    mnemonic, _, connection = name.partition("@")
    found = InformationSystem.objects.select_related("connection").filter(mnemonic=mnemonic)
    return found.filter(connection__name=connection) if connection else found


def find_system(name: str) -> InformationSystem:
    """Return the one system of this name; raise `NotFound` for none and for several."""
    found = list(systems_named(name)[:2])
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(
            Text(ru=f"системы {name} в шлюзе нет", en=f"the gateway has no system {name}"),
            cure=Text(
                ru="системы вносит mezhved gateway import", en="mezhved gateway import brings systems in"
            ),
        )
    raise NotFound(
        Text(ru=f"систем {name} несколько", en=f"there are several systems {name}"),
        cure=Text(
            ru="уточните соединение: " + ", ".join(full_name(each) for each in found),
            en="name the connection too: " + ", ".join(full_name(each) for each in found),
        ),
    )
