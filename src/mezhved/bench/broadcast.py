"""A broadcast to thousands of subscribers, durable and signed (`mezhved bench broadcast`)."""

from __future__ import annotations

import re
import sqlite3
import statistics
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from mezhved.bench.installation import NAMESPACE, REQUEST, CannotMeasure, installed
from mezhved.bench.load import business_data
from mezhved.bus.storage import Box, DatabaseAddress, Queue, State, Store
from mezhved.demo.catalogue import FUND, SERVICE, SMEV, TOWN
from mezhved.demo.registry import participant_entry
from mezhved.registry.documents import FORMAT, dump_document
from mezhved.smev3.client import HttpTransport, Smev3Client
from mezhved.smev3.versions import Version
from mezhved.texts import Text

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.bench.installation import Installation

BROADCAST: Final = (NAMESPACE.replace("/measure/", "/measured-news/"), "News")
_TYPE: Final = "VS09998"
_SUBSCRIBERS: Final = (
    """WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)
INSERT INTO registry_informationsystem (
    mnemonic, name, environment, enabled, participant_id, file_login, file_password)
SELECT 'SUBS' || n, 'Подписчик ' || n, it.environment, it.enabled, it.participant_id, '', ''
FROM numbers JOIN registry_informationsystem it ON it.mnemonic = :like ORDER BY n""",
    """INSERT INTO registry_typeprovider (type_id, system_id, routing_code, enabled)
SELECT t.id, s.id, '', t.enabled
FROM registry_informationsystem s JOIN registry_informationtype t ON t.code = :type
WHERE substr(s.mnemonic, 1, 4) = 'SUBS' ORDER BY s.id""",
)
_GIVE_UP_SECONDS: Final = 300.0
_MINUTES: Final = 15 * 60_000_000
_SAMPLE: Final = (FUND, SERVICE)


@dataclass(frozen=True, slots=True)
class Setting:
    """One measurement: engine ("sqlite" or "postgresql"), subscribers, messages one after another."""

    engine: str
    subscribers: int
    messages: int


def measure(setting: Setting, folder: Path, postgres: str | None) -> dict[str, Any]:
    """Run one measurement and return its figures, ready for JSON."""
    address = postgres if setting.engine == "postgresql" else None
    with installed(folder, postgres=address, workers=1) as installation:
        register_broadcast(installation, setting.subscribers)
        with installation.serving(), Store.open(DatabaseAddress.of_url(installation.database)) as store:
            sender = _client(installation, TOWN.mnemonic)
            _send(sender, store)  # a warm bus: connections made, snapshots read, schemas compiled
            before = _octets(installation.database)
            accepted, queued = [], []
            for _ in range(setting.messages):
                receipt, all_have_it = _send(sender, store)
                accepted.append(receipt)
                queued.append(all_have_it)
            grown = _octets(installation.database) - before
            taken = _take_as_participants(installation, setting.messages + 1)
            drained = _drain(store, setting.subscribers, setting.messages + 1)
            right = store.check().right
    return {
        "engine": setting.engine,
        "subscribers": setting.subscribers,
        "messages": setting.messages,
        "business_data_octets": len(business_data(REQUEST)),
        "accept_ms": _summary(accepted),
        "all_queues_ms": _summary(queued),
        "recipients_per_second": round(setting.subscribers / statistics.median(queued)),
        "octets_per_message": round(grown / setting.messages),
        "octets_per_recipient": round(grown / setting.messages / setting.subscribers, 1),
        "sample": {"subscribers": len(_SAMPLE), **taken},
        "store_taken_and_acknowledged_per_second": drained,
        "check": "no differences" if right else "DIFFERENCES",
    }


def _summary(seconds: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(seconds) * 1000, 1),
        "longest": round(max(seconds) * 1000, 1),
    }


