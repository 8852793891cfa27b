"""One large file end to end through the file store (`mezhved bench files`): speed and memory.

Beside it, in the same run: a bare FTP copy of the same file (pyftpdlib as it comes, nothing stored in a
database, nothing hashed) and the bare hash.
"""

from __future__ import annotations

import ftplib
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from mezhved.bench.installation import HOST, REQUEST, CannotMeasure, free_port, installed
from mezhved.bench.load import business_data, make_pair
from mezhved.bench.memory import Memory
from mezhved.bench.processes import family
from mezhved.gost import Digest, hash_content, load_provider
from mezhved.smev3.client import FileStore, Receipt
from mezhved.smev3.versions import Version
from mezhved.texts import Text

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.bench.installation import Installation
    from mezhved.smev3.client import Received, Smev3Client
    from mezhved.smev3.messages import Request

MEGABYTE: Final = 1_000_000
_PIECE: Final = 1 << 20
_SAMPLE_SECONDS: Final = 0.05
_PATIENCE_SECONDS: Final = 600.0
_BARE = (
    "import sys, logging; from pyftpdlib.authorizers import DummyAuthorizer;"
    "from pyftpdlib.handlers import FTPHandler; from pyftpdlib.servers import ThreadedFTPServer;"
    "logging.disable();"
    "a = DummyAuthorizer(); a.add_anonymous(sys.argv[1], perm='elradfmw'); FTPHandler.authorizer = a;"
    "ThreadedFTPServer(('127.0.0.1', int(sys.argv[2])), FTPHandler).serve_forever()"
)


def measure_files(megabytes: int, folder: Path, postgres: str | None) -> dict[str, Any]:
    """Send one file of so many MB through a bus and return the figures, ready for JSON."""
    octets = megabytes * MEGABYTE
    with installed(folder, postgres=postgres, workers=1, ftp=True) as installation:
        source = folder / "source.bin"
        _write(source, octets)
        bare = _bare_copy(source, folder / "bare")
        hashed = _timed_hash(source)
        with installation.serving() as process:
            small = folder / "small.bin"
            _write(small, MEGABYTE)
            _exchange(installation, small, folder / "warm")
            memory = Memory()
            with memory.watched([*family(process.pid), os.getpid()]):
                seconds = _exchange(installation, source, folder / "in")
    return {
        "engine": "postgresql" if postgres else "sqlite",
        "octets": octets,
        "seconds": {name: round(each, 2) for name, each in seconds.items()},
        "mb_per_second": {name: _speed(octets, seconds[name]) for name in ("up", "down", "end_to_end")},
        "bare_ftp_mb_per_second": {name: _speed(octets, each) for name, each in bare.items()},
        "bare_hash_mb_per_second": _speed(octets, hashed),
        "memory_growth_mb": memory.growth,
    }


def _exchange(installation: Installation, source: Path, target: Path) -> dict[str, float]:
    """Upload, send, take over, fetch, acknowledge; the seconds of each part."""
    pair = make_pair(installation.address, Version.V1_2, installation.pki)
    store = FileStore(f"ftp://{HOST}:{installation.ftp_port}")
    seconds = {}
    started = begun = time.monotonic()
    reference = pair.consumer.store_file(store, source, "application/octet-stream")
    seconds["up"] = time.monotonic() - begun
    begun = time.monotonic()
    receipt = pair.consumer.send_request(business_data(REQUEST), references=[reference])
    received = _await(pair.provider, receipt)
    seconds["taking"] = time.monotonic() - begun
    begun = time.monotonic()
    [fetched] = pair.provider.fetch_files(store, received, target)
    seconds["down"] = time.monotonic() - begun
    pair.provider.ack(received.message_id)
    seconds["end_to_end"] = time.monotonic() - started
    if not fetched.sound or fetched.octets != source.stat().st_size:
        raise CannotMeasure(Text(ru="пришёл другой файл", en="another file came"))
    fetched.path.unlink()
    return seconds


def _await(provider: Smev3Client, receipt: Receipt) -> Received[Request]:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        received = provider.get_request()
        if received is not None and received.message_id == receipt.message_id:
            return received
        time.sleep(_SAMPLE_SECONDS)
    raise CannotMeasure(Text(ru="сообщение не дошло", en="the message did not arrive"))


def _bare_copy(source: Path, folder: Path) -> dict[str, float]:
    """Copy the file to and from a bare server in a process of its own; seconds up and down."""
    folder.mkdir()
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-W", "ignore", "-c", _BARE, str(folder), str(port)]
    )
    try:
        client = _connected(port)
        with source.open("rb") as file:
            begun = time.monotonic()
            client.storbinary("STOR copy", file, _PIECE)
            up = time.monotonic() - begun
        with (folder / "back").open("wb") as file:
            begun = time.monotonic()
            client.retrbinary("RETR copy", file.write, _PIECE)
            down = time.monotonic() - begun
        client.close()
    finally:
        process.kill()
        process.wait()
    for each in folder.iterdir():
        each.unlink()
    return {"up": up, "down": down}


def _connected(port: int) -> ftplib.FTP:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        client = ftplib.FTP()  # noqa: S321 - what is measured
        try:
            client.connect(HOST, port, 60)
            client.login()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_SAMPLE_SECONDS)
        else:
            return client


def _timed_hash(source: Path) -> float:
    with source.open("rb") as file:
        begun = time.monotonic()
        hash_content(file, [Digest.STREEBOG256], load_provider())
        return time.monotonic() - begun


def _write(path: Path, octets: int) -> None:
    """Write a file of random octets, one random piece repeated."""
    piece = os.urandom(_PIECE)
    with path.open("wb") as file:
        while octets > 0:
            octets -= file.write(piece[:octets])
        file.flush()
        os.fsync(file.fileno())


def _speed(octets: int, seconds: float) -> float:
    return round(octets / MEGABYTE / seconds, 1)
