"""The bus as an operator runs it: `mezhved bus serve`, two workers, real clients over HTTP."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import urllib3

from mezhved.bench.installation import CONSUMER, PROVIDER, REQUEST, RESPONSE, installed
from mezhved.bench.load import business_data, make_pair
from mezhved.bench.processes import family
from mezhved.smev3.client import RetryPolicy, Smev3Client
from mezhved.smev3.faults import FaultKind, SmevFaultError
from mezhved.smev3.versions import Version
from tests.support.waiting import eventually

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from mezhved.bench.installation import Installation
    from mezhved.bench.load import Pair

# A bus that stops takes calls for a while yet, on a slow machine thousands.
MOST_RECEIPTS = 40


@pytest.fixture(scope="module")
def installation(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A bus of two workers on PostgreSQL, not started; those on SQLite are tried by `tests/soak`."""
    with installed(tmp_path_factory.mktemp("bus"), postgres=postgres_server, workers=2) as made:
        yield made


@pytest.fixture(scope="module")
def process(installation: Installation) -> Iterator[subprocess.Popen[bytes]]:
    """The bus at work; the last test of the module ends it."""
    with installation.serving() as started:
        yield started


@pytest.fixture
def pair(installation: Installation) -> Pair:
    """A consumer and a provider."""
    return make_pair(installation.address, Version.V1_2, installation.pki)


@pytest.mark.usefixtures("process")
def test_a_message_id_is_accepted_once_however_many_send_it_at_the_same_moment(
    installation: Installation,
) -> None:
    client = Smev3Client(
        f"{installation.address}/ws",
        Version.V1_1,
        installation.pki.signers[CONSUMER],
        retry=RetryPolicy(attempts=1),
    )
    outgoing = client.prepare_request(business_data(REQUEST))
    barrier = threading.Barrier(8)
    receipts = []

    def send() -> None:
        barrier.wait()
        receipts.append(client.send(outgoing))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.already_sent for each in receipts) == [False] + [True] * 7
    provider = make_pair(installation.address, Version.V1_1, installation.pki).provider
    taken = provider.get_request()
    assert taken is not None
    provider.ack(taken.message_id)
    assert provider.get_request() is None


@pytest.mark.usefixtures("process")
def test_a_change_of_the_registry_comes_into_force_on_all_workers_by_itself(
    installation: Installation, pair: Pair
) -> None:
    pair.exchange({})
    installation.command("registry", "system", "disable", PROVIDER)
    assert _always_soon(lambda: not _is_registered(installation))
    installation.command("registry", "system", "enable", PROVIDER)
    assert _always_soon(lambda: _is_registered(installation))


def _is_registered(installation: Installation) -> bool:
    """Ask over a connection of its own, so that any worker may answer."""
    client = Smev3Client(f"{installation.address}/ws", Version.V1_1, installation.pki.signers[PROVIDER])
    try:
        client.get_request()
    except SmevFaultError as refusal:
        if refusal.fault.kind is not FaultKind.SENDER_IS_NOT_REGISTERED:
            raise
        return False
    return True


def _always_soon(holds: Callable[[], bool]) -> bool:
    """Wait for twenty right answers in a row: two workers answer."""
    return eventually(lambda: all(holds() for _ in range(20)))


def test_a_worker_that_dies_is_replaced(
    installation: Installation, process: subprocess.Popen[bytes], pair: Pair
) -> None:
    workers = [pid for pid in family(process.pid) if pid != process.pid]
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)

    def replaced() -> bool:
        alive = {pid for pid in family(process.pid) if pid != process.pid}
        return len(alive) == 2 and workers[0] not in alive

    assert eventually(replaced)
    pair.exchange({})
    pool = urllib3.PoolManager()
    assert pool.request("GET", f"{installation.address}/healthz").status == 200


def test_a_graceful_stop_finishes_the_calls_in_hand(
    installation: Installation, process: subprocess.Popen[bytes], pair: Pair
) -> None:
    receipts: list[str] = []
    refused = threading.Event()
    single = Smev3Client(
        pair.consumer.url,
        Version.V1_2,
        installation.pki.signers[CONSUMER],
        retry=RetryPolicy(attempts=1),
    )

    def send() -> None:
        while not refused.is_set() and len(receipts) < MOST_RECEIPTS:
            try:
                receipts.append(single.send_request(business_data(REQUEST)).message_id)
            except Exception:  # noqa: BLE001 - the bus is gone
                refused.set()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert eventually(lambda: len(receipts) >= 10)
    process.terminate()
    assert process.wait(60) == 0
    for thread in threads:
        thread.join()
    with installation.serving():
        taken = set()
        while (received := pair.provider.get_request()) is not None:
            taken.add(received.message_id)
            pair.provider.ack(received.message_id)
            pair.provider.send_response(received.message.reply_to, business_data(RESPONSE))
        while (answer := pair.consumer.get_response()) is not None:
            pair.consumer.ack(answer.message_id)
    assert set(receipts) <= taken
    installation.command("bus", "check")


def test_a_bus_whose_workers_die_again_and_again_ends_and_says_so(installation: Installation) -> None:
    bus = installation.start()

    def ended() -> bool:
        for pid in family(bus.pid)[1:]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bus.poll() is not None

    assert eventually(ended)
    assert bus.returncode == 1
    assert "рабочий процесс завершился снова" in (installation.folder / "bus.log").read_text()
