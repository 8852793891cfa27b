"""Attachments: headers inside the signed data, contents beside it, references to the file store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote

from mezhved.smev3.messages import errors
from mezhved.smev3.messages.reading import (
    Reader,
    base64_of,
    element_children,
    local_name,
    path_of,
    token_of,
    version_of,
)
from mezhved.smev3.messages.writing import (
    Profile,
    WireElement,
    base64_element,
    element,
    escape_attribute,
    optional,
)
from mezhved.smev3.versions import XOP, Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml import etree

    from mezhved.smev3.fragments import Source

_INCLUDE = f"{{{XOP}}}Include"
_RECORD = f"{{{Version.V1_3.directive}}}Record"
_RECORD_HEADERS = f"{{{Version.V1_3.basic}}}AttachmentHeaderList"
_RECORD_HEADER = f"{{{Version.V1_3.basic}}}AttachmentHeader"
_RECORD_REF_HEADERS = f"{{{Version.V1_3.basic}}}RefAttachmentHeaderList"
_RECORD_REF_HEADER = f"{{{Version.V1_3.basic}}}RefAttachmentHeader"


@dataclass(frozen=True, slots=True)
class ArchivedFile(WireElement):
    """One file of an archive and the namespace of its content (1.3)."""

    name: str
    namespace_uri: str

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the File element."""
        inner = element("Name", self.name) + element("NamespaceUri", self.namespace_uri)
        return f"<File{declarations}>{inner}</File>".encode()

    @classmethod
    def from_xml(cls, file: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read a File element."""
        basic = f"{{{version_of(file).basic}}}"
        reader = Reader(file)
        archived = cls(name=reader.text(basic + "Name"), namespace_uri=reader.text(basic + "NamespaceUri"))
        reader.end()
        return archived


@dataclass(frozen=True, slots=True)
class AttachmentHeader(WireElement):
    """Describes a file that travels with the message (up to 5 MiB together with it: MR 3.3 section 5).

    `pkcs7` is the detached signature of the file, DER. `namespace_uri` and `archive` are of 1.3 and not
    written in other versions.
    """

    content_id: str
    mime_type: str
    pkcs7: bytes | None = None
    namespace_uri: str | None = None
    archive: tuple[ArchivedFile, ...] = ()

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:
        """Return the AttachmentHeader element."""
        late = version is Version.V1_3
        inner = (
            element("contentId", self.content_id)
            + (optional("NamespaceUri", self.namespace_uri) if late else "")
            + element("MimeType", self.mime_type)
            + ("" if self.pkcs7 is None else base64_element("SignaturePKCS7", self.pkcs7))
            + (_archive(self.archive, version, profile) if late else "")
        )
        return f"<AttachmentHeader{declarations}>{inner}</AttachmentHeader>".encode()

    @classmethod
    def from_xml(cls, header: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read an AttachmentHeader; the elements of 1.3 are taken in any version."""
        basic = f"{{{version_of(header).basic}}}"
        reader = Reader(header)
        content_id = reader.text(basic + "contentId")
        namespace_uri = reader.optional_text(basic + "NamespaceUri")
        mime_type = reader.text(basic + "MimeType")
        pkcs7, archive = _pkcs7_and_archive(reader, basic)
        return cls(content_id, mime_type, pkcs7, namespace_uri, archive)


@dataclass(frozen=True, slots=True)
class RefAttachmentHeader(WireElement):
    """Describes a file in the file store (up to 1 GiB a message: MR 3.3 section 5).

    `hash` is base64 of the file's GOST digest, kept as text; `uuid` names the directory. `file_name`,
    `namespace_uri` and `archive` are of 1.3 and not written in other versions.
    """

    uuid: str
    hash: str
    mime_type: str
    pkcs7: bytes | None = None
    file_name: str | None = None
    namespace_uri: str | None = None
    archive: tuple[ArchivedFile, ...] = ()

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:
        """Return the RefAttachmentHeader element."""
        late = version is Version.V1_3
        inner = (
            element("uuid", self.uuid)
            + (optional("FileName", self.file_name) if late else "")
            + (optional("NamespaceUri", self.namespace_uri) if late else "")
            + element("Hash", self.hash)
            + element("MimeType", self.mime_type)
            + ("" if self.pkcs7 is None else base64_element("SignaturePKCS7", self.pkcs7))
            + (_archive(self.archive, version, profile) if late else "")
        )
        return f"<RefAttachmentHeader{declarations}>{inner}</RefAttachmentHeader>".encode()

    @classmethod
    def from_xml(cls, header: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read a RefAttachmentHeader; the elements of 1.3 are taken in any version."""
        basic = f"{{{version_of(header).basic}}}"
        reader = Reader(header)
        uuid = reader.text(basic + "uuid")
        file_name = reader.optional_text(basic + "FileName")
        namespace_uri = reader.optional_text(basic + "NamespaceUri")
        digest = reader.text(basic + "Hash")
        mime_type = reader.text(basic + "MimeType")
        pkcs7, archive = _pkcs7_and_archive(reader, basic)
        return cls(uuid, digest, mime_type, pkcs7, file_name, namespace_uri, archive)


@dataclass(frozen=True, slots=True)
class AttachmentContent(WireElement):
    """A file that travels with the message: its octets, or the MIME part that holds them.

    `href` is set when the element held an xop:Include (`cid:...`); `resolved` puts the octets in. When
    written, an `href` becomes an xop:Include again, else the octets become base64.
    """

    content_id: str
    octets: bytes = b""
    href: str | None = None

    @property
    def part(self) -> str | None:
        """Return the Content-ID of the MIME part, percent-encoding undone, without angle brackets."""
        if self.href is None:
            return None
        return unquote(self.href.removeprefix("cid:"))

    def resolved(self, parts: Mapping[str, bytes]) -> AttachmentContent:
        """Return the same with the octets of its MIME part; `InvalidEnvelope` when there is no such part."""
        part = self.part
        if part is None:
            return self
        octets = parts.get(part)
        if octets is None:
            raise errors.missing(f"cid:{part}", "AttachmentContentList/AttachmentContent/Content")
        return AttachmentContent(self.content_id, octets)

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the AttachmentContent element."""
        if self.href is None:
            content = base64_element("Content", self.octets)
        else:
            include = f'<xop:Include xmlns:xop="{XOP}" href="{escape_attribute(self.href)}"/>'
            content = f"<Content>{include}</Content>"
        inner = element("Id", self.content_id) + content
        return f"<AttachmentContent{declarations}>{inner}</AttachmentContent>".encode()

    @classmethod
    def from_xml(cls, content: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read an AttachmentContent; `Id` need not be a valid xs:ID, as with the real server."""
        basic = f"{{{version_of(content).basic}}}"
        reader = Reader(content)
        content_id = token_of(reader.required(basic + "Id"))
        body = reader.required(basic + "Content")
        reader.end()
        href = _include(body)
        return cls(content_id, href=href) if href is not None else cls(content_id, base64_of(body))


@dataclass(frozen=True, slots=True)
class FSAttachment(WireElement):
    """How to fetch one file of a delivered message from the file store."""

    uuid: str
    user_name: str
    password: str
    file_name: str

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the FSAttachment element."""
        inner = (
            element("uuid", self.uuid)
            + element("UserName", self.user_name)
            + element("Password", self.password)
            + element("FileName", self.file_name)
        )
        return f"<FSAttachment{declarations}>{inner}</FSAttachment>".encode()

    @classmethod
    def from_xml(cls, attachment: etree._Element, source: Source | None = None) -> Self:  # noqa: ARG003
        """Read an FSAttachment element."""
        basic = f"{{{version_of(attachment).basic}}}"
        reader = Reader(attachment)
        access = cls(
            uuid=reader.text(basic + "uuid"),
            user_name=reader.text(basic + "UserName"),
            password=reader.text(basic + "Password"),
            file_name=reader.text(basic + "FileName"),
        )
        reader.end()
        return access

    def __repr__(self) -> str:
        return f"FSAttachment(uuid={self.uuid!r}, file_name={self.file_name!r})"


def write_list(name: str, items: Sequence[WireElement], version: Version, profile: Profile) -> bytes:
    """Return a list element of the basic namespace; nothing when there are no items."""
    if not items:
        return b""
    inner = b"".join(item.write(version, profile) for item in items)
    return b"<%b>%b</%b>" % (name.encode(), inner, name.encode())


def read_headers(reader: Reader, basic: str) -> tuple[AttachmentHeader, ...]:
    """Take an AttachmentHeaderList when it is next; an empty one counts as none."""
    items = _items(reader, basic + "AttachmentHeaderList", basic + "AttachmentHeader")
    return tuple(AttachmentHeader.from_xml(item) for item in items)


def record_headers(root: etree._Element) -> Iterator[AttachmentHeader]:
    """Yield the headers inside the records of a directive registry, whose contents stand with the others.

    Raises `InvalidEnvelope`.
    """
    for record in root.iter(_RECORD):
        for holder in record.iterchildren(_RECORD_HEADERS):
            yield from (AttachmentHeader.from_xml(each) for each in holder.iterchildren(_RECORD_HEADER))


def record_ref_headers(root: etree._Element) -> Iterator[RefAttachmentHeader]:
    """Yield the headers of files in the file store inside the records. Raises `InvalidEnvelope`."""
    for record in root.iter(_RECORD):
        for holder in record.iterchildren(_RECORD_REF_HEADERS):
            yield from (
                RefAttachmentHeader.from_xml(each) for each in holder.iterchildren(_RECORD_REF_HEADER)
            )


def read_ref_headers(reader: Reader, basic: str) -> tuple[RefAttachmentHeader, ...]:
    """Take a RefAttachmentHeaderList when it is next; an empty one counts as none."""
    items = _items(reader, basic + "RefAttachmentHeaderList", basic + "RefAttachmentHeader")
    return tuple(RefAttachmentHeader.from_xml(item) for item in items)


def read_contents(reader: Reader, basic: str) -> tuple[AttachmentContent, ...]:
    """Take an AttachmentContentList when it is next; an empty one counts as none."""
    items = _items(reader, basic + "AttachmentContentList", basic + "AttachmentContent")
    return tuple(AttachmentContent.from_xml(item) for item in items)


def read_fs_attachments(reader: Reader, basic: str) -> tuple[FSAttachment, ...]:
    """Take an FSAttachmentsList when it is next; an empty one counts as none."""
    items = _items(reader, basic + "FSAttachmentsList", basic + "FSAttachment")
    return tuple(FSAttachment.from_xml(item) for item in items)


def _items(reader: Reader, list_tag: str, item_tag: str) -> list[etree._Element]:
    holder = reader.optional(list_tag)
    if holder is None:
        return []
    inner = Reader(holder)
    items = inner.repeated(item_tag)
    inner.end()
    return items


def _archive(files: Sequence[ArchivedFile], version: Version, profile: Profile) -> str:
    return write_list("Archive", files, version, profile).decode()


def _pkcs7_and_archive(reader: Reader, basic: str) -> tuple[bytes | None, tuple[ArchivedFile, ...]]:
    signature = reader.optional(basic + "SignaturePKCS7")
    files = _items(reader, basic + "Archive", basic + "File")
    reader.end()
    pkcs7 = None if signature is None else base64_of(signature)
    return pkcs7, tuple(ArchivedFile.from_xml(file) for file in files)


def _include(content: etree._Element) -> str | None:
    if len(content) == 0:
        return None
    children = element_children(content) if any(child.tag == _INCLUDE for child in content) else []
    if not children:
        return None
    href = children[0].get("href")
    if len(children) > 1 or href is None:
        raise errors.unexpected(local_name(str(children[-1].tag)), path_of(content))
    return href
