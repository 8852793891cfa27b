"""How many examples a property is tried with: few in `make test`, all in `make long`."""

from __future__ import annotations

from typing import Any

from hypothesis import settings

FEWEST = 5


def examples(number: int, **others: Any) -> settings:
    """Give settings with `number` examples in the long form, and the profile's share of them otherwise."""
    share = number * settings.default.max_examples // settings.get_profile("long").max_examples
    return settings(max_examples=max(min(number, FEWEST), share), **others)
