"""How a settings dataclass declares one setting."""

from __future__ import annotations

from dataclasses import field, fields
from typing import TYPE_CHECKING, Any

from mezhved.configuration.errors import SettingError
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


def setting(
    default: Any,
    ru: str,
    en: str,
    *,
    secret: bool = False,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Any:
    """Describe one field: default, text, bounds; a secret stays out of `repr`."""
    metadata = {"text": Text(ru=ru, en=en), "secret": secret, "at_least": at_least, "at_most": at_most}
    return field(default=default, repr=not secret, metadata=metadata)


def describe_fields(kind: type[Any]) -> Mapping[str, Text]:
    """Return the text of every setting of a role, in the order of declaration."""
    return {each.name: each.metadata["text"] for each in fields(kind)}


def check_bounds(settings: Any) -> None:
    """Raise `SettingError` for the first value that is outside its field's bounds."""
    for each in fields(settings):
        low, high = each.metadata["at_least"], each.metadata["at_most"]
        value = getattr(settings, each.name)
        if (low is not None and value < low) or (high is not None and value > high):
            raise SettingError(
                Text(ru=f"значение {value} вне пределов", en=f"value {value} is out of range"),
                where=each.name,
                cure=Text(ru=f"укажите от {low} до {high}", en=f"give a value from {low} to {high}"),
            )
