"""What every exchange of the demonstration works with."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn, Unpack

from mezhved.demo.catalogue import SMEV
from mezhved.demo.errors import NotAsExpected
from mezhved.demo.recording import RecordingTransport
from mezhved.smev3.client import FileStore, HttpTransport, Smev3Client, Standing
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.demo.bus import DemoBus
    from mezhved.demo.gateways import Gateways
    from mezhved.demo.narrator import Narrator
    from mezhved.demo.pki import Pki
    from mezhved.demo.provider import Provider
    from mezhved.demo.recording import Recorder
    from mezhved.gost import Provider as Cryptography
    from mezhved.smev3.client import Judgement, Received, RequestOptions
    from mezhved.smev3.messages import Response
    from mezhved.smev3.versions import Version

ANSWER_SECONDS = 60.0
POLL_SECONDS = 0.1


def fail(ru: str, en: str) -> NoReturn:
    """Raise `NotAsExpected` with the text."""
    raise NotAsExpected(Text(ru=ru, en=en))


@dataclass(slots=True)
class Stage:
    """The bus, everybody's keys, the providers at work, and the words."""

    bus: DemoBus
    gateways: Gateways
    pki: Pki
    cryptography: Cryptography
    narrator: Narrator
    recorder: Recorder
    providers: dict[str, Provider] = field(default_factory=dict)
    node_id: str | None = None
    """NodeID of the demonstration's own requests: their answers wait in a queue apart."""
    _clients: dict[tuple[str, Version], Smev3Client] = field(default_factory=dict)

    def client(self, name: str, version: Version) -> Smev3Client:
        """Return somebody's client of a version; it believes the bus's own certificate only."""
        if (name, version) not in self._clients:
            self._clients[name, version] = Smev3Client(
                f"{self.bus.address}/smev/v{version.value}/ws",
                version,
                self.pki.signers[name],
                provider=self.cryptography,
                smev_certificates=[self.pki.signers[SMEV].certificate],
                transport=RecordingTransport(HttpTransport(), self.recorder, name),
            )
        return self._clients[name, version]

    def send(self, who: str, version: Version, content: bytes, **options: Unpack[RequestOptions]) -> str:
        """Send a request, check its receipt, tell of it; return its MessageID."""
        if self.node_id is not None:
            options["node_id"] = self.node_id
        receipt = self.client(who, version).send_request(content, **options)
        expect_genuine(receipt.smev)
        metadata = receipt.metadata
        expect(
            metadata is not None and metadata.status == "requestIsQueued",
            f"статус в квитанции: {metadata and metadata.status}",
            f"the receipt's status: {metadata and metadata.status}",
        )
        sent = metadata.sending_timestamp if metadata else ""
        signers = self.pki.signers[who].certificate.subject_name.get("CN")
        self.say(
            f"{who} → шина ({version.value}): запрос {receipt.message_id}, подписал «{signers}» (ЭП-ОВ)",
            f"{who} -> bus ({version.value}): request {receipt.message_id}, signed by {signers} (EP-OV)",
        )
        self.say(
            f"шина: принято {sent}, requestIsQueued; квитанция подписана ЭП-СМЭВ",
            f"bus: accepted {sent}, requestIsQueued; the receipt carries SMEV's signature",
        )
        return receipt.message_id

    def say(self, ru: str, en: str) -> None:
        """Tell one thing."""
        self.narrator.say(Text(ru=ru, en=en))

    def store(self) -> FileStore:
        """Return the bus's file store, entered without a login of one's own."""
        return FileStore(self.bus.file_store)

    def answer(
        self,
        client: Smev3Client,
        original: str,
        who: str,
        take: Callable[[Received[Response]], None] = lambda _received: None,
    ) -> Received[Response]:
        """Wait for the next answer to a message, check SMEV's signature, `take` what came, acknowledge it.

        Raises `NotAsExpected` when another one comes first, or none in time.
        """
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            received = client.get_response(node_id=self.node_id)
            if received is None:
                time.sleep(POLL_SECONDS)
                continue
            expect_genuine(received.smev)
            expect(
                received.message.original_message_id == original,
                f"пришёл ответ на {received.message.original_message_id}, а не на {original}",
                f"the answer is to {received.message.original_message_id}, not to {original}",
            )
            take(received)
            client.ack(received.message_id)
            version, message_id = client.version.value, received.message_id
            self.say(
                f"{who} ← шина ({version}): ответ {message_id}; ЭП-СМЭВ верна; подтверждён (Ack)",
                f"{who} <- bus ({version}): answer {message_id}; SMEV's signature is right; acknowledged",
            )
            return received
        fail(
            f"за {ANSWER_SECONDS:.0f} с нет ответа на {original}",
            f"no answer to {original} in {ANSWER_SECONDS:.0f} s",
        )


def expect(right: bool, ru: str, en: str) -> None:  # noqa: FBT001 - reads as an assertion
    """Raise `NotAsExpected` with the text unless all is right."""
    if not right:
        fail(ru, en)


def expect_genuine(judgement: Judgement | None) -> None:
    """Demand that SMEV's own certificate signed."""
    standing = judgement.standing if judgement else None
    expect(standing is Standing.GENUINE, f"подпись СМЭВ: {standing}", f"SMEV's signature: {standing}")


def wait_until(condition: Callable[[], bool], ru: str, en: str) -> None:
    """Wait for something that must happen soon."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while not condition():
        expect(time.monotonic() < deadline, ru, en)
        time.sleep(POLL_SECONDS)
