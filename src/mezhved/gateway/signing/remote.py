"""Keys that lie with the signing service: this process asks for signatures and never sees a key."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mezhved.gateway.errors import CannotSign
from mezhved.gateway.signing.vault import fingerprint
from mezhved.gateway.signing.wire import BrokenTalk, Talk, address_of
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gateway.models import SigningKey
    from mezhved.gost import Certificate, Digest, Provider, Signer

TIMEOUT_SECONDS: Final = 10.0
_KEPT: Final = 16


class RemoteKeys:
    """Asks the signing service; its connections are kept and used again, from any number of threads."""

    def __init__(self, provider: Provider, address: str, secret: bytes = b"") -> None:
        self._provider = provider
        self._address = address
        self._secret = secret
        self._process = os.getpid()
        self._idle: list[Talk] = []

    def signer(self, key: SigningKey, certificate: Certificate) -> Signer:
        """Return what asks for the key's signatures; whether the service has it is known when it signs."""
        return RemoteSigner(self, self._provider, key.name, certificate)

    def ask(self, name: str, key: str, digest: bytes) -> bytes:
        """Ask for one signature; raise `CannotSign`. A connection that broke meanwhile is made anew."""
        asked = {"name": name, "key": key, "digest": digest.hex()}
        if self._process != os.getpid():
            self._process, self._idle = os.getpid(), []
        while True:
            try:
                talk, kept = self._idle.pop(), True
            except IndexError:
                talk, kept = self._connect(), False
            try:
                talk.send(asked)
                said = talk.receive()
            except (OSError, BrokenTalk) as error:
                talk.close()
                if kept and not isinstance(error, TimeoutError):
                    continue  # the service was started anew meanwhile
                raise self._unreachable(error) from error
            if len(self._idle) < _KEPT:
                self._idle.append(talk)
            else:
                talk.close()
            return _signature(name, said)

    def close(self) -> None:
        """Close the kept connections."""
        while self._idle:
            self._idle.pop().close()

    def _connect(self) -> Talk:
        family, place = address_of(self._address)
        connection = socket.socket(family)
        try:
            connection.settimeout(TIMEOUT_SECONDS)
            connection.connect(place)
            talk = Talk(connection, self._secret, serves=False)
            talk.be_greeted()
        except (OSError, BrokenTalk) as error:
            connection.close()
            raise self._unreachable(error) from error
        return talk

    def _unreachable(self, error: Exception) -> CannotSign:
        return CannotSign(
            Text(
                ru=f"служба подписи не отвечает: {error}", en=f"the signing service does not answer: {error}"
            ),
            where=self._address,
            cure=Text(
                ru="запустите mezhved gateway signer serve; проверьте учётную запись и общий секрет",
                en="start mezhved gateway signer serve; check the account and the shared secret",
            ),
        )


@dataclass(frozen=True, slots=True)
class RemoteSigner:
    """A signer whose key is with the service; what it gives is checked, so no false signature is sent."""

    keys: RemoteKeys = field(repr=False)
    provider: Provider
    name: str
    certificate: Certificate

    @property
    def digest_algorithm(self) -> Digest:
        """The hash function that belongs to the certificate's key."""
        return self.certificate.public_key.algorithm.digest

    def sign_digest(self, digest: bytes) -> bytes:
        """Have a digest signed; return s||r, each big endian; raise `CannotSign`."""
        key = self.certificate.public_key
        value = self.keys.ask(self.name, fingerprint(key), digest)
        if not self.provider.verify(key, digest, value):
            raise CannotSign(
                Text(
                    ru="служба подписи дала неверную подпись", en="the signing service gave a false signature"
                ),
                where=self.name,
            )
        return value


def _signature(name: str, said: dict[str, object]) -> bytes:
    value = said.get("signature")
    if isinstance(value, str):
        try:
            return bytes.fromhex(value)
        except ValueError:
            pass
    refused = Text(ru="служба подписи отказала", en="the signing service refused")
    told = Text(ru=str(said.get("ru") or refused.ru)[:300], en=str(said.get("en") or refused.en)[:300])
    cure = Text(ru=str(said.get("cure_ru") or "")[:300], en=str(said.get("cure_en") or "")[:300])
    raise CannotSign(told, where=name, cure=cure if cure.ru else None)
