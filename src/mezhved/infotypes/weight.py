"""How large the models of schemas become when their groups and unions are written out.

Groups that refer to groups double with every step, so a few lines can stand for more parts than any validator
ever gets through; and libxml2 needs the cube of the number of optional elements in one model.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.wellknown import XS
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

    from mezhved.infotypes.schemafiles import SchemaFile

MOST_PARTS: Final = 10_000
"""Parts of one model, its groups written out; the largest of real types have some hundreds."""
MOST_OPTIONAL: Final = 1_000
"""Optional ones that libxml2 is given: it takes about two seconds for 800, and eight times that for 1,600."""

_GROUP: Final = f"{{{XS}}}group"
_ATTRIBUTES: Final = f"{{{XS}}}attributeGroup"
_COMPLEX: Final = f"{{{XS}}}complexType"
_SIMPLE: Final = f"{{{XS}}}simpleType"
_UNION: Final = f"{{{XS}}}union"
_RESTRICTION: Final = f"{{{XS}}}restriction"
_PARTS: Final = {
    f"{{{XS}}}element": _GROUP,
    f"{{{XS}}}any": _GROUP,
    _GROUP: _GROUP,
    f"{{{XS}}}attribute": _ATTRIBUTES,
    _ATTRIBUTES: _ATTRIBUTES,
}
"""What models are made of, and the kind of groups that hold it."""
_LIGHT: Final = 100


@dataclass(frozen=True, slots=True)
class Model:
    """A model of elements, of attributes or of a union: its own parts, and how often it refers to others.

    `name` is its own, empty for one that nothing refers to. Names are local ones with the kind before them:
    of namesakes the heavier counts.
    """

    name: str
    parts: int
    optional: int
    referred: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class _Counted:
    """What has been counted of one model."""

    name: str
    parts: int = 0
    optional: int = 0
    referred: Counter[str] = field(default_factory=Counter)

    @property
    def heavy(self) -> bool:
        return bool(self.name or self.referred) or self.parts > _LIGHT


def models_of(root: etree._Element) -> tuple[Model, ...]:
    """Return the models of a schema file that may grow heavy."""
    found: dict[tuple[etree._Element, str], _Counted] = {}
    for each in root.iter(*_PARTS):
        kind = _PARTS[str(each.tag)]
        holder = _holder(each, kind)
        if holder is None:
            continue
        model = found.get((holder, kind))
        if model is None:
            model = found[holder, kind] = _Counted(
                _named(kind, holder.get("name")) if holder.tag == kind else ""
            )
        if each.tag == kind:
            model.referred[_named(kind, each.get("ref"))] += 1
        else:
            model.parts += 1
            model.optional += each.get("minOccurs") == "0"
    counted = [*found.values(), *_unions(root)]
    return tuple(
        Model(each.name, each.parts, each.optional, tuple(each.referred.items()))
        for each in counted
        if each.heavy
    )


def _holder(part: etree._Element, kind: str) -> etree._Element | None:
    """Return the complex type or the named group that a part belongs to."""
    for each in part.iterancestors(_COMPLEX, kind):
        if each.tag == _COMPLEX or each.get("name"):
            return each
    return None


def _unions(root: etree._Element) -> Iterator[_Counted]:
    """Give the simple types that others may be made of."""
    for each in root.iterchildren(_SIMPLE):
        model = _Counted(_named(_SIMPLE, each.get("name")), parts=1)
        for made in each.iter(_UNION, _RESTRICTION):
            for name in str(made.get("memberTypes") or made.get("base") or "").split():
                model.referred[_named(_SIMPLE, name)] += 1
        yield model


def _named(kind: str, name: object) -> str:
    return f"{kind} {str(name or '').rpartition(':')[2]}"


def weigh(files: Iterable[SchemaFile], where: str, most_optional: int = MOST_PARTS) -> None:
    """Refuse schemas that no validator gets through. Raises `InvalidSchemaSet`."""
    parts, optional = heaviest(model for each in files for model in each.models)
    if parts <= MOST_PARTS and optional <= most_optional:
        return
    number, most = (parts, MOST_PARTS) if parts > MOST_PARTS else (optional, most_optional)
    raise InvalidSchemaSet(
        Text(
            ru=f"в одном типе с раскрытыми группами частей: {number}, допускается {most}",
            en=f"one type has {number} parts with its groups written out, {most} are allowed",
        ),
        where=where,
    )


def heaviest(models: Iterable[Model]) -> tuple[int, int]:
    """Return the most parts, and the most optional parts, of one model with its groups written out."""
    every = list(models)
    groups: dict[str, list[Model]] = {}
    for each in every:
        if each.name:
            groups.setdefault(each.name, []).append(each)
    known: dict[str, tuple[int, int]] = {}
    for name in _inner_first(groups):
        known[name] = _largest(_written_out(each, known) for each in groups[name])
    return _largest(_written_out(each, known) for each in every)


def _largest(weights: Iterable[tuple[int, int]]) -> tuple[int, int]:
    found = list(weights)
    return max((each for each, _ in found), default=0), max((each for _, each in found), default=0)


def _written_out(model: Model, known: dict[str, tuple[int, int]]) -> tuple[int, int]:
    inner = [(known.get(name, (0, 0)), times) for name, times in model.referred]
    return (
        model.parts + sum(weight[0] * times for weight, times in inner),
        model.optional + sum(weight[1] * times for weight, times in inner),
    )


def _inner_first(groups: dict[str, list[Model]]) -> Iterator[str]:
    """Give the names of groups, those that others refer to first; a circle is cut where it is entered."""
    entered: set[str] = set()
    done: set[str] = set()
    for start in groups:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            entered.add(name)
            inner = {each for model in groups[name] for each, _ in model.referred}
            fresh = [each for each in inner if each in groups and each not in entered]
            if fresh:
                waiting.append(fresh[0])
                continue
            waiting.pop()
            if name not in done:
                done.add(name)
                yield name
