"""The bus that strangers call; one for the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.foreign.world import World, foreign_world

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with foreign_world(tmp_path_factory.mktemp("foreign")) as made:
        yield made
