"""JSON to XML by a form model, with everything wrong found at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.documents import (
    XSI,
    Element,
    write_document,
)
from mezhved.infotypes.forms.lexical import allows
from mezhved.infotypes.forms.model import escaped
from mezhved.infotypes.forms.shapes import (
    CONTENT,
    ONCE,
    TEXT,
    AnyPart,
    ElementPart,
    GroupPart,
    emptiable,
    item_group,
    keys_of,
)
from mezhved.infotypes.forms.unfolding import part_texts
from mezhved.infotypes.values.attributes import NIL, instance
from mezhved.infotypes.values.attributes import attributes as attributes_of
from mezhved.infotypes.values.constraints import broken_constraints
from mezhved.infotypes.values.making import Making
from mezhved.infotypes.values.objects import (
    GivenObject,
    Place,
    by_keys,
    fields_of,
    is_list,
    is_there,
    least_items,
)
from mezhved.infotypes.values.problems import ValueProblem
from mezhved.infotypes.values.reading import DEEPEST, NIL_KEY, TYPE_KEY
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mezhved.infotypes.documents.model import Child
    from mezhved.infotypes.forms.model import FormModel
    from mezhved.infotypes.forms.shapes import Component, Part
    from mezhved.infotypes.forms.types import Shape, Types
    from mezhved.infotypes.values.problems import Findings

_TRUE: Final = (True, 1, "true", "1")
_FALSE: Final = (False, 0, "false", "0", None)
_NIL_CURE: Final = Text(
    ru="true или false у поля, которое бывает пустым", en="true or false at a nillable field"
)


def to_xml(value: Mapping[str, Any], model: FormModel) -> bytes:
    """Return the document of a value, UTF-8. Raises `InvalidValue` with all problems found."""
    octets, problems = build_xml(value, model)
    problems.demand_none()
    return octets


def build_xml(value: Mapping[str, Any], model: FormModel) -> tuple[bytes, Findings]:
    """Return the document of a value as far as it can be made, and all that is wrong with the value."""
    writer = _Writer(Making(model.types))
    root = writer.root(value, ElementPart(model.name, ONCE, model.declaration))
    octets = write_document(root)
    if not writer.findings.found:
        for problem in broken_constraints(octets, model):
            writer.findings.note(problem)
    return octets, writer.findings


def element_of(value: Any, part: ElementPart, types: Types) -> Element:
    """Return the element of a value, as far as it can be made."""
    return _Writer(Making(types)).root(value, part)


def elements_of(value: Mapping[str, Any], group: GroupPart, types: Types) -> list[Element]:
    """Return the elements of one object, each with the prefixes it needs, as far as they can be made."""
    writer = _Writer(Making(types))
    made = writer.object(value, group, keys_of(group.parts), (), Place("", 0))
    return [replace(each, declared=writer.declared()) for each in made]


@dataclass(slots=True)
class _Writer:
    making: Making

    @property
    def types(self) -> Types:
        """The types of the schema."""
        return self.making.types

    @property
    def findings(self) -> Findings:
        """What is wrong with the value."""
        return self.making.findings

    def root(self, value: Any, part: ElementPart) -> Element:
        """Return an element that declares all prefixes used in it."""
        made = self.element(value, part, "", 0)
        return replace(made, declared=self.declared())

    def declared(self) -> tuple[tuple[str, str], ...]:
        """Return the declarations of all prefixes used so far."""
        return tuple((prefix, name) for name, prefix in self.making.prefixes.items())

    def element(self, value: Any, part: ElementPart, at: str, depth: int) -> Element:
        """Return the element of a value; problems are noted, and the element is made as far as it goes."""
        declaration = part.declaration
        made = Element(part.name, self.making.prefix(part.name.namespace))
        if depth > DEEPEST:
            self.findings.add(at, f"вложенность больше {DEEPEST}", f"nested deeper than {DEEPEST}")
            return made
        if declaration.abstract:
            self.findings.add(
                at, "этот элемент только обобщает другие", "this element only stands for others"
            )
        members: dict[str, Any] = dict(value) if isinstance(value, dict) else {}
        if value is None or members.get(NIL_KEY) in _TRUE:
            return self._nil(made, value, members, part, at)
        if NIL_KEY in members and not (declaration.nillable and members[NIL_KEY] in _FALSE):
            self.findings.add(
                f"{at}/{NIL_KEY}", "здесь это не допускается", "this is not allowed here", _NIL_CURE
            )
        kind = self._kind(members, declaration.type, at)
        shape = self.types.shape(kind)
        attributes = attributes_of(self.making, members, shape, at)
        attributes[:0] = instance(self.making, members, kind, declaration)
        if shape.simple is not None:
            given = self._bare(value, members, shape, at)
            children: Sequence[Child] = self._text(
                given, shape.simple, declaration, f"{at}/{TEXT}" if members else at
            )
        elif shape.open:
            children = self._open(value, members, at)
        else:
            if not isinstance(value, dict):
                self.findings.add(
                    at, "нужен объект с полями", "must be an object with fields", fields_of(shape)
                )
            children = self._content(members, shape, at, depth) if isinstance(value, dict) else ()
        return replace(made, attributes=tuple(attributes), children=tuple(children))

    def _nil(self, made: Element, value: Any, members: dict[str, Any], part: ElementPart, at: str) -> Element:
        if not part.declaration.nillable:
            if value is None and part.declaration.fixed is not None:
                return replace(made, children=(part.declaration.fixed,))
            self.findings.add(at, "значение не может быть пустым", "the value must not be empty")
            return made
        self.making.prefix(XSI)
        kind = self._kind(members, part.declaration.type, at)
        shape = self.types.shape(kind)
        attributes = attributes_of(self.making, members, shape, at) if members else []
        for key in members:
            if not key.startswith("@"):
                self.findings.add(
                    f"{at}/{escaped(key)}", "у пустого значения нет полей", "an empty value has no fields"
                )
        extra = instance(self.making, members, kind, part.declaration) if members else [NIL]
        return replace(made, attributes=(*extra, *attributes))

    def _kind(self, members: dict[str, Any], declared: Component, at: str) -> Component:
        """Return the type that the value names, else the declared one."""
        given = members.get(TYPE_KEY)
        variants = self.types.variants(declared)
        if given is None:
            if self.types.shape(declared).abstract:
                names = ", ".join(each.key for each in variants)
                self.findings.add(
                    f"{at}/{TYPE_KEY}",
                    "нужно выбрать вид",
                    "a type has to be chosen",
                    Text(ru=f"один из: {names}", en=f"one of: {names}"),
                )
            return declared
        found = self.types.substitute(declared, str(given))
        if found is None or getattr(found, "abstract", False):
            self.findings.add(
                f"{at}/{TYPE_KEY}",
                "такой вид здесь не допускается",
                "this type may not stand here",
                self.findings.hint(str(given), (each.key for each in variants)),
            )
            return declared
        return found

    def _bare(self, value: Any, members: dict[str, Any], shape: Shape, at: str) -> Any:
        """Return the simple value itself, which an object with attributes has as `#text`."""
        if not isinstance(value, dict) or (shape.scalar and not members):
            return value
        for key in members:
            if key != TEXT and not key.startswith("@"):
                self.making.unknown(
                    f"{at}/{escaped(key)}", key, [TEXT, *(each.key for each in shape.attributes)]
                )
        return members.get(TEXT)

    def _text(self, value: Any, simple: Component, declaration: Component, at: str) -> tuple[str, ...]:
        if value is None:
            value = declaration.fixed if declaration.fixed is not None else ""
        if value == "" and (declaration.default is not None or declaration.fixed is not None):
            return ()  # an empty element has the value that the schema gives it (section 3.3.4)
        text = self.making.scalar(value, simple, declaration.fixed, at)
        return (text,) if text else ()

    def _open(self, value: Any, members: dict[str, Any], at: str) -> Sequence[Child]:
        """Return content of any kind, given as XML."""
        content = value if isinstance(value, str) else members.get(CONTENT, "")
        here = f"{at}/{CONTENT}" if members else at
        for key in members:
            if key != CONTENT and not key.startswith("@"):
                self.making.unknown(f"{at}/{escaped(key)}", key, [CONTENT])
        if not isinstance(content, str):
            self.findings.add(here, "нужен XML в виде строки", "must be XML in a string")
            return ()
        document = self.making.parsed(f"<content>{content}</content>", here)
        return document.root.children if document is not None else ()

    def _content(self, members: dict[str, Any], shape: Shape, at: str, depth: int) -> list[Element]:
        plain = {key: value for key, value in members.items() if not key.startswith("@")}
        if shape.content is None:
            for key in plain:
                self.making.unknown(f"{at}/{escaped(key)}", key, [each.key for each in shape.attributes])
            return []
        known = [each.key for each in shape.attributes]
        return self.object(plain, shape.content, shape.keys, known, Place(at, depth))

    def object(
        self,
        given: Mapping[str, Any],
        group: GroupPart,
        keys: Mapping[str, Part],
        others: Sequence[str],
        place: Place,
    ) -> list[Element]:
        """Return the elements of one object; a field that belongs nowhere is a problem."""
        members = by_keys(given, keys)
        scope = GivenObject(members, place)
        made = self._once(group, scope)
        for key in members:
            if key in scope.used:
                continue
            here = f"{place.at}/{escaped(key)}"
            if key in keys:
                if is_there(members[key]) and members[key] != "":
                    self.findings.add(
                        here, "это поле не сочетается с другими", "this field does not go with the others"
                    )
            else:
                self.making.unknown(here, key, [*keys, *others])
        return made

    def _once(self, group: GroupPart, scope: GivenObject) -> list[Element]:
        """Return the elements of one turn of a group."""
        if group.order == "choice":
            return self._choice(group, scope)
        parts: Sequence[Part] = group.parts
        if group.order == "all":
            order = {key: number for number, key in enumerate(scope.members)}
            parts = sorted(parts, key=lambda each: order.get(each.key, len(order)))
        return [element for each in parts for element in self._part(each, scope)]

    def _choice(self, group: GroupPart, scope: GivenObject) -> list[Element]:
        fitting = [
            (scope.filled(each), scope.count(each), scope.in_order(each), -number)
            for number, each in enumerate(group.parts)
        ]
        _, count, _, number = max(fitting, default=(0, 0, False, 0))
        if count:
            return self._part(group.parts[-number], scope)
        if not emptiable(group):
            firsts = [first for each in group.parts for first in list(keys_of([each]).items())[:1]]
            keys = [key for key, _ in firsts]
            names = ", ".join(keys)
            self.findings.note(
                ValueProblem(
                    scope.place.at,
                    Text(ru="не выбран ни один из вариантов", en="none of the choices is there"),
                    Text(ru=f"нужно одно из: {names}", en=f"one of: {names}"),
                    f"{scope.place.at}/{escaped(keys[0])}" if keys else "",
                    tuple(_label(key, part) for key, part in firsts),
                )
            )
        return []

    def _part(self, part: Part, scope: GivenObject) -> list[Element]:
        if isinstance(part, GroupPart) and not part.key:
            if part.occurs.least == 0 and not scope.count(part):
                return []
            return self._once(part, scope)
        scope.used.add(part.key)
        at = f"{scope.place.at}/{escaped(part.key)}"
        value = scope.members.get(part.key)
        if part.occurs.many:
            values = value if isinstance(value, list) else [] if value is None else [value]
            self._count(values, part, at)
            alone = bool(values) and not isinstance(value, list)
            places = [at] if alone else [f"{at}/{number}" for number in range(len(values))]
        else:
            values = self._single(scope, part, at)
            places = [at] * len(values)
        depth = scope.place.depth + 1
        made = []
        for each, here in zip(values, places, strict=True):
            made.extend(self._made(each, part, here, depth))
        return made

    def _single(self, scope: GivenObject, part: Part, at: str) -> list[Any]:
        """Return the value of a part that comes once, or nothing."""
        value = scope.members.get(part.key)
        element = part if isinstance(part, ElementPart) else None
        if isinstance(value, list) and element is not None and not is_list(element, self.types):
            if len(value) != 1:
                self.findings.add(at, "нужно одно значение, не список", "must be one value, no array")
                return []
            value = value[0]
        if value is None:
            return self._absent(scope, part, at)
        if value == "" and part.occurs.least == 0 and self._drops_blank(part):
            return []
        return [value]

    def _absent(self, scope: GivenObject, part: Part, at: str) -> list[Any]:
        """Return what stands for a part without a value: null if given, what the schema says, or nothing."""
        if isinstance(part, ElementPart) and part.declaration.nillable and part.key in scope.members:
            return [None]
        if part.occurs.least == 0:
            return []
        if isinstance(part, ElementPart):
            known = part.declaration.fixed
            known = part.declaration.default if known is None else known
            if known is not None:
                return [known]
        self.making.missing(at, _label(part.key, part))
        return []

    def _drops_blank(self, part: Part) -> bool:
        """Tell whether an empty text means that an optional element is not there."""
        if not isinstance(part, ElementPart):
            return True
        simple = self.types.shape(part.declaration.type).simple
        return simple is None or not allows(simple, "")

    def _made(self, value: Any, part: Part, at: str, depth: int) -> list[Element]:
        if isinstance(part, ElementPart):
            return [self.element(value, part, at, depth)]
        if isinstance(part, AnyPart):
            return self._any(value, part, at)
        if not isinstance(value, dict):
            self.findings.add(at, "нужен объект с полями", "must be an object with fields")
            return []
        group = item_group(part)
        return self.object(value, group, keys_of(group.parts), (), Place(at, depth))

    def _any(self, value: Any, part: AnyPart, at: str) -> list[Element]:
        if not isinstance(value, str):
            self.findings.add(at, "нужен XML в виде строки", "must be XML in a string")
            return []
        document = self.making.parsed(value, at)
        if document is None:
            return []
        if not part.allows(document.root.name):
            self.findings.add(
                at,
                f"элемент {document.root.name} здесь не допускается",
                f"the element {document.root.name} may not stand here",
            )
        return [document.root]

    def _count(self, values: Sequence[Any], part: Part, at: str) -> None:
        least, most = least_items(part), part.occurs.most
        if len(values) < least:
            if not values:
                self.making.missing(at, _label(part.key, part))
                return
            self.findings.add(
                at, f"нужно не меньше {least}, есть {len(values)}", f"at least {least} are needed"
            )
        if most is not None and len(values) > most:
            self.findings.add(at, f"не больше {most}, есть {len(values)}", f"at most {most} are allowed")


def _label(key: str, part: Part) -> Text:
    """Return what a part is called: as its field is, where it is one element."""
    return part_texts(part)[0] if isinstance(part, ElementPart) else Text(ru=key, en=key)
