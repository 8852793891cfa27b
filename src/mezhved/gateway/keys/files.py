"""Keys that lie in files, PKCS#8 or PKCS#12."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mezhved.gateway.errors import CannotSign
from mezhved.gost import SoftwareSigner, load_private_key
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gateway.models import SigningKey
    from mezhved.gost import Certificate, Provider, Signer


class Keys(Protocol):
    """A keeper of keys. Keys that cannot be read (a token, another process) fit it too."""

    def signer(self, key: SigningKey, certificate: Certificate) -> Signer:
        """Return what signs with the key; raise `CannotSign`."""
        ...


class FileKeys:
    """Reads each key file once."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._signers: dict[tuple[int, bytes], Signer] = {}
        self._lock = threading.Lock()

    def signer(self, key: SigningKey, certificate: Certificate) -> Signer:
        """Return the signer of a key file; raise `CannotSign` where it does not read or is another's."""
        with self._lock:
            known = key.pk, certificate.thumbprint
            if known not in self._signers:
                self._signers[known] = self._load(key, certificate)
            return self._signers[known]

    def _load(self, key: SigningKey, certificate: Certificate) -> Signer:
        try:
            password = Path(key.password_file).read_bytes().rstrip(b"\r\n") if key.password_file else None
            private = load_private_key(Path(key.key_file).read_bytes(), password)
        except OSError as error:
            raise CannotSign(
                Text(ru=f"файл ключа не читается: {error.strerror}", en=f"no key read: {error.strerror}"),
                where=key.name,
            ) from error
        if self._provider.public_key(private) != certificate.public_key:
            raise CannotSign(
                Text(ru="ключ не от своего сертификата", en="the key does not belong to its certificate"),
                where=key.name,
                cure=Text(ru="укажите парные файлы", en="give the files of one pair"),
            )
        return SoftwareSigner(self._provider, private, certificate)