def register_broadcast(installation: Installation, subscribers: int) -> None:
    """Add a broadcast type; the first subscribers have keys, the rest are rows past the registry's checks."""
    document = {
        "format": FORMAT,
        "participants": [participant_entry(each, installation.pki) for each in (TOWN, FUND, SERVICE)],
        "types": [
            {
                "code": _TYPE,
                "name": "Рассылка",
                "owner": TOWN.ogrn,
                "broadcast": True,
                "versions": [{"version": "1.0.0", "namespace": BROADCAST[0], "request_root": BROADCAST[1]}],
                "providers": [{"system": each.mnemonic} for each in _SAMPLE],
                "access": [{"system": TOWN.mnemonic}],
            }
        ],
    }
    path = installation.folder / "subscribers.yaml"
    path.write_text(dump_document(document), encoding="utf-8")
    installation.command("registry", "import", str(path))
    address = DatabaseAddress.of_url(installation.database)
    values = {"last": subscribers - len(_SAMPLE), "like": SERVICE.mnemonic, "type": _TYPE}
    if address.dialect == "sqlite":
        with sqlite3.connect(address.location) as connection:
            for statement in _SUBSCRIBERS:
                connection.execute(statement, values)
        connection.close()
        return
    import psycopg  # noqa: PLC0415 - SQLite needs no driver of PostgreSQL

    with psycopg.connect(address.location) as server:
        for statement in _SUBSCRIBERS:
            server.execute(re.sub(r":(\w+)", r"%(\1)s", statement), values)


def _client(installation: Installation, name: str) -> Smev3Client:
    return Smev3Client(
        f"{installation.address}/smev/v{Version.V1_1.value}/ws",
        Version.V1_1,
        installation.pki.signers[name],
        smev_certificates=[installation.pki.signers[SMEV].certificate],
        transport=HttpTransport(connections=4),
    )


def news() -> bytes:
    """Return the business data of a broadcast."""
    document = business_data(REQUEST)
    head, tail = f'<m:{REQUEST[1]} xmlns:m="{REQUEST[0]}">', f"</m:{REQUEST[1]}>"
    inner = document.decode().removeprefix(head).removesuffix(tail)
    return f'<m:{BROADCAST[1]} xmlns:m="{BROADCAST[0]}">{inner}</m:{BROADCAST[1]}>'.encode()


def _send(sender: Smev3Client, store: Store) -> tuple[float, float]:
    """Send a broadcast; seconds to the receipt, and to the moment when every queue has it."""
    outgoing = sender.prepare_request(news())
    began = time.monotonic()
    sender.send(outgoing)
    accepted = time.monotonic() - began
    while time.monotonic() < began + _GIVE_UP_SECONDS:
        found = store.find(UUID(outgoing.message_id))
        if found is not None and found.state is not State.RECEIVED:
            return accepted, time.monotonic() - began
        time.sleep(0.002)
    raise CannotMeasure(Text(ru="рассылка не разошлась", en="the broadcast did not get to the queues"))


def _take_as_participants(installation: Installation, messages: int) -> dict[str, Any]:
    """Let the subscribers that have keys take and acknowledge all, each by itself, at once."""
    errors: list[BaseException] = []

    def take(name: str) -> None:
        try:
            client = _client(installation, name)
            for _ in range(messages):
                received = client.get_request()
                if received is None:
                    raise CannotMeasure(Text(ru="очередь пуста", en="the queue is empty"))  # noqa: TRY301
                client.ack(received.message_id)
        except BaseException as error:  # noqa: BLE001 - told to the caller
            errors.append(error)

    began = time.monotonic()
    threads = [threading.Thread(target=take, args=(each.mnemonic,)) for each in _SAMPLE]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    seconds = time.monotonic() - began
    return {"taken_and_acknowledged_per_second": round(messages * len(_SAMPLE) / seconds, 1)}


def _drain(store: Store, subscribers: int, messages: int, threads: int = 4) -> float:
    """Take and acknowledge a part of the other queues past the wire; how many a second."""
    queues = [Queue(each.owner, Box.REQUESTS) for each in store.lengths() if each.box is Box.REQUESTS][
        : max(1, min(subscribers, 2000) // threads * threads)
    ]
    done = [0] * threads

    def take(number: int) -> None:
        for queue in queues[number::threads]:
            for _ in range(min(messages, 2)):
                now = time.time_ns() // 1000
                delivery = store.lease(queue, None, now, now + _MINUTES)
                if delivery is not None and store.ack(queue.owner, delivery.message.message_id, True, now):  # noqa: FBT003
                    done[number] += 1

    began = time.monotonic()
    workers = [threading.Thread(target=take, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return round(sum(done) / (time.monotonic() - began), 1)


def _octets(database: str) -> int:
    """Return how large the database is; of SQLite, with what is still in its log."""
    address = DatabaseAddress.of_url(database)
    if address.dialect == "sqlite":
        connection = sqlite3.connect(address.location)
        try:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            (size,) = connection.execute("PRAGMA page_size").fetchone()
            return int(pages) * int(size)
        finally:
            connection.close()
    import psycopg  # noqa: PLC0415 - SQLite needs no driver of PostgreSQL

    with psycopg.connect(address.location) as server:
        row = server.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0
