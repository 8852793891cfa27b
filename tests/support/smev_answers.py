"""Answers of SMEV, signed, to put into a stand-in's script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.smev3 import faults, messages, mtom, signature, soap
from mezhved.smev3.fragments import Fragment
from mezhved.smev3.messages import building
from mezhved.smev3.xml import parse
from tests.support.standin import Reply

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gost import SoftwareSigner
    from mezhved.smev3.faults import Fault
    from mezhved.smev3.versions import Version

AREA = "tsmev3:PRODUCTION_AREA:TSMEV3_CORE1"
TOWN = messages.Party("TEST01", "Тестовый потребитель")
FUND = messages.Party("TEST02", "Тестовый поставщик")


class Smev:
    """Writes answers of one version with SMEV's key; all times are `now`."""

    def __init__(self, version: Version, signer: SoftwareSigner, now: datetime) -> None:
        self.version = version
        self.signer = signer
        self.now = now

    def sign(self, octets: bytes, signer: SoftwareSigner | None = None) -> bytes:
        """Sign an element that carries an Id."""
        return signature.sign(parse(octets), signer or self.signer, self.signer.provider)

    def receipt(self, operation: str, message_id: str) -> Reply:
        """Accept a message."""
        metadata = messages.receipt(
            self.version,
            messages.Profile.REAL,
            message_id=message_id,
            message_type="REQUEST",
            sender=TOWN,
            recipient=None,
            sent=self.now,
        ).to_xml(self.version, messages.Profile.REAL)
        return self.envelope(
            building.receipt(f"{operation}Response", self.version, metadata, self.sign(metadata))
        )

    def empty(self, operation: str) -> Reply:
        """Answer that there is nothing, or (Ack) that all is well."""
        return self.envelope(building.empty(f"{operation}Response", self.version))

    def envelope(self, body: bytes) -> Reply:
        """Answer without multipart."""
        return Reply(soap.envelope(body))

    def multipart(self, body: bytes) -> Reply:
        """Answer as the real server does to Get*: every base64 of attachments becomes a part."""
        package = mtom.Package("0f0e0d0c-0b0a-11f1-8908-070605040302", self.version.basic)
        root = mtom.extract(soap.envelope(body), package)
        content_type, octets = mtom.write(root, package.parts, "uuid:0011")
        return Reply(octets, content_type=content_type)

    def fault(self, fault: Fault) -> Reply:
        """Refuse."""
        body = soap.envelope(faults.fault_body(fault, self.version, f"{AREA} : TR:SYNC:{fault.module}"))
        return Reply(body, status=500)

    def handed_request(
        self,
        data: messages.SenderProvidedRequestData,
        sender: SoftwareSigner,
        attachments: tuple[messages.AttachmentContent, ...] = (),
    ) -> bytes:
        """Hand out a request, signed by its sender and by SMEV; the body of the answer."""
        octets = data.to_xml(self.version)
        request = building.request(
            self.version,
            octets,
            self._delivery(data.message_id, "REQUEST"),
            reply_to="b3BhcXVl",
            sender_signature=self.sign(octets, sender),
        )
        return building.get_request_response(self.version, request, self.sign(request), attachments)

    def handed_response(
        self, data: messages.SenderProvidedResponseData, sender: SoftwareSigner | None, original: str
    ) -> bytes:
        """Hand out a response; without a sender's signature as between different versions."""
        octets = data.to_xml(self.version)
        response = building.response(
            self.version,
            octets,
            self._delivery(data.message_id, "RESPONSE"),
            original_message_id=original,
            sender_signature=None if sender is None else self.sign(octets, sender),
        )
        return building.get_response_response(self.version, response, self.sign(response))

    def handed_status(self, status: messages.AsyncProcessingStatus) -> bytes:
        """Hand out a notice of the status queue."""
        data = messages.AsyncProcessingStatusData(status, "SIGNED_BY_SMEV").to_xml(self.version)
        return building.get_status_response(self.version, data, self.sign(data))

    def statistics(self, *queues: messages.QueueStatistics) -> Reply:
        """Count."""
        return self.envelope(messages.GetIncomingQueueStatisticsResponse(queues).to_xml(self.version))

    def _delivery(self, message_id: str, message_type: str) -> bytes:
        return messages.delivery(
            self.version,
            messages.Profile.REAL,
            message_id=message_id,
            message_type=message_type,
            sender=TOWN,
            recipient=FUND,
            sent=self.now,
            delivered=self.now,
        ).to_xml(self.version, messages.Profile.REAL)


def business(text: str = "проверка", identifier: str = "") -> bytes:
    """Return business data, with an Id when an official shall sign them."""
    attribute = f' Id="{identifier}"' if identifier else ""
    return f'<d:Ask xmlns:d="urn://mezhved.example/test/1.0.0"{attribute}><d:What>{text}</d:What></d:Ask>'.encode()


def fragment(octets: bytes) -> Fragment:
    """Return the octets as a fragment."""
    return Fragment(octets)
