"""Content models read into parts: what an element holds, in which order, under which names in JSON.

The rules of the names (docs/decisions/0017):
- an element is its local name; where another of the same name comes before it in one object, `Name#2`;
  of two names that differ by namespace only, the one that comes later is `{namespace}Name`;
- an attribute is `@name`, `@{namespace}name` or `@xml:name`, `@xsi:name`;
- a group of several elements that repeats as a whole is `#items`, an array of objects in document order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from mezhved.infotypes.documents import XML, XSI, QName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Component: TypeAlias = Any
Order = Literal["sequence", "choice", "all"]

ITEMS: Final = "#items"
ANY: Final = "#any"
TEXT: Final = "#text"
CONTENT: Final = "#xml"


@dataclass(frozen=True, slots=True)
class Occurs:
    """How often a part may come; `most` None is without end."""

    least: int = 1
    most: int | None = 1

    @property
    def many(self) -> bool:
        """Whether it may come more than once."""
        return self.most is None or self.most > 1

    def times(self, other: Occurs) -> Occurs:
        """Return how often a part comes that comes so often in a group that does."""
        most = None if self.most is None or other.most is None else self.most * other.most
        return Occurs(self.least * other.least, 0 if 0 in {self.most, other.most} else most)


ONCE: Final = Occurs()


@dataclass(frozen=True, slots=True, eq=False)
class ElementPart:
    """An element at one place of a content model."""

    name: QName
    occurs: Occurs
    declaration: Component
    key: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class AnyPart:
    """A place for elements of other schemas, and for one whose type depends on its attributes."""

    occurs: Occurs
    wildcard: Component
    key: str = ""

    def allows(self, name: QName) -> bool:
        """Tell whether an element of this name may stand here."""
        return bool(self.wildcard.is_matching(name.clark))


@dataclass(frozen=True, slots=True, eq=False)
class GroupPart:
    """Parts in an order; `key` is set when the group repeats as a whole and so has objects of its own.

    `substitution` marks a choice made by a substitution group.
    """

    order: Order
    occurs: Occurs
    parts: tuple[Part, ...]
    key: str = ""
    substitution: bool = False


Part: TypeAlias = ElementPart | AnyPart | GroupPart


@dataclass(frozen=True, slots=True, eq=False)
class AttributePart:
    """An attribute of a type."""

    name: QName
    key: str
    required: bool
    declaration: Component


def attribute_parts(kind: Component) -> tuple[AttributePart, ...]:
    """Return the attributes of a complex type, without prohibited ones."""
    allowed = [
        (QName.parse(name), each)
        for name, each in kind.attributes.items()
        if name is not None and each.use != "prohibited"
    ]
    counts = Counter(name.local for name, _ in allowed)
    return tuple(
        AttributePart(name, attribute_key(name, alone=counts[name.local] == 1), each.use == "required", each)
        for name, each in allowed
    )


def attribute_key(name: QName, *, alone: bool = True) -> str:
    """Return how an attribute is called in JSON; `alone`: no other has its local name."""
    if name.namespace == XML:
        return f"@xml:{name.local}"
    if name.namespace == XSI:
        return f"@xsi:{name.local}"
    return f"@{name.local if alone or not name.namespace else name.clark}"


def attribute_name(key: str) -> QName:
    """Return the name that a key `@...` of an undeclared attribute means."""
    bare = key.removeprefix("@")
    for prefix, namespace in (("xml:", XML), ("xsi:", XSI)):
        if bare.startswith(prefix):
            return QName(namespace, bare.removeprefix(prefix))
    return QName.parse(bare)


def content_part(kind: Component) -> GroupPart | None:
    """Return the content model of a complex type with names for JSON, None for a type without elements."""
    model = kind.content
    if model is None or not hasattr(model, "model"):
        return None
    part = _group(model)
    if part is None:
        return None
    whole = (
        part if isinstance(part, GroupPart) and not _repeats(part) else GroupPart("sequence", ONCE, (part,))
    )
    return _Keys(whole).keyed_group(whole)


def unordered(kind: Component) -> bool:
    """Tell whether fields cannot hold the order of a type's elements, as XML Schema 1.1 lets them mingle.

    So they do under `openContent` and in an `all` with elements that repeat.
    """
    opened = getattr(kind, "open_content", None)
    if opened is not None and opened.mode != "none":
        return True
    model = kind.content
    return getattr(model, "model", "") == "all" and any(
        each.max_occurs is None or each.max_occurs > 1 for each in model
    )


def _repeats(part: GroupPart) -> bool:
    return part.occurs.many


def _group(model: Component) -> Part | None:
    """Return a model group without the layers that mean nothing; None for one that is empty."""
    occurs = Occurs(model.min_occurs, model.max_occurs)
    if occurs.most == 0:
        return None
    order: Order = model.model
    parts: list[Part] = []
    for member in model:
        part = _member(member)
        if part is None:
            continue
        if isinstance(part, GroupPart) and part.occurs == ONCE and _melts(part, order):
            parts.extend(part.parts)
        else:
            parts.append(part)
    if not parts:
        return None
    if len(parts) == 1 and _one_layer(parts[0].occurs, occurs):
        return replace(parts[0], occurs=parts[0].occurs.times(occurs))
    return GroupPart(order, occurs, tuple(parts))


def _melts(part: GroupPart, order: Order) -> bool:
    return part.order == order and order != "all" and not part.substitution


def _one_layer(inner: Occurs, outer: Occurs) -> bool:
    """Tell whether a group of one part says no more than the part with the product of both."""
    return inner.least <= 1 or outer.least == outer.most


def _member(member: Component) -> Part | None:
    if hasattr(member, "model"):
        return _group(member)
    occurs = Occurs(member.min_occurs, member.max_occurs)
    if occurs.most == 0:
        return None
    if hasattr(member, "process_contents") or member.alternatives:
        return AnyPart(occurs, member)  # the type of what has alternatives is known with its attributes only
    return _element(member, occurs)


def _element(member: Component, occurs: Occurs) -> Part:
    """Return an element, or the choice of all that may stand in its place."""
    found = {} if member.abstract else {member.name: member}
    if member.ref is not None and "substitution" not in _blocked(member):
        for each in sorted(member.iter_substitutes(), key=lambda one: str(one.name)):
            found.setdefault(each.name, each)
    if len(found) == 1:
        name, declaration = next(iter(found.items()))
        return ElementPart(QName.parse(name), occurs, declaration)
    parts = tuple(ElementPart(QName.parse(name), ONCE, each) for name, each in found.items())
    return GroupPart("choice", occurs, parts, substitution=True)


def _blocked(member: Component) -> str:
    declared = member.ref if member.ref is not None else member
    return str(getattr(declared, "block", "") or "")


class _Keys:
    """Gives names to the parts of one object; groups that repeat begin objects of their own."""

    def __init__(self, whole: GroupPart) -> None:
        names = dict.fromkeys(each.name for each in own_elements(whole))
        self.first: dict[str, str] = {}
        for name in names:
            self.first.setdefault(name.local, name.namespace)

    def keyed_group(self, group: GroupPart) -> GroupPart:
        """Return the group of an object with keys for all below."""
        keyed = self._keyed(group, Counter())
        assert isinstance(keyed, GroupPart)
        return keyed

    def _keyed(self, part: Part, used: Counter[str]) -> Part:
        """Return a part with its key; `used` counts the keys given before it in the same object."""
        if isinstance(part, ElementPart):
            clashes = self.first.get(part.name.local) != part.name.namespace
            return replace(part, key=_numbered(part.name.clark if clashes else part.name.local, used))
        if isinstance(part, AnyPart):
            return replace(part, key=_numbered(ANY, used))
        if part.occurs.many:
            inner = _Keys(part).keyed_group(replace(part, occurs=ONCE))
            return replace(part, parts=inner.parts, key=_numbered(ITEMS, used))
        if part.order == "choice":
            return self._choice(part, used)
        return replace(part, parts=tuple(self._keyed(each, used) for each in part.parts))

    def _choice(self, part: GroupPart, used: Counter[str]) -> Part:
        """Give keys to branches; one of them is there, so they may share names."""
        before = Counter(used)
        parts = []
        for each in part.parts:
            branch = Counter(before)
            parts.append(self._keyed(each, branch))
            used |= branch
        return replace(part, parts=tuple(parts))


def _numbered(key: str, used: Counter[str]) -> str:
    used[key] += 1
    return key if used[key] == 1 else f"{key}#{used[key]}"


def elements_in(kind: Component) -> Iterator[Component]:
    """Give the declarations of the elements that a type may hold; wildcards are left out.

    The walk of `xmlschema` gives up below fifteen groups, as chains of extensions have them.
    """
    waiting: list[Component] = [getattr(kind, "content", None)]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if not hasattr(each, "model"):
            if each is not None and hasattr(each, "iter_substitutes") and each.name is not None:
                yield each
        elif id(each) not in seen:  # groups of broken schemas contain themselves
            seen.add(id(each))
            waiting.extend(reversed(list(each)))


def own_elements(part: Part) -> Iterator[ElementPart]:
    """Give the elements whose keys lie in the object of this group itself."""
    if isinstance(part, ElementPart):
        yield part
    elif isinstance(part, GroupPart):
        for each in part.parts:
            if not (isinstance(each, GroupPart) and each.occurs.many):
                yield from own_elements(each)


def own_parts(part: Part) -> Iterator[Part]:
    """Give the parts with keys in the object that this part stands in: elements, any, repeating groups."""
    if isinstance(part, GroupPart) and not part.key:
        for each in part.parts:
            yield from own_parts(each)
    else:
        yield part


def keys_of(parts: Iterable[Part]) -> dict[str, Part]:
    """Return the parts with keys by key."""
    return {each.key: each for part in parts for each in own_parts(part)}


def item_group(group: GroupPart) -> GroupPart:
    """Return what one object of `#items` holds."""
    return replace(group, occurs=ONCE, key="")


def emptiable(part: Part) -> bool:
    """Tell whether nothing at all may stand for a part."""
    if part.occurs.least == 0:
        return True
    if not isinstance(part, GroupPart):
        return False
    if part.order == "choice":
        return any(emptiable(each) for each in part.parts)
    return all(emptiable(each) for each in part.parts)
