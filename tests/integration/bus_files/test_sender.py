"""What a sender can do in its area of the file store, and what it cannot."""

from __future__ import annotations

import ftplib
import io
import socket
from typing import TYPE_CHECKING

import pytest

from tests.support.file_store import HOST, OTHER_SENDER, SENDER, UUID_1, UUID_2, download
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from tests.support.file_store import FileStoreUnderTest

# What differs between the engines is in the statements, which other tests run on both.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_file_put_into_a_directory_named_by_a_uuid_lies_there_as_it_was_sent(
    files: FileStoreUnderTest,
) -> None:
    with files.login() as client:
        client.mkd(UUID_1)
        client.cwd(UUID_1)
        assert client.pwd() == f"/{UUID_1}"
        client.storbinary("STOR zapros.zip", io.BytesIO(b"\r\n\x00\xff" * 1000))
        assert client.nlst() == ["zapros.zip"]
        assert client.size("zapros.zip") == 4000
        assert client.voidcmd("MDTM zapros.zip").startswith("213 2026")
        assert [(name, facts["type"]) for name, facts in client.mlsd("/")] == [(UUID_1, "dir")]
        assert download(client, f"/{UUID_1}/zapros.zip") == b"\r\n\x00\xff" * 1000
    assert files.contents() == [b"\r\n\x00\xff" * 1000]


def test_a_transfer_in_ascii_mode_changes_no_octet(files: FileStoreUnderTest) -> None:
    octets = b"line\nline\r\nline\r"
    with files.login() as client:
        client.mkd(UUID_1)
        client.voidcmd("TYPE A")
        connection, _ = client.ntransfercmd(f"STOR {UUID_1}/text.txt")
        connection.sendall(octets)
        connection.close()
        client.voidresp()
    assert files.contents() == [octets]


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "/etc/passwd",
        f"{UUID_1}/../../escape",
        f"{UUID_1}/deeper/file",
        "file-in-the-root",
        f"{UUID_2}/no-such-directory",
        f"{UUID_1}/" + "x" * 300,
        f"{UUID_1}/back\\slash",
        f"{UUID_1}/null\x00byte",
        f"{UUID_1}/return\rhere",
        f"{UUID_1}/\u202egpj.exe",
        f"{UUID_1}/.",
        f"{UUID_1}/..",
        f"{UUID_1}",
    ],
)
def test_a_path_that_is_not_directory_and_name_is_refused(files: FileStoreUnderTest, path: str) -> None:
    with files.login() as client:
        client.mkd(UUID_1)
        client.voidcmd("TYPE I")
        with pytest.raises(ftplib.error_perm, match=r"^550"):
            client.storbinary(f"STOR {path}", io.BytesIO(b"x"))
    assert files.disk() == []


@pytest.mark.parametrize("name", ["Заявление № 1.pdf", "a b.c", "..hidden", 'quo"te', "я" * 250])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
def test_names_are_kept_as_they_are_in_utf_8_and_windows_1251(
    files: FileStoreUnderTest, name: str, encoding: str
) -> None:
    with files.login(encoding=encoding) as client:
        client.mkd(UUID_1)
        client.storbinary(f"STOR {UUID_1}/{name}", io.BytesIO(b"x"))
        assert client.nlst(UUID_1) == [name]
        client.rename(f"{UUID_1}/{name}", f"{UUID_1}/other")
        client.rename(f"{UUID_1}/other", f"{UUID_1}/{name}")
        client.delete(f"{UUID_1}/{name}")
    assert files.disk() == []


@pytest.mark.parametrize("name", ["folder", "..", f"{UUID_1}/{UUID_2}", UUID_1[:-1], UUID_1 + "x", "a" * 36])
def test_a_directory_is_named_by_a_uuid_and_has_none_inside(files: FileStoreUnderTest, name: str) -> None:
    with files.login() as client:
        client.mkd(UUID_1)
        with pytest.raises(ftplib.error_perm, match=r"^550"):
            client.mkd(name)
        assert client.nlst("/") == [UUID_1]


