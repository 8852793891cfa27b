"""Attributes of an element made from the fields `@...` of an object."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.documents import XSI, Attribute, QName
from mezhved.infotypes.forms.lexical import allows
from mezhved.infotypes.forms.model import escaped
from mezhved.infotypes.forms.notes import label_and_hint, notes_of
from mezhved.infotypes.forms.shapes import attribute_name
from mezhved.infotypes.values.reading import NIL_KEY, TYPE_KEY
from mezhved.infotypes.values.scalars import is_name, is_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.infotypes.forms.shapes import AttributePart, Component
    from mezhved.infotypes.forms.types import Shape
    from mezhved.infotypes.values.making import Making

NIL: Final = Attribute(QName(XSI, "nil"), "true", "xsi")
_SPECIAL: Final = frozenset({TYPE_KEY, NIL_KEY})
_BOOLEANS: Final = frozenset({"true", "false", "1", "0"})
_DECLARATIONS: Final = "http://www.w3.org/2000/xmlns/"


def attributes(making: Making, members: Mapping[str, Any], shape: Shape, at: str) -> list[Attribute]:
    """Return the attributes of an object; fixed ones that are required are filled in."""
    if not members and not shape.attributes:
        return []
    found: list[Attribute] = []
    known: set[str] = set(_SPECIAL)
    for each in shape.attributes:
        full = f"@{each.name.clark}"
        known |= {each.key, full}
        text = _declared(making, members.get(each.key, members.get(full)), each, f"{at}/{escaped(each.key)}")
        if text is not None:
            found.append(Attribute(each.name, text, making.prefix(each.name.namespace)))
    declared = len(found)
    for key, value in members.items():
        if key.startswith("@") and key not in known and value is not None:
            found.extend(_foreign(making, key, value, shape, at))
    if len(found) == declared:
        return found  # one at most of each that is declared
    given = Counter(each.name for each in found)
    for name in (each for each, count in given.items() if count > 1):
        making.findings.add(at, f"атрибут {name} дан дважды", f"the attribute {name} is given twice")
    return [each for each in found if given[each.name] == 1]


def instance(
    making: Making, members: Mapping[str, Any], kind: Component, declaration: Component
) -> list[Attribute]:
    """Return the attributes of the namespace of schema instances."""
    found = []
    if members.get(TYPE_KEY) is not None and kind.name:
        name = QName.parse(kind.name)
        lead = making.prefix(name.namespace)
        text = f"{lead}:{name.local}" if lead else name.local
        found.append(Attribute(QName(XSI, "type"), text, making.prefix(XSI)))
    nil = str(members.get(NIL_KEY, "")).lower()
    if nil in _BOOLEANS and declaration.nillable:
        found.append(Attribute(NIL.name, nil, making.prefix(XSI)))
    return found


def _declared(making: Making, value: Any, part: AttributePart, at: str) -> str | None:
    declaration = part.declaration
    if value is None:
        if not part.required:
            return None
        if declaration.fixed is None:
            making.missing(at, label_and_hint(part.name.local, notes_of(declaration))[0])
        return str(declaration.fixed or "")
    if value == "" and not part.required and not allows(declaration.type, ""):
        return None
    return making.scalar(value, declaration.type, declaration.fixed, at)


def _foreign(making: Making, key: str, value: Any, shape: Shape, at: str) -> list[Attribute]:
    """Return an attribute that the type does not declare."""
    name = attribute_name(key)
    allowed = shape.any_attribute is not None and shape.any_attribute.is_matching(name.clark)
    plain = isinstance(value, str) and is_text(value) and name.namespace != _DECLARATIONS and is_name(name)
    if not plain or f"@xsi:{name.local}" in _SPECIAL or not (allowed or name.namespace == XSI):
        making.findings.add(
            f"{at}/{escaped(key)}",
            "такого атрибута нет в схеме",
            "the schema has no such attribute",
            making.findings.hint(key, (each.key for each in shape.attributes)),
        )
        return []
    return [Attribute(name, value, making.prefix(name.namespace))]
