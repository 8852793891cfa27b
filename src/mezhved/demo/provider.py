"""A provider at work: takes requests of its types, answers, acknowledges, for as long as it runs."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.demo import business
from mezhved.demo.catalogue import BULLETIN, EXTRACT, PASSPORT, TARIFF, DemoType
from mezhved.demo.packages import package_zip
from mezhved.infotypes.packages import load_package
from mezhved.infotypes.scenarios import Answer, Scenario, ScenarioError, answer
from mezhved.infotypes.stylesheets import StylesheetRunner
from mezhved.smev3.client import Attachment, ClientError, TransportError
from mezhved.smev3.faults import SmevFaultError
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
        self._runner = StylesheetRunner(processes=1)
        self._scenarios = {
            each.kind: Scenario.all_of(load_package(package_zip(each.kind.package)))
            for each in desks
            if each.kind.package
        }
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
        self._runner.close()

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
        except (TransportError, ClientError, SmevFaultError, ScenarioError) as error:
            if not self._stop.is_set():
                self._narrator.say(f"{self.mnemonic}: {error}")
                self._stop.wait(1.0)

    def _answer(self, desk: Desk, received: Received[Request]) -> None:
        self.handled[received.message_id] += 1
        self._tell(desk, received)
        answers: dict[DemoType, Callable[[Desk, Received[Request]], None]] = {
            PASSPORT: self._passport,
            EXTRACT: self._extract,
            TARIFF: self._tariff,
            BULLETIN: self._bulletin,
        }
        answers.get(desk.kind, self._by_scenario)(desk, received)

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

    def _made(self, desk: Desk, received: Received[Request]) -> Answer:
        """Return what the type's own test scenarios answer."""
        content = received.message.data.primary_content.octets
        made = answer(content, self._scenarios[desk.kind], self._runner)
        if made is None:
            raise ScenarioError(
                Text(ru="запрос не узнал ни один сценарий", en="no scenario recognises the request"),
                where=desk.kind.code,
            )
        name = made.scenario.rpartition("/")[2]
        self._narrator.say(
            Text(
                ru=f"{self.mnemonic}: отвечает тестовый сценарий {name}",
                en=f"{self.mnemonic}: the test scenario {name} answers",
            )
        )
        return made

    def _by_scenario(self, desk: Desk, received: Received[Request]) -> None:
        to, made = received.message.reply_to, self._made(desk, received)
        if made.content is not None:
            desk.client.send_response(to, made.content)
        elif made.status is not None:
            desk.client.send_status(to, made.status.code, made.status.description, made.status.parameters)
        else:
            desk.client.reject(to, *((each.code, each.description) for each in made.rejections))

    def _passport(self, desk: Desk, received: Received[Request]) -> None:
        to = received.message.reply_to
        desk.client.send_status(to, 1, "Принято в обработку", [("этап", "проверка")])
        self._by_scenario(desk, received)

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
        to, made = received.message.reply_to, self._made(desk, received)
        if made.content is None:
            desk.client.reject(to, *((each.code, each.description) for each in made.rejections))
            return
        if received.message.fs_attachments:
            desk.client.send_response(to, made.content, references=[self._copied(desk, received)])
            return
        extract = Attachment("extract_1", "application/xml", EXTRACT_FILE)
        desk.client.send_response(to, made.content, attachments=[extract])

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
