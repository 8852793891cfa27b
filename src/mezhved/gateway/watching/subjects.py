"""The index by which the journal is searched for a person: keyed hashes, never the values."""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from mezhved.gateway.models import Subject
from mezhved.gateway.statements import change_each
from mezhved.gateway.watching.persons import meant_by, mentions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mezhved.gateway.models import Exchange
    from mezhved.gateway.watching.persons import Mention

_NOTED: Final = """
INSERT INTO gateway_subject (exchange_id, kind, key, is_asked) VALUES (%s, %s, %s, %s)
ON CONFLICT (key, exchange_id) DO NOTHING
"""
_KEY_OCTETS: Final = 32
_DIGITS: Final = 32


class Subjects:
    """Notes whom exchanges are about, and finds exchanges by it.

    The key lies in the gateway's folder and not in the database: who has the database alone cannot try
    all SNILS. Several nodes share the folder, so they share the key.
    """

    def __init__(self, folder: Path, randomness: Callable[[int], bytes]) -> None:
        self._file = folder / "search.key"
        self._randomness = randomness
        self._lock = threading.Lock()
        self._key = b""

    def note(self, exchange: Exchange, content: bytes | None, *, is_asked: bool = False) -> None:
        """Note whom the content, a request's or another, is about, in the transaction of the caller."""
        found = mentions(content) if content else ()
        if found:
            change_each(_NOTED, [(exchange.pk, each.kind, self.hashed(each), is_asked) for each in found])

    def condition(self, text: str, to_exchange: str = "") -> Q:
        """Return the condition of exchanges about the person whose number or name this is."""
        keys = [self.hashed(each) for each in meant_by(text)]
        found = Subject.objects.filter(key__in=keys).values("exchange_id")
        return Q(**{f"{to_exchange}pk__in": found})

    def hashed(self, mention: Mention) -> str:
        """Return the key of a mention."""
        said = f"{mention.kind}\n{mention.value}".encode()
        return hmac.new(self._read_key(), said, hashlib.sha256).hexdigest()[:_DIGITS]

    def _read_key(self) -> bytes:
        with self._lock:
            if not self._key:
                with suppress(FileExistsError):
                    self._make()
                self._key = self._file.read_bytes()
            return self._key

    def _make(self) -> None:
        """Write a new key unless there is one: whole at once, for other nodes may be reading."""
        if self._file.exists():
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_name(f"search.key.{self._randomness(8).hex()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(self._randomness(_KEY_OCTETS))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self._file)
        finally:
            draft.unlink()
