"""JSON Schema 2020-12 of the values of a form model.

It says what a client needs to make a right value; `to_xml` remains the judge. Types are definitions, so that
recursive ones have an end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.forms.fields import FieldKind
from mezhved.infotypes.forms.notes import label_and_hint, notes_of
from mezhved.infotypes.forms.shapes import (
    CONTENT,
    TEXT,
    AnyPart,
    ElementPart,
    GroupPart,
    emptiable,
    item_group,
    own_parts,
)
from mezhved.infotypes.forms.types import ANY_TYPE
from mezhved.infotypes.forms.unfolding import part_texts
from mezhved.infotypes.values.objects import least_items
from mezhved.infotypes.values.reading import NIL_KEY, TYPE_KEY

if TYPE_CHECKING:
    from mezhved.infotypes.forms.fields import Field
    from mezhved.infotypes.forms.model import FormModel
    from mezhved.infotypes.forms.shapes import Component, Part
    from mezhved.infotypes.forms.types import Shape, Types

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
# What XSD patterns have and those of JSON Schema (ECMA-262) have not, or mean otherwise.
_FOREIGN: Final = re.compile(r"\\[pPiIcC]|-\[|(?<!\[)\^|\$")
_BOOLEAN: Final[dict[str, Any]] = {"enum": [True, False, 1, 0, "true", "false", "1", "0"]}


def json_schema(model: FormModel) -> dict[str, Any]:
    """Return the schema of a model's values."""
    maker = _Maker(model.types)
    body = maker.reference(model.declaration.type)
    if "$ref" not in body:
        body = {"properties": {TEXT: body}, "required": [TEXT]}
    return {
        "$schema": _DIALECT,
        "title": model.root.label.ru,
        **({"description": model.root.hint.ru} if model.root.hint.ru else {}),
        "x-namespace": model.name.namespace,
        "x-root": model.name.local,
        "type": "object",
        **body,
        "$defs": maker.finish(),
    }


@dataclass(slots=True)
class _Maker:
    types: Types
    definitions: dict[str, Any] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    waiting: list[tuple[str, Component]] = field(default_factory=list)

    def finish(self) -> dict[str, Any]:
        """Define all types that were referred to, and those that these refer to."""
        while self.waiting:
            name, kind = self.waiting.pop()
            self.definitions[name] = self._type(kind, self.types.shape(kind))
        return self.definitions

    def reference(self, kind: Component) -> dict[str, Any]:
        """Return the schema of an element's type, by reference where the type holds anything."""
        shape = self.types.shape(kind)
        if shape.scalar:
            return self._scalar(shape.simple)
        if id(kind) not in self.names:
            name = self.names[id(kind)] = self._name(kind)
            self.definitions[name] = {}
            self.waiting.append((name, kind))
        return {"$ref": f"#/$defs/{self.names[id(kind)]}"}

    def _name(self, kind: Component) -> str:
        base = re.sub(r"\W", "_", kind.local_name or "anonymous")
        name, number = base, 1
        while name in self.definitions:
            number += 1
            name = f"{base}-{number}"
        return name

    def _type(self, kind: Component, shape: Shape) -> dict[str, Any]:
        if kind.name == ANY_TYPE:
            return {"description": "xs:anyType"}
        variants = self.types.variants(kind)
        own = self._object(shape)
        if not variants:
            return own
        choices = [] if shape.abstract else [own]
        for each in variants:
            body = self._object(self.types.shape(each.kind))
            body["properties"] = {TYPE_KEY: {"const": each.key}, **body["properties"]}
            body["required"] = [TYPE_KEY, *body.get("required", [])]
            choices.append(body)
        return {"anyOf": choices}

    def _object(self, shape: Shape) -> dict[str, Any]:
        properties: dict[str, Any] = {TYPE_KEY: {"type": "string"}, NIL_KEY: _BOOLEAN}
        required = []
        for each in shape.attributes:
            label, hint = label_and_hint(each.name.local, notes_of(each.declaration))
            properties[each.key] = _titled(self._scalar(each.declaration.type), label.ru, hint.ru)
            if each.required and each.declaration.fixed is None:
                required.append(each.key)
        body: dict[str, Any] = {"type": "object", "properties": properties}
        if shape.simple is not None:
            properties[TEXT] = self._scalar(shape.simple)
        elif shape.open:
            properties[CONTENT] = {"type": "string", "contentMediaType": "application/xml"}
        elif shape.content is not None:
            inner = self._group(shape.content)
            properties.update(inner["properties"])
            required.extend(inner.get("required", ()))
            if "allOf" in inner:
                body["allOf"] = inner["allOf"]
        if required:
            body["required"] = required
        body["patternProperties"] = {"^[@{]": True}
        body["additionalProperties"] = False
        return body

    def _group(self, group: GroupPart) -> dict[str, Any]:
        """Return the fields of one turn of a group."""
        body: dict[str, Any] = {"type": "object", "properties": {}}
        for each in own_parts(group):
            body["properties"][each.key] = self._part(each)
        required = _required(group)
        if required:
            body["required"] = required
        rules = list(_choices(group))
        if rules:
            body["allOf"] = rules
        return body

    def _part(self, part: Part) -> dict[str, Any]:
        if isinstance(part, ElementPart):
            label, hint = part_texts(part)
            one = self.reference(part.declaration.type)
            if part.declaration.nillable:
                one = {"anyOf": [one, {"type": "null"}]}
            body = self._repeated(one, part)
            return _titled(body, label.ru, hint.ru)
        if isinstance(part, AnyPart):
            return self._repeated({"type": "string", "contentMediaType": "application/xml"}, part)
        body = self._group(item_group(part))
        body["additionalProperties"] = False
        return self._repeated(body, part)

    def _repeated(self, one: dict[str, Any], part: Part) -> dict[str, Any]:
        if not part.occurs.many:
            return one
        body: dict[str, Any] = {"type": "array", "items": one}
        least = least_items(part)
        if least:
            body["minItems"] = least
        if part.occurs.most is not None:
            body["maxItems"] = part.occurs.most
        return body

    def _scalar(self, simple: Component) -> dict[str, Any]:
        return _simple(self.types.field(simple))


