"""Our client and our bus, through the file store; the same with broken connections and hostile names."""

from __future__ import annotations

import io
import os
import socket
import threading
from typing import TYPE_CHECKING

import pytest
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

from mezhved.bus.processing import process_all
from mezhved.smev3 import messages
from mezhved.smev3.client import (
    NO_RETRY,
    DamagedFile,
    FileStore,
    FileStoreError,
    InvalidCall,
    RetryPolicy,
    Smev3Client,
    UnusableAnswer,
)
from mezhved.smev3.client.files import FileSigning
from mezhved.smev3.client.transport import HttpAnswer
from mezhved.smev3.versions import Version
from tests.support.exchange import question
from tests.support.file_exchange import File, accesses
from tests.support.file_store import HOST, PASSWORDS
from tests.support.pki import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mezhved.gost import Signer
    from tests.support.file_exchange import FileExchange

# What differs between the engines is in the statements, which other tests run on both.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ADDRESS = "http://127.0.0.1:7500/smev/v{}/ws"


class Direct:
    """Calls the bus's WSGI callable."""

    def __init__(self, exchange: FileExchange) -> None:
        self.exchange = exchange

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        path = url.removeprefix("http://127.0.0.1:7500")
        reply = self.exchange.bus.http(body, path, headers["Content-Type"])
        return HttpAnswer(reply.status, reply.content_type, reply.body)


def client(exchange: FileExchange, signer: Signer, version: Version = Version.V1_2) -> Smev3Client:
    return Smev3Client(
        ADDRESS.format(version.value),
        version,
        signer,
        provider=exchange.bus.pki.provider,
        transport=Direct(exchange),
        clock=lambda: NOW,
        retry=NO_RETRY,
    )


def store(exchange: FileExchange, user: str = "tcons1", **options: object) -> FileStore:
    login = f"{user}:{PASSWORDS[user][1]}@" if user else ""
    return FileStore(f"ftp://{login}{HOST}:{exchange.files.port}", **options)  # type: ignore[arg-type]


@pytest.fixture
def sent(exchange: FileExchange, tmp_path: Path) -> tuple[FileExchange, bytes, str]:
    """A request with a file, taken over: the exchange, the octets, the MessageID."""
    octets = os.urandom(700_000)
    path = tmp_path / "Заявление № 1.zip"
    path.write_bytes(octets)
    consumer = client(exchange, exchange.bus.pki.consumer)
    reference = consumer.store_file(store(exchange), path, "application/zip")
    receipt = consumer.send_request(question(), references=[reference])
    process_all(exchange.bus.bus)
    return exchange, octets, receipt.message_id


def test_a_file_goes_from_client_to_client(sent: tuple[FileExchange, bytes, str], tmp_path: Path) -> None:
    exchange, octets, message_id = sent
    provider = client(exchange, exchange.bus.pki.provider_system)
    received = provider.get_request()
    assert received is not None
    [fetched] = provider.fetch_files(store(exchange, ""), received, tmp_path / "in")
    assert fetched.path == tmp_path / "in" / f"{message_id}.f1"
    assert fetched.path.read_bytes() == octets
    assert (fetched.name, fetched.octets, fetched.sound) == ("Заявление № 1.zip", 700_000, True)
    assert fetched.verdict is not None
    assert fetched.verdict.certificate == exchange.bus.pki.consumer.certificate
    assert list((tmp_path / "in").iterdir()) == [fetched.path]


def test_a_file_that_is_not_the_signed_one_is_not_kept(
    sent: tuple[FileExchange, bytes, str], tmp_path: Path
) -> None:
    exchange, octets, _ = sent
    [blob] = [each for each in exchange.files.disk() if each.startswith("blobs")]
    path = exchange.files.folder / blob
    path.write_bytes(octets[:-1] + bytes([octets[-1] ^ 1]))
    provider = client(exchange, exchange.bus.pki.provider_system)
    received = provider.get_request()
    assert received is not None
    with pytest.raises(DamagedFile):
        provider.fetch_files(store(exchange, ""), received, tmp_path / "in")
    assert list((tmp_path / "in").iterdir()) == []


