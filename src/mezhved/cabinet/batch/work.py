"""The long work about a file of requests: checking its rows, sending the right ones, calling off, reporting.

Each is done again from the beginning when its process was killed, and finds what is done already: rows by
their number, requests by the id that the row gives them.
"""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from mezhved.cabinet import audit, jobs
from mezhved.cabinet.access import Permission
from mezhved.cabinet.batch.checking import RowChecker, RowProblem
from mezhved.cabinet.batch.reading import check_file, read_head, read_rows
from mezhved.cabinet.batch.report import report
from mezhved.cabinet.models import Batch, BatchRow, RowState
from mezhved.gateway.errors import Conflict
from mezhved.gateway.models import Exchange, ExchangeState
from mezhved.gateway.outbox import RequestDraft, cancel, take_request
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mezhved.cabinet.jobs import Work
    from mezhved.gateway.models import Message

CHECK: Final = "batch.check"
SEND: Final = "batch.send"
CALL_OFF: Final = "batch.call_off"
REPORT: Final = "batch.report"
KEPT: Final = timedelta(days=7)
"""How long contents of rows that were never sent are kept."""
_AT_ONCE: Final = 50
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def batch_of(work: Work) -> Batch:
    """Return the batch of a job; raise `MezhvedError` where the account may no longer ask there."""
    rows = Batch.objects.select_related("kind", "system__connection", "department").defer("kind__package")
    batch = rows.get(uid=work.parameters["batch"])
    if not work.access.may(Permission.ASK, batch.department_id):
        raise MezhvedError(
            Text(
                ru="права спрашивать от этого подразделения больше нет",
                en="the right to ask for this department is gone",
            )
        )
    return batch


def check(work: Work) -> None:
    """Check every row of the file; nothing is sent."""
    batch = batch_of(work)
    with work.open_source() as file:
        octets = file.read()
    check_file(octets)
    table = read_head(octets)
    checker = RowChecker(
        work.gateway, batch.kind, table, work.now.date(), lambda: f"ID-{work.gateway.randomness(16).hex()}"
    )
    rows = list(read_rows(octets))
    batch.notes = [_kept(each) for each in _notes(checker)]
    batch.digest = hashlib.sha256(repr((table.keys, rows)).encode()).hexdigest()
    batch.save(update_fields=["notes", "digest"])
    known = set(BatchRow.objects.filter(batch=batch).values_list("number", flat=True))
    made: list[BatchRow] = []
    for done, row in enumerate(rows, 1):
        if work.stop_wanted:
            return
        if row.number not in known:
            found = checker.check(row)
            made.append(
                BatchRow(
                    batch=batch,
                    number=found.number,
                    state=RowState.READY if found.content is not None else RowState.WRONG,
                    content=found.content,
                    problems=[each.kept() for each in found.problems],
                )
            )
        if len(made) >= _AT_ONCE:
            BatchRow.objects.bulk_create(made, ignore_conflicts=True)
            made = []
        work.progress(done, len(rows))
    BatchRow.objects.bulk_create(made, ignore_conflicts=True)
    Batch.objects.filter(pk=batch.pk).update(checked_at=work.now)
    work.link_to(reverse("cabinet:batch", args=[batch.uid]))


def _notes(checker: RowChecker) -> Iterable[Text]:
    for heading in checker.unknown:
        yield Text(
            ru=f"столбец «{heading}» не из этого вида сведений",
            en=f"the column «{heading}» is not of this type",
        )
    for heading in checker.missing:
        yield Text(
            ru=f"нет обязательного столбца «{heading}»", en=f"the required column «{heading}» is missing"
        )


def _kept(text: Text) -> list[str]:
    return [text.ru, text.en]


def send(work: Work) -> None:
    """Make requests of the rows that are right; what was taken before a kill is not taken again."""
    batch = batch_of(work)
    rows = BatchRow.objects.filter(batch=batch).exclude(state__in=[RowState.WRONG, RowState.CANCELLED])
    keys = list(rows.order_by("number").values_list("pk", flat=True))
    for done, key in enumerate(keys, 1):
        if work.stop_wanted:
            return
        row = BatchRow.objects.filter(pk=key, state=RowState.READY, batch__cancelled_at=None).first()
        if row is not None:
            take(work, batch, row)
        work.progress(done, len(keys))
    work.link_to(reverse("cabinet:batch", args=[batch.uid]))


def client_id(batch: Batch, row: BatchRow) -> str:
    """Return the id under which a row is taken once, however often it is tried."""
    return f"batch-{batch.uid}-{row.number}"


def take(work: Work, batch: Batch, row: BatchRow) -> None:
    """Make a request of a row, once, whoever else may be at it."""
    draft = RequestDraft(
        batch.system,
        batch.kind,
        bytes(row.content or b""),
        client_id=client_id(batch, row),
        is_test=batch.is_test,
        author=work.account.name,
        account=work.account.user,
        department=batch.department,
    )
    changing = BatchRow.objects.filter(pk=row.pk, state=RowState.READY)
    try:
        message: Message = take_request(work.gateway, draft)
    except MezhvedError as error:
        problem = RowProblem(error.what, error.cure).kept()
        changing.update(state=RowState.REFUSED, problems=[problem], content=None)
        return
    if changing.update(state=RowState.TAKEN, exchange=message.exchange, content=None):
        return
    called_off = BatchRow.objects.filter(pk=row.pk, state=RowState.CANCELLED)
    if called_off.update(exchange=message.exchange):  # in this very moment
        _call_off(work, message.exchange)


def call_off(work: Work) -> None:
    """Call off the requests of a batch that SMEV does not have yet."""
    batch = batch_of(work)
    open_states = [ExchangeState.DRAFT, ExchangeState.SENDING]
    rows = BatchRow.objects.filter(batch=batch, exchange__state__in=open_states)
    keys = list(rows.order_by("number").values_list("exchange", flat=True))
    gone = 0
    for done, key in enumerate(keys, 1):
        if work.stop_wanted:
            return
        gone += _call_off(work, Exchange.objects.get(pk=key))
        work.progress(done, len(keys))
    work.tell({"called_off": gone, "sent": len(keys) - gone})
    work.link_to(reverse("cabinet:batch", args=[batch.uid]))


def _call_off(work: Work, exchange: Exchange) -> bool:
    try:
        cancel(work.gateway, exchange)
    except Conflict:
        return False
    return True


def make_report(work: Work) -> None:
    """Write what became of every row into a workbook; each answer in it is a view of its data."""
    batch = batch_of(work)
    author = audit.Author(work.now, work.account.name, work.account)

    def saw(exchange: Exchange) -> None:
        audit.keep(author, "downloaded", exchange=exchange, subject=f"batch {str(batch.uid)[:8]}")

    octets = report(work.gateway, batch, saw, work.progress)
    name = f"{batch.kind.code}-report-{str(batch.uid)[:8]}.xlsx"
    work.keep_file(name, _XLSX, io.BytesIO(octets))


def wipe_old(now: datetime) -> int:
    """Delete contents of rows that were never sent and are old; return of how many batches."""
    old = Batch.objects.filter(created_at__lt=now - KEPT, wiped_at=None)
    keys = list(old.values_list("pk", flat=True)[:100])
    waiting = BatchRow.objects.filter(batch__in=keys, state=RowState.READY)
    waiting.update(state=RowState.CANCELLED, content=None)
    Batch.objects.filter(pk__in=keys).update(wiped_at=now)
    return len(keys)


jobs.register(CHECK, check)
jobs.register(SEND, send)
jobs.register(CALL_OFF, call_off)
jobs.register(REPORT, make_report)
