"""The client of SMEV 3: every operation of the unified electronic service, against any address."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar, Unpack
from urllib.parse import urlsplit
from uuid import UUID

from mezhved.gost import CmsVerdict, Verifier, load_provider, verify_cms
from mezhved.smev3 import messages
from mezhved.smev3.client import answers
from mezhved.smev3.client.errors import CancelReceived, InvalidCall, UnusableAnswer
from mezhved.smev3.client.files import FileSigning
from mezhved.smev3.client.outgoing import Composer, RequestOptions, ResponseOptions
from mezhved.smev3.client.results import Acknowledged, Outgoing, Receipt, Received, StatusNotice
from mezhved.smev3.client.retry import RetryPolicy
from mezhved.smev3.client.routing import RecordDraft, signed_registry, with_signed_records
from mezhved.smev3.client.transport import HttpTransport, Transport, TransportError
from mezhved.smev3.client.trust import SmevTrust
from mezhved.smev3.faults import FaultKind, Retry, SmevFaultError
from mezhved.smev3.ids import MessageIds
from mezhved.smev3.signature import Place
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from mezhved.gost import Certificate, ChainChecker, Provider, Signer
    from mezhved.smev3.client.answers import Reply
    from mezhved.smev3.client.files import FetchedFile, FileStore
    from mezhved.smev3.client.results import ReceivedAttachment
    from mezhved.smev3.client.trust import Judgement
    from mezhved.smev3.faults import Fault
    from mezhved.smev3.versions import Version

Result = TypeVar("Result")
Handed = TypeVar("Handed", messages.Request, messages.Response)


class Smev3Client:
    """Sends, receives and acknowledges messages for one information system.

    `url` is the address of the version's endpoint; `signer` holds the system's key and certificate.
    `smev_certificates` or `chain` say whom to believe to be SMEV; with neither, SMEV's signatures are
    checked, but whose they are stays unproven (`Standing.UNPROVEN`). `node` are the six octets that mark
    the client's message identifiers. One object serves many threads.

    Calls raise `SmevFaultError` when SMEV refuses, `TransportError` or `UnusableAnswer` when no answer
    could be had after all attempts, `InvalidCall` before anything is sent, `RefusedByServer` when the
    address is wrong. A call is repeated octet for octet, MessageID included, so that SMEV never takes one
    message for two.
    """

    def __init__(
        self,
        url: str,
        version: Version,
        signer: Signer,
        *,
        provider: Provider | None = None,
        smev_certificates: Iterable[Certificate] = (),
        chain: ChainChecker | None = None,
        retry: RetryPolicy | None = None,
        transport: Transport | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        randomness: Callable[[int], bytes] = os.urandom,
        sleep: Callable[[float], None] = time.sleep,
        node: bytes | None = None,
    ) -> None:
        _demand_address(url)
        self.url = url
        self.version = version
        self._provider = provider or load_provider()
        self._verifier = Verifier(self._provider)
        self._trust = SmevTrust(smev_certificates, chain)
        self._retry = retry or RetryPolicy()
        self._transport = transport or HttpTransport()
        self._clock = clock
        self._randomness = randomness
        self._sleep = sleep
        ids = MessageIds(lambda: int(clock().timestamp() * 1_000_000) * 1000, randomness, node)
        self._ids = ids
        self._signer = signer
        self._composer = Composer(version, signer, self._provider, ids, clock=clock, randomness=randomness)

    def prepare_request(self, content: bytes, **options: Unpack[RequestOptions]) -> Outgoing:
        """Make a signed SendRequest: keep it durably, then give it to `send` as often as it takes.

        `content` is an XML document: the root element of the business data.
        """
        return self._composer.request(content, options)

    def prepare_response(self, to: str, content: bytes, **options: Unpack[ResponseOptions]) -> Outgoing:
        """Make a signed answer; `to` is the request's ReplyTo, copied."""
        return self._composer.response(to, content, options)

    def prepare_rejection(
        self, to: str, *reasons: tuple[str, str], message_id: str | None = None
    ) -> Outgoing:
        """Make a signed final refusal: pairs of a `RejectionReason` and a text of up to 4000 characters."""
        return self._composer.rejection(to, reasons, message_id)

    def prepare_status(
        self,
        to: str,
        code: int,
        description: str,
        parameters: Sequence[tuple[str, str]] = (),
        *,
        message_id: str | None = None,
    ) -> Outgoing:
        """Make a signed interim status; its codes are defined by the type's passport."""
        status = messages.RequestStatus(code, description, tuple(parameters))
        return self._composer.interim(to, status, message_id)

    def signed_registry(self, drafts: Sequence[RecordDraft]) -> bytes:
        """Return a directive registry of up to 1000 records, numbered from 1, each signed by the system.

        Put it into the root element of the business data; `routing` may name recipients of each record.
        """
        return signed_registry(drafts, self._signer, self._provider)

    def sign_records(self, content: bytes) -> bytes:
        """Return business data with each record of its directive registry signed by the system.

        Raises `MalformedXml`, and `UnsignableElement` where there is no registry or a record is signed.
        """
        return with_signed_records(content, self._signer, self._provider)

    def send(self, outgoing: Outgoing) -> Receipt:
        """Send a prepared message; that SMEV has it already (MessageIsAlreadySent) is success too."""

        def read(reply: Reply, attempts: int) -> Receipt:
            metadata = reply.operation(_RECEIPTS[outgoing.operation]).metadata
            if metadata.message_id not in {None, outgoing.message_id}:
                raise UnusableAnswer(
                    Text(
                        ru=f"квитанция другого сообщения: {metadata.message_id}",
                        en=f"the receipt of another message: {metadata.message_id}",
                    ),
                    where=self.url,
                )
            judged = self._judge(reply)
            return Receipt(outgoing.message_id, attempts, metadata=metadata, smev=judged, raw=reply.raw)

        def forgive(fault: Fault, attempts: int) -> Receipt | None:
            if fault.kind is FaultKind.MESSAGE_IS_ALREADY_SENT:
                return Receipt(outgoing.message_id, attempts, already_sent=True)
            return None

        return self._call(outgoing, read, forgive)

    def send_request(self, content: bytes, **options: Unpack[RequestOptions]) -> Receipt:
        """Prepare and send a request."""
        return self.send(self.prepare_request(content, **options))

    def send_response(self, to: str, content: bytes, **options: Unpack[ResponseOptions]) -> Receipt:
        """Prepare and send an answer."""
        return self.send(self.prepare_response(to, content, **options))

    def reject(self, to: str, *reasons: tuple[str, str], message_id: str | None = None) -> Receipt:
        """Prepare and send a final refusal."""
        return self.send(self.prepare_rejection(to, *reasons, message_id=message_id))

    def send_status(
        self,
        to: str,
        code: int,
        description: str,
        parameters: Sequence[tuple[str, str]] = (),
        *,
        message_id: str | None = None,
    ) -> Receipt:
        """Prepare and send an interim status."""
        return self.send(self.prepare_status(to, code, description, parameters, message_id=message_id))

    def get_request(
        self, root: tuple[str, str] | None = None, *, node_id: str | None = None
    ) -> Received[messages.Request] | None:
        """Take the first request of the queue, `None` when nothing waits.

        `root` (namespace and local name) narrows it to one information type: SMEV takes the request or
        response root of any of its versions. SMEV hands the message out again after about 15 minutes
        unless it is acknowledged. Raises `CancelReceived` when a request is called off (1.1, 1.2).
        """

        def read(reply: Reply, _attempts: int) -> Received[messages.Request] | None:
            answer = reply.operation(messages.GetRequestResponse)
            if answer.cancel is not None:
                raise CancelReceived(answer.cancel, self._judge(reply), reply.raw)
            if answer.request is None:
                return None
            return self._received(reply, answer.request, answer.attachments)

        return self._call(self._composer.poll("GetRequest", root, node_id), read)

    def get_response(
        self, root: tuple[str, str] | None = None, *, node_id: str | None = None
    ) -> Received[messages.Response] | None:
        """Take the first response of the queue, SMEV's own refusals among them; as `get_request`.

        `node_id` names the queue of the requests that were sent with this NodeID.
        """

        def read(reply: Reply, _attempts: int) -> Received[messages.Response] | None:
            answer = reply.operation(messages.GetResponseResponse)
            if answer.response is None:
                return None
            return self._received(reply, answer.response, answer.attachments)

        return self._call(self._composer.poll("GetResponse", root, node_id), read)

    def prepare_ack(self, message_id: str, *, accepted: bool = True) -> Outgoing:
        """Make a signed Ack, to be kept with the message and then given to `ack` as `prepared`."""
        return self._composer.ack(message_id, accepted=accepted)

    def ack(
        self, message_id: str, *, accepted: bool = True, prepared: Outgoing | None = None
    ) -> Acknowledged:
        """Let SMEV forget a message, after it is stored; `accepted` is false when its signature was false.

        `prepared` is the call made before for the same message. When an earlier attempt of the same call
        was lost on the way back, TargetMessageIsNotFound means that it had worked.
        """

        def read(reply: Reply, _attempts: int) -> Acknowledged:
            reply.operation(messages.AckResponse)
            return Acknowledged(message_id, accepted)

        def forgive(fault: Fault, attempts: int) -> Acknowledged | None:
            if attempts > 1 and fault.kind is FaultKind.TARGET_MESSAGE_IS_NOT_FOUND:
                return Acknowledged(message_id, accepted, repeated=True)
            return None

        outgoing = prepared or self.prepare_ack(message_id, accepted=accepted)
        return self._call(outgoing, read, forgive)

    def get_status(self) -> StatusNotice | None:
        """Take the first notice of the status queue, `None` when nothing waits."""

        def read(reply: Reply, _attempts: int) -> StatusNotice | None:
            data = reply.operation(messages.GetStatusResponse).data
            return None if data is None else StatusNotice(data.status, self._judge(reply), reply.raw)

        return self._call(self._composer.get_status(), read)

    def queue_statistics(self, *, node_id: str | None = None) -> tuple[messages.QueueStatistics, ...]:
        """Count what waits in the system's queues (1.1 and 1.2; `InvalidCall` in 1.3)."""

        def read(reply: Reply, _attempts: int) -> tuple[messages.QueueStatistics, ...]:
            return reply.operation(messages.GetIncomingQueueStatisticsResponse).queues

        return self._call(self._composer.statistics(node_id), read)

    def receive(
        self,
        get: Callable[[], Received[Handed] | None],
        store: Callable[[Received[Handed]], None],
        *,
        limit: int | None = None,
    ) -> int:
        """Empty a queue: get a message, check SMEV's signature, let `store` keep it, acknowledge it.

        `get` is `client.get_request`, `client.get_response` or a call of them with arguments. `store` has
        to return only when the message is durable; when it raises, nothing is acknowledged. A message with
        a false or foreign signature is not stored and acknowledged as not accepted. Returns how many were
        stored; stops after `limit` messages.
        """
        stored = taken = 0
        while limit is None or taken < limit:
            received = get()
            if received is None:
                break
            taken += 1
            if received.smev.acceptable:
                store(received)
                stored += 1
            self.ack(received.message_id, accepted=received.smev.acceptable)
        return stored

    def check_attachment(self, attachment: ReceivedAttachment) -> CmsVerdict | None:
        """Verify a file's detached signature (MR 3.3 section 4.3.1); `None` when it has none."""
        if attachment.pkcs7 is None:
            return None
        known = () if attachment.sender is None else (attachment.sender,)
        return verify_cms(attachment.pkcs7, attachment.octets, self._provider, certificates=known)

    def store_file(
        self, store: FileStore, path: Path, mime_type: str, *, official: Signer | None = None
    ) -> messages.RefAttachmentHeader:
        """Put a file into the file store, signed by the official or the system; send the result along.

        The result goes into `references` of a request or answer. Up to 1 GiB a message (MR 3.3 section 5).
        Raises `FileStoreError`, OSError for a file that does not read.
        """
        signing = FileSigning(official or self._signer, self._provider, self._clock)
        with path.open("rb") as source:
            return store.upload(source, path.name, self._ids.new(), mime_type, signing)

    def fetch_files(
        self,
        store: FileStore,
        received: Received[messages.Request] | Received[messages.Response],
        folder: Path,
    ) -> list[FetchedFile]:
        """Fetch the files of a message as ID.f1, ID.f2...: the sender's names become no paths.

        Each is kept only when its hash is the signed one (else `DamagedFile`); `FetchedFile.sound` tells of
        its PKCS#7. Raises `FileStoreError`. Acknowledge after it: the store then forgets the files.
        """
        headers = {each.uuid.lower(): each for each in received.file_headers}
        signature = received.sender_signature
        certificate = None if signature is None else signature.certificate
        stem = _file_stem(received.message_id)
        folder.mkdir(parents=True, exist_ok=True)
        fetched = []
        for number, access in enumerate(received.message.fs_attachments, 1):
            header = headers.get(access.uuid.lower())
            if header is None:
                raise UnusableAnswer(
                    Text(ru="у файла нет заголовка", en="a file has no header"), where=access.uuid
                )
            target = folder / f"{stem}.f{number}"
            fetched.append(store.download(access, header, target, self._provider, certificate))
        return fetched

    def _call(
        self,
        outgoing: Outgoing,
        read: Callable[[Reply, int], Result],
        forgive: Callable[[Fault, int], Result | None] = lambda _fault, _attempts: None,
    ) -> Result:
        """Make the call until it is answered; `forgive` may turn a fault into a result."""
        headers = {
            "Content-Type": outgoing.content_type,
            "SOAPAction": f'"urn:{outgoing.operation}"',
            "Accept": "text/xml, multipart/related",
            "User-Agent": "mezhved",
        }
        attempts = 0
        while True:
            attempts += 1
            try:
                answer = self._transport.post(self.url, outgoing.body, headers)
                return read(answers.read(answer, self.url), attempts)
            except SmevFaultError as error:
                result = forgive(error.fault, attempts)
                if result is not None:
                    return result
                if error.fault.retry is not Retry.REPEAT or not self._retry.again(attempts):
                    raise
            except (TransportError, UnusableAnswer):
                if not self._retry.again(attempts):
                    raise
            self._sleep(self._retry.pause(attempts, self._randomness))

    def _judge(self, reply: Reply) -> Judgement:
        found = reply.signatures(self._verifier, Place.SMEV)
        return self._trust.judge(found.get(Place.SMEV), self._clock())

    def _received(
        self, reply: Reply, message: Handed, contents: Sequence[messages.AttachmentContent]
    ) -> Received[Handed]:
        found = reply.signatures(self._verifier, Place.SMEV, Place.SENDER, Place.PERSONAL)
        sender = found.get(Place.SENDER)
        headers = (*message.data.attachment_headers, *reply.record_headers())
        return Received(
            message,
            reply.attachments(headers, contents, sender),
            self._trust.judge(found.get(Place.SMEV), self._clock()),
            sender,
            found.get(Place.PERSONAL),
            reply.raw,
            (*message.data.ref_attachment_headers, *reply.record_references()),
        )


_RECEIPTS: dict[str, type[messages.SendRequestResponse | messages.SendResponseResponse]] = {
    "SendRequest": messages.SendRequestResponse,
    "SendResponse": messages.SendResponseResponse,
}


def _file_stem(message_id: str) -> str:
    """Return what files of a message are called by: its identifier, if it is one."""
    try:
        return str(UUID(message_id))
    except ValueError:
        return "message"


def _demand_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"} and parts.hostname:
        return
    raise InvalidCall(
        Text(ru=f"«{url}» — не адрес http", en=f'"{url}" is no http address'),
        cure=Text(
            ru="например, http://127.0.0.1:7500/smev/v1.2/ws",
            en="for example, http://127.0.0.1:7500/smev/v1.2/ws",
        ),
    )
