"""Putting signed octets into the elements around them, without reading them again: the bus's hot path.

What is signed is written first, signed elsewhere, and then embedded here as it is. All octets given must
be self-contained elements; all results are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.smev3.messages import errors
from mezhved.smev3.messages.attachments import write_list
from mezhved.smev3.messages.writing import (
    DECLARATIONS,
    Profile,
    element,
    id_attribute,
    optional,
)
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezhved.smev3.messages.attachments import AttachmentContent, FSAttachment


def request(
    version: Version,
    data: bytes,
    metadata: bytes,
    *,
    reply_to: str | None,
    fs_attachments: Sequence[FSAttachment] = (),
    sender_signature: bytes | None = None,
    identifier: str | None = "SIGNED_BY_SMEV",
    profile: Profile = Profile.STRICT,
    declarations: str | None = None,
) -> bytes:
    """Return the Request around SenderProvidedRequestData and MessageMetadata; SMEV signs the result.

    A broadcast has an empty ReplyTo; None leaves it out, as the schema of 1.3 allows.
    """
    declared = DECLARATIONS[version] if declarations is None else declarations
    return b"".join(
        (
            f"<ns2:Request{declared}{id_attribute(identifier)}>".encode(),
            data,
            metadata,
            write_list("FSAttachmentsList", fs_attachments, version, profile),
            b"" if reply_to is None else element("ns2:ReplyTo", reply_to).encode(),
            held("SenderInformationSystemSignature", sender_signature),
            b"</ns2:Request>",
        )
    )


def response(
    version: Version,
    data: bytes,
    metadata: bytes,
    *,
    original_message_id: str | None,
    original_transaction_code: str | None = None,
    reference_message_id: str | None = None,
    fs_attachments: Sequence[FSAttachment] = (),
    sender_signature: bytes | None = None,
    identifier: str | None = "SIGNED_BY_SMEV",
    profile: Profile = Profile.STRICT,
    declarations: str | None = None,
) -> bytes:
    """Return the Response around SenderProvidedResponseData and MessageMetadata; SMEV signs the result.

    Strict 1.2 fills the two fields that its schema demands when the request had none; `InvalidEnvelope`
    when it lacks the original identifier.
    """
    declared = DECLARATIONS[version] if declarations is None else declarations
    code, reference = original_transaction_code, reference_message_id
    if profile is Profile.STRICT and version is Version.V1_2:
        if original_message_id is None:
            raise errors.missing("OriginalMessageId", "Response")
        code = "" if code is None else code
        reference = original_message_id if reference is None else reference
    head = (
        f"<ns2:Response{declared}{id_attribute(identifier)}>"
        + optional("ns2:OriginalMessageId", original_message_id)
        + optional("ns2:OriginalTransactionCode", code)
        + optional("ns2:ReferenceMessageID", reference)
    )
    return b"".join(
        (
            head.encode(),
            data,
            metadata,
            write_list("FSAttachmentsList", fs_attachments, version, profile),
            held("SenderInformationSystemSignature", sender_signature),
            b"</ns2:Response>",
        )
    )


def call(
    name: str,
    version: Version,
    signed: bytes,
    signature: bytes | None,
    *,
    attachments: Sequence[AttachmentContent] = (),
    before: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """Return an operation's request (`SendRequestRequest`...) around the signed element.

    `before` is what precedes the signed element (NodeID of the statistics), `after` what follows the
    signature (Routing of 1.3).
    """
    return b"".join(
        (
            f"<ns2:{name}{DECLARATIONS[version]}>".encode(),
            before,
            signed,
            write_list("AttachmentContentList", attachments, version, Profile.REAL),
            held("CallerInformationSystemSignature", signature),
            after,
            f"</ns2:{name}>".encode(),
        )
    )


def receipt(name: str, version: Version, metadata: bytes, signature: bytes | None) -> bytes:
    """Return `SendRequestResponse` or `SendResponseResponse` around the signed MessageMetadata."""
    return b"<ns2:%b%b>%b%b</ns2:%b>" % (
        name.encode(),
        DECLARATIONS[version].encode(),
        metadata,
        held("SMEVSignature", signature),
        name.encode(),
    )


def get_request_response(
    version: Version,
    signed_request: bytes,
    signature: bytes | None,
    attachments: Sequence[AttachmentContent] = (),
) -> bytes:
    """Return the GetRequestResponse around a Request (or Cancel) that SMEV has signed."""
    after = _after_signed(version, signature, attachments)
    return _handed_out("GetRequestResponse", "RequestMessage", version, signed_request + after)


def get_response_response(
    version: Version,
    signed_response: bytes,
    signature: bytes | None,
    attachments: Sequence[AttachmentContent] = (),
) -> bytes:
    """Return the GetResponseResponse around a Response that SMEV has signed."""
    after = _after_signed(version, signature, attachments)
    return _handed_out("GetResponseResponse", "ResponseMessage", version, signed_response + after)


def get_status_response(version: Version, signed_data: bytes, signature: bytes | None) -> bytes:
    """Return the GetStatusResponse around an AsyncProcessingStatusData that SMEV has signed."""
    after = held("SMEVSignature", signature)
    return _handed_out("GetStatusResponse", "SmevAsyncProcessingMessage", version, signed_data + after)


def empty(name: str, version: Version) -> bytes:
    """Return an answer without content, as `GetResponseResponse` of an empty queue and `AckResponse` are.

    The real server declares all three namespaces in it.
    """
    return f"<ns2:{name}{DECLARATIONS[version]}/>".encode()


def held(name: str, signature: bytes | None) -> bytes:
    """Return the element `name` of the types namespace around a ds:Signature; nothing for `None`."""
    if signature is None:
        return b""
    return b"<ns2:%b>%b</ns2:%b>" % (name.encode(), signature, name.encode())


def _after_signed(
    version: Version, signature: bytes | None, attachments: Sequence[AttachmentContent]
) -> bytes:
    contents = write_list("AttachmentContentList", attachments, version, Profile.REAL)
    return contents + held("SMEVSignature", signature)


def _handed_out(name: str, message: str, version: Version, inner: bytes) -> bytes:
    return b"".join(
        (
            f"<ns2:{name}{DECLARATIONS[version]}><ns2:{message}>".encode(),
            inner,
            f"</ns2:{message}></ns2:{name}>".encode(),
        )
    )
