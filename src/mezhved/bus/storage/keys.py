"""Message ids as database keys that grow with time."""

from __future__ import annotations

from uuid import UUID


def message_key(message_id: UUID) -> bytes:
    """Return the id's 16 octets with the time of a UUID v1 put first, highest part first.

    The layout is that of UUID v6 (RFC 9562 section 5.6) but for the place of the version, so keys of
    messages made one after another are neighbours in the index. It is a permutation of octets, so
    every UUID has a key of its own.
    """
    octets = message_id.bytes
    return octets[6:8] + octets[4:6] + octets[0:4] + octets[8:]


def message_id_of(key: bytes) -> UUID:
    """Return the id that `message_key` made the key from."""
    return UUID(bytes=key[4:8] + key[2:4] + key[0:2] + key[8:])
