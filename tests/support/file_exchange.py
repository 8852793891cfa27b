"""A bus and its file store under test: senders that upload, sign and refer, recipients that fetch."""

from __future__ import annotations

import base64
import ftplib
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mezhved.bus.files.cleaning import wipe_finished
from mezhved.bus.processing import process_all
from mezhved.gost import Digest, sign_cms
from mezhved.smev3 import messages
from tests.support.exchange import BusUnderTest
from tests.support.file_store import FileStoreUnderTest, download
from tests.support.pki import NOW

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.support.exchange import HttpReply, Participant


@dataclass
class File:
    """A file to be sent, and what its header says of it."""

    octets: bytes = b"\x00content\r\n" * 100
    name: str = "zapros.zip"
    folder: str = field(default_factory=lambda: str(uuid.uuid1()))
    function: Digest = Digest.STREEBOG256
    pkcs7: bytes | None = None
    hash: str | None = None
    file_name: str | None = None


class FileExchange:
    """A bus over a database and the FTP server over the same, which hashes files while they come if asked."""

    def __init__(self, url: str, folder: Path, *, hashing: bool = True, **settings: Any) -> None:
        self.bus = BusUnderTest(url, files_folder=folder, **settings)
        provider = self.bus.pki.provider if hashing else None
        self.files = FileStoreUnderTest(url, folder, self.bus.clock, provider, **settings)

    def close(self) -> None:
        self.files.close()
        self.bus.store.close()

    @property
    def consumer(self) -> Participant:
        return self.bus.consumer

    @property
    def provider(self) -> Participant:
        return self.bus.provider

    def hash_of(self, file: File) -> str:
        digest = self.bus.pki.provider.digest(file.function, file.octets)
        return base64.b64encode(digest).decode()

    def signed(self, file: File, **options: Any) -> File:
        """The file with its sender's PKCS#7."""
        provider = self.bus.pki.provider
        file.pkcs7 = sign_cms(file.octets, self.bus.pki.consumer, provider, at=NOW, **options)
        return file

    def header(self, file: File) -> messages.RefAttachmentHeader:
        return messages.RefAttachmentHeader(
            uuid=file.folder,
            hash=self.hash_of(file) if file.hash is None else file.hash,
            mime_type="application/zip",
            pkcs7=file.pkcs7,
            file_name=file.file_name,
        )

    def upload(self, *files: File, user: str = "tcons1") -> None:
        for each in files:
            self.files.upload(each.octets, each.name, each.folder, user)

    def refer(self, files: Iterable[File], sender: Participant | None = None, **fields: Any) -> str:
        """Send a request that refers to the files; its MessageID."""
        who = sender or self.consumer
        data = who.request_data(ref_attachment_headers=tuple(self.header(each) for each in files), **fields)
        assert who.post(who.request_envelope(data)).status == 200
        return data.message_id

    def send(self, *files: File, sender: Participant | None = None, **fields: Any) -> str:
        """Upload, refer, and let the bus take the files over."""
        self.upload(*files)
        message_id = self.refer(files, sender, **fields)
        process_all(self.bus.bus)
        return message_id

    def refusal(self, sender: Participant | None = None) -> messages.AsyncProcessingStatus:
        """What the system response waiting for the sender says; it is acknowledged."""
        who = sender or self.consumer
        response = who.get_response().operation.response
        assert response is not None, "no system response"
        status = response.data.async_status
        assert status is not None
        assert who.ack(response.data.message_id).status == 200
        return status

    def fetch(self, access: messages.FSAttachment, path: str | None = None) -> bytes:
        """Download as a recipient does."""
        with self.files.connect() as client:
            client.login(access.user_name, access.password)
            return download(client, path or f"/{access.uuid}{access.file_name}")

    def opens(self, access: messages.FSAttachment) -> bool:
        """Tell whether a one-time login still opens."""
        try:
            with self.files.connect() as client:
                client.login(access.user_name, access.password)
        except ftplib.error_perm:
            return False
        return True

    def wipe(self) -> int:
        return wipe_finished(self.files.ledger, self.files.blobs)


def accesses(reply: HttpReply) -> tuple[messages.FSAttachment, ...]:
    """The FSAttachmentsList of what was handed out."""
    answer = reply.operation
    holder = answer.request if isinstance(answer, messages.GetRequestResponse) else answer.response
    assert holder is not None, "nothing was handed out"
    given: tuple[messages.FSAttachment, ...] = holder.fs_attachments
    return given
