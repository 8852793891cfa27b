"""Our schemas and the official ones judge the same of every document, right or spoilt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from lxml import etree

from mezhved.smev3 import schemas
from mezhved.smev3.versions import XSI, Version
from tests.support import smev3_messages as strategies
from tests.support.examples import examples
from tests.support.smev3_reference import official_schema

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

MANY = examples(120, suppress_health_check=list(HealthCheck))
FEWER = examples(60, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module", params=Version, ids=str)
def judges(request: pytest.FixtureRequest) -> tuple[Version, etree.XMLSchema, etree.XMLSchema]:
    version: Version = request.param
    return version, schemas.load(version), official_schema(version)


@st.composite
def faults(draw: DrawFn, version: Version) -> etree._Element:
    """Give a fault element with some of the children that faults have, in some order."""
    mine = [schemas.document(version, name) for name in schemas.names(version) if "faults" in name]
    declared = etree.fromstring(mine[0]).findall(".//{*}element")
    names = sorted({str(node.get("name")) for node in declared})
    root = etree.Element(f"{{{version.faults}}}{draw(st.sampled_from(names))}", nsmap={"f": version.faults})
    if draw(st.booleans()):
        root.set(f"{{{XSI}}}type", draw(st.sampled_from(["f:InvalidContent", "f:DestinationOverflow", "x"])))
    for name in draw(st.lists(st.sampled_from(["Code", "Description"]), max_size=2)):
        etree.SubElement(root, f"{{{version.basic}}}{name}").text = draw(st.sampled_from(strategies.TEXTS))
    for name in draw(st.lists(st.sampled_from(names), max_size=2)):
        child = etree.SubElement(root, f"{{{version.faults}}}{name}")
        child.text = draw(st.sampled_from([*strategies.TEXTS, "1", "SignatureIsInvalid"]))
        if draw(st.booleans()):
            child.set("errorPosition", draw(st.sampled_from(strategies.TEXTS)))
    return root


@given(data=st.data())
@MANY
def test_operations_are_judged_alike(judges: Any, data: st.DataObject) -> None:
    version, ours, official = judges
    name = data.draw(st.sampled_from(sorted(strategies.operations(version))))
    root = etree.fromstring(data.draw(strategies.operations(version)[name]).to_xml(version))
    for _ in range(data.draw(st.integers(0, 3))):
        strategies.spoil(root, data.draw, version)
    alone = etree.fromstring(etree.tostring(root))
    assert ours.validate(alone) == official.validate(alone), etree.tostring(alone)


@given(data=st.data())
@MANY
def test_faults_are_judged_alike(judges: Any, data: st.DataObject) -> None:
    version, ours, official = judges
    root = etree.fromstring(etree.tostring(data.draw(faults(version))))
    assert ours.validate(root) == official.validate(root), etree.tostring(root)


@given(registry=strategies.registries, data=st.data())
@FEWER
def test_registries_are_judged_alike(registry: Any, data: st.DataObject, late: Any) -> None:
    ours, official = late
    root = etree.fromstring(registry.to_xml(Version.V1_3))
    if data.draw(st.booleans()):
        strategies.spoil(root, data.draw, Version.V1_3)
    alone = etree.fromstring(etree.tostring(root))
    assert ours.validate(alone) == official.validate(alone), etree.tostring(alone)


@pytest.fixture(scope="module")
def late() -> tuple[etree.XMLSchema, etree.XMLSchema]:
    return schemas.load(Version.V1_3), official_schema(Version.V1_3)
