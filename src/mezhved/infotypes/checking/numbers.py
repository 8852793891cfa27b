"""Check digits and forms of known numbers: SNILS, INN, OGRN, UIN..., wherever the schema's words tell of one.

A number is known by the name of its field or type, or by what the documentation calls it, and only where the
schema allows such a number at all. What the schema itself does not demand is a warning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from mezhved.infotypes.checking.model import Finding
from mezhved.infotypes.checking.places import Declarations, label_of
from mezhved.infotypes.forms.fields import type_names
from mezhved.infotypes.forms.notes import notes_of
from mezhved.infotypes.forms.recognition import identifier_of
from mezhved.infotypes.values.scalars import fits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.infotypes.forms.fields import Component
    from mezhved.infotypes.identifiers import Identifier

_MOST: Final = 500


@dataclass(slots=True)
class Numbers:
    """Knows which declarations of a schema hold which numbers; each is found out once."""

    _known: dict[int, Identifier | None] = field(default_factory=dict)

    def findings(self, declarations: Declarations, root: etree._Element) -> Iterator[Finding]:
        """Give what is wrong with the numbers of a document."""
        told = 0
        for node in root.iter(etree.Element):
            declared = declarations.element(node)
            if declared is None:
                continue
            for place in self._places(declarations, node, declared):
                yield place
                told += 1
                if told >= _MOST:
                    return

    def _places(
        self, declarations: Declarations, node: etree._Element, declared: Component
    ) -> Iterator[Finding]:
        if len(node) == 0 and node.text and node.text.strip():
            simple = declarations.simple(node)
            if simple is not None:
                yield from self._judged(declarations, declared, simple, (node, None, node.text))
        for name, value in node.attrib.items():
            attribute = declarations.attribute(node, str(name))
            if attribute is not None and attribute.type is not None and value.strip():
                place = (node, str(name), str(value))
                yield from self._judged(declarations, attribute, attribute.type, place)

    def _judged(
        self,
        declarations: Declarations,
        declared: Component,
        simple: Component,
        place: tuple[etree._Element, str | None, str],
    ) -> Iterator[Finding]:
        node, attribute, value = place
        number = self._number(declared, simple)
        flaw = number.flaw(value) if number is not None else None
        if number is None or flaw is None:
            return
        line: Any = node.sourceline
        yield Finding(
            path=declarations.paths.of(node, attribute),
            text=flaw.text,
            severity="warning",
            rule=number.code,
            label=label_of(declared),
            line=line or 0,
        )

    def _number(self, declared: Component, simple: Component) -> Identifier | None:
        if id(declared) not in self._known:
            self._known[id(declared)] = _recognised(declared, simple)
        return self._known[id(declared)]


def _recognised(declared: Component, simple: Component) -> Identifier | None:
    notes = notes_of(declared, simple)
    text = notes.russian[0] if notes.russian else ""
    names = (declared.local_name, *type_names(simple))
    return identifier_of(names, text, lambda value: fits(value, simple))
