"""A bus with its file store, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.file_exchange import FileExchange

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.databases import Database


@pytest.fixture
def exchange(database: Database, tmp_path: Path) -> Iterator[FileExchange]:
    """A bus and its file store."""
    made = FileExchange(database.url, tmp_path / "files")
    yield made
    made.close()


@pytest.fixture
def small_exchange(database: Database, tmp_path: Path) -> Iterator[FileExchange]:
    """The same with a message limit of 2000 octets, a recipient's quota of 2500, a lease table, anonymous."""
    made = FileExchange(
        database.url,
        tmp_path / "files",
        hashing=False,
        files_message_limit=2000,
        files_recipient_quota=2500,
        files_lease_table=("500:2", "1500:4"),
        ftp_anonymous=True,
    )
    yield made
    made.close()
