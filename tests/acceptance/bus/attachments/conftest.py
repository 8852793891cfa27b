"""A bus on both engines whose blobs lie in a folder of the test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.exchange import BusUnderTest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.databases import Database


@pytest.fixture
def bus(database: Database, tmp_path: Path) -> Iterator[BusUnderTest]:
    """A bus over a fresh database."""
    made = BusUnderTest(database.url, files_folder=tmp_path / "files", temporary_folder=tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def strict_bus(database: Database, tmp_path: Path) -> Iterator[BusUnderTest]:
    """A bus that demands a PKCS#7 of every attachment."""
    made = BusUnderTest(database.url, files_folder=tmp_path / "files", attachment_signature_required=True)
    yield made
    made.store.close()
