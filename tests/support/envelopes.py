"""Unsigned SMEV 3 documents, one for every row of who signs what."""

from __future__ import annotations

from mezhved.smev3.versions import Version

MESSAGE_ID = "3bd2a7a6-7d53-11ed-9ce8-3388bad5aac4"
BUSINESS = (
    '<q:Request xmlns:q="urn://test-organ/root/001-01/1.0.0"><q:Name>Проба &lt;1&gt;</q:Name></q:Request>'
)


def declared(version: Version) -> str:
    """Return the declarations that the real server makes on an operation."""
    return f'xmlns="{version.basic}" xmlns:ns2="{version.types}" xmlns:ns3="{version.faults}"'


def request_data(business: str = BUSINESS, identifier: str = ' Id="SIGNED_BY_CONSUMER"') -> str:
    """Return SenderProvidedRequestData."""
    return (
        f"<ns2:SenderProvidedRequestData{identifier}><ns2:MessageID>{MESSAGE_ID}</ns2:MessageID>"
        f"<MessagePrimaryContent>{business}</MessagePrimaryContent></ns2:SenderProvidedRequestData>"
    )


def response_data(identifier: str = ' Id="SIGNED_BY_PROVIDER"') -> str:
    """Return SenderProvidedResponseData."""
    return (
        f"<ns2:SenderProvidedResponseData{identifier}><ns2:MessageID>{MESSAGE_ID}</ns2:MessageID><ns2:To>eyJ9</ns2:To>"
        f"<MessagePrimaryContent>{BUSINESS}</MessagePrimaryContent></ns2:SenderProvidedResponseData>"
    )


def metadata(identifier: str = ' Id="SIGNED_BY_SMEV"') -> str:
    """Return MessageMetadata."""
    return (
        f"<ns2:MessageMetadata{identifier}><ns2:MessageId>{MESSAGE_ID}</ns2:MessageId>"
        "<ns2:MessageType>REQUEST</ns2:MessageType></ns2:MessageMetadata>"
    )


def operation(name: str, inside: str, version: Version) -> bytes:
    """Return an operation's element."""
    return f"<ns2:{name} {declared(version)}>{inside}</ns2:{name}>".encode()


SELECTOR = '<MessageTypeSelector Id="S"><Timestamp>2026-11-22T06:00:00</Timestamp></MessageTypeSelector>'
TIMESTAMP = '<Timestamp Id="T">2026-11-22T06:00:00</Timestamp>'


def caller_documents(version: Version) -> dict[str, bytes]:
    """Return every request of a version by its operation's name, unsigned."""
    inside = {
        "SendRequestRequest": request_data(),
        "SendResponseRequest": response_data(),
        "GetRequestRequest": SELECTOR,
        "GetResponseRequest": SELECTOR,
        "GetStatusRequest": TIMESTAMP,
        "AckRequest": f'<AckTargetMessage Id="A" accepted="true">{MESSAGE_ID}</AckTargetMessage>',
    }
    if version.has_statistics:
        inside["GetIncomingQueueStatisticsRequest"] = f"<ns2:NodeID>n</ns2:NodeID>{TIMESTAMP}"
    return {name: operation(name, content, version) for name, content in inside.items()}


def smev_documents(version: Version) -> dict[str, bytes]:
    """Return every answer of a version by its operation's name, unsigned."""
    request = f'<ns2:Request Id="SIGNED_BY_SMEV">{request_data()}{metadata("")}</ns2:Request>'
    response = f'<ns2:Response Id="SIGNED_BY_SMEV">{response_data()}{metadata("")}</ns2:Response>'
    status = (
        '<ns2:AsyncProcessingStatusData Id="D"><ns2:AsyncProcessingStatus/></ns2:AsyncProcessingStatusData>'
    )
    inside = {
        "SendRequestResponse": metadata(),
        "SendResponseResponse": metadata(),
        "GetRequestResponse": f"<ns2:RequestMessage>{request}</ns2:RequestMessage>",
        "GetResponseResponse": f"<ns2:ResponseMessage>{response}</ns2:ResponseMessage>",
        "GetStatusResponse": f"<ns2:SmevAsyncProcessingMessage>{status}</ns2:SmevAsyncProcessingMessage>",
    }
    return {name: operation(name, content, version) for name, content in inside.items()}


def registry(records: int = 2) -> str:
    """Return business data with a directive registry (1.3), as it lies in messages of any version."""
    one = (
        "<d:RegistryRecord><d:RecordId>{0}</d:RecordId><d:Record><d:RecordContent>"
        '<q:Item xmlns:q="urn://test-organ/item/1.0.0">{0}</q:Item></d:RecordContent></d:Record></d:RegistryRecord>'
    )
    inside = "".join(one.format(number) for number in range(1, records + 1))
    whole = f'<d:Registry xmlns:d="{Version.V1_3.directive}">{inside}</d:Registry>'
    return f'<q:Request xmlns:q="urn://test-organ/root/112-41/4.0.0">{whole}</q:Request>'


def routed_request() -> bytes:
    """Return a 1.3 request with a Routing block."""
    routing = (
        f'<r:Routing xmlns:r="{Version.V1_3.routing}"><r:RoutingInformation Id="R"><r:MessageID>{MESSAGE_ID}'
        "</r:MessageID></r:RoutingInformation></r:Routing>"
    )
    return operation("SendRequestRequest", request_data() + routing, Version.V1_3)
