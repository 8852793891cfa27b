"""Our XSD say what the official ones say, component by component."""

from __future__ import annotations

from typing import Any

import pytest

from mezhved.smev3 import schemas
from mezhved.smev3.versions import Version
from tests.support.smev3_reference import reference
from tests.support.xsd_model import model


def ours(version: Version) -> dict[tuple[str, str], Any]:
    return model(schemas.document(version, name) for name in schemas.names(version))


def official(version: Version, folder: str | None = None) -> dict[tuple[str, str], Any]:
    return model(path.read_bytes() for path in sorted(reference(version, folder).glob("*.xsd")))


@pytest.mark.parametrize("version", Version, ids=str)
def test_every_component_is_there_and_no_other(version: Version) -> None:
    assert sorted(ours(version)) == sorted(official(version))


@pytest.mark.parametrize("version", Version, ids=str)
def test_every_component_is_the_same(version: Version) -> None:
    mine, theirs = ours(version), official(version)
    differing = {name: (mine[name], theirs[name]) for name in theirs if mine.get(name) != theirs[name]}
    assert differing == {}
    assert len(theirs) > 70


def test_the_first_revision_of_1_3_differs_in_three_components() -> None:
    version = Version.V1_3
    mine, first = ours(version), official(version, "1.3-rev1")
    differing = {name for name in {*mine, *first} if mine.get(name) != first.get(name)}
    assert differing == {
        ("element", f"{{{version.faults}}}PersonalAccessDenied"),
        ("element", f"{{{version.faults}}}EndOfLifeReached"),
        ("type", f"{{{version.routing}}}RoutingStatusCodeType"),
    }


@pytest.mark.parametrize("version", Version, ids=str)
def test_the_model_tells_changes_apart(version: Version) -> None:
    # A comparison that sees nothing would make the tests above worthless.
    documents = [schemas.document(version, name) for name in schemas.names(version)]
    whole = ours(version)
    for before, after in [
        (b' minOccurs="0"', b""),
        (b'maxOccurs="unbounded"', b'maxOccurs="2"'),
        (b'value="500"', b'value="501"'),
        (b'<xs:enumeration value="REQUEST"/>', b""),
        (b' use="required"', b""),
        (b'namespace="##other"', b'namespace="##any"'),
        (b'type="basic:UUID"', b'type="xs:string"'),
        (b'processContents="', b'processContents="strict" x="'),
        (b"<xs:choice>", b"<xs:sequence>"),
    ]:
        changed = [octets.replace(before, after) for octets in documents]
        if after == b"<xs:sequence>":
            changed = [octets.replace(b"</xs:choice>", b"</xs:sequence>") for octets in changed]
        assert model(changed) != whole, before
