"""CMS over files larger than memory should hold: read in pieces, without keeping them."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from mezhved.gost import (
    KeyAlgorithm,
    MalformedCms,
    hash_content,
    mapped_cms,
    sign_cms,
    sign_cms_into,
    verify_cms,
)
from tests.support.gost_providers import provider_named
from tests.support.pki import NOW, Pki, make_pki

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 8 << 20
HELD = 3 << 20


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


def test_a_file_is_signed_and_verified_without_being_held(pki: Pki, large: Path) -> None:
    tracemalloc.start()
    with large.open("rb") as file:
        signature = sign_cms(file, pki.consumer, pki.provider, at=NOW, cades=True)
    with large.open("rb") as file:
        verdict = verify_cms(signature, file, pki.provider)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert verdict.valid
    assert peak < HELD


def test_a_file_is_hashed_from_where_it_stands(pki: Pki, large: Path) -> None:
    digest = KeyAlgorithm.GOST2012_256.digest
    with large.open("rb") as file:
        file.seek(SIZE - 3)
        found = hash_content(file, (digest,), pki.provider)
    assert found == {digest: pki.provider.digest(digest, b"end")}


@pytest.mark.parametrize("cades", [False, True])
def test_an_attached_content_is_written_and_verified_without_being_held(
    pki: Pki, large: Path, tmp_path: Path, *, cades: bool
) -> None:
    signature = tmp_path / "attached.p7m"
    tracemalloc.start()
    with large.open("rb") as file, signature.open("wb") as out:
        sign_cms_into(out, file, pki.consumer, pki.provider, at=NOW, cades=cades)
    with mapped_cms(signature) as octets:
        alone = verify_cms(octets, None, pki.provider)
        with large.open("rb") as file:
            beside = verify_cms(octets, file, pki.provider)
        with large.open("rb") as file:
            file.seek(1)
            other = verify_cms(octets, file, pki.provider)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert alone.valid
    assert not alone.detached
    assert beside.valid
    assert not other.valid
    assert peak < HELD


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_an_attached_content_is_written_as_if_it_were_held(pki: Pki, tmp_path: Path, size: int) -> None:
    source = tmp_path / "content"
    source.write_bytes(b"head" + b"x" * size)
    with source.open("rb") as content, (tmp_path / "signed").open("wb") as out:
        content.seek(4)
        sign_cms_into(out, content, pki.consumer, pki.provider, at=NOW)
    written = (tmp_path / "signed").read_bytes()
    held = sign_cms(b"x" * size, pki.consumer, pki.provider, at=NOW, detached=False)
    signature_octets = 64
    assert written[:-signature_octets] == held[:-signature_octets]
    assert verify_cms(written, None, pki.provider).valid


def test_an_empty_file_is_no_signature(pki: Pki, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with mapped_cms(tmp_path / "empty") as octets, pytest.raises(MalformedCms):
        verify_cms(octets, None, pki.provider)
