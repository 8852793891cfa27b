"""Making the nodes of a form from the parts of a schema, one level at a time."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.documents import QName
from mezhved.infotypes.forms.fields import FieldKind, type_names, with_labels
from mezhved.infotypes.forms.lexical import allows
from mezhved.infotypes.forms.masks import SIGNS
from mezhved.infotypes.forms.model import Constraint, FormModel, Node, NodeKind, UnknownNode, escaped
from mezhved.infotypes.forms.notes import Notes, label_and_hint, notes_of
from mezhved.infotypes.forms.recognition import address_of, attachment_of, identifier_of
from mezhved.infotypes.forms.shapes import (
    CONTENT,
    ONCE,
    TEXT,
    AnyPart,
    AttributePart,
    ElementPart,
    GroupPart,
    Occurs,
)
from mezhved.infotypes.forms.types import Types, Variant
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mezhved.infotypes.forms.fields import Field
    from mezhved.infotypes.forms.shapes import Component, Part
    from mezhved.infotypes.forms.types import Shape
    from mezhved.infotypes.identifiers import Identifier

_OPTIONAL: Final = Occurs(0, 1)
_ANY_LABEL: Final = Text(ru="Данные другой схемы", en="Data of another schema")
_CHOICE_LABEL: Final = Text(ru="Выберите одно", en="Choose one")
_CONTENT_LABEL: Final = Text(ru="Содержание", en="Content")
_VALUE_LABEL: Final = Text(ru="Значение", en="Value")
_NOTHING: Final = Text(ru="", en="")


def form_model(schema: Component, root: QName | str, types: Types | None = None) -> FormModel:
    """Return the form of a root element of an `xmlschema` schema. Raises `UnknownNode`.

    `root` is a name or its text `{namespace}local`. Forms of one schema may share its `types`.
    """
    name = QName.parse(root) if isinstance(root, str) else QName(*root)
    declaration = schema.maps.elements.get(name.clark)
    if declaration is None:
        raise UnknownNode(
            Text(
                ru=f"в схемах не объявлен корневой элемент {name.clark}",
                en=f"the schemas declare no root element {name.clark}",
            ),
            cure=Text(ru="выберите корень из списка вида сведений", en="choose a root that the type lists"),
        )
    types = types or Types(schema)
    part = ElementPart(name, ONCE, declaration, key="")
    return FormModel(name, _element(part, "", "", types), declaration, types)


def unfold(node: Node) -> tuple[Node, ...]:
    """Return the children of a node."""
    if node.kind is NodeKind.SECTION:
        kind = node.source.declaration.type
        variants = node.types.variants(kind)
        shape = node.types.shape(kind)
        if variants:
            return tuple(_variants(node, shape, variants))
        return _inside(node, shape)
    if node.kind is NodeKind.VARIANT:
        return _inside(node, node.types.shape(node.source))
    return _paired(_parts(node, node.source.parts))


def _variants(node: Node, shape: Shape, variants: Iterable[Variant]) -> Iterator[Node]:
    if not shape.abstract:
        own = Variant(node.source.declaration.type.local_name, QName.parse(shape.kind.name), shape.kind)
        variants = (own, *variants)
    for each in variants:
        label, hint = label_and_hint(each.name.local, notes_of(each.kind))
        yield Node(
            path=f"{node.path}/:{escaped(each.key)}",
            pointer=node.pointer,
            kind=NodeKind.VARIANT,
            key=each.key,
            label=label,
            hint=hint,
            type_name=each.name,
            source=each.kind,
            types=node.types,
        )


def _inside(node: Node, shape: Shape) -> tuple[Node, ...]:
    """Return what an element of a type holds: attributes, then its text or its elements."""
    nodes = [_attribute(node, each) for each in shape.attributes]
    if shape.any_attribute is not None:
        nodes.append(_any_attribute(node))
    if shape.simple is not None:
        nodes.append(_text(node, shape.simple))
    elif shape.open:
        nodes.append(
            Node(
                path=f"{node.path}/{CONTENT}",
                pointer=f"{node.pointer}/{CONTENT}",
                kind=NodeKind.XML,
                key=CONTENT,
                label=_CONTENT_LABEL,
                occurs=_OPTIONAL,
                types=node.types,
            )
        )
    elif shape.content is not None:
        group = shape.content
        spliced = group.order == "sequence" and group.occurs == ONCE
        nodes.extend(_parts(node, group.parts if spliced else (group,)))
    return _paired(nodes)


def _parts(node: Node, parts: Iterable[Part]) -> list[Node]:
    nodes = []
    structural = 0
    for each in parts:
        if isinstance(each, ElementPart):
            nodes.append(_element(each, node.path, node.pointer, node.types))
        elif isinstance(each, AnyPart):
            nodes.append(_any(node, each))
        else:
            structural += not each.key
            nodes.append(_group(node, each, f":{structural}"))
    return nodes


def _group(node: Node, part: GroupPart, number: str) -> Node:
    step = escaped(part.key) if part.key else number
    return Node(
        path=f"{node.path}/{step}",
        pointer=f"{node.pointer}/{step}/*" if part.key else node.pointer,
        kind=NodeKind.CHOICE if part.order == "choice" else NodeKind.GROUP,
        key=part.key,
        label=_CHOICE_LABEL if part.order == "choice" else _gathered(part),
        occurs=part.occurs,
        source=part,
        types=node.types,
    )


def _gathered(part: GroupPart) -> Text:
    """Name a group by what it begins with."""
    elements = [each for each in part.parts if isinstance(each, ElementPart)][:3]
    labels = [part_texts(each)[0] for each in elements]
    more = "…" if len(part.parts) > len(elements) else ""
    return Text(
        ru=", ".join(each.ru for each in labels) + more, en=", ".join(each.en for each in labels) + more
    )


def _any(node: Node, part: AnyPart) -> Node:
    step = escaped(part.key)
    notes = notes_of(part.wildcard)
    label, hint = label_and_hint("", notes)
    return Node(
        path=f"{node.path}/{step}",
        pointer=f"{node.pointer}/{step}/*" if part.occurs.many else f"{node.pointer}/{step}",
        kind=NodeKind.ANY,
        key=part.key,
        label=label if notes.russian else _ANY_LABEL,
        hint=hint,
        occurs=part.occurs,
        source=part,
        types=node.types,
    )


def _any_attribute(node: Node) -> Node:
    return Node(
        path=f"{node.path}/@*",
        pointer=node.pointer,
        kind=NodeKind.ANY_ATTRIBUTE,
        key="@*",
        label=Text(ru="Другие атрибуты", en="Other attributes"),
        occurs=Occurs(0, None),
        types=node.types,
    )


def _element(part: ElementPart, path: str, pointer: str, types: Types) -> Node:
    declaration = part.declaration
    kind = declaration.type
    shape = types.shape(kind)
    step = f"/{escaped(part.key)}" if part.key else ""
    label, hint = part_texts(part)
    notes = _notes(declaration)
    field = types.field(shape.simple) if shape.scalar else None
    node = Node(
        path=f"{path}{step}",
        pointer=f"{pointer}{step}/*" if part.occurs.many else f"{pointer}{step}",
        kind=NodeKind.FIELD if field is not None else NodeKind.SECTION,
        key=part.key,
        name=part.name,
        label=label,
        hint=hint,
        occurs=part.occurs,
        nillable=bool(declaration.nillable),
        fixed=declaration.fixed,
        default=declaration.default,
        dictionary=notes.dictionary,
        type_name=QName.parse(kind.name) if kind.name else None,
        source=part,
        types=types,
    )
    if field is not None:
        return _recognised(node, kind, field, notes)
    names = type_names(kind)
    linked = notes.dictionary is not None and notes.dictionary.is_address
    text = _text_of(notes)
    return replace(
        node,
        constraints=tuple(map(_constraint, declaration.identities)),
        address=address_of(part.name.local, names, text, simple=False, linked=linked),
        attachment=attachment_of(part.name.local, names, text, "", simple=False),
    )


def _constraint(identity: Component) -> Constraint:
    return Constraint(
        identity.elem.tag.rpartition("}")[2],
        identity.local_name,
        identity.selector.path if identity.selector is not None else "",
        tuple(each.path for each in identity.fields),
    )


def _attribute(node: Node, part: AttributePart) -> Node:
    declaration = part.declaration
    notes = _notes(declaration)
    label, hint = label_and_hint(part.name.local, notes)
    made = Node(
        path=f"{node.path}/{escaped(part.key)}",
        pointer=f"{node.pointer}/{escaped(part.key)}",
        kind=NodeKind.FIELD,
        key=part.key,
        name=part.name,
        label=label,
        hint=hint,
        occurs=ONCE if part.required else _OPTIONAL,
        fixed=declaration.fixed,
        default=declaration.default,
        dictionary=notes.dictionary,
        attribute=True,
        type_name=QName.parse(declaration.type.name) if declaration.type.name else None,
        types=node.types,
    )
    return _recognised(made, declaration.type, node.types.field(declaration.type), notes)


def _text(node: Node, simple: Component) -> Node:
    """Return the text of an element that has attributes too; it is called as the element is."""
    made = Node(
        path=f"{node.path}/{TEXT}",
        pointer=f"{node.pointer}/{TEXT}",
        kind=NodeKind.FIELD,
        key=TEXT,
        name=node.name,
        label=node.label if node.label.ru else _VALUE_LABEL,
        fixed=node.fixed,
        default=node.default,
        types=node.types,
    )
    return _recognised(made, simple, node.types.field(simple), Notes())


def _notes(declaration: Component) -> Notes:
    return notes_of(declaration, getattr(declaration, "ref", None))


def part_texts(part: ElementPart) -> tuple[Text, Text]:
    """Return an element's label and hint: the element's own texts, else those of its complex type."""
    notes = _notes(part.declaration)
    if not (notes.russian or notes.english) and part.declaration.type.is_complex():
        notes = notes_of(part.declaration.type)
    return label_and_hint(part.name.local, notes)


def _text_of(notes: Notes) -> str:
    return "\n".join((*notes.russian, *notes.english))


def _recognised(node: Node, simple: Component, field: Field, notes: Notes) -> Node:
    """Return a node with what its names and texts tell of its value."""
    name = node.name.local if node.name is not None else ""
    names = type_names(simple)
    text = _text_of(notes)
    field = with_labels(field, notes.russian)
    number: Identifier | None = None
    if field.kind in {FieldKind.TEXT, FieldKind.INTEGER, FieldKind.LONG_TEXT}:
        number = identifier_of((name, *names), text, partial(allows, simple))
    linked = node.dictionary is not None and node.dictionary.is_address
    return replace(
        node,
        field=field,
        simple=simple,
        mask=_mask(field, number, simple),
        identifier=number,
        address=address_of(name, names, text, simple=True, linked=linked),
        attachment=attachment_of(name, names, text, field.base, simple=True),
    )


def _mask(field: Field, number: Identifier | None, simple: Component) -> str:
    """Return the mask of the pattern, else that of the number in the writing that the schema takes."""
    if field.mask or number is None or not number.mask:
        return field.mask
    if allows(simple, number.compact(number.example)):
        return number.mask if number.keeps else "".join(each for each in number.mask if each in SIGNS)
    return number.mask if allows(simple, number.shown(number.example)) else ""


def _paired(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Join neighbours that hold columns of one dictionary entry; a column that comes again begins another."""
    nodes = list(nodes)
    groups: list[list[int]] = []
    current: dict[str, tuple[list[int], set[str]]] = {}
    for position, each in enumerate(nodes):
        if each.dictionary is None or not each.dictionary.column or each.field is None:
            continue
        group, columns = current.get(each.dictionary.name, ([], set()))
        if not group or each.dictionary.column in columns:
            group, columns = [], set()
            groups.append(group)
            current[each.dictionary.name] = (group, columns)
        group.append(position)
        columns.add(each.dictionary.column)
    for group in groups:
        keys = [nodes[position].key for position in group]
        for position in group:
            partners = tuple(key for key in keys if key != nodes[position].key)
            nodes[position] = replace(nodes[position], partners=partners)
    return tuple(nodes)
