"""How large the content models of schemas become when their groups are written out.

Groups that refer to groups double with every step, so a few lines can stand for more parts than any validator
ever gets through; and libxml2 needs the cube of the number of optional elements in one model.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.wellknown import XS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

MOST_PARTS: Final = 10_000
"""Elements of one content model, its groups written out; the largest of real types have some hundreds."""
MOST_OPTIONAL: Final = 1_000
"""Optional ones that libxml2 is given: it takes about two seconds for 800, and eight times that for 1,600."""

_PARTS: Final = tuple(f"{{{XS}}}{each}" for each in ("element", "any", "group"))
_HOLDERS: Final = (f"{{{XS}}}complexType", f"{{{XS}}}group")
_GROUP: Final = f"{{{XS}}}group"
_LIGHT: Final = 100


@dataclass(frozen=True, slots=True)
class Model:
    """A content model: its own parts, and how often it refers to which group; `group` is its own name if any.

    Names of groups are local ones: of namesakes the heavier counts.
    """

    group: str
    parts: int
    optional: int
    referred: tuple[tuple[str, int], ...]


def models_of(root: etree._Element) -> tuple[Model, ...]:
    """Return the content models of a schema file that may grow heavy."""
    parts: Counter[etree._Element] = Counter()
    optional: Counter[etree._Element] = Counter()
    referred: dict[etree._Element, Counter[str]] = {}
    for each in root.iter(*_PARTS):
        holder = _holder(each)
        if holder is None:
            continue
        if each.tag == _GROUP:
            name = str(each.get("ref", "")).rpartition(":")[2]
            referred.setdefault(holder, Counter())[name] += 1
            continue
        parts[holder] += 1
        optional[holder] += each.get("minOccurs") == "0"
    return tuple(
        Model(
            str(each.get("name", "")) if each.tag == _GROUP else "",
            parts[each],
            optional[each],
            tuple(referred.get(each, {}).items()),
        )
        for each in {**parts, **referred}
        if each.tag == _GROUP or each in referred or parts[each] > _LIGHT
    )


def _holder(part: etree._Element) -> etree._Element | None:
    """Return the complex type or the named group whose content model a part belongs to."""
    for each in part.iterancestors(*_HOLDERS):
        if each.tag != _GROUP or each.get("name"):
            return each
    return None


def heaviest(models: Iterable[Model]) -> tuple[int, int]:
    """Return the most parts, and the most optional parts, of one model with its groups written out."""
    every = list(models)
    groups: dict[str, list[Model]] = {}
    for each in every:
        if each.group:
            groups.setdefault(each.group, []).append(each)
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
