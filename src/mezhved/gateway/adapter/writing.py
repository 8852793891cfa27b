"""From what the gateway answers to a tree of names."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from mezhved.gateway.adapter.model import RequestPart, ResponsePart
from mezhved.smev3.messages import write_time

if TYPE_CHECKING:
    from mezhved.gateway.adapter.model import (
        AttachmentHeader,
        Content,
        ErrorPart,
        Found,
        RecordRoute,
        Route,
        SmevMetadata,
    )
    from mezhved.gateway.adapter.shapes import Tree


def found_tree(found: Found) -> Tree:
    """Return a message that is handed out: `smevMetadata`, `message` and the `type` of the message."""
    part = found.part
    if isinstance(part, RequestPart):
        kind, message = "RequestMessageType", request_tree(part)
    elif isinstance(part, ResponsePart):
        kind, message = "ResponseMessageType", response_tree(part)
    else:
        kind, message = "ErrorMessage", _error_tree(part)
    return {
        "smevMetadata": _smev_tree(found.smev),
        "type": kind,
        "message": _present(messageType=found.kind) | message,
    }


def request_tree(part: RequestPart) -> Tree:
    """Return a RequestMessage."""
    return {
        "requestMetadata": metadata_tree(part),
        "requestContent": _present(content=_content_tree(part.content), originalContent=part.original),
    }


def metadata_tree(part: RequestPart) -> Tree:
    """Return RequestMetadata."""
    linked, group = part.linked, part.group
    return _present(
        clientId=part.client_id,
        linkedGroupIdentity=None
        if linked is None
        else _present(refClientId=linked.client_id, refGroupId=linked.group_id),
        createGroupIdentity=None
        if group is None
        else _present(
            frguServiceCode=group.service_code,
            frguServiceDescription=group.service_description,
            frguServiceRecipientDescription=group.recipient_description,
        ),
        nodeId=part.node_id,
        eol=None if part.eol is None else write_time(part.eol),
        testMessage=part.is_test,
        transactionCode=part.transaction_code,
        businessProcessMetadata=list(part.business_process) or None,
        routingInformation=None if part.route is None else _route_tree(part.route),
    )


def response_tree(part: ResponsePart) -> Tree:
    """Return a ResponseMessage; the schema allows the original text only where nothing else is said."""
    status = part.status
    said = _present(
        content=None if part.content is None else _content_tree(part.content),
        rejects=[{"code": each.code, "description": each.description} for each in part.rejects] or None,
        status=None
        if status is None
        else _present(
            code=status.code,
            description=status.description,
            parameter=[{"key": key, "value": value} for key, value in status.parameters] or None,
        ),
    )
    return {
        "responseMetadata": _present(
            clientId=part.client_id, replyToClientId=part.reply_to_client_id, replyTo=part.reply_to
        ),
        "responseContent": said or _present(originalContent=part.original),
    }


def _error_tree(part: ErrorPart) -> Tree:
    return _present(
        statusMetadata={"clientId": part.client_id, "originalClientId": part.original_client_id},
        status="ERROR",
        details=part.details,
        timestamp=None if part.at is None else write_time(part.at),
        type="SERVER" if part.by_smev else "CLIENT",
        fault={"code": part.fault.code, "description": part.fault.description},
    )


def _smev_tree(smev: SmevMetadata) -> Tree:
    return _present(
        messageId=smev.message_id,
        referenceMessageID=smev.reference_message_id,
        transactionCode=smev.transaction_code,
        originalMessageID=smev.original_message_id,
        sender=smev.sender,
        recipient=smev.recipient,
        replyTo=smev.reply_to,
        sendingDate=None if smev.sent_at is None else write_time(smev.sent_at),
    )


def _content_tree(content: Content) -> Tree:
    return _present(
        messagePrimaryContent=content.primary,
        personalSignature=content.personal_signature,
        attachmentHeaderList={"attachmentHeader": [header_tree(each) for each in content.attachments]}
        if content.attachments
        else None,
    )


def header_tree(header: AttachmentHeader) -> Tree:
    """Return AttachmentHeader."""
    return _present(
        id=header.id,
        filePath=header.path,
        passportId=header.passport_id,
        signaturePKCS7=None if header.pkcs7 is None else base64.b64encode(header.pkcs7).decode("ascii"),
        transferMethod=header.method,
        reusableAttachment=header.reusable,
        archive={"file": [{"name": each.name, "passportId": each.passport_id} for each in header.archive]}
        if header.archive
        else None,
    )


def _route_tree(route: Route) -> Tree:
    records = [_record_tree(each) for each in route.records]
    return _destinations(route.dynamic, route.identifiers) | _present(
        registryRouting={"registryRecordRouting": records} if records else None
    )


def _record_tree(record: RecordRoute) -> Tree:
    return {
        "recordId": record.record_id,
        "useGeneralRouting": record.general,
        **_destinations(record.dynamic, record.identifiers),
    }


def _destinations(dynamic: tuple[str, ...], identifiers: tuple[str, ...]) -> Tree:
    return _present(
        dynamicRouting={"dynamicValue": list(dynamic)} if dynamic else None,
        identifierRouting={"identifierValue": list(identifiers)} if identifiers else None,
    )


def _present(**members: Any) -> Tree:
    """Return the members that are there."""
    return {name: value for name, value in members.items() if value is not None}
