"""How a settings dataclass declares one setting."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from mezhved.texts import Text


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
