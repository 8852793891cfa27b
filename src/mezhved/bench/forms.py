"""How fast forms open: the schema built, the form made, every node unfolded, a value to XML and back."""

from __future__ import annotations

import io
import json
import random
import time
import zipfile
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from mezhved.infotypes.forms import describe, form_model
from mezhved.infotypes.packages import load_package
from mezhved.infotypes.values import example, json_schema, to_json, to_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mezhved.infotypes.documents import QName
    from mezhved.infotypes.forms import FormModel, Node
    from mezhved.infotypes.packages import SchemaBundle

_Result = TypeVar("_Result")

_TYPE: Final = "urn://mezhved/bench/forms/1.0.0"
_NODES: Final = 20_000
"""Nodes unfolded at most: recursive types have no end."""
_DEPTH: Final = 60


@dataclass(frozen=True, slots=True)
class FormSpeed:
    """Times of one root element. `open_ms` is all that a page waits for: schema, form, its first two levels.

    `node_ms` is the slowest unfolding of one node. The `cpu` times are those of this process alone, for
    machines that have other work. `depth` counts levels of nodes, choices among them.
    """

    package: str
    root: str
    schema_ms: float
    open_ms: float
    open_cpu_ms: float
    node_ms: float
    node_cpu_ms: float
    nodes: int
    depth: int
    example_bytes: int
    to_xml_ms: float
    to_json_ms: float
    json_schema_ms: float


class _Times(NamedTuple):
    """Milliseconds of the clock and of this process."""

    wall: float
    cpu: float


class _Timed(NamedTuple, Generic[_Result]):
    """What came out, and how long it took."""

    result: _Result
    times: _Times


def measure_forms(paths: list[Path]) -> list[dict[str, Any]]:
    """Measure every root of packages, or of a made-up large schema when none is given; slowest first."""
    sources: list[Path | bytes] = [*paths] if paths else [large_package()]
    found: list[FormSpeed] = []
    for source in sources:
        package = load_package(source)
        name = "made-up" if isinstance(source, bytes) else source.name
        for bundle in package.bundles:
            built = _timed(bundle.xmlschema).times
            found.extend(_measure(name, bundle, root, built) for root in bundle.roots)
    return [asdict(each) for each in sorted(found, key=lambda each: -each.open_ms)]


def _measure(package: str, bundle: SchemaBundle, root: QName, built: _Times) -> FormSpeed:
    schema = bundle.xmlschema()

    def opened() -> FormModel:
        model = form_model(schema, root)
        json.dumps(describe(model.root, 2))
        return model

    model, opening = _timed(opened)
    wall, cpu, nodes, depth = _walk(model.root)
    value = example(model, random.Random(1), full=True)  # noqa: S311 - a measurement
    octets, writing = _timed(lambda: to_xml(value, model))
    _, reading = _timed(lambda: to_json(octets, model))
    _, describing = _timed(lambda: json_schema(model))
    return FormSpeed(
        package,
        root.local,
        schema_ms=built.wall,
        open_ms=round(built.wall + opening.wall, 1),
        open_cpu_ms=round(built.cpu + opening.cpu, 1),
        node_ms=wall,
        node_cpu_ms=cpu,
        nodes=nodes,
        depth=depth,
        example_bytes=len(octets),
        to_xml_ms=writing.wall,
        to_json_ms=reading.wall,
        json_schema_ms=describing.wall,
    )


def _walk(root: Node) -> tuple[float, float, int, int]:
    """Unfold nodes; return the slowest unfolding (wall, CPU), how many nodes there are and how deep."""
    wall, cpu, count, deepest = 0.0, 0.0, 0, 0
    for node, depth in _nodes(root):
        count += 1
        deepest = max(deepest, depth)
        spent = _timed(partial(describe, node, 1)).times
        wall, cpu = max(wall, spent.wall), max(cpu, spent.cpu)
        if count >= _NODES:
            break
    return wall, cpu, count, deepest


def _nodes(root: Node) -> Iterator[tuple[Node, int]]:
    waiting = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        if depth < _DEPTH:
            waiting.extend((each, depth + 1) for each in node.children())


def _timed(action: Callable[[], _Result]) -> _Timed[_Result]:
    started, busy = time.perf_counter(), time.process_time()
    result = action()
    wall, cpu = time.perf_counter() - started, time.process_time() - busy
    return _Timed(result, _Times(round(wall * 1000, 1), round(cpu * 1000, 1)))


def large_package(levels: int = 18, sections: int = 78, fields: int = 17) -> bytes:
    """Return a ZIP with a schema as large as the largest of the state's.

    That is about 1400 elements and 1300 attributes in a tree of 18 levels of sections.
    """
    types = "".join(_section(number, levels, sections, fields) for number in range(sections))
    schema = (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="{_TYPE}" targetNamespace="{_TYPE}" '
        'elementFormDefault="qualified"><xs:element name="Request" type="t:Раздел0"/>'
        '<xs:simpleType name="Строка"><xs:restriction base="xs:string"><xs:minLength value="1"/>'
        '<xs:maxLength value="255"/></xs:restriction></xs:simpleType><xs:simpleType name="Код">'
        r'<xs:restriction base="xs:string"><xs:pattern value="[0-9]{2}-[A-Z]{3}"/></xs:restriction>'
        f"</xs:simpleType>{types}</xs:schema>"
    )
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        archive.writestr("large.xsd", schema)
    return octets.getvalue()


def _section(number: int, levels: int, sections: int, fields: int) -> str:
    """Return the type of a section: the first ones lie in each other, the others in them."""
    elements = "".join(
        f'<xs:element name="Поле{each}" type="t:Строка" minOccurs="0"><xs:annotation><xs:documentation>'
        f"Поле {each} раздела {number}</xs:documentation></xs:annotation></xs:element>"
        f'<xs:element name="Дата{each}" type="xs:date" minOccurs="0"/>'
        for each in range(fields // 2)
    )
    attributes = "".join(f'<xs:attribute name="Признак{each}" type="t:Код"/>' for each in range(fields))
    inner = [number + 1] if number < levels - 1 else []
    inner += range(levels + number, sections, levels) if number < levels else []
    below = "".join(
        f'<xs:element name="Раздел{each}" type="t:Раздел{each}" minOccurs="0"/>' for each in inner
    )
    return (
        f'<xs:complexType name="Раздел{number}"><xs:sequence>{elements}{below}</xs:sequence>'
        f"{attributes}</xs:complexType>"
    )
