"""The bus's clock is integer microseconds since the epoch, UTC; here are its other forms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(microseconds: int) -> datetime:
    """Return the aware UTC time."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds(at: datetime) -> int:
    """Return microseconds since the epoch of an aware time."""
    return (at - _EPOCH) // timedelta(microseconds=1)
