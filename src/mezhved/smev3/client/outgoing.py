"""Making signed calls: everything here is pure, nothing is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypedDict, cast

from mezhved.gost import Verifier, sign_cms
from mezhved.smev3 import mtom, signature, soap
from mezhved.smev3.client.errors import InvalidCall
from mezhved.smev3.client.results import Outgoing
from mezhved.smev3.client.routing import demand_within_schema
from mezhved.smev3.fragments import Fragment, Source
from mezhved.smev3.messages import (
    AckTargetMessage,
    AttachmentContent,
    AttachmentHeader,
    GetIncomingQueueStatisticsRequest,
    MessageTypeSelector,
    RequestRejected,
    RequestStatus,
    Routing,
    RoutingInformation,
    SenderProvidedRequestData,
    SenderProvidedResponseData,
    Timestamp,
    building,
    write_time,
)
from mezhved.smev3.xml import parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from lxml import etree

    from mezhved.gost import Provider, Signer
    from mezhved.smev3.ids import MessageIds
    from mezhved.smev3.messages import ArchivedFile, RefAttachmentHeader
    from mezhved.smev3.messages.writing import WireElement
    from mezhved.smev3.versions import Version

SIGNED_ID = "SIGNED_BY_CALLER"
ROUTING_ID = "ROUTING_SIGNED_BY_CALLER"
PERSONAL_ID = "PERSONAL_SIGNATURE"
BOUNDARY_OCTETS = 16
_START = re.compile(rb"<[^\s/>]+")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to go along with a message: up to 5 MiB together with it (MR 3.3 section 5).

    `content_id` is unique within the message and begins with a Latin letter or `_` (MR 3.3 section 3.2.2);
    `pkcs7` is its detached signature (DER), made by the official or with the client's own key where there
    is none. `namespace_uri` and `archive` are said in 1.3 alone.
    """

    content_id: str
    mime_type: str
    octets: bytes
    pkcs7: bytes | None = None
    namespace_uri: str | None = None
    archive: tuple[ArchivedFile, ...] = ()


class RequestOptions(TypedDict, total=False):
    """What may be said with a request, beside its business data."""

    message_id: str
    """A UUID of version 1; made by the client where there is none."""
    reference_message_id: str
    """MessageID of the first message of the business chain; a first message refers to itself."""
    transaction_code: str
    """Up to 1500 characters, opaque."""
    node_id: str
    """Up to 50 characters: SMEV keeps the answers in a queue of this node's own."""
    eol: datetime
    """The moment (aware) after which the request is pointless."""
    test: bool
    """Ask the provider not to change its data."""
    business_process: Sequence[Fragment]
    """Elements of BusinessProcessMetadata, such as `CaseInfo(...).fragment()` and `frgu_fragment(code)`."""
    official: Signer
    """An official who signs the business data (EP-SP) and the files: the root needs an attribute Id."""
    personal_signature: bytes
    """The official's ds:Signature over the business data that was made elsewhere: one element, octets."""
    attachments: Sequence[Attachment]
    """Files that go along."""
    references: Sequence[RefAttachmentHeader]
    """Files that lie in the file store already."""
    routing: RoutingInformation
    """Where the sender wants it to go (1.3 only); it is signed for this message, whose MessageID it gets."""


class ResponseOptions(TypedDict, total=False):
    """What may be said with an answer, beside its business data; each as in `RequestOptions`."""

    message_id: str
    official: Signer
    personal_signature: bytes
    attachments: Sequence[Attachment]
    references: Sequence[RefAttachmentHeader]


def with_identifier(content: bytes, identifier: str = PERSONAL_ID) -> bytes:
    """Return the business data's root, given an attribute Id if it has none, for an official to sign.

    All other octets stay; what surrounds the root goes. Raises `MalformedXml`.
    """
    root = parse(content)
    octets = Source(content, root).cut(root).octets
    if root.get("Id"):
        return octets
    name = _START.match(octets)
    end = name.end() if name else 0
    return b'%b Id="%b"%b' % (octets[:end], identifier.encode(), octets[end:])