def test_a_senders_files_are_not_to_be_seen_by_another(files: FileStoreUnderTest) -> None:
    files.upload(b"mine")
    with files.login("tothr1") as client:
        assert client.nlst("/") == []
        for command in (f"CWD {UUID_1}", f"SIZE {UUID_1}/file.bin", f"DELE {UUID_1}/file.bin"):
            with pytest.raises(ftplib.error_perm, match=r"^550"):
                client.voidcmd(command)
        with pytest.raises(ftplib.error_perm, match=r"^550"):
            download(client, f"{UUID_1}/file.bin")
    files.upload(b"others", user="tothr1")
    assert files.contents() == [b"mine"]
    assert files.contents(area=OTHER_SENDER) == [b"others"]


def test_an_upload_that_broke_off_goes_on_where_it_ended(files: FileStoreUnderTest) -> None:
    octets = bytes(range(256)) * 400
    with files.login() as client:
        client.mkd(UUID_1)
        client.voidcmd("TYPE I")
        connection, _ = client.ntransfercmd(f"STOR {UUID_1}/big")
        connection.sendall(octets[:50_000])
        connection.close()
        client.voidresp()
        arrived = client.size(f"{UUID_1}/big")
        assert arrived == 50_000
        client.storbinary(f"STOR {UUID_1}/big", io.BytesIO(octets[arrived:]), rest=arrived)
        assert client.size(f"{UUID_1}/big") == len(octets)
    assert files.contents() == [octets]
    assert len(files.disk()) == 1


def test_a_half_uploaded_file_is_no_file_yet_and_can_be_appended_to(files: FileStoreUnderTest) -> None:
    with files.login() as client:
        client.mkd(UUID_1)
        client.voidcmd("TYPE I")
        connection, _ = client.ntransfercmd(f"STOR {UUID_1}/half")
        connection.sendall(b"first ")
        assert eventually(lambda: files.uploads.size(files.ledger.uploads(SENDER, UUID_1)[0]) == 6)
        # The control connection dies, as when a client is killed: the server cannot know it was all.
        client.sock.shutdown(socket.SHUT_RDWR)
        assert eventually(lambda: not files.uploads.in_use())
        connection.close()
    [found] = files.ledger.uploads(SENDER, UUID_1)
    assert (found.complete, found.size) == (False, 6)
    with files.login() as client:
        assert client.size(f"{UUID_1}/half") == 6
        client.storbinary(f"APPE {UUID_1}/half", io.BytesIO(b"second"))
    assert files.contents() == [b"first second"]


def test_a_file_stored_anew_replaces_the_old_one(files: FileStoreUnderTest) -> None:
    files.upload(b"old")
    with files.login() as client:
        client.storbinary(f"STOR {UUID_1}/file.bin", io.BytesIO(b"new"))
    assert files.contents() == [b"new"]
    assert len(files.disk()) == 1


def test_of_two_transfers_of_one_file_the_later_counts(files: FileStoreUnderTest) -> None:
    with files.login() as first, files.login() as second:
        first.mkd(UUID_1)
        first.voidcmd("TYPE I")
        connection, _ = first.ntransfercmd(f"STOR {UUID_1}/file")
        connection.sendall(b"first")
        second.storbinary(f"STOR {UUID_1}/file", io.BytesIO(b"second"))
        connection.close()
        with pytest.raises(ftplib.error_temp, match=r"^426"):
            first.voidresp()
    assert files.contents() == [b"second"]
    assert len(files.disk()) == 1


def test_a_client_that_comes_back_goes_on_though_its_old_connection_still_hangs(
    files: FileStoreUnderTest,
) -> None:
    with files.login() as first, files.login() as second:
        first.mkd(UUID_1)
        first.voidcmd("TYPE I")
        hanging, _ = first.ntransfercmd(f"STOR {UUID_1}/file")
        hanging.sendall(b"first ")
        assert eventually(lambda: files.uploads.size(files.ledger.uploads(SENDER, UUID_1)[0]) == 6)
        second.storbinary(f"STOR {UUID_1}/file", io.BytesIO(b"second"), rest=6)
        hanging.close()
        with pytest.raises(ftplib.error_temp, match=r"^426"):
            first.voidresp()
    assert files.contents() == [b"first second"]


