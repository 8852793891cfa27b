"""Hashing contents of any size in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.gost.algorithms import Digest
    from mezhved.gost.provider import Provider

PIECE_OCTETS: Final = 1 << 20


def hash_pieces(
    pieces: Iterable[bytes], algorithms: Iterable[Digest], provider: Provider
) -> dict[Digest, bytes]:
    """Hash with several functions what comes piece by piece."""
    hashers = {algorithm: provider.hasher(algorithm) for algorithm in algorithms}
    for piece in pieces:
        for hasher in hashers.values():
            hasher.update(piece)
    return {algorithm: hasher.digest() for algorithm, hasher in hashers.items()}


def hash_content(
    content: BinaryIO | bytes, algorithms: Iterable[Digest], provider: Provider
) -> dict[Digest, bytes]:
    """Hash with several functions in one reading of the content, from where the file stands."""
    if isinstance(content, bytes):
        return {algorithm: provider.digest(algorithm, content) for algorithm in algorithms}
    return hash_pieces(iter(lambda: content.read(PIECE_OCTETS), b""), algorithms, provider)
