"""A form as data for JSON: what REST clients and web forms read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mezhved.infotypes.forms.fields import Field
    from mezhved.infotypes.forms.model import Node
    from mezhved.texts import Language

_ALWAYS: Final = frozenset({"path", "pointer", "kind", "min", "max"})


def describe(node: Node, depth: int = 1, language: Language = "ru") -> dict[str, Any]:
    """Return a node and `depth` levels below it; names with empty values are left out.

    A node with `opens` and without `children` has more to unfold at its `path`.
    """
    description: dict[str, Any] = {
        "path": node.path,
        "pointer": node.pointer,
        "kind": node.kind.value,
        "key": node.key,
        "name": {"namespace": node.name.namespace, "local": node.name.local} if node.name else None,
        "label": getattr(node.label, language),
        "hint": getattr(node.hint, language),
        "min": node.occurs.least,
        "max": node.occurs.most,
        "required": node.required,
        "attribute": node.attribute,
        "nillable": node.nillable,
        "fixed": node.fixed,
        "default": node.default,
        "mask": node.mask,
        "address": node.address,
        "attachment": node.attachment,
        "partners": list(node.partners),
        "constraints": [
            {"kind": each.kind, "name": each.name, "selector": each.selector, "fields": list(each.fields)}
            for each in node.constraints
        ],
        "field": _field(node.field) if node.field is not None else None,
        "type": node.type_name.clark if node.type_name else None,
    }
    if node.identifier is not None:
        description["identifier"] = {
            "code": node.identifier.code,
            "name": getattr(node.identifier.name, language),
            "example": node.identifier.example,
        }
    if node.dictionary is not None:
        link = node.dictionary
        description["dictionary"] = {"source": link.source, "name": link.name, "column": link.column}
    kept = {
        key: value
        for key, value in description.items()
        if key in _ALWAYS or (value is not None and value is not False and value not in ("", []))
    }
    if node.opens:
        kept["opens"] = True
        if depth > 0:
            kept["children"] = [describe(each, depth - 1, language) for each in node.children()]
    return kept


def _field(field: Field) -> dict[str, Any]:
    bounds = field.bounds
    limits = {name: getattr(bounds, name) for name in bounds.__slots__ if getattr(bounds, name) is not None}
    described: dict[str, Any] = {
        "kind": field.kind.value,
        "base": field.base,
        "type": field.built_in,
        **limits,
    }
    if field.options:
        described["options"] = [{"value": each.value, "label": each.label} for each in field.options]
        described["open"] = field.open
    if field.patterns:
        described["patterns"] = [list(each) for each in field.patterns]
    if field.item is not None:
        described["item"] = _field(field.item)
    return described
