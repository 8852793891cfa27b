"""Files of the command line in the file store, and files of a message out of it."""

from __future__ import annotations

import functools
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

import click

from mezhved.cli.smev3_attachments import media_type, path_and_type
from mezhved.cli.smev3_connection import FILE, help_text
from mezhved.smev3.client import FileStore, InvalidCall
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from mezhved.gost import Signer
    from mezhved.smev3.client import FetchedFile, Received, Smev3Client
    from mezhved.smev3.messages import RefAttachmentHeader, Request, Response

DEFAULT_PORT: Final = 2121
_BEGINNING_OCTETS: Final = 16

_OPTIONS = (
    click.option(
        "--file-store",
        "address",
        envvar="MEZHVED_FILE_STORE",
        show_envvar=True,
        metavar="ADDRESS",
        help=help_text(
            f"файловое хранилище: ftp://узел:порт, с TLS — ftpes://; иначе порт {DEFAULT_PORT} узла СМЭВ",
            f"the file store: ftp://host:port, ftpes:// with TLS; else port {DEFAULT_PORT} of SMEV's host",
        ),
    ),
    click.option(
        "--file-store-login",
        "login",
        envvar="MEZHVED_FILE_STORE_LOGIN",
        show_envvar=True,
        help=help_text("логин хранилища; иначе anonymous", "login to the store; else anonymous"),
    ),
    click.option(
        "--file-store-password-file",
        "password_path",
        envvar="MEZHVED_FILE_STORE_PASSWORD_FILE",
        show_envvar=True,
        type=FILE,
        help=help_text("файл с его паролем (первая строка)", "a file with its password (first line)"),
    ),
    click.option(
        "--file-store-ca",
        "authorities",
        envvar="MEZHVED_FILE_STORE_CA",
        show_envvar=True,
        type=FILE,
        help=help_text(
            "УЦ, которым верить под TLS (PEM); иначе — известным этой машине",
            "authorities to believe under TLS (PEM); else those this machine knows",
        ),
    ),
)


def with_file_store(command: Callable[..., None]) -> Callable[..., None]:
    """Give a client's command the options of a file store; it takes what they say as `file_store`."""

    @functools.wraps(command)
    def wrapped(
        client: Smev3Client,
        *,
        address: str | None,
        login: str | None,
        password_path: Path | None,
        authorities: Path | None,
        **rest: Any,
    ) -> None:
        place = FileStorePlace(address, login, password_path, authorities)
        command(client, file_store=place, **rest)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


@dataclass(frozen=True, slots=True)
class FileStorePlace:
    """What the options say of the file store; nothing is read before it is needed."""

    address: str | None
    login: str | None
    password_path: Path | None
    authorities: Path | None

    def open(self, client: Smev3Client) -> FileStore:
        """Return the store. Raises `InvalidCall`."""
        host = urlsplit(client.url).hostname or ""
        parts = urlsplit(self.address or f"ftp://{f'[{host}]' if ':' in host else host}:{DEFAULT_PORT}")
        if self.login is not None:
            place = parts.netloc.rpartition("@")[2]
            parts = parts._replace(netloc=f"{quote(self.login)}:{quote(self._password())}@{place}")
        tls = None
        if self.authorities is not None:
            try:
                tls = ssl.create_default_context(cafile=str(self.authorities))
            except ssl.SSLError as error:
                raise InvalidCall(
                    Text(ru="сертификаты не читаются", en="the certificates do not read"),
                    where=str(self.authorities),
                ) from error
        return FileStore(urlunsplit(parts), tls=tls)

    def _password(self) -> str:
        if self.password_path is None:
            return ""
        lines = self.password_path.read_text(encoding="utf-8").splitlines()
        return lines[0] if lines else ""


def store_files(
    client: Smev3Client, place: FileStorePlace, given: Iterable[str], official: Signer | None
) -> list[RefAttachmentHeader]:
    """Put the files given as PATH or PATH=MIME into the store, one after another."""
    headers = []
    store = None
    for each in given:
        path, mime_type = path_and_type(each)
        store = store or place.open(client)
        try:
            with path.open("rb") as file:
                beginning = file.read(_BEGINNING_OCTETS)
        except OSError as error:
            raise InvalidCall(
                Text(
                    ru=f"файл не читается: {error.strerror}", en=f"the file does not read: {error.strerror}"
                ),
                where=str(path),
            ) from error
        kind = mime_type or media_type(path.name, beginning)
        headers.append(client.store_file(store, path, kind, official=official))
    return headers


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file out of the store on the disk, told as an attachment is."""

    fetched: FetchedFile

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.fetched.path

    @property
    def sound(self) -> bool:
        """Tell whether nothing speaks against it."""
        return self.fetched.sound

    @property
    def signer(self) -> str:
        """Return the subject of who signed it."""
        certificate = self.fetched.verdict.certificate if self.fetched.verdict else None
        return certificate.subject if certificate else ""

    def told(self) -> str:
        """Return its name and the result of the check in words; the name comes from outside."""
        name = "".join(each if each.isprintable() else "?" for each in self.fetched.name)
        if self.fetched.header.pkcs7 is None:
            return f"{name}: {Text(ru='без подписи', en='not signed')}"
        if self.sound:
            return f"{name}: {Text(ru='подпись верна', en='the signature is right')} ({self.signer})"
        return f"{name}: {Text(ru='подпись НЕВЕРНА', en='the signature is FALSE')}"

    def facts(self) -> dict[str, Any]:
        """Return the same for programs."""
        header = self.fetched.header
        return {
            "path": str(self.path),
            "uuid": header.uuid,
            "name": self.fetched.name,
            "mime_type": header.mime_type,
            "octets": self.fetched.octets,
            "hash": header.hash,
            "signature": {"valid": self.sound, "subject": self.signer or None} if header.pkcs7 else None,
        }


def fetch_files(
    client: Smev3Client,
    place: FileStorePlace,
    received: Received[Request] | Received[Response],
    folder: Path,
) -> list[StoredFile]:
    """Fetch the message's files, if it has any."""
    if not received.message.fs_attachments:
        return []
    return [StoredFile(each) for each in client.fetch_files(place.open(client), received, folder)]
