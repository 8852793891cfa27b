"""Keys that lie in files, PKCS#8 or PKCS#12."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mezhved.gateway.errors import CannotSign
from mezhved.gost import GostError, SoftwareSigner, load_private_key
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
        self._signers: dict[tuple[str, str, bytes], Signer] = {}
        self._lock = threading.Lock()

    def signer(self, key: SigningKey, certificate: Certificate) -> Signer:
        """Return the signer of a key file; raise `CannotSign` where it does not read or is another's."""
        known = key.key_file, key.password_file, certificate.thumbprint
        found = self._signers.get(known)
        if found is not None:
            return found
        with self._lock:
            if known not in self._signers:
                self._signers[known] = self._load(key, certificate)
            return self._signers[known]

    def _load(self, key: SigningKey, certificate: Certificate) -> Signer:
        if not key.key_file:
            raise CannotSign(
                Text(ru="ключ хранится не здесь", en="the key is kept elsewhere"),
                where=key.name,
                cure=Text(
                    ru="дайте файл ключа либо задайте настройку signer: адрес службы подписи",
                    en="give the key's file, or set signer: the address of the signing service",
                ),
            )
        password = Path(key.password_file) if key.password_file else None
        return load_signer(self._provider, key.name, Path(key.key_file), password, certificate)


def load_signer(
    provider: Provider, name: str, key_file: Path, password_file: Path | None, certificate: Certificate
) -> SoftwareSigner:
    """Read a key file and see that it belongs to the certificate; raise `CannotSign`."""
    try:
        password = password_file.read_bytes().rstrip(b"\r\n") if password_file is not None else None
        private = load_private_key(key_file.read_bytes(), password)
        own = provider.public_key(private) == certificate.public_key
    except OSError as error:
        raise CannotSign(
            Text(ru=f"файл ключа не читается: {error.strerror}", en=f"no key read: {error.strerror}"),
            where=name,
            cure=Text(
                ru=f"проверьте путь и права файла: {error.filename}",
                en=f"check the path and the file's permissions: {error.filename}",
            ),
        ) from error
    except GostError as error:
        wanted = Text(
            ru=f"нужен ключ PKCS#8 или PKCS#12: {key_file}", en=f"it must be PKCS#8 or PKCS#12: {key_file}"
        )
        raise CannotSign(error.what, where=name, cure=error.cure or wanted) from error
    if not own:
        raise CannotSign(
            Text(ru="ключ не от своего сертификата", en="the key does not belong to its certificate"),
            where=name,
            cure=Text(ru="укажите парные файлы", en="give the files of one pair"),
        )
    return SoftwareSigner(provider, private, certificate)
