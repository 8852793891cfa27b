"""The directive registry of 1.3: many signed records in one message, inside the business data.

It was seen inside messages of 1.1 too: its namespaces are those of 1.3 whatever the envelope's version.
`Registry` holds all that a participant needs; `registries` and `record_heads` look at a registry in its
tree without copying anything, as the bus does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from lxml import etree

from mezhved.smev3.fragments import Fragment, Source
from mezhved.smev3.messages import errors
from mezhved.smev3.messages.attachments import (
    AttachmentHeader,
    RefAttachmentHeader,
    read_headers,
    read_ref_headers,
    write_list,
)
from mezhved.smev3.messages.reading import Reader, cut, int_of, path_of, signature_in
from mezhved.smev3.messages.writing import Profile, WireElement, id_attribute
from mezhved.smev3.scan import children
from mezhved.smev3.tree import locate
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDS_LIMIT: Final = 1000
"""Most records of one registry (its schema)."""
SIGNATURES_LIMIT: Final = 10
"""Most officials' signatures of one record (its schema)."""

_HOME = Version.V1_3
_DIRECTIVE = f"{{{_HOME.directive}}}"
_BASIC = f"{{{_HOME.basic}}}"
_INT: Final = range(-(2**31), 2**31)
_DECLARED = f' xmlns="{_HOME.basic}" xmlns:ns5="{_HOME.directive}"'


@dataclass(frozen=True, slots=True)
class Record(WireElement):
    """One record: its content (one element of another namespace), attachments, up to ten signatures.

    `id` is what the record's signature refers to, `content_id` what the personal signatures refer to.
    """

    content: Fragment
    attachment_headers: tuple[AttachmentHeader, ...] = ()
    ref_attachment_headers: tuple[RefAttachmentHeader, ...] = ()
    personal_signatures: tuple[Fragment, ...] = ()
    id: str | None = None
    content_id: str | None = None

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the Record element, self-contained, since it is signed by itself."""
        signatures = b"".join(
            b"<ns5:PersonalSignature>%b</ns5:PersonalSignature>" % signature.octets
            for signature in self.personal_signatures
        )
        return b"".join(
            (
                f"<ns5:Record{_DECLARED}{id_attribute(self.id)}>".encode(),
                f"<ns5:RecordContent{id_attribute(self.content_id)}>".encode(),
                self.content.octets,
                b"</ns5:RecordContent>",
                write_list("AttachmentHeaderList", self.attachment_headers, _HOME, profile),
                write_list("RefAttachmentHeaderList", self.ref_attachment_headers, _HOME, profile),
                signatures,
                b"</ns5:Record>",
            )
        )

    @classmethod
    def from_xml(cls, record: etree._Element, source: Source | None = None) -> Self:
        """Read a Record element."""
        reader = Reader(record)
        content = reader.required(_DIRECTIVE + "RecordContent")
        headers = read_headers(reader, _BASIC)
        ref_headers = read_ref_headers(reader, _BASIC)
        holders = reader.repeated(_DIRECTIVE + "PersonalSignature")
        reader.end()
        _demand_few(holders, record)
        root = _content_root(content)
        signatures = (signature_in(holder, source) for holder in holders)
        return cls(
            cut(root, source),
            headers,
            ref_headers,
            tuple(signature for signature in signatures if signature is not None),
            record.get("Id"),
            content.get("Id"),
        )


@dataclass(frozen=True, slots=True)
class RegistryRecord(WireElement):
    """A record with its number and the sender's signature over it.

    `octets` is the signed Record as it came or as it was signed; when it is there it is what is written.
    """

    record_id: int
    record: Record
    signature: Fragment | None = None
    octets: Fragment | None = field(default=None, compare=False)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the RegistryRecord element."""
        signed = self.octets.octets if self.octets is not None else self.record.write(version, profile)
        signature = b""
        if self.signature is not None:
            signature = b"<ns5:RecordSignature>%b</ns5:RecordSignature>" % self.signature.octets
        start = f"<ns5:RegistryRecord{_DECLARED}><ns5:RecordId>{self.record_id}</ns5:RecordId>"
        return b"%b%b%b</ns5:RegistryRecord>" % (start.encode(), signed, signature)

    @classmethod
    def from_xml(cls, item: etree._Element, source: Source | None = None) -> Self:
        """Read a RegistryRecord element, keeping the octets of the Record."""
        reader = Reader(item)
        record_id = _record_id(reader)
        record = reader.required(_DIRECTIVE + "Record")
        signature = signature_in(reader.optional(_DIRECTIVE + "RecordSignature"), source)
        reader.end()
        return cls(record_id, Record.from_xml(record, source), signature, cut(record, source))


