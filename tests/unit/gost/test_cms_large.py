"""CMS over files larger than memory should hold: read in pieces, without keeping them."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from mezhved.gost import KeyAlgorithm, hash_content, sign_cms, verify_cms
from tests.support.gost_providers import provider_named
from tests.support.pki import NOW, Pki, make_pki

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 64 << 20


@pytest.fixture(scope="module")
def pki() -> Pki:
    return make_pki(provider_named("openssl"))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "attachment.bin"
    with path.open("wb") as file:
        file.truncate(SIZE)
        file.seek(SIZE - 3)
        file.write(b"end")
    return path


def test_a_file_of_64_megabytes_is_signed_and_verified_in_a_few(pki: Pki, large: Path) -> None:
    tracemalloc.start()
    with large.open("rb") as file:
        signature = sign_cms(file, pki.consumer, pki.provider, at=NOW, cades=True)
    with large.open("rb") as file:
        verdict = verify_cms(signature, file, pki.provider)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert verdict.valid
    assert peak < 8 << 20


def test_a_file_is_hashed_from_where_it_stands(pki: Pki, large: Path) -> None:
    digest = KeyAlgorithm.GOST2012_256.digest
    with large.open("rb") as file:
        file.seek(SIZE - 3)
        found = hash_content(file, (digest,), pki.provider)
    assert found == {digest: pki.provider.digest(digest, b"end")}
