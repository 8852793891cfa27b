"""The audit's hash chain: every entry gets a link over the link before it, so that no change stays unseen.

The database refuses to change the audit, but who rules the database can lift that. Links are made soon after
the entries, by one process at a time, as the journal's are; what a page does never waits for them. Where
the chain stands is written into the program's log: with such a line kept elsewhere even an end that was cut
off, or a chain that was computed anew, is found.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from mezhved.cabinet.models import AuditEntry, AuditLink
from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.looping import Loop
from mezhved.gost import Digest
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.gateway.assembly import Gateway
    from mezhved.gost import Provider

NOTHING: Final = bytes(32)
BATCH: Final = 500
_LATE: Final = 10_000
"""An entry whose transaction ends later than those of so many after it is told as unlinked."""
_CHUNK: Final = 1000
_DUTY: Final = "linking-audit"
_DUTY_SECONDS: Final = 60
_PERIOD_SECONDS: Final = 5.0
_TOLD_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the chain and the link there."""

    position: int
    link: bytes

    @property
    def written(self) -> str:
        """As people note it down."""
        return f"{self.position}:{self.link.hex()}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the chain tells: up to where it holds, what is wrong; `unlinked` entries wait for their links."""

    last: Place
    unlinked: int
    problem: Text | None = None


def link_new(provider: Provider) -> Place | None:
    """Give links to a batch of entries that have none; return where the chain ends then, or None."""
    with transaction.atomic():
        last = _last()
        begun = AuditLink.objects.order_by("-entry").values_list("entry", flat=True).first() or 0
        linked = AuditLink.objects.filter(entry=OuterRef("pk"))
        waiting = AuditEntry.objects.filter(~Exists(linked), pk__gt=begun - _LATE).order_by("pk")
        made = []
        for each in waiting[:BATCH]:
            last = Place(last.position + 1, _next(provider, last, each))
            made.append(AuditLink(position=last.position, entry=each.pk, link=last.link))
        AuditLink.objects.bulk_create(made)
    return last if made else None


def verify(provider: Provider, known: Place | None = None) -> Verdict:
    """Compute the chain anew; `known` is a place that was noted down earlier."""
    last = Place(0, NOTHING)
    problem = None
    for link, entry in _linked():
        if link.position != last.position + 1:
            problem = _broken(last.position + 1, "звено пропало", "a link is gone")
        elif entry is None:
            problem = _broken(link.position, "запись удалена", "the entry is deleted")
        elif _next(provider, last, entry) != bytes(link.link):
            problem = _broken(link.position, "запись изменена", "the entry was changed")
        if problem is not None:
            break
        last = Place(link.position, bytes(link.link))
        if known is not None and known.position == last.position and known.link != last.link:
            problem = _broken(last.position, "цепочка составлена заново", "the chain was computed anew")
            break
    if problem is None and known is not None and known.position > last.position:
        problem = _broken(last.position + 1, "конец цепочки отрезан", "the end of the chain is cut off")
    linked = AuditLink.objects.filter(entry=OuterRef("pk"))
    return Verdict(last, AuditEntry.objects.filter(~Exists(linked)).count(), problem)


def _linked() -> Iterator[tuple[AuditLink, AuditEntry | None]]:
    """Give the links in their order, each with its entry."""
    after = 0
    while links := list(AuditLink.objects.filter(position__gt=after).order_by("position")[:_CHUNK]):
        entries = AuditEntry.objects.in_bulk([each.entry for each in links])
        for each in links:
            yield each, entries.get(each.entry)
        after = links[-1].position


def _last() -> Place:
    found = AuditLink.objects.order_by("-position").first()
    return Place(0, NOTHING) if found is None else Place(found.position, bytes(found.link))


def _next(provider: Provider, before: Place, entry: AuditEntry) -> bytes:
    """Return an entry's link: GOST R 34.11-2012 (256 bits) over the link before it and all its columns."""
    covered = [
        before.position + 1,
        entry.pk,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.account_id,
        entry.name,
        entry.action,
        None if entry.exchange is None else str(entry.exchange),
        entry.subject,
        entry.address,
    ]
    octets = json.dumps(covered, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return provider.digest(Digest.STREEBOG256, before.link + octets)


def _broken(position: int, ru: str, en: str) -> Text:
    return Text(ru=f"место {position}: {ru}", en=f"place {position}: {en}")


class AuditLinker(Loop):
    """Links while it holds the duty, and tells the log once an hour where the chain stands."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, _DUTY)
        self._told: datetime | None = None

    def tick(self) -> float:
        """Link a batch; come back at once while there is more."""
        now = self._gateway.clock()
        if not take_duty(_DUTY, self._gateway.owner, now, _DUTY_SECONDS):
            return _DUTY_SECONDS / 2
        place = link_new(self._gateway.provider)
        if place is not None and (self._told is None or now - self._told >= _TOLD_EVERY):
            self._told = now
            self._gateway.log.info("audit_chain", place=place.written)
        self.went_well()
        return 0.0 if place is not None else _PERIOD_SECONDS

    def ended(self) -> None:
        """Let another process do it."""
        leave(_DUTY, self._gateway.owner)
        super().ended()