@pytest.mark.parametrize(
    "name", ["/../../../etc/passwd", "/..\\..\\windows\\x", "/a/b/c", "/", "", "/\u202egpj.exe", "/x" * 3000]
)
def test_no_name_from_outside_becomes_a_path(exchange: FileExchange, tmp_path: Path, name: str) -> None:
    file = File(b"content")
    exchange.send(file)
    [access] = accesses(exchange.provider.get_request())
    hostile = messages.FSAttachment(access.uuid, access.user_name, access.password, name)
    folder = tmp_path / "in"
    folder.mkdir()
    with pytest.raises((FileStoreError, InvalidCall)):
        store(exchange, "", retry=NO_RETRY).download(
            hostile, exchange.header(file), folder / "target", exchange.bus.pki.provider
        )
    assert list(folder.iterdir()) == []


def test_a_name_with_a_line_end_gives_the_server_no_command(exchange: FileExchange, tmp_path: Path) -> None:
    file = File(b"content")
    exchange.send(file)
    [access] = accesses(exchange.provider.get_request())
    hostile = messages.FSAttachment(access.uuid, access.user_name, access.password, "/x\r\nDELE y")
    with pytest.raises(UnusableAnswer):
        store(exchange, "", retry=NO_RETRY).download(
            hostile, exchange.header(file), tmp_path / "target", exchange.bus.pki.provider
        )


def test_a_wrong_login_is_told_at_once(exchange: FileExchange, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    wrong = FileStore(f"ftp://tcons1:wrong@{HOST}:{exchange.files.port}")
    with pytest.raises(FileStoreError, match="530"):
        client(exchange, exchange.bus.pki.consumer).store_file(wrong, path, "text/plain")


class Stumbling(io.BytesIO):
    """A file whose reading closes all the store's data connections at certain places, once each."""

    def __init__(self, octets: bytes, exchange: FileExchange, places: list[int]) -> None:
        super().__init__(octets)
        self.exchange = exchange
        self.places = places

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        if self.places and self.tell() >= self.places[0]:
            self.places.pop(0)
            raise ConnectionResetError("the network broke")
        return piece


def test_an_upload_goes_on_after_the_network_broke(exchange: FileExchange) -> None:
    octets = os.urandom(2_000_000)
    pauses: list[float] = []
    sender = store(exchange, retry=RetryPolicy(attempts=4), sleep=pauses.append)
    signing = FileSigning(exchange.bus.pki.consumer, exchange.bus.pki.provider, lambda: NOW)
    file = File(octets)
    source = Stumbling(octets, exchange, [600_000, 1_500_000])
    header = sender.upload(source, file.name, file.folder, "application/zip", signing)
    assert header.hash == exchange.hash_of(file)
    assert exchange.files.contents(file.folder) == [octets]
    assert len(pauses) == 2


class Interrupted:
    """A relay to the file store that ends its first data connections early."""

    def __init__(self, port: int, octets: list[int]) -> None:
        self.octets = octets
        self.port = port
        self.listener = socket.create_server((HOST, 0))
        self.address = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                taken, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._control, args=(taken,), daemon=True).start()

    def _control(self, near: socket.socket) -> None:
        with near, socket.create_connection((HOST, self.port)) as far:
            threading.Thread(target=_pump, args=(near, far, None), daemon=True).start()
            while answer := far.recv(4096):
                if answer.startswith(b"227 "):
                    numbers = answer[answer.index(b"(") + 1 : answer.index(b")")].split(b",")
                    port = self._data(int(numbers[4]) * 256 + int(numbers[5]))
                    answer = b"227 Entering (127,0,0,1,%d,%d).\r\n" % divmod(port, 256)
                near.sendall(answer)

    def _data(self, target: int) -> int:
        listener = socket.create_server((HOST, 0))
        most = self.octets.pop(0) if self.octets else None

        def relay() -> None:
            with listener:
                near, _ = listener.accept()
            with near, socket.create_connection((HOST, target)) as far:
                _pump(far, near, most)

        threading.Thread(target=relay, daemon=True).start()
        return int(listener.getsockname()[1])

    def close(self) -> None:
        self.listener.close()


