"""The signing service: takes digests, gives signatures, shows its keys to nobody."""

from __future__ import annotations

import contextlib
import os
import pwd
import socket
import struct
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mezhved.gateway.errors import CannotSign
from mezhved.gateway.signing.wire import NONCE_OCTETS, BrokenTalk, Talk, address_of
from mezhved.gost import GostError
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from structlog.typing import FilteringBoundLogger

    from mezhved.gateway.signing.vault import Vault

MOST_TALKS: Final = 256
IDLE_SECONDS: Final = 600.0
"""A gateway that was silent for so long connects anew."""
_REST_SECONDS: Final = 0.5
_CREDENTIALS: Final = struct.Struct("3i")
_SOCKET_MODE: Final = 0o660


class SigningServer:
    """Listens on a Unix socket or a loopback port; a thread for each process of the gateway that calls."""

    def __init__(
        self,
        vault: Vault,
        address: str,
        log: FilteringBoundLogger,
        *,
        secret: bytes = b"",
        users: Iterable[str] = (),
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Take the address; raise `CannotSign` when it is taken or a user is unknown."""
        self._vault = vault
        self._log = log
        self._secret = secret
        self._randomness = randomness
        self._closed = threading.Event()
        self._room = threading.BoundedSemaphore(MOST_TALKS)
        self._users = {os.getuid(), *(_user(each) for each in users)}
        self._family, self._place = address_of(address)
        self._socket = self._listen(address)

    def _listen(self, address: str) -> socket.socket:
        listening = socket.socket(self._family)
        try:
            if self._family == socket.AF_UNIX:
                _remove_stale(self._place)
            else:
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(self._place)
            if self._family == socket.AF_UNIX:
                Path(self._place).chmod(_SOCKET_MODE)
            listening.listen()
        except OSError as error:
            listening.close()
            raise CannotSign(
                Text(ru=f"адрес не занять: {error}", en=f"the address cannot be taken: {error}"),
                where=address,
                cure=Text(
                    ru="проверьте путь и не запущена ли служба подписи уже",
                    en="check the path and whether the signing service runs already",
                ),
            ) from error
        return listening

    def serve(self) -> None:
        """Serve until `close` is called."""
        self._log.info("signer_started", keys=len(self._vault))
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError as error:
                if self._closed.is_set():
                    return
                self._log.error("signer_cannot_accept", reason=str(error))
                self._closed.wait(_REST_SECONDS)
                continue
            if not self._admits(connection) or not self._room.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(target=self._talk, args=(connection,), name="signer-talk", daemon=True).start()

    def close(self) -> None:
        """Stop listening; who is connected is served until this process ends."""
        self._closed.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        if self._family == socket.AF_UNIX:
            Path(self._place).unlink(missing_ok=True)

    def _admits(self, connection: socket.socket) -> bool:
        """Tell whether the kernel vouches for the caller's account (Unix sockets; tcp has the secret)."""
        if self._family != socket.AF_UNIX:
            return True
        told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        _, user, _ = _CREDENTIALS.unpack(told)
        if user in self._users:
            return True
        self._log.warning("signer_refused_user", user=user)
        return False

    def _talk(self, connection: socket.socket) -> None:
        talk = Talk(connection, self._secret, serves=True)
        try:
            connection.settimeout(IDLE_SECONDS)
            talk.greet(self._randomness(NONCE_OCTETS))
            while True:
                talk.send(self._answer(talk.receive()))
        except BrokenTalk as error:
            if str(error) != "closed":
                self._log.warning("signer_broken_talk", reason=str(error))
        except OSError:
            pass
        finally:
            talk.close()
            self._room.release()

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            name, key, digest = asked["name"], asked["key"], bytes.fromhex(asked["digest"])
            value = self._vault.sign(str(name), str(key), digest)
        except (KeyError, TypeError, ValueError):
            return {"ru": "запрос не понятен", "en": "the call is not understood"}
        except (CannotSign, GostError) as error:
            return _told(error)
        self._log.debug("signer_signed", key=name)
        return {"signature": value.hex()}


def _told(error: MezhvedError) -> dict[str, Any]:
    said = {"ru": error.what.ru, "en": error.what.en}
    return said if error.cure is None else said | {"cure_ru": error.cure.ru, "cure_en": error.cure.en}


def _user(said: str) -> int:
    try:
        return int(said) if said.isdigit() else pwd.getpwnam(said).pw_uid
    except KeyError as error:
        raise CannotSign(
            Text(ru="нет такой учётной записи", en="there is no such account"),
            where=f"signer_users: {said}",
        ) from error


def _remove_stale(path: str) -> None:
    """Remove a socket that nobody listens on; one that is served stays, and binding it fails."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            if Path(path).is_socket():
                Path(path).unlink()
