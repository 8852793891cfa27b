"""FTP under explicit TLS (RFC 4217), by Python's client and by ours."""

from __future__ import annotations

import ftplib
import io
import ssl
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from mezhved.bus.errors import NotReady
from mezhved.bus.files.server import check_ftp_settings, passive_ports
from mezhved.configuration import BusSettings
from tests.support.file_store import HOST, UUID_1, FileStoreUnderTest, download

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A server's certificate and key, made by the openssl command."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "server.pem", folder / "server.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return certificate, key


@pytest.fixture(params=["optional", "required"])
def secured(
    request: pytest.FixtureRequest,
    fresh_sqlite: str,
    tmp_path: Path,
    identity: tuple[Path, Path],
) -> Iterator[FileStoreUnderTest]:
    made = FileStoreUnderTest(
        fresh_sqlite,
        tmp_path / "files",
        ftp_tls=request.param,
        ftp_tls_certificate=identity[0],
        ftp_tls_key=identity[1],
    )
    yield made
    made.close()


@pytest.fixture
def fresh_sqlite(sqlite_maker: Any) -> str:
    return str(sqlite_maker())


def _client(files: FileStoreUnderTest, identity: tuple[Path, Path]) -> ftplib.FTP_TLS:
    client = ftplib.FTP_TLS(context=ssl.create_default_context(cafile=str(identity[0])), timeout=20)
    client.connect(HOST, files.port)
    return client


def test_a_file_goes_up_and_down_under_tls(secured: FileStoreUnderTest, identity: tuple[Path, Path]) -> None:
    octets = bytes(range(256)) * 4000
    with _client(secured, identity) as client:
        client.login("tcons1", "secret-1")
        client.prot_p()
        client.mkd(UUID_1)
        client.storbinary(f"STOR {UUID_1}/file", io.BytesIO(octets))
        assert client.size(f"{UUID_1}/file") == len(octets)
        assert download(client, f"{UUID_1}/file") == octets
    assert secured.contents() == [octets]


def test_without_tls_nobody_enters_where_it_is_required(secured: FileStoreUnderTest) -> None:
    if secured.settings.ftp_tls == "optional":
        secured.login().quit()
        return
    with secured.connect() as client, pytest.raises(ftplib.error_perm, match="TLS required"):
        client.login("tcons1", "secret-1")


def test_data_in_the_clear_are_refused_where_tls_is_required(
    secured: FileStoreUnderTest, identity: tuple[Path, Path]
) -> None:
    with _client(secured, identity) as client:
        client.login("tcons1", "secret-1")
        client.mkd(UUID_1)
        if secured.settings.ftp_tls == "required":
            with pytest.raises(ftplib.error_perm, match="TLS required"):
                client.storbinary(f"STOR {UUID_1}/file", io.BytesIO(b"x"))


def test_settings_that_cannot_work_are_told_before_anything_starts(
    tmp_path: Path, identity: tuple[Path, Path]
) -> None:
    (tmp_path / "broken.pem").write_text("no certificate")
    wrong: list[dict[str, Any]] = [
        {"ftp_tls": "required"},
        {"ftp_tls": "required", "ftp_tls_certificate": tmp_path / "broken.pem", "ftp_tls_key": identity[1]},
        {"ftp_tls": "optional", "ftp_tls_certificate": identity[0], "ftp_tls_key": tmp_path / "absent"},
        {"ftp_passive_ports": "ports"},
        {"ftp_passive_ports": "60000-50000"},
    ]
    for each in wrong:
        with pytest.raises(NotReady):
            check_ftp_settings(BusSettings(**each))
    check_ftp_settings(BusSettings(ftp_enabled=False, ftp_tls="required"))


def test_passive_ports_are_read() -> None:
    assert passive_ports("50000-50002") == [50000, 50001, 50002]
    assert passive_ports(" 50000 ") == [50000]
    assert passive_ports("") is None
