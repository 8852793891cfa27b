"""The file store as an operator runs it: a process beside the workers, the commands of the client."""

from __future__ import annotations

import contextlib
import ftplib
import io
import json
import os
import signal
import subprocess
import sys
import uuid
from typing import TYPE_CHECKING

import pytest

from mezhved.bench.installation import CONSUMER, PROVIDER, REQUEST, installed
from mezhved.bench.load import business_data
from mezhved.bench.processes import family
from mezhved.demo.catalogue import SMEV
from mezhved.smev3.client import FileStore, RetryPolicy, Smev3Client
from mezhved.smev3.versions import Version
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mezhved.bench.installation import Installation


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A bus with its file store, not started."""
    with installed(tmp_path_factory.mktemp("bus"), postgres=None, workers=1, ftp=True) as made:
        yield made


@pytest.fixture(scope="module")
def process(installation: Installation) -> Iterator[subprocess.Popen[bytes]]:
    """The bus at work; the last test kills it."""
    with installation.serving() as started:
        yield started


def command(installation: Installation, system: str, *arguments: object) -> str:
    """Run `mezhved smev3 ...` as a participant's system."""
    keys = installation.folder / "keys"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MEZHVED_")} | {
        "MEZHVED_URL": f"{installation.address}/smev/v1.2/ws",
        "MEZHVED_KEY": str(keys / f"{system}.key.pem"),
        "MEZHVED_CERT": str(keys / f"{system}.cert.pem"),
        "MEZHVED_SMEV_CERT": str(keys / f"{SMEV}.cert.pem"),
        "MEZHVED_FILE_STORE": f"ftp://127.0.0.1:{installation.ftp_port}",
        "MEZHVED_LANG": "en",
    }
    done = subprocess.run(
        [sys.executable, "-m", "mezhved.cli.main", "smev3", *map(str, arguments)],
        input=business_data(REQUEST),
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    return done.stdout.decode()


def file_store_process(pid: int) -> int | None:
    """The number of the file store's process."""
    for each in family(pid):
        try:
            with open(f"/proc/{each}/cmdline", "rb") as file:  # noqa: PTH123
                if b"mezhved.bus.files.process" in file.read():
                    return each
        except OSError:
            continue
    return None


def test_the_commands_send_and_fetch_a_file(
    installation: Installation, process: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    octets = os.urandom(3_000_000)
    source = tmp_path / "Приложение.zip"
    source.write_bytes(octets)
    (tmp_path / "password").write_text("secret\n")
    installation.command(
        "registry", "system", "change", CONSUMER, "--file-login", "own",
        "--file-password-file", str(tmp_path / "password"),
    )  # fmt: skip
    login = ("--file-store-login", "own", "--file-store-password-file", tmp_path / "password")
    options = ("--store", f"{source}=application/zip", *login)
    sent = command(installation, CONSUMER, "send", "-", *options).split()[0]

    folder = tmp_path / "in"
    taken: list[str] = []

    def take() -> bool:
        taken.append(command(installation, PROVIDER, "get", "requests", "--files", folder, "--ack", "--json"))
        return taken[-1].strip() != "null"

    assert eventually(take)
    told = json.loads(taken[-1])
    [file] = told["files"]
    assert (file["name"], file["octets"], file["mime_type"]) == (
        "Приложение.zip",
        3_000_000,
        "application/zip",
    )
    assert file["signature"]["valid"] is True
    assert (folder / f"{sent}.f1").read_bytes() == octets
    blobs = installation.folder / "files" / "blobs"
    assert eventually(lambda: not any(each.is_file() for each in blobs.rglob("*")))
    assert json.loads(installation.command("bus", "check", "--json"))["differences"] == []
    assert process.poll() is None


def test_a_file_store_that_dies_is_started_again(
    installation: Installation, process: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    assert eventually(lambda: file_store_process(process.pid) is not None)
    first = file_store_process(process.pid)
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: file_store_process(process.pid) not in {None, first})
    path = tmp_path / "file"
    path.write_bytes(b"x")
    retry = RetryPolicy(attempts=30, longest_pause=1.0)
    store = FileStore(f"ftp://127.0.0.1:{installation.ftp_port}", retry=retry)
    signer = installation.pki.signers[CONSUMER]
    client = Smev3Client(f"{installation.address}/ws", Version.V1_2, signer)
    assert client.store_file(store, path, "text/plain").hash


def test_an_upload_goes_on_after_the_file_store_was_killed(
    installation: Installation, process: subprocess.Popen[bytes]
) -> None:
    octets, folder = os.urandom(2_000_000), str(uuid.uuid1())
    first = connected(installation)
    first.mkd(folder)
    channel, _ = first.ntransfercmd(f"STOR {folder}/file")
    channel.sendall(octets[:1_500_000])
    part = installation.folder / "files" / "spool"
    assert eventually(lambda: [each.stat().st_size for each in part.iterdir()] == [1_500_000])
    pid = file_store_process(process.pid)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    channel.close()
    first.close()
    assert eventually(lambda: file_store_process(process.pid) not in {None, pid})
    with connected(installation) as second:
        assert second.size(f"{folder}/file") == 1_500_000
        second.storbinary(f"STOR {folder}/file", io.BytesIO(octets[1_500_000:]), rest=1_500_000)
        got = io.BytesIO()
        second.retrbinary(f"RETR {folder}/file", got.write)
        assert got.getvalue() == octets
        second.delete(f"{folder}/file")


def connected(installation: Installation) -> ftplib.FTP:
    """A session, as soon as the server is there."""
    found: list[ftplib.FTP] = []

    def connect() -> bool:
        client = ftplib.FTP(timeout=20)
        try:
            client.connect("127.0.0.1", installation.ftp_port)
            client.login("anonymous", "smev")
        except OSError:
            client.close()
            return False
        client.voidcmd("TYPE I")
        found.append(client)
        return True

    assert eventually(connect)
    return found[0]


def test_the_file_store_ends_when_the_bus_is_killed(process: subprocess.Popen[bytes]) -> None:
    pid = file_store_process(process.pid)
    workers = [each for each in family(process.pid) if each not in {process.pid, pid}]
    process.kill()
    process.wait()
    for each in workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
    assert eventually(lambda: not os.path.exists(f"/proc/{pid}"))  # noqa: PTH110
