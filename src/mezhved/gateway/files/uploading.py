"""Files on their way into SMEV's store, before their message is signed; a kill costs only the last pieces."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO, cast

from mezhved.gateway.errors import InvalidMessage, LeaseLost
from mezhved.gateway.files.keeping import open_file
from mezhved.gateway.files.references import reference_of
from mezhved.gateway.looping import Loop
from mezhved.gateway.models import Attachment, Carrier, Message
from mezhved.gateway.outbox.claims import claim, renew
from mezhved.gateway.outbox.ending import still_to_be_sent
from mezhved.gateway.outbox.personal import server_official
from mezhved.gateway.outbox.settling import give_up, postpone
from mezhved.smev3.client import InvalidCall
from mezhved.smev3.client.files import FileSigning
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gateway.assembly import Gateway
    from mezhved.smev3.client import FileStore

IDLE_SECONDS = 1.0


def upload_due(gateway: Gateway) -> bool:
    """Upload the files of one message; tell whether there was one."""
    seconds = gateway.settings.takeover_seconds
    for message in claim(gateway.owner, gateway.clock(), 1, seconds=seconds, uploads=True):
        if not still_to_be_sent(gateway, message):
            return True
        try:
            _upload(gateway, message)
        except (InvalidCall, InvalidMessage) as error:
            give_up(gateway, message, error)
        except LeaseLost:
            gateway.log.warning("upload_taken_over", message=str(message.uid))
        except (MezhvedError, OSError) as error:
            told = error if isinstance(error, MezhvedError) else _broken(error)
            postpone(gateway, message, told, missed=True)
        else:
            _to_be_sent(gateway, message)
        return True
    return False


def _upload(gateway: Gateway, message: Message) -> None:
    store = gateway.connections.file_store(message.system)
    if store is None:
        raise InvalidMessage(
            Text(ru="адрес файлового хранилища СМЭВ не задан", en="SMEV's file store has no address")
        )
    beat = _Beat(gateway, message)
    for row in Attachment.objects.filter(message=message, carrier=Carrier.STORE).order_by("number"):
        if not row.reference:
            _upload_one(gateway, store, message, row, beat)


def _upload_one(gateway: Gateway, store: FileStore, message: Message, row: Attachment, beat: _Beat) -> None:
    begun = bool(row.wire_name)
    if not begun:
        # Its directory is known before the first octet leaves: another process goes on in the same one.
        row.wire_name = (row.header or {}).get("uuid") or gateway.message_ids.new()
        row.save(update_fields=["wire_name"])
    signer = server_official(gateway, message) or gateway.ring.signer(message.system)
    signing = FileSigning(signer, gateway.provider, gateway.clock)
    with open_file(gateway, row) as content:
        watched = cast("BinaryIO", _Watched(content, beat))
        header = store.upload(watched, row.name, row.wire_name, row.mime_type, signing, begun=begun)
    if row.pkcs7 is not None:
        header = replace(header, pkcs7=bytes(row.pkcs7))
    row.reference = reference_of(header)
    row.save(update_fields=["reference"])
    gateway.log.info("file_uploaded", message=str(message.uid), number=row.number, octets=row.size)


def _to_be_sent(gateway: Gateway, message: Message) -> None:
    """Let the senders have it; tries to upload were no attempts to send."""
    Message.objects.filter(pk=message.pk, lease_owner=gateway.owner).update(
        needs_upload=False,
        lease_owner="",
        leased_until=None,
        attempts=0,
        missed=0,
        problem=None,
        send_after=gateway.clock(),
    )
    gateway.to_send.ring()


class _Beat:
    """Keeps the lease of a message while its files go up."""

    def __init__(self, gateway: Gateway, message: Message) -> None:
        self._gateway = gateway
        self._message = message
        self._term = timedelta(seconds=gateway.settings.takeover_seconds)
        self._next = gateway.clock() + self._term / 3

    def __call__(self) -> None:
        """Renew the lease when a third of it is over; raise `LeaseLost`."""
        now = self._gateway.clock()
        if now < self._next:
            return
        self._next = now + self._term / 3
        if not renew(self._gateway.owner, self._message, now + self._term):
            raise LeaseLost


class _Watched:
    """A file whose reading tells that the work goes on."""

    def __init__(self, file: BinaryIO, beat: Callable[[], None]) -> None:
        self._file = file
        self._beat = beat

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        self._beat()
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Jump."""
        return self._file.seek(offset, whence)


def _broken(error: OSError) -> MezhvedError:
    reason = error.strerror or type(error).__name__
    return MezhvedError(Text(ru=f"файл не читается: {reason}", en=f"the file does not read: {reason}"))


class Uploader(Loop):
    """Uploads until stopped."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "uploader")

    def tick(self) -> float:
        """Upload one message's files; come back at once while there are more."""
        uploaded = upload_due(self._gateway)
        self.went_well()
        return 0.0 if uploaded else IDLE_SECONDS