@dataclass(frozen=True, slots=True)
class Registry(WireElement):
    """Up to 1000 records; the element lies inside the business data's root."""

    records: tuple[RegistryRecord, ...]

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the Registry element, the same for every version."""
        inner = b"".join(record.write(version, profile) for record in self.records)
        return b"<ns5:Registry%b>%b</ns5:Registry>" % (_DECLARED.encode(), inner)

    @classmethod
    def from_xml(cls, registry: etree._Element, source: Source | None = None) -> Self:
        """Read a Registry element; the time it takes grows with its length and no faster."""
        _items(registry)
        return cls(tuple(_read_apart(cut(registry, source).octets)))


@dataclass(frozen=True, slots=True)
class RecordHead:
    """What the bus needs of a record: its elements in the tree, and who signed it.

    `content` is the one element inside RecordContent.
    """

    record_id: int
    element: etree._Element
    record: etree._Element
    content: etree._Element
    signed: bool
    personal_signatures: int


def registries(business: etree._Element) -> Iterator[etree._Element]:
    """Give the registries inside business data; one inside another's record is that record's content."""
    walk = etree.iterwalk(business, events=("start",), tag=_DIRECTIVE + "Registry")
    for _, registry in walk:
        walk.skip_subtree()
        yield registry


def record_heads(registry: etree._Element) -> Iterator[RecordHead]:
    """Give the records of one registry; `InvalidEnvelope` at the first that breaks the schema."""
    for item in _items(registry):
        reader = Reader(item)
        record_id = _record_id(reader)
        record = reader.required(_DIRECTIVE + "Record")
        signature = reader.optional(_DIRECTIVE + "RecordSignature")
        reader.end()
        inner = Reader(record)
        content = _content_root(inner.required(_DIRECTIVE + "RecordContent"))
        inner.optional(_BASIC + "AttachmentHeaderList")
        inner.optional(_BASIC + "RefAttachmentHeaderList")
        holders = inner.repeated(_DIRECTIVE + "PersonalSignature")
        inner.end()
        _demand_few(holders, record)
        signed = signature is not None and len(signature) > 0
        yield RecordHead(record_id, item, record, content, signed, len(holders))


def _items(registry: etree._Element) -> list[etree._Element]:
    reader = Reader(registry)
    items = reader.repeated(_DIRECTIVE + "RegistryRecord")
    reader.end()
    if not items:
        raise errors.missing("RegistryRecord", path_of(registry))
    if len(items) > RECORDS_LIMIT:
        raise errors.too_many("RegistryRecord", RECORDS_LIMIT, path_of(registry))
    return items


def _record_id(reader: Reader) -> int:
    holder = reader.required(_DIRECTIVE + "RecordId")
    number = int_of(holder)
    if number not in _INT:
        raise errors.bad_value("RecordId", str(number), "xs:int", path_of(holder))
    return number


def _content_root(content: etree._Element) -> etree._Element:
    roots = Reader(content).rest()
    if len(roots) != 1:
        raise errors.missing("RecordContent", path_of(content))
    if etree.QName(roots[0]).namespace in {None, _HOME.directive}:
        raise errors.unexpected(str(roots[0].tag), path_of(content))
    return roots[0]


def _demand_few(holders: list[etree._Element], record: etree._Element) -> None:
    if len(holders) > SIGNATURES_LIMIT:
        raise errors.too_many("PersonalSignature", SIGNATURES_LIMIT, path_of(record))


def _read_apart(registry: bytes) -> Iterator[RegistryRecord]:
    """Read each record as a small document of its own: each cut out of the large one reads all of it."""
    start, name_end, tag_end, _ = locate(registry, [0])
    opening = registry[start:tag_end]
    closing = b"</%b>" % registry[start + 1 : name_end]
    for octets in children(registry):
        alone = opening + octets + closing
        root = parse(alone)
        yield RegistryRecord.from_xml(root[0], Source(alone, root))
