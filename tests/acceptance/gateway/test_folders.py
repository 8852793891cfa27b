"""Exchange by folders: what is dropped is sent once, what comes is given once, whatever dies in between."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from lxml import etree

from mezhved.gateway.events import tell
from mezhved.gateway.folders import disk as disk_module
from mezhved.gateway.folders.watcher import Watcher
from mezhved.gateway.journal import seal
from mezhved.gateway.models import Attachment, Exchange, Message, MessageKind, Reader
from tests.support.adapter import TYPES, official, official_schema
from tests.support.adapter_data import answered, came, with_file
from tests.support.examples import examples
from tests.support.gateways import NUMBER, WORDS, GatewayUnderTest, gateway_over, present_pki, write_keys
from tests.support.registry import CONSUMER, PLAIN, PROVIDER

if TYPE_CHECKING:
    from mezhved.gateway.folders.disk import Entry

CLIENT = (
    f'<ClientMessage xmlns="{TYPES}"><itSystem>%s</itSystem><RequestMessage><RequestMetadata>'
    "<clientId>%s</clientId></RequestMetadata><RequestContent><content><MessagePrimaryContent>"
    f"{NUMBER.decode()}</MessagePrimaryContent>%s</content></RequestContent></RequestMessage></ClientMessage>"
)


@dataclass
class Folders:
    """A gateway with exchange folders, and what its systems do there."""

    under_test: GatewayUnderTest
    root: Path
    watcher: Watcher | None = None

    def box(self, system: str, name: str) -> Path:
        return self.root / system / name

    def drop(self, name: str, octets: bytes, system: str = CONSUMER) -> Path:
        path = self.box(system, "in") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
        return path

    def look(self, disk: disk_module.Disk | None = None) -> None:
        """Look until there is nothing more, an age later."""
        self.under_test.clock.advance(hours=2)
        while seal(self.under_test.gateway):
            pass
        if self.watcher is None or disk is not None:
            self.watcher = Watcher(self.under_test.gateway, disk)
        try:
            while self.watcher.tick() == 0.0:
                pass
        except BaseException:
            self.watcher = None
            raise

    def names(self, system: str, name: str) -> list[str]:
        found = (each for each in self.box(system, name).iterdir() if not each.is_dir())
        return sorted(each.name for each in found)

    def given(self, system: str = CONSUMER) -> list[etree._Element]:
        places = sorted(self.box(system, "out").glob("*.xml"))
        return [etree.fromstring(each.read_bytes()) for each in places]


@pytest.fixture(scope="module")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    write_keys(folder, present_pki())
    return folder


@pytest.fixture
def folders(gateway_database: str, key_folder: Path, tmp_path: Path) -> Folders:
    said = {"exchange_folder": str(tmp_path / "exchange"), "attachment_folder": str(tmp_path / "storage")}
    made = gateway_over(gateway_database, key_folder, "http://127.0.0.1:9", **said)
    return Folders(made, tmp_path / "exchange")


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, octets in files.items():
            archive.writestr(name.replace("__", "."), octets)
    return packed.getvalue()


def test_a_message_of_the_adapter_is_sent_and_its_file_goes_to_arc(folders: Folders) -> None:
    folders.drop("запрос 1.xml", b"\xef\xbb\xbf" + (CLIENT % (CONSUMER, "folder-1", "")).encode())
    folders.look()
    assert Message.objects.get().client_id == "folder-1"
    assert folders.names(CONSUMER, "in") == []
    assert folders.names(CONSUMER, "arc") == ["запрос 1.xml"]


def test_in_the_adapter_s_layout_a_system_is_told_that_smev_has_its_message(folders: Folders) -> None:
    object.__setattr__(folders.under_test.gateway.settings, "exchange_layout", "adapter")
    folders.look()
    dropped = folders.box(CONSUMER, "out") / "mine.xml"
    dropped.write_bytes((CLIENT % (CONSUMER, "told-1", "")).encode())
    folders.look()
    message = Message.objects.select_related("exchange").get()
    for kind in ("request_sent", "request_unsent"):
        tell(message.exchange, message, kind, folders.under_test.clock())
    folders.look()
    sent, unsent = sorted(folders.box(CONSUMER, "in").glob("*.xml"), key=lambda each: each.name[5:])[::-1]
    told = etree.fromstring(sent.read_bytes())
    official_schema().assertValid(told)
    assert sent.name.startswith("mine.sent.")
    assert told.findtext(".//{*}replyToClientId") == "told-1"
    assert told.findtext(".//{*}status/{*}description") == "Сообщение отправлено в СМЭВ"
    assert told.findtext(".//{*}OriginalMessageID") == message.message_id
    assert told.find(".//{*}Sender") is None
    assert etree.fromstring(unsent.read_bytes()).findtext(".//{*}messageType") == "ErrorMessage"


def test_plain_data_are_a_request_and_the_answer_has_its_name(folders: Folders) -> None:
    folders.drop("number.XML", NUMBER)
    folders.look()
    message = Message.objects.select_related("exchange").get()
    answered(
        folders.under_test, message.exchange, MessageKind.NOTICE, details={"category": "requestIsQueued"}
    )
    answer = answered(folders.under_test, message.exchange, MessageKind.ANSWER, content=WORDS)
    with_file(answer, "ответ.txt", b"octets")
    folders.look()
    names = folders.names(CONSUMER, "out")
    assert [name.partition(".")[0] for name in names] == ["number", "number"]
    assert {name.split(".")[1] for name in names} == {"notice", "answer"}
    octets = next(self for self in folders.box(CONSUMER, "out").glob("*.answer.*")).read_bytes()
    assert octets.startswith(b"<?xml"), "no byte order mark"
    octets.decode("utf-8")
    for each in folders.given():
        official_schema().assertValid(each)
    (header,) = (
        found for each in folders.given() if (found := each.find(".//{*}AttachmentHeader")) is not None
    )
    stored = Path(folders.under_test.gateway.settings.attachment_folder) / CONSUMER / "in"
    place = stored / str(header.findtext("{*}Id")) / str(header.findtext("{*}filePath"))
    assert place.read_bytes() == b"octets"
    folders.look()
    assert folders.names(CONSUMER, "out") == names, "each is given once"


def test_an_incoming_request_is_given_and_answered_by_its_name(folders: Folders) -> None:
    message = came(folders.under_test)
    folders.look()
    (name,) = folders.names(PROVIDER, "out")
    assert name.startswith(f"{message.uid}.request.")
    folders.drop(name, WORDS, PROVIDER)
    folders.look()
    answer = Message.objects.get(kind=MessageKind.ANSWER)
    assert answer.exchange_id == message.exchange_id
    assert bytes(answer.content or b"") == WORDS


def test_an_archive_brings_files_along(folders: Folders) -> None:
    packed = zipped(request__xml=NUMBER, **{"скан": b"PNG", "папка/ещё.txt": b"text"})
    folders.drop("request.zip", packed)
    header = "<AttachmentHeader><filePath>a.txt</filePath></AttachmentHeader>"
    listed = f"<AttachmentHeaderList>{header}</AttachmentHeaderList>"
    client = (CLIENT % (CONSUMER, "zip-2", listed)).encode()
    folders.drop("two.zip", zipped(message__xml=client, other__xml=NUMBER, a__txt=b"A"))
    folders.look()
    assert folders.names(CONSUMER, "err") == []
    by_id = {each.client_id: each for each in Message.objects.all()}
    plain = next(each for name, each in by_id.items() if name != "zip-2")
    kept = Attachment.objects.filter(message=plain).values_list("name", flat=True)
    assert sorted(kept) == ["ещё.txt", "скан"]
    (only,) = Attachment.objects.filter(message=by_id["zip-2"])
    assert (only.name, bytes(only.octets or b"")) == ("a.txt", b"A")


BAD = {
    "not xml.xml": b"<a",
    "wrong.xml": f'<PlainRequest xmlns="{PLAIN}"><Number>x</Number></PlainRequest>'.encode(),
    "unknown.xml": b'<a xmlns="urn:example:unknown"/>',
    "empty.xml": b"",
    "entity.xml": b'<!DOCTYPE a [<!ENTITY x "y">]><a xmlns="urn:a">&x;</a>',
    "foreign.xml": (CLIENT % (PROVIDER, "foreign-1", "")).encode(),
    "not a zip.zip": b"PK",
    "two.zip": zipped(a__xml=NUMBER, b__xml=NUMBER),
    "up.zip": zipped(up__xml=NUMBER, **{"../out.txt": b"x"}),
    "photo.png": b"PNG",
    "\u202egnp.xml": b"<a",
}


def test_what_cannot_be_sent_goes_to_err_with_the_reason_beside(folders: Folders) -> None:
    for name, octets in BAD.items():
        folders.drop(name, octets)
    folders.look()
    folders.look()
    assert folders.names(CONSUMER, "err") == sorted([*BAD, *(f"{name}.txt" for name in BAD)])
    for name in BAD:
        reason = (folders.box(CONSUMER, "err") / f"{name}.txt").read_text(encoding="utf-8")
        assert len(reason.strip()) > 5
    assert folders.names(CONSUMER, "in") == []
    assert not Message.objects.exists()


def test_links_and_pipes_are_not_read(folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "secret.xml").write_bytes(NUMBER)
    place = folders.drop("a.xml", NUMBER).parent
    (place / "link.xml").symlink_to(tmp_path / "secret.xml")
    os.mkfifo(place / "pipe.xml")
    folders.look()
    assert Message.objects.count() == 1
    assert {"link.xml", "pipe.xml"} <= set(folders.names(CONSUMER, "err"))


def test_a_folder_out_of_reach_keeps_no_other_system_waiting(folders: Folders) -> None:
    folders.root.mkdir()
    (folders.root / CONSUMER).write_bytes(b"a share that is not mounted")
    came(folders.under_test)
    folders.look()
    assert len(folders.names(PROVIDER, "out")) == 1
    (folders.root / CONSUMER).unlink()
    folders.drop("late.xml", NUMBER)
    folders.look()
    assert folders.names(CONSUMER, "arc") == ["late.xml"]


def test_a_file_in_the_making_is_waited_for(folders: Folders) -> None:
    watcher = Watcher(folders.under_test.gateway)
    for name in (".hidden.xml", "a.xml.part", "b.xml.tmp", "~c.xml"):
        folders.drop(name, NUMBER)
    path = folders.drop("slow.xml", NUMBER[:20])
    watcher.tick()
    assert not Message.objects.exists(), "it is younger than the quiet time"
    with path.open("ab") as writer:
        folders.under_test.clock.advance(seconds=60)
        watcher.tick()
        assert folders.names(CONSUMER, "err") == [], "it is still open"
        writer.write(NUMBER[20:])
    folders.under_test.clock.advance(seconds=60)
    watcher.tick()
    assert Message.objects.count() == 1
    assert folders.names(CONSUMER, "in") == [".hidden.xml", "a.xml.part", "b.xml.tmp", "~c.xml"]
    (folders.box(CONSUMER, "in") / "b.xml.tmp").rename(folders.box(CONSUMER, "in") / "b.xml")
    folders.under_test.clock.advance(seconds=60)
    watcher.tick()
    assert Message.objects.count() == 2, "renamed into place"
    watcher.ended()


def test_the_same_name_dropped_again_is_a_new_request(folders: Folders) -> None:
    for _ in range(2):
        folders.drop("daily.xml", NUMBER)
        folders.look()
    assert Message.objects.count() == 2
    assert len(folders.names(CONSUMER, "arc")) == 2


def test_official_samples_are_dropped_as_they_are(folders: Folders) -> None:
    octets = official("samples/out/310-68.request.xml").replace(b">123456<", f">{CONSUMER}<".encode())
    folders.drop("310-68.request.xml", octets)
    folders.look()
    reason = (folders.box(CONSUMER, "err") / "310-68.request.xml.txt").read_text(encoding="utf-8")
    assert "310-68" in reason, "its type is not among the gateway's; the message itself is read"


def test_the_official_adapter_s_names_of_folders(
    gateway_database: str, key_folder: Path, tmp_path: Path
) -> None:
    said = {"exchange_folder": str(tmp_path), "exchange_layout": "adapter", "exchange_systems": (CONSUMER,)}
    made = Folders(gateway_over(gateway_database, key_folder, "http://127.0.0.1:9", **said), tmp_path)
    (tmp_path / CONSUMER / "out").mkdir(parents=True)
    (tmp_path / CONSUMER / "out" / "a.xml").write_bytes(NUMBER)
    made.look()
    assert Message.objects.count() == 1
    assert made.names(CONSUMER, "arc") == ["a.xml"]
    answered(made.under_test, Exchange.objects.get(), MessageKind.ANSWER, content=WORDS)
    made.look()
    assert len(made.names(CONSUMER, "in")) == 1
    assert not (tmp_path / PROVIDER).exists()


class Killed(BaseException):
    """The process is no more."""


@dataclass
class Dying(disk_module.Disk):
    """Dies at the chosen step, before it or just after."""

    at: int
    after: bool
    steps: int = field(default=0)

    def _step(self, does: Any, *arguments: Any) -> Any:
        self.steps += 1
        if self.steps == self.at and not self.after:
            raise Killed
        result = does(*arguments)
        if self.steps == self.at:
            if isinstance(result, io.IOBase):
                result.close()
            raise Killed
        return result

    def open(self, entry: Entry) -> BinaryIO:
        opened: BinaryIO = self._step(super().open, entry)
        return opened

    def write(self, path: Path, octets: bytes) -> None:
        self._step(super().write, path, octets)

    def move(self, source: Path, target: Path) -> None:
        self._step(super().move, source, target)

    def remove(self, path: Path) -> None:
        self._step(super().remove, path)


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
@examples(20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deaths=st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=4))
def test_killed_at_any_step_nothing_is_lost_or_done_twice(
    folders: Folders, deaths: list[tuple[int, bool]]
) -> None:
    shutil.rmtree(folders.root, ignore_errors=True)
    Reader.objects.all().delete()
    Exchange.objects.all().delete()
    folders.watcher = None
    folders.look()
    folders.drop("one.xml", NUMBER)
    folders.drop("bad.xml", b"<a")
    folders.drop("two.zip", zipped(two__xml=NUMBER.replace(b"1234", b"4321")))
    came(folders.under_test)
    came(folders.under_test)
    taken_by_system: list[str] = []
    for at, after in [*deaths, (0, False)]:
        with contextlib.suppress(Killed):
            folders.look(Dying(at, after))
        for each in folders.box(PROVIDER, "out").glob("*.xml"):
            taken_by_system.append(each.name)
            each.unlink()
    assert Message.objects.filter(kind=MessageKind.REQUEST, direction="out").count() == 2
    assert folders.names(CONSUMER, "in") == []
    assert folders.names(CONSUMER, "arc") == ["one.xml", "two.zip"]
    assert folders.names(CONSUMER, "err") == ["bad.xml", "bad.xml.txt"]
    assert len(taken_by_system) == len(set(taken_by_system)) == 2