def test_a_directory_is_removed_when_it_is_empty(files: FileStoreUnderTest) -> None:
    files.upload(b"x")
    with files.login() as client:
        with pytest.raises(ftplib.error_perm, match=r"^550"):
            client.rmd(UUID_1)
        client.delete(f"{UUID_1}/file.bin")
        client.rmd(UUID_1)
        assert client.nlst("/") == []
    assert files.disk() == []


def test_a_file_larger_than_a_message_may_carry_is_refused_while_it_comes(
    small_files: FileStoreUnderTest,
) -> None:
    with small_files.login() as client:
        client.mkd(UUID_1)
        with pytest.raises(ftplib.error_perm, match=r"^552"):
            client.storbinary(f"STOR {UUID_1}/big", io.BytesIO(b"x" * 1001))
        client.storbinary(f"STOR {UUID_1}/fits", io.BytesIO(b"x" * 1000))
    assert len(small_files.disk()) == 1


def test_an_area_has_a_quota_of_octets_and_of_directories(small_files: FileStoreUnderTest) -> None:
    with small_files.login() as client:
        client.mkd(UUID_1)
        client.mkd(UUID_2)
        with pytest.raises(ftplib.error_perm, match="Too many directories"):
            client.mkd(UUID_2[:-1] + "3")
        client.storbinary(f"STOR {UUID_1}/a", io.BytesIO(b"x" * 900))
        with pytest.raises(ftplib.error_perm, match=r"^552"):
            client.storbinary(f"STOR {UUID_2}/b", io.BytesIO(b"x" * 601))
        client.storbinary(f"STOR {UUID_2}/b", io.BytesIO(b"x" * 600))
        with pytest.raises(ftplib.error_perm, match="full"):
            client.storbinary(f"STOR {UUID_2}/c", io.BytesIO(b"x"))


def test_a_wrong_password_and_an_unknown_login_are_answered_alike(files: FileStoreUnderTest) -> None:
    for user, password in (("tcons1", "wrong"), ("nobody", "secret-1"), ("anonymous", "smev")):
        with files.connect() as client, pytest.raises(ftplib.error_perm, match="530 Authentication failed"):
            client.login(user, password)


def test_a_connection_ends_after_three_wrong_logins(files: FileStoreUnderTest) -> None:
    with files.connect() as client:
        for _ in range(3):
            with pytest.raises(ftplib.error_perm, match=r"^530"):
                client.login("tcons1", "wrong")
        with pytest.raises((EOFError, OSError)):
            client.voidcmd("NOOP")


def test_anonymous_enters_only_where_it_is_allowed(small_files: FileStoreUnderTest) -> None:
    with small_files.connect() as client:
        client.login("anonymous", "smev")
        client.mkd(UUID_1)
        client.storbinary(f"STOR {UUID_1}/a", io.BytesIO(b"x"))
    assert small_files.contents(area=0) == [b"x"]
    assert small_files.ledger.folders(SENDER) == []


@pytest.mark.parametrize(
    "command", ["PORT 127,0,0,1,200,1", "EPRT |1|127.0.0.1|5001|", "SITE CHMOD 777 x", "STOU"]
)
def test_the_active_mode_and_what_is_not_needed_are_off(files: FileStoreUnderTest, command: str) -> None:
    with files.login() as client, pytest.raises(ftplib.error_perm, match=r"^500"):
        client.voidcmd(command)


def test_features_are_told(files: FileStoreUnderTest) -> None:
    with files.connect() as client:
        told = client.sendcmd("FEAT")
    for each in ("EPSV", "MDTM", "SIZE", "UTF8", "REST STREAM", "MLST", "TVFS"):
        assert each in told


def test_long_and_broken_commands_do_no_harm(files: FileStoreUnderTest) -> None:
    with socket.create_connection((HOST, files.port), 10) as raw:
        raw.recv(100)
        raw.sendall(b"USER " + b"x" * 100_000 + b"\r\n")
        assert raw.recv(10_000).startswith(b"500")
    with files.login() as client:
        assert client.pwd() == "/"
