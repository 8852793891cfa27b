"""Directive registries: looked at in their tree, and read record by record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from lxml import etree

from mezhved.smev3.fragments import Fragment, Source
from mezhved.smev3.messages import InvalidEnvelope, Record, Registry, RegistryRecord
from mezhved.smev3.messages.directive import record_heads, registries
from mezhved.smev3.transform import signed_octets
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse
from tests.support import smev3_messages as strategies
from tests.support.examples import examples
from tests.support.work import growth

if TYPE_CHECKING:
    from collections.abc import Callable

NS = f"{{{Version.V1_3.directive}}}"
ITEM = Fragment(b'<i:Item xmlns:i="urn://x-artefacts-test/item/1.0.0">1</i:Item>')


def inside(registry: bytes, more: str = "") -> bytes:
    """Put a registry into business data whose root declares prefixes that the records inherit."""
    return b'<q:R xmlns:q="urn://x-artefacts-test/root/1.0.0" xmlns:z="urn:z"%b>%b</q:R>' % (
        more.encode(),
        registry,
    )


def one(**fields: Any) -> bytes:
    """A registry of one record."""
    return Registry((RegistryRecord(1, Record(ITEM, **fields)),)).to_xml(Version.V1_1)


@given(registry=strategies.registries)
@examples(20)
def test_what_the_tree_shows_is_what_is_read(registry: Registry) -> None:
    octets = inside(registry.to_xml(Version.V1_3))
    root = parse(octets)
    found = next(registries(root))

    heads = list(record_heads(found))
    read = Registry.from_xml(found, Source(octets, root))

    assert [head.record_id for head in heads] == [each.record_id for each in read.records]
    assert [head.signed for head in heads] == [each.signature is not None for each in read.records]
    assert [head.personal_signatures for head in heads] == [
        len(each.record.personal_signatures) for each in read.records
    ]
    for head, each in zip(heads, read.records, strict=True):
        assert each.octets is not None
        assert signed_octets(parse(each.octets.octets)) == signed_octets(head.record)


def test_records_keep_prefixes_of_the_root_comments_and_cdata() -> None:
    item = "<z:Item a=\">\" z:b='x'><!-- > --><![CDATA[<z:Record>]]></z:Item><?p ?>"
    octets = inside(one().replace(ITEM.octets, item.encode()))
    root = parse(octets)

    read = Registry.from_xml(next(registries(root)), Source(octets, root))

    content = parse(read.records[0].record.content.octets)
    assert content.tag == "{urn:z}Item"
    assert content.get("a") == ">"
    assert content.text is None
    assert content[0].tail == "<z:Record>"


def test_a_registry_inside_a_record_is_not_one_of_the_message() -> None:
    inner = one()
    outer = one().replace(ITEM.octets, b'<i:Item xmlns:i="urn:i">%b</i:Item>' % inner)
    root = parse(inside(outer + one()))

    found = list(registries(root))

    assert len(found) == 2
    assert all(each.getparent() is root for each in found)


def test_the_root_itself_may_be_a_registry() -> None:
    assert len(list(registries(parse(one())))) == 1


def no_records(registry: etree._Element) -> None:
    """Empty it."""
    del registry[:]


def stray_text(registry: etree._Element) -> None:
    """Put a text between elements."""
    registry.text = "текст"


def no_id(registry: etree._Element) -> None:
    """Take RecordId away."""
    del registry[0][0]


def two_records(registry: etree._Element) -> None:
    """Put a second Record into a RegistryRecord."""
    registry[0].append(etree.fromstring(etree.tostring(registry[0][1])))


def two_contents(registry: etree._Element) -> None:
    """Put a second element into RecordContent."""
    registry[0][1][0].append(etree.fromstring(ITEM.octets))


def content_of_the_same_namespace(registry: etree._Element) -> None:
    """Put an element of the registry's own namespace there."""
    registry[0][1][0][0] = etree.Element(f"{NS}Registry")


def eleven_signatures(registry: etree._Element) -> None:
    """Sign too often."""
    for _ in range(11):
        etree.SubElement(registry[0][1], f"{NS}PersonalSignature")


def too_many(registry: etree._Element) -> None:
    """Add a thousand records."""
    for _ in range(1000):
        registry.append(etree.fromstring(etree.tostring(registry[0])))


def large_id(registry: etree._Element) -> None:
    """Give a number that is no xs:int."""
    registry[0][0].text = str(2**31)


@pytest.mark.parametrize(
    "spoil",
    [
        no_records,
        stray_text,
        no_id,
        two_records,
        two_contents,
        content_of_the_same_namespace,
        eleven_signatures,
        too_many,
        large_id,
    ],
)
def test_what_breaks_the_schema_is_refused_both_ways(spoil: Callable[[etree._Element], None]) -> None:
    registry = parse(one())
    spoil(registry)

    with pytest.raises(InvalidEnvelope):
        list(record_heads(registry))
    with pytest.raises(InvalidEnvelope):
        Registry.from_xml(registry)


def test_the_time_to_read_grows_with_the_length_alone() -> None:
    item = Fragment(b'<i:Item xmlns:i="urn:i">' + b"<i:A>text</i:A>" * 30 + b"</i:Item>")

    def reading(count: int) -> Callable[[], object]:
        octets = Registry(
            tuple(RegistryRecord(number, Record(item, id=f"R{number}")) for number in range(count))
        ).to_xml(Version.V1_3)
        root = parse(octets)
        return lambda: Registry.from_xml(root, Source(octets, root))

    reading(1)()  # what is made once is made here
    assert growth(reading(250), reading(1000)) < 5
