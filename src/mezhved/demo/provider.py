"""A provider at work: takes requests of its types, answers, acknowledges, for as long as it runs."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.demo import business
from mezhved.demo.catalogue import BULLETIN, CHARGE, EXTRACT, PASSPORT, SNILS, TARIFF, DemoType
from mezhved.smev3.client import Attachment, ClientError, TransportError
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.messages import RejectionReason
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mezhved.demo.narrator import Narrator
    from mezhved.smev3.client import FileStore, Received, Smev3Client
    from mezhved.smev3.messages import RefAttachmentHeader, Request

POLL_SECONDS = 0.3
COPY = "copy.txt"
EXTRACT_FILE = "<?xml version='1.0' encoding='UTF-8'?><extract>Тестовая выписка</extract>".encode()


@dataclass(frozen=True, slots=True)
class Desk:
    """One type that the provider answers, and through which version it polls for it."""

    kind: DemoType
    client: Smev3Client


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a provider gets large files from, and where it puts them."""

    store: FileStore
    folder: Path


class Provider:
    """Polls its desks in a thread of its own."""

    def __init__(self, mnemonic: str, desks: tuple[Desk, ...], shelf: Shelf, narrator: Narrator) -> None:
        self.mnemonic = mnemonic
        self.handled: Counter[str] = Counter()
        """How many times each MessageID was handed out here."""
        self._desks = desks
        self._shelf = shelf
        self._narrator = narrator
        self._closed: set[DemoType] = set()
        self._stop = threading.Event()
        self._idle = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=mnemonic, daemon=True)

    def start(self) -> None:
        """Begin to poll."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the request in hand and end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def close_desk(self, kind: DemoType) -> None:
        """Stop taking requests of a type, so that they wait; returns when none is in hand."""
        with self._idle:
            self._closed.add(kind)

    def open_desk(self, kind: DemoType) -> None:
        """Take them again."""
        self._closed.discard(kind)

    def _run(self) -> None:
        while not self._stop.is_set():
            for desk in self._desks:
                with self._idle:
                    if desk.kind not in self._closed:
                        self._serve(desk)
            self._stop.wait(POLL_SECONDS)

    def _serve(self, desk: Desk) -> None:
        try:
            desk.client.receive(
                lambda: desk.client.get_request(desk.kind.request),
                lambda received: self._answer(desk, received),
                limit=1,
            )
        except (TransportError, ClientError, SmevFaultError) as error:
            if not self._stop.is_set():
                self._narrator.say(f"{self.mnemonic}: {error}")
                self._stop.wait(1.0)

    def _answer(self, desk: Desk, received: Received[Request]) -> None:
        self.handled[received.message_id] += 1
        self._tell(desk, received)
        answers: dict[DemoType, Callable[[Desk, Received[Request]], None]] = {
            SNILS: self._snils,
            PASSPORT: self._passport,
            EXTRACT: self._extract,
            CHARGE: self._charge,
            TARIFF: self._tariff,
            BULLETIN: self._bulletin,
        }
        answers[desk.kind](desk, received)

    def _tell(self, desk: Desk, received: Received[Request]) -> None:
        sender = received.message.metadata.sender
        name = (sender and sender.mnemonic) or "?"
        signature = received.sender_signature
        if signature is None:
            own = Text(
                ru="ЭП-ОВ отправителя нет: версии разные", en="no sender's signature: the versions differ"
            )
        else:
            right = Text(ru="верна", en="right") if signature.valid else Text(ru="НЕВЕРНА", en="FALSE")
            own = Text(ru=f"ЭП-ОВ отправителя {right}", en=f"the sender's signature is {right}")
        version, message_id = desk.client.version.value, received.message_id
        self._narrator.say(
            Text(
                ru=f"{self.mnemonic} ← шина ({version}): запрос {message_id} от {name}; ЭП-СМЭВ верна, {own}",
                en=f"{self.mnemonic} <- bus ({version}): request {message_id} of {name}; "
                f"SMEV's signature is right, {own}",
            )
        )

    def _snils(self, desk: Desk, received: Received[Request]) -> None:
        to = received.message.reply_to
        if _fields(received)["FamilyName"] == business.UNKNOWN_FAMILY:
            desk.client.reject(to, (RejectionReason.NO_DATA, "Сведения о лице не найдены"))
            return
        desk.client.send_response(to, business.snils_response())

    def _passport(self, desk: Desk, received: Received[Request]) -> None:
        to = received.message.reply_to
        desk.client.send_status(to, 1, "Принято в обработку", [("этап", "проверка")])
        desk.client.send_response(to, business.passport_response())

    def _extract(self, desk: Desk, received: Received[Request]) -> None:
        for attachment in received.attachments:
            verdict = desk.client.check_attachment(attachment)
            right = verdict is not None and verdict.signature_ok and verdict.digest_ok
            name, size = attachment.content_id, len(attachment.octets)
            self._narrator.say(
                Text(
                    ru=f"{self.mnemonic}: вложение {name}, {size} байт, "
                    f"PKCS#7 {'верна' if right else 'НЕВЕРНА'}",
                    en=f"{self.mnemonic}: attachment {name}, {size} octets, "
                    f"PKCS#7 {'right' if right else 'FALSE'}",
                )
            )
        to, answer = received.message.reply_to, business.extract_response()
        if received.message.fs_attachments:
            desk.client.send_response(to, answer, references=[self._copied(desk, received)])
            return
        extract = Attachment("extract_1", "application/xml", EXTRACT_FILE)
        desk.client.send_response(to, answer, attachments=[extract])

    def _copied(self, desk: Desk, received: Received[Request]) -> RefAttachmentHeader:
        """Fetch the request's file and put it back into the store under a name of our own."""
        store, folder = self._shelf.store, self._shelf.folder
        (file,) = desk.client.fetch_files(store, received, folder)
        self._narrator.say(
            Text(
                ru=f"{self.mnemonic}: файл {file.name} из хранилища, {file.octets} байт, хэш верен, "
                f"PKCS#7 {'верна' if file.sound else 'НЕВЕРНА'}",
                en=f"{self.mnemonic}: the file {file.name} of the store, {file.octets} octets, its hash is "
                f"right, PKCS#7 {'right' if file.sound else 'FALSE'}",
            )
        )
        copy = file.path.replace(folder / COPY)
        return desk.client.store_file(store, copy, "text/plain")

    def _charge(self, desk: Desk, received: Received[Request]) -> None:
        uin = _fields(received)["Uin"]
        desk.client.send_response(received.message.reply_to, business.charge_response(uin))

    def _tariff(self, desk: Desk, received: Received[Request]) -> None:
        desk.client.send_response(received.message.reply_to, business.tariff_response(self.mnemonic))

    def _bulletin(self, desk: Desk, received: Received[Request]) -> None:
        kind, text = received.message.metadata.message_type, _fields(received)["Text"]
        self._narrator.say(
            Text(
                ru=f"{self.mnemonic} ← шина ({desk.client.version.value}): {kind}, «{text}»",
                en=f"{self.mnemonic} <- bus ({desk.client.version.value}): {kind}, {text}",
            )
        )


def _fields(received: Received[Request]) -> dict[str, str]:
    return business.fields_of(received.message.data.primary_content.octets)
