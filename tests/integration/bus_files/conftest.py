"""A file store on a fresh database of each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.databases import database, fresh_database, postgres_maker, sqlite_maker
from tests.support.file_store import FileStoreUnderTest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.databases import Database

__all__ = ["database", "fresh_database", "postgres_maker", "sqlite_maker"]


@pytest.fixture
def files(database: Database, tmp_path: Path) -> Iterator[FileStoreUnderTest]:
    """A running file store."""
    made = FileStoreUnderTest(database.url, tmp_path / "files")
    yield made
    made.close()


@pytest.fixture
def small_files(database: Database, tmp_path: Path) -> Iterator[FileStoreUnderTest]:
    """A running file store with room for little, where anybody may enter as anonymous."""
    made = FileStoreUnderTest(
        database.url,
        tmp_path / "files",
        files_message_limit=1000,
        files_area_quota=1500,
        files_area_entries=2,
        ftp_anonymous=True,
    )
    yield made
    made.close()
