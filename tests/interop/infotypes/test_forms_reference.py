"""Forms of all packages of the state open whole; their examples are valid; nothing of a sample is lost."""

from __future__ import annotations

import io
import json
import random
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from mezhved.infotypes import InvalidSchemaSet
from mezhved.infotypes.documents import canonical, infoset, read_document, write_document
from mezhved.infotypes.forms import NodeKind, describe, form_model
from mezhved.infotypes.values import (
    example,
    from_form_fields,
    json_schema,
    read_value,
    to_form_fields,
    to_json,
    to_xml,
)
from tests.support.smev3_reference import beside
from tests.support.vs_packages import VS_ABSENT, VS_FOLDERS, vs_name, vs_package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mezhved.infotypes.forms import FormModel, Node

pytestmark = pytest.mark.skipif(not VS_FOLDERS, reason=VS_ABSENT)
packages = pytest.mark.parametrize("folder", VS_FOLDERS, ids=vs_name)
MOST = 80
"""Nodes of one form that are opened here; `mezhved bench forms` opens them all."""
LARGE = 20_000
"""Octets of an example above which only its way to XML and back is tried."""
INVALID = {
    "egisso-package-10.05.I-1.0.7",
    "fns-vipip-4.0.5",
    "fns-vipul-4.0.5",
    "pfr-snils-by-additionalData-1.0.1",
}
"""Packages with a sample that their own schemas refuse: someone has changed it by hand."""

INCOMPLETE = {"_quirks-cyrillic-namespace-uri-zdp"}
"""Packages with a file that refers to files which are not there."""


def collapsed(text: str) -> str:
    return " ".join(text.split())


def nodes(root: Node, most: int = MOST) -> Iterator[Node]:
    waiting = [root]
    for _ in range(most):
        if not waiting:
            return
        node = waiting.pop(0)
        yield node
        waiting.extend(node.children())


def models(folder: Path) -> Iterator[FormModel]:
    for bundle, root in vs_package(folder).roots:
        try:
            schema = bundle.xmlschema()
        except InvalidSchemaSet:
            assert vs_name(folder) in INCOMPLETE
            continue
        yield form_model(schema, root)


@packages
def test_every_form_opens(folder: Path) -> None:
    found = list(models(folder))
    assert found
    for model in found:
        paths = set()
        for node in nodes(model.root):
            assert node.path not in paths
            paths.add(node.path)
            assert node.label.ru
            assert node.kind is not NodeKind.FIELD or node.field is not None
        last = max(paths, key=len)
        assert model.node(last).path == last
        json.dumps(describe(model.root, 1))


@packages
def test_examples_are_valid_and_come_back(folder: Path) -> None:
    for model in models(folder):
        schema = model.types.schema
        described = json_schema(model)
        for full in (False, True):
            value = example(model, random.Random(7), full=full)
            octets = to_xml(value, model)
            assert [each.reason for each in schema.iter_errors(io.BytesIO(octets))] == []
            assert to_json(octets, model) == json.loads(json.dumps(value))
            if len(octets) > LARGE:
                continue
            assert [each.message for each in Draft202012Validator(described).iter_errors(value)] == []
            fields = from_form_fields(to_form_fields(value), model)
            assert infoset(read_document(to_xml(fields, model)).root) == infoset(read_document(octets).root)


@packages
def test_samples_come_back_whole(folder: Path) -> None:
    package = vs_package(folder)
    for sample in package.samples:
        bundle = package.bundle_of(sample.root)
        if bundle is None:
            continue
        schema = bundle.xmlschema()
        root = read_document(sample.octets).root
        model = form_model(schema, root.name)
        valid = not list(schema.iter_errors(io.BytesIO(write_document(root))))
        assert valid or vs_name(folder) in INVALID
        reading = read_value(sample.octets, model)
        if valid:
            assert reading.problems == ()
            octets = to_xml(json.loads(json.dumps(reading.value)), model)
            assert list(schema.iter_errors(io.BytesIO(octets))) == []
            assert infoset(read_document(octets).root, plain=collapsed) == infoset(root, plain=collapsed)


@pytest.mark.parametrize(
    "path", sorted(beside("vs").rglob("*.xml")), ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_canonical_xml_of_every_sample_is_that_of_libxml2(path: Path) -> None:
    octets = path.read_bytes()
    document = read_document(octets)
    try:
        tree = etree.parse(io.BytesIO(octets), etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError:
        assert "пф.рф" in document.root.name.namespace
        return
    for exclusive in (True, False):
        expected = etree.tostring(tree, method="c14n", exclusive=exclusive, with_comments=False)
        assert canonical(document, exclusive=exclusive) == expected


def test_the_dictionaries_of_the_civil_registry_are_linked() -> None:
    folder = next((each for each in VS_FOLDERS if each.name == "rogd-4.0.5"), None)
    if folder is None:
        pytest.skip(VS_ABSENT)
    (model,) = (each for each in models(folder) if each.name.local.endswith("Request"))
    columns = {
        each.dictionary.column
        for each in nodes(model.root, 1000)
        if each.dictionary is not None and each.dictionary.name == "ССРФ" and each.partners
    }
    assert columns == {"Код субъекта Российской Федерации", "Наименование субъекта Российской Федерации"}
