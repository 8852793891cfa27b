"""The directive registry of 1.3: many signed records in one message, inside the business data.

It was seen inside messages of 1.1 too: its namespaces are those of 1.3 whatever the envelope's version.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from lxml import etree

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
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from mezhved.smev3.fragments import Fragment, Source

_HOME = Version.V1_3
_DIRECTIVE = f"{{{_HOME.directive}}}"
_BASIC = f"{{{_HOME.basic}}}"
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
        roots = Reader(content).rest()
        if len(roots) != 1:
            raise errors.missing("RecordContent", path_of(record))
        if etree.QName(roots[0]).namespace in {None, _HOME.directive}:
            raise errors.unexpected(str(roots[0].tag), path_of(content))
        signatures = (signature_in(holder, source) for holder in holders)
        return cls(
            cut(roots[0], source),
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
        record_id = int_of(reader.required(_DIRECTIVE + "RecordId"))
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
        """Read a Registry element."""
        reader = Reader(registry)
        items = reader.repeated(_DIRECTIVE + "RegistryRecord")
        reader.end()
        if not items:
            raise errors.missing("RegistryRecord", path_of(registry))
        return cls(tuple(RegistryRecord.from_xml(item, source) for item in items))
