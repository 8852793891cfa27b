"""The schema files of our own writing: found by name, served anywhere, compiled once a thread."""

from __future__ import annotations

import threading

import pytest
from lxml import etree

from mezhved.smev3 import schemas
from mezhved.smev3.versions import Version

XS_IMPORT = "{http://www.w3.org/2001/XMLSchema}import"
ADDRESS = "{http://schemas.xmlsoap.org/wsdl/soap/}address"


@pytest.mark.parametrize("version", Version, ids=str)
def test_every_file_names_its_neighbours_relatively(version: Version) -> None:
    for name in schemas.names(version):
        for node in etree.fromstring(schemas.document(version, name)).iter(XS_IMPORT):
            assert node.get("schemaLocation") in schemas.names(version)


@pytest.mark.parametrize(
    "name", ["", "../1.1/smev-message-exchange-types-1.1.xsd", "__init__.py", "/etc/passwd"]
)
def test_other_names_are_unknown(name: str) -> None:
    with pytest.raises(schemas.UnknownDocument):
        schemas.document(Version.V1_2, name)


def test_a_name_of_another_version_is_unknown() -> None:
    with pytest.raises(schemas.UnknownDocument):
        schemas.document(Version.V1_2, schemas.names(Version.V1_1)[0])


@pytest.mark.parametrize("base", ["", "http://test.example/ws?a=b&xsd="])
def test_addresses_are_put_in_whatever_they_hold(base: str) -> None:
    address = "http://test.example/ws?\"<'>&"
    root = etree.fromstring(schemas.wsdl(Version.V1_3, address, base))
    assert [node.get("location") for node in root.iter(ADDRESS)] == [address]
    places = [node.get("schemaLocation") for node in root.iter(XS_IMPORT)]
    assert places == [f"{base}smev-message-exchange-{part}-1.3.xsd" for part in ("types", "faults")]
    inner = etree.fromstring(schemas.document(Version.V1_3, schemas.names(Version.V1_3)[0], base))
    assert all(str(node.get("schemaLocation")).startswith(base) for node in inner.iter(XS_IMPORT))


def test_a_schema_is_compiled_once_for_each_thread() -> None:
    kept = schemas.EnvelopeSchemas()
    elsewhere: list[etree.XMLSchema] = []
    thread = threading.Thread(target=lambda: elsewhere.append(kept.load(Version.V1_2)))
    thread.start()
    thread.join()
    assert kept.load(Version.V1_2) is kept.load(Version.V1_2)
    assert kept.load(Version.V1_2) is not elsewhere[0]
    assert schemas.load(Version.V1_2) is schemas.load(Version.V1_2)


def test_what_is_wrong_is_told_with_its_line() -> None:
    root = etree.fromstring(f'<t:AckRequest xmlns:t="{Version.V1_2.types}">\n<x/>\n</t:AckRequest>')
    (problem,) = schemas.EnvelopeSchemas().errors(Version.V1_2, root)
    assert problem.startswith("2: ")
    assert "AckTargetMessage" in problem
