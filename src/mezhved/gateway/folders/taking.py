"""Taking what was dropped: each file once, whatever happens in between.

A file is taken into the outbox first, durably, then moved away. When the process dies in between, the file is
read again, gives the same id, and so is known already.
"""

from __future__ import annotations

import heapq
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import Error as DatabaseError

from mezhved.gateway.adapter.faults import SystemFault, description, fault_of
from mezhved.gateway.adapter.sending import Sending, send
from mezhved.gateway.folders.boxes import free_place, is_temporary, reason_name, stem_of
from mezhved.gateway.folders.dropped import read_dropped
from mezhved.service.blobs import BlobStoreError
from mezhved.smev3 import mtom
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.folders.boxes import Box
    from mezhved.gateway.folders.disk import Disk, Entry

ROUND: Final = 200
"""Files taken before other systems have their turn."""
ATTEMPTS: Final = 3
"""How often a file is tried that fails for a reason nobody foresaw."""
AGAIN: Final = timedelta(seconds=10)
"""When a file is tried again that could not be taken for a reason beside it."""
LEFT: Final = timedelta(hours=1)
"""How long a file that is no message may lie: a message may name it."""
_MESSAGES: Final = (".xml", ".zip")


class Taker:
    """Takes the files of one box."""

    def __init__(self, gateway: Gateway, box: Box, disk: Disk) -> None:
        self._gateway = gateway
        self._box = box
        self._disk = disk
        self._seen: dict[str, tuple[tuple[int, int, int], datetime]] = {}
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, datetime] = {}

    def take(self) -> int:
        """Take what is ready, the oldest first; return how many files went."""
        entries = [each for each in self._disk.entries(self._box.dropped) if not is_temporary(each.path.name)]
        now = self._gateway.clock()
        self._forget(entries)
        ready = [each for each in entries if not each.is_folder and self._is_ready(each, now)]
        chosen = heapq.nsmallest(ROUND, ready, key=lambda each: (each.modified_ns, each.path.name))
        return sum(self._settle(each) for each in chosen)

    def _forget(self, entries: list[Entry]) -> None:
        names = {each.path.name for each in entries}
        for gone in set(self._seen) - names:
            del self._seen[gone]
            self._failures.pop(gone, None)
            self._not_before.pop(gone, None)

    def _is_ready(self, entry: Entry, now: datetime) -> bool:
        """Tell whether a file has not changed for the quiet time, by its own time or by what was seen."""
        if now < self._not_before.get(entry.path.name, now):
            return False
        quiet = timedelta(seconds=self._gateway.settings.exchange_quiet_seconds)
        known = self._seen.get(entry.path.name)
        if known is None or known[0] != entry.signature:
            known = self._seen[entry.path.name] = entry.signature, now
        modified = datetime.fromtimestamp(entry.modified, UTC)
        ready = now - modified >= quiet or now - known[1] >= quiet
        if not entry.is_plain or entry.path.name.lower().endswith(_MESSAGES):
            return ready
        return now - known[1] >= LEFT

    def _settle(self, entry: Entry) -> int:
        """Take one file; return whether it went."""
        try:
            if not entry.is_plain or not entry.path.name.lower().endswith(_MESSAGES):
                raise _no_message()  # noqa: TRY301 - refused as any other
            self._send(entry)
        except PermissionError as error:
            return self._stumble(entry, error)
        except (OSError, DatabaseError, BlobStoreError, SystemFault) as error:
            return self._postpone(entry, error)
        except MezhvedError as error:
            return self._refuse(entry, description(fault_of(error)), type(error).__name__)
        except Exception as error:  # noqa: BLE001 - one file must not stop the others
            return self._stumble(entry, error)
        self._disk.move(entry.path, free_place(self._box.taken, entry.path.name))
        self._gateway.log.info("file_taken", system=self._box.system.mnemonic)
        return 1

    def _send(self, entry: Entry) -> None:
        gateway, system = self._gateway, self._box.system
        gateway.settings.folder.mkdir(parents=True, exist_ok=True)
        with self._disk.open(entry) as file, mtom.Spool(folder=gateway.settings.folder) as spool:
            dropped = read_dropped(entry, file, system, spool)
            author = f"folder {stem_of(entry.path.name)}"[:150]
            sending = Sending(gateway, system, None, dropped.parts, (self._box.dropped,), author)
            send(sending, dropped.message)

    def _refuse(self, entry: Entry, words: str, name: str) -> int:
        """Move a file away with the reason beside it; the reason comes first."""
        target = free_place(self._box.refused, entry.path.name)
        reason = self._box.refused / reason_name(target.name)
        self._disk.write(self._box.refused / f".{reason.name[-150:]}.part", f"{words}\n".encode())
        self._disk.move(self._box.refused / f".{reason.name[-150:]}.part", reason)
        self._disk.move(entry.path, target)
        self._gateway.log.warning("file_refused", system=self._box.system.mnemonic, reason=name)
        return 1

    def _postpone(self, entry: Entry, error: Exception) -> int:
        """Leave a file where it is: the trouble is not its own, or it is being written."""
        if not isinstance(error, BlockingIOError | FileNotFoundError):
            self._gateway.log.warning(
                "file_postponed", system=self._box.system.mnemonic, reason=type(error).__name__
            )
            self._not_before[entry.path.name] = self._gateway.clock() + AGAIN
        return 0

    def _stumble(self, entry: Entry, error: Exception) -> int:
        failures = self._failures.get(entry.path.name, 0) + 1
        self._failures[entry.path.name] = failures
        if failures < ATTEMPTS:
            return self._postpone(entry, error)
        words = Text(ru="внутренняя ошибка шлюза", en="internal error of the gateway")
        return self._refuse(entry, str(words), type(error).__name__)


def _no_message() -> MezhvedError:
    return MezhvedError(
        Text(
            ru="это не сообщение: нужен файл XML или ZIP",
            en="this is no message: an XML or ZIP file is needed",
        ),
        cure=Text(
            ru="файлы вложений кладите в ZIP вместе с сообщением или в общую папку файлов",
            en="put attached files into a ZIP with their message, or into the shared folder of files",
        ),
    )
