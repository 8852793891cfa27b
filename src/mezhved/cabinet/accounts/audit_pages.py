"""The audit as the security officer reads it: filtered, paged, taken along as a sheet."""

from __future__ import annotations

import io
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter
from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.accounts.asked import AuditFilter
from mezhved.cabinet.audit_words import words_of
from mezhved.cabinet.models import Account, AuditEntry
from mezhved.cabinet.wording import spoken
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

_ON_A_PAGE: Final = 100
EXPORT_LIMIT: Final = 100_000
"""Rows of one sheet: the latest that the filter finds."""
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADS: Final = (
    Text(ru="Когда", en="When"),
    Text(ru="Кто", en="Who"),
    Text(ru="Действие", en="Action"),
    Text(ru="Обмен", en="Exchange"),
    Text(ru="О чём", en="About"),
    Text(ru="Адрес", en="Address"),
)


@page(Permission.SECURITY, methods=("GET",))
def audit_list(visit: Visit) -> HttpResponse:
    """Show what people did, the latest first."""
    form = AuditFilter(visit.request.GET)
    rows = _found(form) if form.is_valid() else AuditEntry.objects.none()
    before = _number(visit.request.GET.get("before", ""))
    page_rows = list((_before(rows, before) if before else rows)[: _ON_A_PAGE + 1])
    query = visit.request.GET.copy()
    query.pop("before", None)
    context: dict[str, Any] = {
        "form": form,
        "rows": [(each, words_of(each.action)) for each in page_rows[:_ON_A_PAGE]],
        "query": query.urlencode(),
        "older": page_rows[_ON_A_PAGE - 1].pk if len(page_rows) > _ON_A_PAGE else None,
        "later": before,
    }
    return visit.render("cabinet/accounts/audit.html", context, 200 if form.is_valid() else 422)


@page(Permission.SECURITY, methods=("GET",))
def audit_export(visit: Visit) -> HttpResponse:
    """Give what the filter finds as a sheet of Excel; that it was taken is kept too."""
    form = AuditFilter(visit.request.GET)
    if not form.is_valid():
        return visit.render("cabinet/accounts/audit.html", {"form": form}, 422)
    octets = _sheet(_found(form)[:EXPORT_LIMIT].iterator())
    audit.record(visit, "audit_exported")
    name = f"audit-{timezone.localtime(visit.now):%Y-%m-%d}.xlsx"
    return HttpResponse(
        octets,
        content_type=_SHEET,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _found(form: AuditFilter) -> QuerySet[AuditEntry]:
    said = form.cleaned_data
    rows = AuditEntry.objects.select_related("account__user").order_by("-at", "-pk")
    if said["account"]:
        rows = rows.filter(
            account__in=list(
                Account.objects.filter(user__username__iexact=said["account"].strip()).values_list(
                    "pk", flat=True
                )
            )
        )
    if said["action"]:
        rows = rows.filter(action=said["action"])
    if said["exchange"]:
        rows = rows.filter(exchange=said["exchange"])
    if said["since"]:
        rows = rows.filter(at__gte=_midnight(said["since"]))
    if said["until"]:
        rows = rows.filter(at__lt=_midnight(said["until"] + timedelta(days=1)))
    return rows


def _before(rows: QuerySet[AuditEntry], number: int) -> QuerySet[AuditEntry]:
    """Return the rows that stand after the entry of that number, in the order of the list."""
    last = AuditEntry.objects.filter(pk=number).first()
    return rows if last is None else rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None  # noqa: PLR2004 - a bigint


def _sheet(rows: Iterable[AuditEntry]) -> bytes:
    """Write a sheet; every cell is a text, so that none of them is a formula."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(spoken(Text(ru="Журнал действий", en="Audit")))
        for column, head in enumerate(_HEADS):
            sheet.write_string(0, column, spoken(head))
        for line, each in enumerate(rows, start=1):
            cells = (
                timezone.localtime(each.at).strftime("%d.%m.%Y %H:%M:%S"),
                each.name,
                spoken(words_of(each.action)),
                str(each.exchange or ""),
                each.subject,
                each.address,
            )
            for column, cell in enumerate(cells):
                sheet.write_string(line, column, cell)
    return target.getvalue()
