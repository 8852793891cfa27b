"""The first page of the administration: where everything is, and what wants a look now."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.jobs.views import page_of_jobs
from mezhved.cabinet.models import Job, JobState
from mezhved.cabinet.running.first_steps import first_steps
from mezhved.cabinet.running.groups import groups
from mezhved.cabinet.running.keys import WARNED, shown_keys
from mezhved.gateway.models import AwaitedFiles, Delivery, DeliveryState, QueueState
from mezhved.gateway.watching.figures import figures
from mezhved.gateway.watching.health import Health
from mezhved.gost import GostError
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

RECENT: Final = timedelta(days=7)
ANY: Final = (Permission.SETUP, Permission.ACCOUNTS, Permission.SECURITY, Permission.JOURNAL)


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that wants a look, and where."""

    text: Text
    link: str
    bad: bool = True


@page(None, methods=("GET",))
def index(visit: Visit) -> HttpResponse:
    """Show the groups that are the account's, and what wants a look."""
    if not any(visit.access.may(each) for each in ANY):
        return visit.render("cabinet/not_allowed.html", {"permission": Permission.SETUP}, status=403)
    may_set_up = visit.access.may(Permission.SETUP)
    context = {"groups": list(groups(visit)), "warnings": list(warnings(visit)) if may_set_up else []}
    return visit.render("cabinet/running/index.html", context)


@page(Permission.SETUP, methods=("GET",))
def all_jobs(visit: Visit) -> HttpResponse:
    """List the jobs of everybody."""
    state = visit.request.GET.get("state", "")
    rows = Job.objects.filter(state=state) if state in JobState.values else Job.objects.all()
    jobs, after = page_of_jobs(rows, visit.request.GET.get("after", ""))
    context = {"jobs": jobs, "after": after, "everyone": True, "state": state}
    return visit.render("cabinet/running/jobs.html", context)


@page(Permission.SETUP, methods=("GET",))
def health(visit: Visit) -> HttpResponse:
    """Tell in words what /healthz and /metrics tell to programs."""
    problems = Health(visit.gateway, tuple).problems()
    threads = sorted(each.name for each in threading.enumerate() if each.name.startswith("mezhved-"))
    told = [
        (each.name, each.text, sorted(each.values.items())[:200])
        for each in figures(visit.now)
        if each.name in FIGURES
    ]
    lines = [(FIGURES[name], values) for name, _, values in told]
    context = {
        "problems": [(PARTS.get(name, Text(name, name)), detail) for name, detail in problems.items()],
        "threads": threads,
        "lines": lines,
    }
    return visit.render("cabinet/running/health.html", context)


PARTS: Final = {
    "database": Text(ru="База данных не отвечает", en="The database does not answer"),
    "keys": Text(ru="Не могут подписывать системы", en="These systems cannot sign"),
    "threads": Text(ru="Остановились потоки", en="Threads have ended"),
}
FIGURES: Final = {
    "mezhved_gateway_outbox_messages": Text(
        ru="Ждут отправки, сообщений", en="Messages that wait to be sent"
    ),
    "mezhved_gateway_outbox_oldest_seconds": Text(
        ru="Самое старое из них ждёт, секунд", en="The oldest of them waits, seconds"
    ),
    "mezhved_gateway_webhook_waiting": Text(ru="Ждут доставки уведомлений", en="Notices to be delivered"),
    "mezhved_gateway_webhook_oldest_seconds": Text(
        ru="Самое старое уведомление ждёт, секунд", en="The oldest notice waits, seconds"
    ),
    "mezhved_gateway_unsealed_steps": Text(
        ru="Шагов без места в цепочке журнала", en="Steps without a place in the journal's chain"
    ),
    "mezhved_gateway_certificate_days_left": Text(
        ru="Дней до конца сертификата", en="Days until a certificate ends"
    ),
}


def warnings(visit: Visit) -> Iterator[Warned]:
    """Give what wants a look of whoever sets the gateway up."""
    missing = [each.title for each in first_steps(visit.gateway, visit) if not each.ready]
    if missing:
        names = ", ".join(each.ru.lower() for each in missing), ", ".join(each.en for each in missing)
        yield Warned(
            Text(
                ru=f"До первого обмена не хватает: {names[0]}",
                en=f"Missing until the first exchange: {names[1]}",
            ),
            reverse("cabinet:first_steps"),
            bad=False,
        )
    yield from _keys(visit)
    troubled = QueueState.objects.filter(failures__gt=0, system__is_active=True).count()
    if troubled:
        yield Warned(
            Text(ru=f"Очередей с неудачами: {troubled}", en=f"Queues in trouble: {troubled}"),
            reverse("cabinet:queues"),
        )
    awaited = AwaitedFiles.objects.count()
    if awaited:
        yield Warned(
            Text(ru=f"Сообщений ждут своих файлов: {awaited}", en=f"Messages that wait for files: {awaited}"),
            reverse("cabinet:queues"),
            bad=False,
        )
    failed = Job.objects.filter(state=JobState.FAILED, finished_at__gte=visit.now - RECENT).count()
    if failed:
        yield Warned(
            Text(ru=f"Работ не удалось за неделю: {failed}", en=f"Jobs that failed this week: {failed}"),
            f"{reverse('cabinet:all_jobs')}?state=failed",
        )
    dead = Delivery.objects.filter(state=DeliveryState.DEAD, settled_at__gte=visit.now - RECENT).count()
    if dead:
        yield Warned(
            Text(ru=f"Уведомлений не доставлено за неделю: {dead}", en=f"Notices given up this week: {dead}"),
            reverse("cabinet:webhooks"),
        )


def _keys(visit: Visit) -> Iterator[Warned]:
    link = reverse("cabinet:keys")
    try:
        lines = shown_keys(visit.gateway)
    except GostError as error:
        yield Warned(
            Text(
                ru=f"Сертификат не читается: {error.what.ru}",
                en=f"A certificate does not read: {error.what.en}",
            ),
            link,
        )
        return
    for each in lines:
        if not each.key.is_active or each.days >= WARNED.days or not each.key.system.is_active:
            continue
        name = f"{each.key.name} ({each.key.system.mnemonic})"
        if each.days < 0:
            yield Warned(Text(ru=f"Срок ключа {name} истёк", en=f"The key {name} has run out"), link)
        else:
            text = Text(
                ru=f"Ключу {name} осталось дней: {each.days}", en=f"The key {name} has {each.days} days left"
            )
            yield Warned(text, link, bad=False)
