"""The client's side of the file store: files up before a message goes, files down after it came (MR 3.3, 5).

A file is read once: it is hashed while it is sent, and signed by that hash. What breaks off goes on where
the other side says that it ended.
"""

from __future__ import annotations

import base64
import binascii
import ftplib
import os
import secrets
import ssl
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final, TypeVar
from urllib.parse import unquote, urlsplit

from mezhved.gost import CmsVerdict, MalformedCms, hash_content, sign_cms_digest, verify_cms
from mezhved.smev3.client.errors import ClientError, InvalidCall, UnusableAnswer
from mezhved.smev3.client.retry import RetryPolicy
from mezhved.smev3.filehash import functions_of, likely_function, others_of_length
from mezhved.smev3.messages import FSAttachment, RefAttachmentHeader
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path
    from socket import socket

    from mezhved.gost import Certificate, Digest, Provider, Signer

T = TypeVar("T")

_PIECE_OCTETS: Final = 256 * 1024
_PORT: Final = 21
_PERMANENT: Final = (ftplib.error_perm,)
_PASSING: Final = (OSError, EOFError, ftplib.error_temp, ftplib.error_reply, ftplib.error_proto)


class FileStoreError(ClientError):
    """The file store refused, or could not be reached after all attempts."""


class DamagedFile(ClientError):  # noqa: N818 - what came, not what failed
    """A file that came is not the one that the sender's signed header describes; it was not kept."""


