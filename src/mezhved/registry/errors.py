"""Errors of this room.

MezhvedError
├── BadRouting        - a routing expression is no good (mezhved.smev3.xpath)
└── RegistryError     - a change of the registry is refused
    └── BadDocument   - a YAML file of the registry is not what is expected
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.exceptions import ValidationError
    from django.db.models import Model


class RegistryError(MezhvedError):
    """A change of the registry is refused; nothing of it was written."""


class BadDocument(RegistryError):  # noqa: N818 - named by what it is, as the other refusals are
    """A YAML file of the registry is not what is expected; `where` names the place in it."""


def refusal(error: ValidationError, where: str) -> RegistryError:
    """Tell what a row's check found, field by field."""
    if hasattr(error, "error_dict"):
        parts = [
            "; ".join(messages) if name == "__all__" else f"{name}: {'; '.join(messages)}"
            for name, messages in error.message_dict.items()
        ]
        text = " ".join(parts)
    else:
        text = " ".join(error.messages)
    return RegistryError(Text(ru=text, en=text), where=where)


def still_used(key: str, users: Iterable[Model]) -> RegistryError:
    """Tell what else refers to a row that is to be removed."""
    names = ", ".join(sorted({str(each) for each in users})[:5])
    return RegistryError(
        Text(ru=f"на запись ссылаются: {names}", en=f"the row is referred to by: {names}"),
        where=key,
        cure=Text(ru="сначала удалите их или выключите запись", en="remove those first, or disable the row"),
    )
