"""Reading what came over HTTP into the results of the client's calls. Nothing here talks to anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from mezhved.smev3 import faults, mtom, signature, soap
from mezhved.smev3.client.errors import RefusedByServer, UnusableAnswer
from mezhved.smev3.client.results import RawAnswer, ReceivedAttachment
from mezhved.smev3.fragments import Source
from mezhved.smev3.messages import InvalidEnvelope, parse_operation, record_headers, record_ref_headers
from mezhved.smev3.signature import Place, SignatureResult
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import MalformedXml
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml import etree

    from mezhved.gost import Verifier
    from mezhved.smev3.client.transport import HttpAnswer
    from mezhved.smev3.messages import AttachmentContent, AttachmentHeader, RefAttachmentHeader

Expected = TypeVar("Expected")
_DIRECTIVE = Version.V1_3.directive.encode()

CLIENT_ERRORS = range(400, 500)
TRY_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Reply:
    """A readable answer that is no fault."""

    message: soap.SoapMessage
    raw: RawAnswer

    def operation(self, expected: type[Expected]) -> Expected:
        """Return the answer as an object of the class `expected`; `UnusableAnswer` when it is another."""
        try:
            read = parse_operation(self.message.body, Source(self.message.octets, self.message.root))
        except InvalidEnvelope as error:
            raise _unusable(str(error), error) from error
        if not isinstance(read, expected):
            raise UnusableAnswer(
                Text(
                    ru=f"ответ на другой вызов: {type(read).__name__} вместо {expected.__name__}",
                    en=f"the answer to another call: {type(read).__name__}, not {expected.__name__}",
                )
            )
        return read

    def signatures(self, verifier: Verifier, *places: Place) -> dict[Place, SignatureResult]:
        """Check the message's signatures of the places, found by the schema alone; those that stand there."""
        checked: dict[Place, SignatureResult] = {}
        for each in signature.positions(self.message.root):
            if each.holder is None or each.place not in places or each.place in checked:
                continue
            # An official may also have signed single records of a directive registry: those are not meant.
            if each.place is Place.PERSONAL and not _local_name(each.parent).startswith("SenderProvided"):
                continue
            checked[each.place] = signature.verify(each.holder, each.target, verifier, each.place)
        return checked

    def record_headers(self) -> tuple[AttachmentHeader, ...]:
        """Return the headers inside the records of a directive registry, if the message holds one."""
        if _DIRECTIVE not in self.message.octets:
            return ()
        try:
            return tuple(record_headers(self.message.root))
        except InvalidEnvelope as error:
            raise _unusable(str(error), error) from error

    def record_references(self) -> tuple[RefAttachmentHeader, ...]:
        """Return the same for files in the file store."""
        if _DIRECTIVE not in self.message.octets:
            return ()
        try:
            return tuple(record_ref_headers(self.message.root))
        except InvalidEnvelope as error:
            raise _unusable(str(error), error) from error

    def attachments(
        self,
        headers: Sequence[AttachmentHeader],
        contents: Sequence[AttachmentContent],
        sender: SignatureResult | None,
    ) -> tuple[ReceivedAttachment, ...]:
        """Join the files with their headers, which the signatures cover; a file without one is left out."""
        octets = {each.content_id: self._octets(each) for each in contents}
        certificate = None if sender is None else sender.certificate
        return tuple(
            ReceivedAttachment(
                name,
                each.mime_type,
                octets[name],
                each.pkcs7,
                each.namespace_uri,
                each.archive,
                certificate,
            )
            for each in headers
            if (name := each.content_id.strip()) in octets
        )

    def _octets(self, content: AttachmentContent) -> bytes:
        if content.href is None:
            return content.octets
        part = self.message.parts.resolve(content.href)
        if part is None:
            raise UnusableAnswer(
                Text(ru=f"в ответе нет части {content.href}", en=f"the answer has no part {content.href}")
            )
        return bytes(part)


def read(answer: HttpAnswer, url: str) -> Reply:
    """Read an answer of any HTTP status.

    Raises `SmevFaultError` for a fault, `UnusableAnswer` for what is no answer of SMEV, `RefusedByServer`
    for a status 400-499 without a fault.
    """
    try:
        message = soap.read(answer.content_type, answer.body)
    except (soap.MalformedEnvelope, mtom.MalformedMultipart, MalformedXml) as error:
        if answer.status in CLIENT_ERRORS and answer.status not in TRY_LATER:
            raise RefusedByServer(
                Text(
                    ru=f"HTTP {answer.status} вместо ответа", en=f"HTTP {answer.status} in place of an answer"
                ),
                where=url,
                cure=Text(ru="проверьте адрес", en="check the address"),
            ) from error
        raise _unusable(f"HTTP {answer.status}: {error}", error, url) from error
    if soap.is_fault(message.body):
        fault = faults.read_fault(message.body)
        row = faults.explain(fault)
        raise faults.SmevFaultError(
            fault, cure=row.advice if row else None, content_type=answer.content_type, body=answer.body
        )
    return Reply(message, RawAnswer(answer.content_type, answer.body))


def _local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _unusable(what: str, cause: Exception, where: str = "") -> UnusableAnswer:
    unusable = UnusableAnswer(
        Text(ru=f"непонятный ответ: {what}", en=f"an answer that cannot be read: {what}"), where=where
    )
    unusable.__cause__ = cause
    return unusable
