"""Messages with attachments as participants build them: inline or in parts, signed by whoever."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mezhved.gost import sign_cms
from mezhved.smev3 import messages, mtom
from mezhved.smev3.fragments import Fragment
from tests.support.exchange import answer
from tests.support.pki import NOW

if TYPE_CHECKING:
    from mezhved.gost import Signer
    from tests.support.exchange import HttpReply, Participant
    from tests.support.pki import Pki

CONTENT_TYPE = 'multipart/related; type="application/xop+xml"; start="<root>"; boundary=B'


@dataclass(frozen=True)
class File:
    """A file with its PKCS#7; `parts` says which of the two travel as MIME parts."""

    name: str
    octets: bytes
    pkcs7: bytes | None = None
    mime_type: str = "application/octet-stream"

    def signed(self, pki: Pki, signer: Signer) -> File:
        """The same, signed detached."""
        return replace(self, pkcs7=sign_cms(self.octets, signer, pki.provider, at=NOW))

    @property
    def header(self) -> messages.AttachmentHeader:
        return messages.AttachmentHeader(self.name, self.mime_type, self.pkcs7)


def send_inline(participant: Participant, *files: File, **fields: Any) -> HttpReply:
    """SendRequest with the files as base64 inside the document."""
    headers = tuple(each.header for each in files)
    data = participant.request_data(attachment_headers=headers, **fields)
    contents = [messages.AttachmentContent(each.name, each.octets) for each in files]
    return participant.post(participant.request_envelope(data, attachments=contents))


def mtom_call(participant: Participant, *files: File, **fields: Any) -> tuple[bytes, dict[str, bytes]]:
    """SendRequest whose contents name parts, and the parts."""
    headers = tuple(each.header for each in files)
    data = participant.request_data(attachment_headers=headers, **fields)
    contents = [messages.AttachmentContent(each.name, href=f"cid:{each.name}@test") for each in files]
    envelope = participant.request_envelope(data, attachments=contents)
    return envelope, {f"{each.name}@test": each.octets for each in files}


def send_mtom(participant: Participant, *files: File, **fields: Any) -> HttpReply:
    """SendRequest with the files as parts."""
    envelope, parts = mtom_call(participant, *files, **fields)
    content_type, body = mtom.write(envelope, parts, "uuid:test")
    return participant.post(body, content_type)


def taken_files(reply: HttpReply) -> list[tuple[str, bytes]]:
    """The files of a message handed out."""
    assert reply.message is not None
    parts = reply.message.parts
    return [(each.content_id, bytes(parts.resolve(each.href) or b"")) for each in reply.operation.attachments]


def told_fault(participant: Participant) -> Any:
    """The SmevFault of the system response that waits for a participant."""
    return participant.get_response().operation.response.data.async_status.fault


def answer_with(participant: Participant, to: str, *files: File, **fields: Any) -> HttpReply:
    """SendResponse with the files as base64 inside the document."""
    values: dict[str, Any] = {"primary_content": Fragment(answer())} | fields
    data = messages.SenderProvidedResponseData(
        message_id=participant.under_test.ids.new(),
        to=to,
        attachment_headers=tuple(each.header for each in files),
        id="SIGNED_BY_PROVIDER",
        **values,
    )
    contents = [messages.AttachmentContent(each.name, each.octets) for each in files]
    written = participant.written(data)
    return participant.post(participant.signed_call("SendResponseRequest", written, attachments=contents))