class Composer:
    """Writes and signs calls of one version for one system."""

    def __init__(
        self,
        version: Version,
        signer: Signer,
        provider: Provider,
        ids: MessageIds,
        *,
        clock: Callable[[], datetime],
        randomness: Callable[[int], bytes],
    ) -> None:
        self.version = version
        self._signer = signer
        self._provider = provider
        self._ids = ids
        self._clock = clock
        self._randomness = randomness

    def request(self, content: bytes, options: RequestOptions) -> Outgoing:
        """Write SendRequest; `InvalidCall` for routing before 1.3."""
        fragment = self._content(content)
        attachments = options.get("attachments", ())
        official = options.get("official")
        eol = options.get("eol")
        routing = options.get("routing")
        data = SenderProvidedRequestData(
            message_id=options.get("message_id") or self._ids.new(),
            primary_content=fragment,
            reference_message_id=options.get("reference_message_id"),
            transaction_code=options.get("transaction_code"),
            node_id=options.get("node_id"),
            eol=None if eol is None else write_time(eol),
            personal_signature=self._personal(fragment, options),
            attachment_headers=tuple(self._header(each, official) for each in attachments),
            ref_attachment_headers=tuple(options.get("references", ())),
            business_process=tuple(options.get("business_process", ())),
            test_message=options.get("test", False),
            id=SIGNED_ID,
        )
        after = b"" if routing is None else self._routing(routing, data.message_id)
        return self._sending("SendRequest", data, attachments, after)

    def response(self, to: str, content: bytes, options: ResponseOptions) -> Outgoing:
        """Write SendResponse with business data."""
        fragment = self._content(content)
        attachments = options.get("attachments", ())
        official = options.get("official")
        data = SenderProvidedResponseData(
            message_id=options.get("message_id") or self._ids.new(),
            to=to,
            primary_content=fragment,
            personal_signature=self._personal(fragment, options),
            attachment_headers=tuple(self._header(each, official) for each in attachments),
            ref_attachment_headers=tuple(options.get("references", ())),
            id=SIGNED_ID,
        )
        return self._sending("SendResponse", data, attachments)

    def rejection(self, to: str, reasons: Sequence[tuple[str, str]], message_id: str | None) -> Outgoing:
        """Write SendResponse with a final refusal."""
        rejections = tuple(RequestRejected(code, text) for code, text in reasons)
        data = SenderProvidedResponseData(
            message_id or self._ids.new(), to, rejections=rejections, id=SIGNED_ID
        )
        return self._sending("SendResponse", data)

    def interim(self, to: str, status: RequestStatus, message_id: str | None) -> Outgoing:
        """Write SendResponse with an interim status."""
        data = SenderProvidedResponseData(message_id or self._ids.new(), to, status=status, id=SIGNED_ID)
        return self._sending("SendResponse", data)

    def _content(self, octets: bytes) -> Fragment:
        """Return the business data ready to be embedded: an XML declaration and what surrounds the root go.

        Raises `MalformedXml`, and `InvalidCall` for a root without a namespace, which SMEV cannot route.
        """
        root = parse(octets)
        if not str(root.tag).startswith("{"):
            raise InvalidCall(
                Text(
                    ru=f"корень бизнес-данных «{root.tag}» не имеет пространства имён",
                    en=f'the root "{root.tag}" of the business data has no namespace',
                ),
                cure=Text(
                    ru="укажите в xmlns пространство имён вида сведений",
                    en="declare the information type's namespace by xmlns",
                ),
            )
        return Source(octets, root).cut(root)

    def _personal(self, content: Fragment, options: RequestOptions | ResponseOptions) -> Fragment | None:
        """Return the official's signature over the business data's root (EP-SP, MR 3.3 section 4.4).

        One that was made elsewhere must be right over this very content, else `InvalidCall`; so must the
        root have an attribute `Id` to refer to.
        """
        official, ready = options.get("official"), options.get("personal_signature")
        if official is None and ready is None:
            return None
        root = parse(content.octets)
        if not root.get("Id"):
            raise InvalidCall(
                Text(
                    ru=f"у корня бизнес-данных «{root.tag}» нет атрибута Id, на который указала бы подпись",
                    en=f'the root "{root.tag}" of the business data has no attribute Id for the signature',
                ),
                cure=Text(
                    ru="добавьте Id (with_identifier), если схема его допускает",
                    en="add Id (with_identifier) where the schema allows it",
                ),
            )
        if ready is not None:
            return self._ready(ready, root)
        return Fragment(signature.sign(root, cast("Signer", official), self._provider))

    def _ready(self, octets: bytes, root: etree._Element) -> Fragment:
        """Return an official's signature that came from elsewhere, if it is right over the root."""
        holder, fragment = signature.held(octets)
        judged = signature.verify(holder, root, Verifier(self._provider), signature.Place.PERSONAL)
        if not judged.valid:
            what = judged.reason or signature.SignatureProblem.SIGNATURE.text
            raise InvalidCall(
                Text(ru=f"ЭП-СП неверна: {what.ru}", en=f"the official's signature is wrong: {what.en}"),
                cure=Text(ru="подпишите эти данные снова", en="sign these very data again"),
            )
        return fragment

    def _header(self, attachment: Attachment, official: Signer | None) -> AttachmentHeader:
        """Describe an attachment, signing it when it is not signed yet: the official, else the system.

        The order is that of MR 3.3 section 4.5.4.
        """
        pkcs7 = attachment.pkcs7
        if pkcs7 is None:
            signer = official or self._signer
            pkcs7 = sign_cms(attachment.octets, signer, self._provider, at=self._clock(), detached=True)
        return AttachmentHeader(
            attachment.content_id, attachment.mime_type, pkcs7, attachment.namespace_uri, attachment.archive
        )

    def poll(
        self, operation: str, root: tuple[str, str] | None = None, node_id: str | None = None
    ) -> Outgoing:
        """Write GetRequest or GetResponse; `root` is namespace and local name of the wanted type's root."""
        namespace, name = root or (None, None)
        selector = MessageTypeSelector(self._now(), namespace, name, node_id, SIGNED_ID)
        return self._signed(operation, selector)

    def ack(self, message_id: str, *, accepted: bool) -> Outgoing:
        """Write Ack."""
        call = self._signed("Ack", AckTargetMessage(message_id, accepted, SIGNED_ID))
        return replace(call, message_id=message_id)

    def get_status(self) -> Outgoing:
        """Write GetStatus."""
        return self._signed("GetStatus", Timestamp(self._now(), SIGNED_ID))

    def statistics(self, node_id: str | None = None) -> Outgoing:
        """Write GetIncomingQueueStatistics; `InvalidCall` in 1.3, which has none."""
        if not self.version.has_statistics:
            raise InvalidCall(
                Text(
                    ru=f"в версии {self.version.value} нет статистики очередей",
                    en=f"version {self.version.value} has no queue statistics",
                ),
                cure=Text(ru="обратитесь по адресу версии 1.1 или 1.2", en="call an address of 1.1 or 1.2"),
            )
        timestamp = Timestamp(self._now(), SIGNED_ID)
        octets = timestamp.to_xml(self.version)
        call = GetIncomingQueueStatisticsRequest(
            timestamp, node_id, Fragment(self._sign(octets, self._signer)), Fragment(octets), self.version
        )
        envelope = soap.envelope(call.to_xml(self.version))
        return Outgoing("GetIncomingQueueStatistics", "", soap.CONTENT_TYPE, envelope)

    def _now(self) -> str:
        return write_time(self._clock())

    def _sign(self, octets: bytes, signer: Signer) -> bytes:
        return signature.sign(parse(octets), signer, self._provider)

    def _routing(self, wanted: RoutingInformation, message_id: str) -> bytes:
        if not self.version.has_routing:
            raise InvalidCall(
                Text(
                    ru=f"в версии {self.version.value} нет маршрутизации отправителем",
                    en=f"version {self.version.value} has no routing by the sender",
                )
            )
        demand_within_schema(wanted)
        information = replace(wanted, message_id=message_id, id=wanted.id or ROUTING_ID)
        octets = information.to_xml(self.version)
        signed = Routing(information, Fragment(self._sign(octets, self._signer)), Fragment(octets))
        return signed.to_xml(self.version)

    def _signed(self, operation: str, part: WireElement) -> Outgoing:
        octets = part.to_xml(self.version)
        body = building.call(f"{operation}Request", self.version, octets, self._sign(octets, self._signer))
        return Outgoing(operation, "", soap.CONTENT_TYPE, soap.envelope(body))

    def _sending(
        self,
        operation: str,
        data: SenderProvidedRequestData | SenderProvidedResponseData,
        attachments: Sequence[Attachment] = (),
        after: bytes = b"",
    ) -> Outgoing:
        octets = data.to_xml(self.version)
        parts = {f"{data.message_id}-{n}@mezhved": each.octets for n, each in enumerate(attachments, 1)}
        contents = [
            AttachmentContent(each.content_id, href=f"cid:{part}")
            for each, part in zip(attachments, parts, strict=True)
        ]
        body = building.call(
            f"{operation}Request",
            self.version,
            octets,
            self._sign(octets, self._signer),
            attachments=contents,
            after=after,
        )
        whole = soap.envelope(body)
        if not parts:
            return Outgoing(operation, data.message_id, soap.CONTENT_TYPE, whole)
        content_type, whole = mtom.write(whole, parts, f"uuid:{self._randomness(BOUNDARY_OCTETS).hex()}")
        return Outgoing(operation, data.message_id, content_type, whole)
