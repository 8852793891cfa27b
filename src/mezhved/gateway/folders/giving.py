"""Giving what came: each message is a file in the system's folder, once.

Files are written under temporary names, then the cursor is moved on in the database, then the files get their
names. What a process that dies leaves is finished, or written anew, by where the cursor stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.db.models import Min

from mezhved.gateway.adapter.describing import found_of, sent_of
from mezhved.gateway.adapter.fetching import asked_by, files_of
from mezhved.gateway.adapter.storage import hand_out
from mezhved.gateway.adapter.writing import found_tree
from mezhved.gateway.adapter.xml_form import write_result
from mezhved.gateway.events import last_position
from mezhved.gateway.folders.boxes import stem_of
from mezhved.gateway.models import Direction, Event, Message, Reader

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.folders.boxes import Box
    from mezhved.gateway.folders.disk import Disk
    from mezhved.gateway.models import InformationSystem

BATCH: Final = 50
DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_UNFINISHED: Final = re.compile(r"\.mezhved-(\d{1,19})-(.+)\.part")
_CAME = (
    "request_received",
    "request_called_off",
    "answer_received",
    "rejection_received",
    "status_received",
    "notice_received",
)
_FAILED = ("request_unsent", "answer_unsent", "rejection_unsent", "status_unsent")
_SENT = ("request_sent", "answer_sent", "rejection_sent", "status_sent")
_PREFIX: Final = "folder "


class Giver:
    """Gives the messages of one box."""

    def __init__(self, gateway: Gateway, box: Box, disk: Disk) -> None:
        self._gateway = gateway
        self._box = box
        self._disk = disk
        self._name = f"folders {box.system.pk}"

    def give(self) -> int:
        """Write what came since the last time; return how many events were dealt with."""
        cursor = self._cursor()
        self._finish(cursor)
        events = list(
            Event.objects.select_related("message__exchange", "message__system")
            .filter(position__gt=cursor, exchange__system=self._box.system, kind__in=self._kinds())
            .order_by("position")[:BATCH]
        )
        if not events:
            return 0
        places = [place for each in events if (place := self._written(each)) is not None]
        last = events[-1].position or 0
        if Reader.objects.filter(name=self._name, position=cursor).update(position=last):
            for beside, target in places:
                self._disk.move(beside, target)
        return len(events)

    def _kinds(self) -> tuple[str, ...]:
        return _CAME + _FAILED + (_SENT if self._box.tells_sent else ())

    def _cursor(self) -> int:
        """Return up to which event the folder has them; at first all that nobody read before is left out."""
        found = Reader.objects.filter(name=self._name).first()
        if found is None:
            found, _ = Reader.objects.get_or_create(
                name=self._name, defaults={"position": _start(self._box.system)}
            )
        return found.position

    def _finish(self, cursor: int) -> None:
        """Give names to files that are noted as given, and remove those that are not."""
        for each in self._disk.entries(self._box.given):
            unfinished = _UNFINISHED.fullmatch(each.path.name)
            if unfinished is None:
                continue
            if int(unfinished[1]) <= cursor:
                self._disk.move(each.path, self._box.given / unfinished[2])
            else:
                self._disk.remove(each.path)

    def _written(self, event: Event) -> tuple[Path, Path] | None:
        """Write an event's message under a temporary name; return it with the name to be."""
        message = event.message
        if message is None:
            return None
        files = files_of([message])[message.pk]
        asked = asked_by([message]).get(message.exchange_id)
        failed, sent = event.kind in _FAILED, event.kind in _SENT
        found = sent_of(message) if sent else found_of(message, asked, files, as_error=failed)
        if found is None:
            return None
        if message.direction == Direction.IN:
            hand_out(self._gateway, self._box.system, files)
        kind = "error" if failed else "sent" if sent else str(message.kind)
        name = f"{_stem(message)}.{kind}.{event.position}.xml"
        beside = self._box.given / f".mezhved-{event.position}-{name}.part"
        self._disk.write(beside, DECLARATION + write_result(found_tree(found)))
        return beside, self._box.given / name


def _stem(message: Message) -> str:
    """Name an answer as the file of its request, an incoming request by its id."""
    author = message.exchange.author
    if message.exchange.direction == Direction.OUT and author.startswith(_PREFIX):
        return stem_of(f"{author.removeprefix(_PREFIX)}.xml")
    return str(message.uid if message.kind == "request" else message.exchange.uid)


def _start(system: InformationSystem) -> int:
    """Return the place before the first message that waits unread; else the end."""
    waiting = Event.objects.filter(message__system=system, message__unread_since__isnull=False)
    first = waiting.filter(position__isnull=False).aggregate(first=Min("position"))["first"]
    if first is not None:
        return int(first) - 1
    return last_position()