@dataclass(frozen=True, slots=True)
class FileSigning:
    """Who signs a file that is sent: `provider` computes, `at` gives the moment (aware)."""

    signer: Signer
    provider: Provider
    at: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file on the disk whose hash is the one that the sender signed.

    `name` is what the sender called it: words, never to be used as a path as they are. `verdict` judges its
    PKCS#7, None where there is none or it does not read.
    """

    path: Path
    name: str
    octets: int
    header: RefAttachmentHeader
    verdict: CmsVerdict | None
    digests: Mapping[Digest, bytes] = field(default_factory=dict)
    """Hashes that were computed while it came."""

    @property
    def sound(self) -> bool:
        """Tell whether nothing speaks against the file: no signature, or one that holds."""
        return self.header.pkcs7 is None or (self.verdict is not None and self.verdict.valid)


class FileStore:
    """One file store: `ftp://[login:password@]host[:port]`, or `ftpes://` for explicit TLS.

    Without a login the official toolset's default is used: `anonymous`, `smev`. `tls` says whom to believe
    under `ftpes`; the machine's authorities where it is left out. One object serves many threads.
    """

    def __init__(
        self,
        address: str,
        *,
        tls: ssl.SSLContext | None = None,
        retry: RetryPolicy | None = None,
        timeout: float = 120.0,
        sleep: Callable[[float], None] = time.sleep,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """`timeout` in seconds for each step of a transfer. Raises `InvalidCall` for a wrong address."""
        parts = urlsplit(address)
        if parts.scheme not in {"ftp", "ftpes"} or not parts.hostname:
            raise InvalidCall(
                Text(ru=f"«{address}» — не адрес FTP", en=f'"{address}" is no FTP address'),
                cure=Text(ru="например, ftp://127.0.0.1:2121", en="for example, ftp://127.0.0.1:2121"),
            )
        self._host, self._port = parts.hostname, parts.port or _PORT
        self._login = (unquote(parts.username or "anonymous"), unquote(parts.password or "smev"))
        self._tls = (tls or ssl.create_default_context()) if parts.scheme == "ftpes" else None
        self._retry = retry or RetryPolicy()
        self._timeout = timeout
        self._sleep = sleep
        self._randomness = randomness

    @property
    def where(self) -> str:
        """The address without the login."""
        return f"{'ftpes' if self._tls else 'ftp'}://{self._host}:{self._port}"

    def log_in(self) -> None:
        """See that the store lets the login in, once; raise `FileStoreError`."""
        try:
            with self._session(self._login):
                pass
        except (*_PERMANENT, *_PASSING) as error:
            raise self._failed(error) from error

    def upload(
        self,
        source: BinaryIO,
        name: str,
        folder: str,
        mime_type: str,
        signing: FileSigning,
        *,
        begun: bool = False,
    ) -> RefAttachmentHeader:
        """Put a file (seekable, from its beginning) into a new directory `folder`, a UUID of version 1.

        `begun`: an earlier process may have put a part of it there; what arrived is not sent again. Returns
        the header to send. Raises `FileStoreError`, `InvalidCall` for a name that FTP cannot say.
        """
        if not name or any(each in "/\\" or not each.isprintable() for each in name):
            raise InvalidCall(
                Text(ru="имя файла не передать по FTP", en="FTP cannot say the file's name"), where=repr(name)
            )
        sending = _Sending(source, f"{folder}/{name}", folder, signing, begun=begun)
        self._persist(lambda: sending.attempt(self._session(self._login)))
        digest = sending.digest()
        pkcs7 = sign_cms_digest(digest, signing.signer, signing.provider, at=signing.at())
        return RefAttachmentHeader(folder, base64.b64encode(digest).decode(), mime_type, pkcs7, name)

    def download(
        self,
        access: FSAttachment,
        header: RefAttachmentHeader,
        target: Path,
        provider: Provider,
        certificate: Certificate | None = None,
    ) -> FetchedFile:
        """Fetch a file into `target`, which is there only when the hash is right.

        `certificate` is the sending system's: its key tells the hash function first to be tried. Raises
        `FileStoreError`, `DamagedFile`, `UnusableAnswer` for an access that FTP cannot say, OSError where
        the disk does not take the file.
        """
        _demand_sayable(access)
        expected = _hash_of(header)
        likely = likely_function(certificate, len(expected))
        if likely is None:
            raise _damaged(header)
        functions = _signed_functions(header) | {likely}
        unfinished = target.with_name(f"{target.name}.{secrets.token_hex(8)}.part")
        try:
            with unfinished.open("xb+") as file:
                receiving = _Receiving(file, access, functions, provider)
                self._persist(lambda: receiving.attempt(self._session((access.user_name, access.password))))
                digests = receiving.digests()
                if digests[likely] != expected:
                    file.seek(0)
                    if expected not in hash_content(file, others_of_length(likely), provider).values():
                        raise _damaged(header)
                verdict = _verdict(header, digests, file, provider, certificate)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
        name = access.file_name.replace("\\", "/").rstrip("/").rpartition("/")[2]
        return FetchedFile(target, name, receiving.place, header, verdict, digests)

    @contextmanager
    def _session(self, login: tuple[str, str]) -> Iterator[ftplib.FTP]:
        client = ftplib.FTP_TLS(context=self._tls) if self._tls else ftplib.FTP()  # noqa: S321 - as SMEV does
        client.encoding = "utf-8"
        try:
            client.connect(self._host, self._port, self._timeout)
            client.login(*login)
            if isinstance(client, ftplib.FTP_TLS):
                client.prot_p()
            client.voidcmd("TYPE I")
            yield client
        finally:
            client.close()

    def _persist(self, attempt: Callable[[], T]) -> T:
        """Try until it works or the policy is at its end."""
        made = 0
        while True:
            made += 1
            try:
                return attempt()
            except _PERMANENT as error:
                raise self._failed(error) from error
            except _PASSING as error:
                if isinstance(error, ssl.SSLCertVerificationError) or not self._retry.again(made):
                    raise self._failed(error) from error
            self._sleep(self._retry.pause(made, self._randomness))

    def _failed(self, error: Exception) -> FileStoreError:
        return FileStoreError(
            Text(ru=f"файловое хранилище: {error}", en=f"the file store: {error}"), where=self.where
        )


class _Sending:
    """A file on its way up: hashed once, however often parts of it have to be sent."""

    def __init__(
        self, source: BinaryIO, path: str, folder: str, signing: FileSigning, *, begun: bool
    ) -> None:
        self._source = source
        self._path = path
        self._folder = folder
        self._hasher = signing.provider.hasher(signing.signer.digest_algorithm)
        self._hashed = 0
        self._begun = begun

    def attempt(self, session: AbstractContextManager[ftplib.FTP]) -> None:
        """Send what the server does not have yet."""
        with session as client:
            place = self._arrived(client)
            self._source.seek(place)
            with client.transfercmd(f"STOR {self._path}", rest=place or None) as channel:
                while piece := self._source.read(_PIECE_OCTETS):
                    self._hash(piece, place)
                    place += len(piece)
                    channel.sendall(piece)
                _finish(channel)
            client.voidresp()
            if client.size(self._path) != place:
                raise EOFError("the file did not arrive whole")

    def digest(self) -> bytes:
        """Return the hash of the whole."""
        return self._hasher.digest()

    def _arrived(self, client: ftplib.FTP) -> int:
        """Return how much the server has; the directory is made unless an earlier attempt made it."""
        first, self._begun = not self._begun, True
        try:
            client.mkd(self._folder)
        except ftplib.error_perm:
            if first:
                raise
        try:
            arrived = client.size(self._path) or 0
        except ftplib.error_perm:
            return 0
        self._catch_up(arrived)
        return min(arrived, self._hashed)

    def _catch_up(self, arrived: int) -> None:
        """Hash what another process has sent already."""
        self._source.seek(self._hashed)
        while self._hashed < arrived:
            piece = self._source.read(min(_PIECE_OCTETS, arrived - self._hashed))
            if not piece:
                return
            self._hash(piece, self._hashed)

    def _hash(self, piece: bytes, place: int) -> None:
        fresh = piece[max(0, self._hashed - place) :] if place < self._hashed else piece
        self._hasher.update(fresh)
        self._hashed += len(fresh)


class _Receiving:
    """A file on its way down, hashed as it comes."""

    def __init__(
        self, file: BinaryIO, access: FSAttachment, functions: frozenset[Digest], provider: Provider
    ) -> None:
        self._file = file
        name = access.file_name.lstrip("/")
        # The second is how some read FileName, with its leading slash, as the whole path.
        self._paths = [f"/{access.uuid}/{name}", f"/{name}"]
        self._hashers = {each: provider.hasher(each) for each in functions}
        self.place = 0

    def attempt(self, session: AbstractContextManager[ftplib.FTP]) -> None:
        """Fetch what is not here yet."""
        with session as client:
            with self._begun(client) as channel:
                while piece := channel.recv(_PIECE_OCTETS):
                    self._file.write(piece)
                    for hasher in self._hashers.values():
                        hasher.update(piece)
                    self.place += len(piece)
                _finish(channel)
            client.voidresp()

    def _begun(self, client: ftplib.FTP) -> socket:
        """Begin where the file ends here; a path that the server does not know is given up for the other."""
        try:
            return client.transfercmd(f"RETR {self._paths[0]}", rest=self.place or None)
        except ftplib.error_perm:
            if self.place or len(self._paths) == 1:
                raise
        del self._paths[0]
        return client.transfercmd(f"RETR {self._paths[0]}")

    def digests(self) -> dict[Digest, bytes]:
        """Return the hashes of the whole."""
        return {function: hasher.digest() for function, hasher in self._hashers.items()}


def _finish(channel: socket) -> None:
    if isinstance(channel, ssl.SSLSocket):
        channel.unwrap()


def _demand_sayable(access: FSAttachment) -> None:
    """Refuse line ends: they would be commands of whoever sent the message."""
    said = (access.uuid, access.user_name, access.password, access.file_name)
    if any(each in text for text in said for each in "\r\n\0"):
        raise UnusableAnswer(
            Text(ru="доступ к файлу содержит конец строки", en="the access to a file holds a line end"),
            where=repr(access.uuid),
        )


def _hash_of(header: RefAttachmentHeader) -> bytes:
    try:
        return base64.b64decode("".join(header.hash.split()), validate=True)
    except binascii.Error:
        raise _damaged(header) from None


def _signed_functions(header: RefAttachmentHeader) -> frozenset[Digest]:
    try:
        return functions_of(header.pkcs7) if header.pkcs7 else frozenset()
    except MalformedCms:
        return frozenset()


def _verdict(
    header: RefAttachmentHeader,
    digests: dict[Digest, bytes],
    file: BinaryIO,
    provider: Provider,
    certificate: Certificate | None,
) -> CmsVerdict | None:
    """Judge the PKCS#7 by the digest that is known; the file is read again only for mixed signatures."""
    if header.pkcs7 is None:
        return None
    known = () if certificate is None else (certificate,)
    functions = _signed_functions(header)
    try:
        if len(functions) == 1:
            digest = digests[next(iter(functions))]
            return verify_cms(header.pkcs7, None, provider, content_digest=digest, certificates=known)
        file.seek(0)
        return verify_cms(header.pkcs7, file, provider, certificates=known)
    except MalformedCms:
        return None


def _damaged(header: RefAttachmentHeader) -> DamagedFile:
    return DamagedFile(
        Text(
            ru="файл — не тот, что описан в подписанном заголовке",
            en="the file is not the one that the signed header describes",
        ),
        where=header.uuid,
    )
