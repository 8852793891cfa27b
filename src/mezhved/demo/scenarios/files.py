"""Files too large for the message itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.demo import business
from mezhved.demo.catalogue import TOWN
from mezhved.demo.provider import COPY
from mezhved.demo.scenarios.checking import V12, expect_sender_signature
from mezhved.demo.stage import expect

if TYPE_CHECKING:
    from mezhved.demo.stage import Stage
    from mezhved.smev3.client import FetchedFile

OCTETS: Final = 8 * 2**20
"""More than a message may carry inside (5 MiB)."""
_LINE: Final = "Тестовая строка скана заявления, повторённая много раз.\n".encode()


def file_store(stage: Stage) -> None:
    """Send a file of 8 MiB through the file store, and get it back in the answer."""
    client, store = stage.client(TOWN.mnemonic, V12), stage.store()
    folder = stage.recorder.folder()
    scan = folder / "scan.txt"
    scan.write_bytes((_LINE * (OCTETS // len(_LINE) + 1))[:OCTETS])
    reference = client.store_file(store, scan, "text/plain")
    stage.say(
        f"{TOWN.mnemonic} → файловое хранилище {store.where}: {OCTETS} байт, каталог {reference.uuid}",
        f"{TOWN.mnemonic} -> file store {store.where}: {OCTETS} octets, directory {reference.uuid}",
    )
    sent = stage.send(TOWN.mnemonic, V12, business.extract_request(), references=[reference])
    fetched: list[FetchedFile] = []
    received = stage.answer(
        client,
        sent,
        TOWN.mnemonic,
        lambda answer: fetched.extend(client.fetch_files(store, answer, folder)),
    )
    expect_sender_signature(received)
    (back,) = fetched
    expect(back.sound, "PKCS#7 файла неверна", "the file's PKCS#7 is false")
    expect(back.name == COPY, f"файл назван {back.name}", f"the file is called {back.name}")
    expect(back.path.read_bytes() == scan.read_bytes(), "файл изменился", "the file changed")
    stage.say(
        f"ответ принёс файл {back.name}, {back.octets} байт: хэш и PKCS#7 верны; одноразовый вход закрыт",
        f"the answer brought the file {back.name}, {back.octets} octets: hash and PKCS#7 are right",
    )
