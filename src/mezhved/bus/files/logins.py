"""Who may enter the file store: senders by the login of their system, recipients by a one-time login."""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mezhved.bus.files.areas import RecipientArea, SenderArea
from mezhved.bus.files.ledger import ANONYMOUS_AREA

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.bus.files.areas import Area
    from mezhved.bus.files.uploads import Uploads

ONE_TIME: Final = re.compile(r"[0-9A-Za-z]{30}")
ANONYMOUS: Final = "anonymous"
READS: Final = "elr"
WRITES: Final = "elradfmw"
_REMEMBERED: Final = 1024
_WINDOW_SECONDS: Final = 60.0
_ADDRESSES: Final = 10_000


def secret_of(password: str) -> bytes:
    """Return what is kept of a one-time password: 30 random characters need no slow hash."""
    return hashlib.sha256(password.encode()).digest()


@dataclass(frozen=True, slots=True)
class RegisteredLogin:
    """A sender's login as the registry keeps it."""

    system_id: int
    password_hash: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who logged in: what may be done (letters of the FTP library), and the area to be shown."""

    rights: str
    kind: str
    area: Callable[[Any], Area]


class PasswordMemory:
    """Passwords that were right, so that the slow hash is computed once for each.

    Kept as keyed digests under a key of this process; a changed hash in the registry is another entry.
    """

    def __init__(self, check: Callable[[str, str], bool], key: bytes) -> None:
        """`check(password, hash)` is the slow way; `key` is random, of this process alone."""
        self._check = check
        self._key = key
        self._lock = threading.Lock()
        self._right: OrderedDict[str, bytes] = OrderedDict()

    def right(self, password: str, password_hash: str) -> bool:
        """Tell whether the password fits the hash."""
        digest = hmac.digest(self._key, password.encode("utf-8", "replace"), "sha256")
        with self._lock:
            known = self._right.get(password_hash)
        if known is not None and hmac.compare_digest(known, digest):
            return True
        if not self._check(password, password_hash):
            return False
        with self._lock:
            self._right[password_hash] = digest
            while len(self._right) > _REMEMBERED:
                self._right.popitem(last=False)
        return True


class Failures:
    """Wrong logins by address within a minute; too many, and the address has to wait."""

    def __init__(self, most: int, monotonic: Callable[[], float]) -> None:
        self._most = most
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._since: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def too_many(self, address: str) -> bool:
        """Tell whether the address has to wait."""
        with self._lock:
            since, count = self._since.get(address, (0.0, 0))
        return count >= self._most and self._monotonic() - since < _WINDOW_SECONDS

    def note(self, address: str) -> None:
        """Count a wrong login."""
        now = self._monotonic()
        with self._lock:
            since, count = self._since.pop(address, (now, 0))
            if now - since >= _WINDOW_SECONDS:
                since, count = now, 0
            self._since[address] = (since, count + 1)
            while len(self._since) > _ADDRESSES:
                self._since.popitem(last=False)


class Gate:
    """Decides who enters and what they see."""

    def __init__(
        self,
        uploads: Uploads,
        registered: Callable[[str], RegisteredLogin | None],
        passwords: PasswordMemory,
        *,
        nobody: str,
        anonymous: bool,
    ) -> None:
        """`nobody` is the hash of a password that nobody has: unknown logins cost as much as known ones."""
        self._uploads = uploads
        self._registered = registered
        self._passwords = passwords
        self._nobody = nobody
        self._anonymous = anonymous

    def admit(self, username: str, password: str) -> Visitor | None:
        """Return who entered, None for a wrong login. Raises `StorageError` without a database."""
        uploads = self._uploads
        if self._anonymous and username.lower() == ANONYMOUS:
            return Visitor(WRITES, "anonymous", lambda each: SenderArea(each, uploads, ANONYMOUS_AREA))
        if ONE_TIME.fullmatch(username):
            grant = uploads.ledger.login(username)
            if grant is not None and hmac.compare_digest(grant.secret, secret_of(password)):
                return Visitor(
                    READS,
                    "recipient",
                    lambda each: RecipientArea(each, uploads.ledger, uploads.blobs, username),
                )
        found = self._registered(username)
        if not self._passwords.right(password, found.password_hash if found else self._nobody) or not found:
            return None
        area = found.system_id
        return Visitor(WRITES, "sender", lambda each: SenderArea(each, uploads, area))
