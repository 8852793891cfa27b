"""The sections of the set-up by their names in addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.cabinet.running.addresses import CONNECTIONS, SYSTEMS
from mezhved.cabinet.running.offices import DEPARTMENTS, PEOPLE, SERVICES, TERMS
from mezhved.cabinet.running.rules import RULES
from mezhved.cabinet.running.types import TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.cabinet.running.section import Section

SECTIONS: Final[Mapping[str, Section]] = {
    each.slug: each for each in (DEPARTMENTS, PEOPLE, RULES, SERVICES, TERMS, CONNECTIONS, SYSTEMS, TYPES)
}