def _pump(source: socket.socket, target: socket.socket, most: int | None) -> None:
    passed = 0
    try:
        while octets := source.recv(4096):
            if most is not None and passed + len(octets) > most:
                target.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
                return
            passed += len(octets)
            target.sendall(octets)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


def test_a_download_goes_on_where_it_broke_off(sent: tuple[FileExchange, bytes, str], tmp_path: Path) -> None:
    exchange, octets, _ = sent
    relay = Interrupted(exchange.files.port, [100_000, 250_000])
    provider = client(exchange, exchange.bus.pki.provider_system)
    received = provider.get_request()
    assert received is not None
    pauses: list[float] = []
    through = FileStore(
        f"ftp://{HOST}:{relay.address}", retry=RetryPolicy(attempts=5), sleep=pauses.append, timeout=10
    )
    [fetched] = provider.fetch_files(through, received, tmp_path / "in")
    relay.close()
    assert fetched.path.read_bytes() == octets
    assert len(pauses) == 2


def test_when_the_store_stays_away_the_client_gives_up(exchange: FileExchange, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    away = FileStore(f"ftp://{HOST}:{port}", retry=RetryPolicy(attempts=3), sleep=lambda _: None)
    with pytest.raises(FileStoreError):
        client(exchange, exchange.bus.pki.consumer).store_file(away, path, "text/plain")


@pytest.fixture
def bare_server(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A stranger's FTP server: pyftpdlib as it comes, over a folder."""
    folder = tmp_path / "served"
    folder.mkdir()
    authorizer = DummyAuthorizer()
    authorizer.add_user("u" * 30, "p" * 30, str(folder), perm="elr")
    authorizer.add_user("own", "secret", str(folder), perm="elradfmw")
    handler = type("Handler", (FTPHandler,), {"authorizer": authorizer})
    server = FTPServer((HOST, 0), handler, ioloop=IOLoop())
    stopped = threading.Event()

    def serve() -> None:
        while not stopped.is_set():
            server.serve_forever(timeout=0.1, blocking=False, handle_exit=False)
        server.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    yield folder, server.address[1]
    stopped.set()
    thread.join()


@pytest.mark.parametrize("nested", [True, False])
def test_a_strangers_server_may_have_the_file_in_its_directory_or_in_the_root(
    exchange: FileExchange, bare_server: tuple[Path, int], tmp_path: Path, *, nested: bool
) -> None:
    folder, port = bare_server
    file = exchange.signed(File(b"content"))
    place = folder / file.folder if nested else folder
    place.mkdir(exist_ok=True)
    (place / file.name).write_bytes(file.octets)
    access = messages.FSAttachment(file.folder, "u" * 30, "p" * 30, f"/{file.name}")
    fetched = FileStore(f"ftp://{HOST}:{port}").download(
        access, exchange.header(file), tmp_path / "target", exchange.bus.pki.provider
    )
    assert fetched.path.read_bytes() == b"content"
    assert fetched.sound


def test_a_file_goes_to_a_strangers_server(
    exchange: FileExchange, bare_server: tuple[Path, int], tmp_path: Path
) -> None:
    folder, port = bare_server
    path = tmp_path / "Заявление.pdf"
    path.write_bytes(b"content")
    sender = FileStore(f"ftp://own:secret@{HOST}:{port}")
    header = client(exchange, exchange.bus.pki.consumer).store_file(sender, path, "application/pdf")
    assert (folder / header.uuid / "Заявление.pdf").read_bytes() == b"content"
    assert header.hash == exchange.hash_of(File(b"content"))
