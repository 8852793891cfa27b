"""Queues of SMEV: how each goes, what waits to be sent, which files are awaited; what was deleted when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Paginator
from django.db.models import Count, Min

from mezhved.cabinet.access import Permission, Visit, page
from mezhved.gateway.models import (
    AutoAnswer,
    AutoState,
    AwaitedFiles,
    Forgetting,
    Mail,
    Message,
    QueueState,
)
from mezhved.gateway.retention import due, rules
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.http import HttpResponse

PAGE: Final = 50
MOST_COUNTED: Final = 10_000
KINDS: Final = {
    "request": Text(ru="запросы", en="requests"),
    "response": Text(ru="ответы", en="answers"),
    "status": Text(ru="статусы", en="statuses"),
}


def problem_text(problem: dict[str, Any] | None) -> Text | None:
    """Return a kept problem as a text, with its cure."""
    if not problem:
        return None
    ru, en = str(problem.get("ru", "")), str(problem.get("en", ""))
    if problem.get("cure_ru"):
        ru, en = f"{ru} — {problem['cure_ru']}", f"{en}: {problem.get('cure_en', '')}"
    return Text(ru=ru, en=en)


@page(Permission.SETUP, methods=("GET",))
def queues(visit: Visit) -> HttpResponse:
    """Show the queues."""
    rows = QueueState.objects.select_related("system__connection").order_by(
        "system__mnemonic", "kind", "node"
    )
    shown = Paginator(rows, PAGE).get_page(visit.request.GET.get("page"))
    lines = [(row, KINDS.get(row.kind, Text(row.kind, row.kind)), problem_text(row.problem)) for row in shown]
    awaited = AwaitedFiles.objects.select_related("system").order_by("first_at")[:PAGE]
    unanswered = (
        AutoAnswer.objects.filter(state=AutoState.FAILED)
        .select_related("exchange", "rule", "service")
        .order_by("-pk")[:PAGE]
    )
    outbox = (
        Message.objects.filter(send_after__isnull=False)
        .order_by()
        .values("system__mnemonic", "needs_upload")
        .annotate(waiting=Count("pk"), oldest=Min("created_at"))
    )
    context = {
        "rows": shown,
        "lines": lines,
        "awaited": [(each, problem_text(each.problem)) for each in awaited],
        "outbox": outbox,
        "unanswered": [(each, problem_text(each.problem)) for each in unanswered],
        "automatic": AutoAnswer.objects.filter(state=AutoState.WAITING).count(),
        "mails": Mail.objects.filter(send_after__isnull=False).count(),
        "settings": visit.gateway.settings,
    }
    return visit.render("cabinet/running/queues.html", context)


@page(Permission.SETUP, methods=("GET",))
def retention(visit: Visit) -> HttpResponse:
    """Show the rules of deletion, what they have to do, and what they did."""
    now = visit.now
    in_force = [(each, due(each, now)[:MOST_COUNTED].count()) for each in rules(visit.gateway.settings)]
    rows = Forgetting.objects.select_related("exchange").order_by("-at", "-pk")
    shown = Paginator(rows, PAGE).get_page(visit.request.GET.get("page"))
    return visit.render("cabinet/running/retention.html", {"rules": in_force, "rows": shown})
