"""The keys of the signing service, by the names of its document."""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING, Any

import yaml

from mezhved.gateway.errors import CannotSign
from mezhved.gost import GostError, load_private_key
from mezhved.texts import Text

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.gost import PrivateKey, Provider, PublicKey


def fingerprint(key: PublicKey) -> str:
    """Return what tells two keys of one name apart: SHA-256 of the public key, hexadecimal."""
    return hashlib.sha256(key.octets).hexdigest()


class Vault:
    """Private keys that were read from the files of a YAML document; one object serves many threads.

    The document has a list `keys`, each with `name`, `key_file` and, where it is encrypted, `password_file`;
    files are named relative to the document. A key added to the document, or put into a file that it names,
    is found without a restart.
    """

    def __init__(self, provider: Provider, document: Path) -> None:
        """Read the keys; raise `CannotSign` with the key that does not read."""
        self._provider = provider
        self._document = document
        self._lock = threading.Lock()
        self._seen: dict[Path, int] = {}
        self._keys: dict[tuple[str, str], PrivateKey] = {}
        self._refresh()

    def __len__(self) -> int:
        return len(self._keys)

    def sign(self, name: str, wanted: str, digest: bytes) -> bytes:
        """Sign a digest with the key of a name and fingerprint; raise `CannotSign`, `GostError`."""
        key = self._keys.get((name, wanted))
        if key is None:
            with self._lock:
                self._refresh()
            key = self._keys.get((name, wanted))
        if key is None:
            raise CannotSign(
                Text(ru="у службы подписи нет такого ключа", en="the signing service has no such key"),
                where=name,
                cure=Text(ru="внесите его в signer_keys", en="name it in signer_keys"),
            )
        return self._provider.sign(key, digest)

    def _refresh(self) -> None:
        if self._seen and all(_changed(path) == at for path, at in self._seen.items()):
            return
        seen: dict[Path, int] = {}
        try:
            said = yaml.safe_load(_octets(self._document, seen))
            self._keys = dict(self._read(each, seen) for each in said["keys"])
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
            raise CannotSign(
                Text(
                    ru=f"список ключей службы подписи не читается: {type(error).__name__}",
                    en=f"the list of the signing service's keys does not read: {type(error).__name__}",
                ),
                where=str(self._document),
                cure=Text(
                    ru="нужен YAML: keys, у каждого name и key_file",
                    en="it must be YAML: keys, each with name and key_file",
                ),
            ) from error
        self._seen = seen

    def _read(self, said: Any, seen: dict[Path, int]) -> tuple[tuple[str, str], PrivateKey]:
        folder, name = self._document.parent, str(said["name"])
        password = None
        try:
            if said.get("password_file"):
                password = _octets(folder / said["password_file"], seen).rstrip(b"\r\n")
            key = load_private_key(_octets(folder / said["key_file"], seen), password)
        except (OSError, GostError) as error:
            reason = error.what if isinstance(error, GostError) else Text(str(error), str(error))
            cure = Text(
                ru=f"проверьте файлы ключа в {self._document}",
                en=f"check the key's files in {self._document}",
            )
            raise CannotSign(reason, where=name, cure=cure) from error
        return (name, fingerprint(self._provider.public_key(key))), key


def _octets(path: Path, seen: dict[Path, int]) -> bytes:
    """Read a file; note when it was changed, before it is read."""
    seen[path] = _changed(path)
    return path.read_bytes()


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return -1
