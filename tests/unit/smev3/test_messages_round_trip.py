"""Every operation comes back from XML as it went in, in every version and profile, and is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from mezhved.smev3 import messages as m
from mezhved.smev3 import schemas
from mezhved.smev3.versions import Version
from tests.support import smev3_messages as strategies
from tests.support.examples import examples
from tests.support.smev3_reference import official_schema

if TYPE_CHECKING:
    from lxml import etree

CASES = [(version, name) for version in Version for name in strategies.operations(version)]
KEPT = schemas.EnvelopeSchemas()
FEW = examples(15, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def official() -> dict[Version, etree.XMLSchema]:
    return {version: official_schema(version) for version in Version}


@pytest.mark.parametrize(("version", "name"), CASES, ids=str)
@given(data=st.data())
@FEW
def test_an_operation_survives_its_xml_and_is_valid(version: Version, name: str, data: st.DataObject) -> None:
    operation: Any = data.draw(strategies.operations(version)[name])
    for profile in m.Profile:
        back = strategies.read(operation.to_xml(version, profile), m.parse_operation)
        assert type(back) is type(operation)
        assert strategies.plain(back) == strategies.plain(operation)
        assert back.version is version
    root = strategies.read(operation.to_xml(version), lambda root, _: root)
    assert KEPT.errors(version, root) == ()


@pytest.mark.parametrize(("version", "name"), CASES, ids=str)
@given(data=st.data())
@FEW
def test_an_operation_is_valid_by_the_official_schema(
    version: Version, name: str, data: st.DataObject, official: dict[Version, etree.XMLSchema]
) -> None:
    operation: Any = data.draw(strategies.operations(version)[name])
    root = strategies.read(operation.to_xml(version), lambda root, _: root)
    schema = official[version]
    assert schema.validate(root), schema.error_log


@pytest.mark.parametrize("version", Version, ids=str)
@given(data=st.data())
@FEW
def test_what_came_is_written_again_octet_by_octet(version: Version, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(strategies.operations(version))))
    operation: Any = data.draw(strategies.operations(version)[name])
    octets = operation.to_xml(version)
    first = strategies.read(octets, m.parse_operation).to_xml(version, m.Profile.REAL)
    second = strategies.read(first, m.parse_operation).to_xml(version, m.Profile.REAL)
    assert strategies.canonical(first) == strategies.canonical(octets)
    assert second == first


@given(registry=strategies.registries)
@FEW
def test_a_directive_registry_survives_its_xml(registry: m.Registry) -> None:
    octets = registry.to_xml(Version.V1_3)
    back = strategies.read(octets, m.Registry.from_xml)
    assert strategies.plain(back) == strategies.plain(registry)
    assert KEPT.errors(Version.V1_3, strategies.read(octets, lambda root, _: root)) == ()
    assert registry.to_xml(Version.V1_1) == octets


@given(routing=strategies.routings)
@FEW
def test_routing_keeps_the_octets_that_were_signed(routing: m.Routing) -> None:
    octets = routing.to_xml(Version.V1_3)
    back = strategies.read(octets, m.Routing.from_xml)
    assert back.octets is not None
    assert back.octets.octets in octets
    assert back.octets.octets in back.to_xml(Version.V1_3)
    assert back.information == routing.information
