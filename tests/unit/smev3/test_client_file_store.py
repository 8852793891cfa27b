"""The address of a file store."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from mezhved.smev3.client import FileStore, InvalidCall
from mezhved.smev3.client.files import FileSigning
from tests.support.pki import shared_pki


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "127.0.0.1:21", "ftp://", "sftp://127.0.0.1"])
def test_what_is_no_address_of_ftp_is_refused(address: str) -> None:
    with pytest.raises(InvalidCall):
        FileStore(address)


def test_the_login_is_not_told() -> None:
    store = FileStore("ftp://login:secret@store.example:2121")
    assert store.where == "ftp://store.example:2121"
    assert FileStore("ftp://store.example").where == "ftp://store.example:21"


@pytest.mark.parametrize("name", ["", "a/b", "a\\b", "a\r\nDELE x", "a\0b"])
def test_a_name_that_ftp_cannot_say_is_refused_before_anything_is_sent(name: str) -> None:
    pki = shared_pki()
    signing = FileSigning(pki.consumer, pki.provider, lambda: datetime.now(UTC))
    with pytest.raises(InvalidCall):
        FileStore("ftp://127.0.0.1:1").upload(io.BytesIO(), name, "folder", "text/plain", signing)
