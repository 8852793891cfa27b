"""What is still missing until the first exchange: each step with the page where it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.models import Account, Assignment, Role
from mezhved.cabinet.running.check import failures, last_check
from mezhved.gateway.models import (
    Connection,
    Department,
    Exchange,
    InformationSystem,
    InformationType,
    KeyPurpose,
)
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from mezhved.gateway.assembly import Gateway

WORKING: Final = (Role.OFFICIAL, Role.HEAD)


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step: whether it is done, what it is for, what is missing, where it is done."""

    title: Text
    ready: bool
    detail: Text
    link: str
    button: Text


def first_steps(gateway: Gateway, visit: Visit) -> list[FirstStep]:
    """Return the steps in the order in which they are made."""
    return list(_steps(gateway, visit))


def _steps(gateway: Gateway, visit: Visit) -> Iterator[FirstStep]:
    yield FirstStep(
        Text(ru="Подключение к СМЭВ", en="A connection to SMEV"),
        Connection.objects.filter(is_active=True).exists(),
        Text(
            ru="Адрес СМЭВ, который дал оператор: сначала тестового контура.",
            en="SMEV's address as the operator gave it: of the test contour first.",
        ),
        reverse("cabinet:setup_list", args=["connections"]),
        Text(ru="Подключения", en="Connections"),
    )
    systems = list(
        InformationSystem.objects.select_related("connection").filter(
            is_active=True, connection__is_active=True
        )
    )
    yield FirstStep(
        Text(ru="Информационная система", en="An information system"),
        bool(systems),
        Text(
            ru="Мнемоника, под которой ваша система зарегистрирована в СМЭВ.",
            en="The mnemonic that your system is registered in SMEV under.",
        ),
        reverse("cabinet:setup_list", args=["systems"]),
        Text(ru="Системы", en="Systems"),
    )
    without = [each.mnemonic for each in systems if not _signs(gateway, each)]
    yield FirstStep(
        Text(ru="Ключ подписи организации", en="The organisation's signing key"),
        bool(systems) and not without,
        Text(ru=f"Нет ключа в силе: {', '.join(without)}.", en=f"No key in force: {', '.join(without)}.")
        if without
        else Text(ru="Подписывает все сообщения (ЭП-ОВ).", en="It signs all messages (EP-OV)."),
        reverse("cabinet:keys"),
        Text(ru="Ключи", en="Keys"),
    )
    found = failures(last_check())
    yield FirstStep(
        Text(ru="Проверка связи", en="A check of the way"),
        found == 0,
        _checked(found),
        reverse("cabinet:check"),
        Text(ru="Проверить", en="Check"),
    )
    yield FirstStep(
        Text(ru="Вид сведений", en="An information type"),
        InformationType.objects.filter(is_active=True).exists(),
        Text(
            ru="Пакет схем того, что вы запрашиваете или на что отвечаете.",
            en="The package of what you ask for, or answer.",
        ),
        reverse("cabinet:type_upload"),
        Text(ru="Загрузить пакет", en="Upload a package"),
    )
    yield FirstStep(
        Text(ru="Подразделение", en="A department"),
        Department.objects.filter(is_active=True).exists(),
        Text(ru="Кто спрашивает и отвечает.", en="Who asks and answers."),
        reverse("cabinet:setup_list", args=["departments"]),
        Text(ru="Подразделения", en="Departments"),
    )
    yield FirstStep(
        Text(ru="Кто получает остальное", en="Who gets the rest"),
        Department.objects.filter(is_active=True, is_default=True).exists(),
        Text(
            ru="Подразделение, которому достаётся запрос, не подошедший ни под одно правило.",
            en="The department that gets a request that no rule fits.",
        ),
        reverse("cabinet:setup_list", args=["departments"]),
        Text(ru="Подразделения", en="Departments"),
    )
    may_make = visit.access.may(Permission.ACCOUNTS)
    yield FirstStep(
        Text(ru="Учётная запись сотрудника", en="An official's account"),
        Account.objects.filter(
            user__is_active=True, pk__in=Assignment.objects.filter(role__in=WORKING).values("account")
        ).exists(),
        Text(
            ru="Сотрудник или руководитель подразделения, который войдёт в кабинет.",
            en="An official or a head of a department who signs in.",
        ),
        reverse("cabinet:account_list") if may_make else "",
        Text(ru="Учётные записи", en="Accounts"),
    )
    yield FirstStep(
        Text(ru="Первый обмен", en="The first exchange"),
        Exchange.objects.exists(),
        Text(
            ru="Пусть сотрудник отправит запрос или дождётся входящего.",
            en="Let an official send a request, or wait for one to come.",
        ),
        "",
        Text(ru="", en=""),
    )


def _signs(gateway: Gateway, system: InformationSystem) -> bool:
    try:
        return gateway.ring.has(system, KeyPurpose.ORGANISATION)
    except MezhvedError:
        return False


def _checked(found: int | None) -> Text:
    if found is None:
        return Text(ru="Ещё не проводилась.", en="It was not made yet.")
    if found:
        return Text(ru=f"Препятствий: {found}.", en=f"In the way: {found}.")
    return Text(ru="Препятствий не найдено.", en="Nothing is in the way.")


@page(Permission.SETUP, methods=("GET",))
def first_steps_page(visit: Visit) -> HttpResponse:
    """Show the steps."""
    steps = first_steps(visit.gateway, visit)
    ready = sum(each.ready for each in steps)
    return visit.render("cabinet/running/first_steps.html", {"steps": steps, "ready": ready})
