"""Other programs' FTP clients in the senders' areas and at one-time logins."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from typing import TYPE_CHECKING

import pytest

from mezhved.bus.files.ledger import Hold, NewLogin, Wanted
from mezhved.bus.files.logins import secret_of
from tests.support.file_store import HOST, SENDER, UUID_1

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.file_store import FileStoreUnderTest

# What differs between the engines is in the statements, which other tests run on both.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def _run(*command: object) -> bytes:
    done = subprocess.run([str(each) for each in command], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.parametrize("mode", [(), ("--ftp-pasv", "--disable-epsv")])
def test_curl_makes_the_directory_puts_and_gets(
    files: FileStoreUnderTest, tmp_path: Path, mode: tuple[str, ...]
) -> None:
    curl = _tool("curl")
    octets = os.urandom(500_000)
    (tmp_path / "file").write_bytes(octets)
    address = f"ftp://{HOST}:{files.port}/{UUID_1}/zapros.zip"
    login = ("-s", "-S", "-u", "tcons1:secret-1", *mode)
    _run(curl, *login, "--ftp-create-dirs", "-T", tmp_path / "file", address)
    assert files.contents() == [octets]
    assert _run(curl, *login, address) == octets
    assert _run(curl, *login, "-r", "100-199", address) == octets[100:200]
    assert _run(curl, *login, "-l", f"ftp://{HOST}:{files.port}/{UUID_1}/").split() == [b"zapros.zip"]


def test_curl_goes_on_with_an_upload(files: FileStoreUnderTest, tmp_path: Path) -> None:
    curl = _tool("curl")
    octets = os.urandom(300_000)
    files.upload(octets[:100_000], "zapros.zip")
    (tmp_path / "file").write_bytes(octets)
    address = f"ftp://{HOST}:{files.port}/{UUID_1}/zapros.zip"
    _run(curl, "-s", "-S", "-u", "tcons1:secret-1", "-C", "-", "-T", tmp_path / "file", address)
    assert files.contents() == [octets]


def test_wget_goes_on_with_a_download(files: FileStoreUnderTest, tmp_path: Path) -> None:
    wget = _tool("wget")
    octets = os.urandom(300_000)
    files.upload(octets, "zapros.zip")
    target = tmp_path / "zapros.zip"
    target.write_bytes(octets[:123_456])
    address = f"ftp://{HOST}:{files.port}/{UUID_1}/zapros.zip"
    _run(wget, "-q", "-c", "--ftp-user=tcons1", "--ftp-password=secret-1", "-P", tmp_path, address)
    assert target.read_bytes() == octets


def test_lftp_mirrors_a_directory(files: FileStoreUnderTest, tmp_path: Path) -> None:
    lftp = _tool("lftp")
    folder = tmp_path / UUID_1
    folder.mkdir()
    (folder / "file").write_bytes(b"content")
    script = f"mirror -R {folder} /{UUID_1}; bye"
    _run(lftp, "-u", "tcons1,secret-1", f"ftp://{HOST}:{files.port}", "-e", script)
    assert files.contents() == [b"content"]


def test_no_stranger_enters_by_a_one_time_login_before_the_message_is_handed_out(
    files: FileStoreUnderTest,
) -> None:
    """A login counts only while its owner has the message in its hands: here it is in no queue at all."""
    files.upload(b"x")
    message_id, user = uuid.uuid1(), "A" * 30
    files.ledger.take(message_id, [SENDER], [Wanted(0, UUID_1, None)], files.clock())
    files.ledger.hold(message_id, [Hold(2, 10, 1)], 100)
    files.ledger.grant(message_id, 2, [NewLogin(user, secret_of("B" * 30), 0)], files.clock())
    done = subprocess.run(
        [_tool("curl"), "-s", "-u", f"{user}:{'B' * 30}", f"ftp://{HOST}:{files.port}/"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 67, "curl: the login was refused"