def _titled(body: dict[str, Any], title: str, description: str) -> dict[str, Any]:
    return {"title": title, **({"description": description} if description else {}), **body}


def _required(part: Part) -> list[str]:
    """Return the keys that have to be there whenever the object is."""
    if part.occurs.least == 0:
        return []
    if isinstance(part, GroupPart) and not part.key:
        if part.order == "choice":
            return []
        return [key for each in part.parts for key in _required(each)]
    if isinstance(part, GroupPart) and emptiable(part):
        return []
    fixed = isinstance(part, ElementPart) and (
        part.declaration.fixed is not None or part.declaration.default is not None
    )
    nullable = isinstance(part, ElementPart) and part.declaration.nillable
    return [] if fixed and not nullable else [part.key]


def _choices(part: Part) -> list[dict[str, Any]]:
    """Return the rules «one of these» of the choices that have to be made."""
    if not isinstance(part, GroupPart) or part.occurs.least == 0 or (part.key and part.occurs.many):
        return []
    if part.order != "choice":
        return [rule for each in part.parts for rule in _choices(each)]
    demands = [_required(each) for each in part.parts]
    if emptiable(part) or not all(demands):
        return []
    return [{"anyOf": [{"required": each} for each in demands]}]


def _simple(field_: Field) -> dict[str, Any]:
    """Return the schema of a simple value."""
    if field_.kind is FieldKind.LIST:
        item = _simple(field_.item) if field_.item is not None else {}
        return {"anyOf": [{"type": "array", "items": item}, {"type": "string"}]}
    if field_.kind is FieldKind.BOOLEAN:
        return _BOOLEAN
    if field_.kind is FieldKind.CHOICE and not field_.open:
        values = [each.value for each in field_.options]
        whole = [
            int(each) for each in values if field_.base == "decimal" and re.fullmatch(r"-?\d{1,15}", each)
        ]
        return {"enum": [*values, *whole]}
    if field_.base in {"decimal", "float", "double", "union"}:
        return {"type": ["string", "number", "boolean"] if field_.base == "union" else ["string", "number"]}
    body: dict[str, Any] = {"type": ["string", "integer"] if field_.base == "string" else "string"}
    if field_.base == "date":
        body["format"] = "date"
    if field_.base in {"string", "anyURI"} and field_.white_space == "preserve":
        bounds = field_.bounds
        least = bounds.length if bounds.length is not None else bounds.min_length
        most = bounds.length if bounds.length is not None else bounds.max_length
        body |= {"minLength": least} if least else {}
        body |= {"maxLength": most} if most is not None else {}
        patterns = [_ecma(each) for each in field_.patterns]
        known = [each for each in patterns if each]
        if len(known) == 1:
            body["pattern"] = known[0]
        elif known:
            body["allOf"] = [{"pattern": each} for each in known]
    return body


def _ecma(patterns: tuple[str, ...]) -> str:
    """Return patterns of which one has to match as one of ECMA-262, empty where that is not sure."""
    if any(_FOREIGN.search(each) for each in patterns):
        return ""
    return f"^(?:{'|'.join(patterns)})$"
