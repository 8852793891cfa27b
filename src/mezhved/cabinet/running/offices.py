"""Departments and their people, terms, systems that answer: forms of the set-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final
from zoneinfo import available_timezones

from django import forms
from django.db.models import Count
from django.urls import reverse

from mezhved.cabinet.running import fields
from mezhved.cabinet.running.section import Column, Section, flagged
from mezhved.cabinet.running.setting import SetupForm
from mezhved.cabinet.wording import lazy_text
from mezhved.gateway.models import (
    AnswerService,
    CallForm,
    Department,
    InformationSystem,
    InformationType,
    Person,
    Term,
)
from mezhved.gateway.provider.spans import Span
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mezhved.gateway.setup.changes import Outcome

RUSSIAN_ZONES: Final = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Simferopol",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Novosibirsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)


class _Datalist(forms.TextInput):
    """A text with names to choose from."""

    template_name = "cabinet/running/zone.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> Any:
        """Add the names."""
        context = super().get_context(name, value, attrs)
        known = available_timezones()
        context["zones"] = [each for each in RUSSIAN_ZONES if each in known]
        return context


class DepartmentForm(SetupForm):
    """A department."""

    relations: ClassVar = ("systems",)
    code = fields.text("Код", "Code", ("Латинские буквы, цифры, - и _.", "Latin letters, digits, - and _."))
    name = fields.text("Название", "Name")
    parent = fields.RowField(
        "Вышестоящее подразделение",
        "The department above",
        Department.objects.order_by("name"),
        empty=("нет", "none"),
        named=lambda row: f"{row.name} ({row.code})",
    )
    email = fields.text(
        "Почтовый ящик", "Mailbox", ("Сюда приходят письма о сроках.", "Letters of terms come here.")
    )
    time_zone = fields.text("Часовой пояс", "Time zone", widget=_Datalist())
    opens = fields.text("Начало дня", "The day begins", ("Например, 09:00.", "Such as 09:00."))
    closes = fields.text(
        "Конец дня",
        "The day ends",
        ("В сокращённые дни — на час раньше.", "An hour earlier on shortened days."),
    )
    systems = fields.RowsField(
        "Чьи запросы",
        "Whose requests",
        InformationSystem.objects.select_related("connection").order_by("mnemonic"),
        ("Ничего не отмечено — всех систем.", "None ticked: of all systems."),
        named=lambda row: f"{row.mnemonic} ({row.connection.name})",
    )
    is_default = fields.flag(
        "Получает всё, что не дано другим",
        "Gets what is given to no other",
        ("Такое подразделение одно: отметка уйдёт с прежнего.", "There is one: the mark leaves the other."),
    )

    def write(self) -> Outcome:
        """Take the mark of the default from the department that has it."""
        if self.cleaned_data["is_default"]:
            Department.objects.filter(is_default=True).exclude(pk=self.row.pk).update(is_default=False)
        return super().write()


class PersonForm(SetupForm):
    """A person of a department; who signs in is made with the account."""

    department = fields.RowField(
        "Подразделение",
        "Department",
        Department.objects.order_by("name"),
        empty=("выберите", "choose"),
        named=lambda row: f"{row.name} ({row.code})",
    )
    name = fields.text("Фамилия, имя, отчество", "Name")
    email = fields.text("Почта", "Mail")
    is_head = fields.flag("Руководитель", "The head", ("Узнаёт о просроченном.", "Hears of what is late."))

    def clean_department(self) -> Any:
        """Demand one."""
        return _given(self.cleaned_data["department"])


class ServiceForm(SetupForm):
    """A system of the participant that answers requests by itself."""

    secrets: ClassVar = ("secret",)
    code = fields.text("Код", "Code", ("Латинские буквы, цифры, - и _.", "Latin letters, digits, - and _."))
    url = fields.text("Адрес", "Address", ("http:// или https://", "http:// or https://"))
    form = fields.choice(
        "В каком виде давать запрос",
        "How the request is given",
        [(each.value, each.name) for each in CallForm],
    )
    secret = fields.text("Секрет подписи вызовов (HMAC)", "Secret of the calls' signature (HMAC)")
    timeout_seconds = fields.number("Сколько ждать ответа, секунды", "How long to wait, seconds", least=1)
    attempts = fields.number(
        "Сколько раз вызывать",
        "How often to call",
        ("Потом запрос получит человек.", "Then a person gets the request."),
        least=1,
    )
    authorities = fields.PemField(
        "Кому верить (TLS)",
        "Whom to believe (TLS)",
        ("Пусто — как весь сервер.", "Empty: as the machine does."),
    )


class TermForm(SetupForm):
    """A term."""

    type = fields.RowField(
        "Вид сведений",
        "Information type",
        InformationType.objects.defer("package").order_by("code"),
        empty=("любой", "any"),
        named=lambda row: f"{row.code} {row.title}",
    )
    department = fields.RowField(
        "Подразделение",
        "Department",
        Department.objects.order_by("name"),
        empty=("любое", "any"),
        named=lambda row: row.name,
    )
    term = fields.SpanField("Срок ответа", "Term", ("", ""))
    remind_before = fields.SpansField(
        "За сколько напомнить исполнителю",
        "How long before to remind",
        ("По одному в строке.", "One a line."),
    )
    escalate_after = fields.SpansField(
        "Через сколько после срока сказать руководителю",
        "How long after the end to tell the head",
        ("Каждый следующий — на уровень выше.", "Each next one: a level higher."),
    )


def _given(value: Any) -> Any:
    if value is None:
        raise forms.ValidationError(lazy_text("выберите из списка", "choose from the list"))
    return value


def _departments() -> QuerySet[Department]:
    return Department.objects.select_related("parent").annotate(people_count=Count("people")).order_by("name")


def as_tree(rows: QuerySet[Department]) -> list[Department]:
    """Return departments with those below each behind it; `level` tells how deep one stands."""
    found = list(rows)
    known = {each.pk for each in found}
    below: dict[int | None, list[Department]] = {}
    for each in found:
        parent = each.parent.pk if each.parent is not None and each.parent.pk in known else None
        below.setdefault(parent, []).append(each)
    arranged: list[Department] = []
    waiting = [(each, 0) for each in reversed(below.get(None, []))]
    while waiting:
        each, level = waiting.pop()
        each.level = level  # type: ignore[attr-defined]
        arranged.append(each)
        waiting.extend((inner, level + 1) for inner in reversed(below.get(each.pk, [])))
    return arranged


def _words(span: str) -> Text:
    return Span.parse(span).words()


DEPARTMENTS: Final = Section(
    slug="departments",
    title=Text(ru="Подразделения", en="Departments"),
    new=Text(ru="Новое подразделение", en="New department"),
    about=Text(
        ru="Кто работает над входящими запросами, в какие часы и по чьему времени считаются сроки.",
        en="Who works on incoming requests, at what hours, and by whose clock terms are counted.",
    ),
    model=Department,
    form=DepartmentForm,
    columns=(
        Column(Text(ru="Код", en="Code"), lambda row: row.code),
        Column(Text(ru="Входит в", en="Belongs to"), lambda row: row.parent.name if row.parent else "—"),
        Column(Text(ru="Людей", en="People"), lambda row: row.people_count),
        Column(Text(ru="Часы", en="Hours"), lambda row: f"{row.opens}–{row.closes}, {row.time_zone}"),
        Column(Text(ru="Получает остальное", en="Gets the rest"), lambda row: flagged(row.is_default)),
    ),
    rows=_departments,
    arranged=as_tree,
    search=("code", "name", "email"),
    named=lambda row: row.name,
    more=lambda row: (
        (
            Text(ru="Люди подразделения", en="Its people"),
            f"{reverse('cabinet:setup_list', args=['people'])}?q={row.code}",
        ),
    ),
)
PEOPLE: Final = Section(
    slug="people",
    title=Text(ru="Люди подразделений", en="People of departments"),
    new=Text(ru="Записать человека", en="Write a person down"),
    about=Text(
        ru="Кого можно назначить исполнителем. Учётная запись заводится отдельно и связывается сама.",
        en="Who can be made an executor. An account is made apart and connects by itself.",
    ),
    model=Person,
    form=PersonForm,
    called=Text(ru="Фамилия, имя, отчество", en="Name"),
    columns=(
        Column(Text(ru="Подразделение", en="Department"), lambda row: row.department.name),
        Column(Text(ru="Почта", en="Mail"), lambda row: row.email or "—"),
        Column(Text(ru="Руководитель", en="Head"), lambda row: flagged(row.is_head)),
        Column(Text(ru="Входит в кабинет", en="Signs in"), lambda row: flagged(row.account_id is not None)),
    ),
    rows=lambda: Person.objects.select_related("department").order_by("department__name", "name"),
    search=("name", "department__code", "department__name"),
)
SERVICES: Final = Section(
    slug="services",
    title=Text(ru="Системы, которые отвечают сами", en="Systems that answer"),
    new=Text(ru="Новая система", en="New system"),
    about=Text(
        ru="Адреса собственных систем: правило может отдать им запрос без участия человека.",
        en="Addresses of own systems: a rule may give them a request without a person.",
    ),
    model=AnswerService,
    form=ServiceForm,
    called=Text(ru="Код", en="Code"),
    columns=(
        Column(Text(ru="Адрес", en="Address"), lambda row: row.url),
        Column(Text(ru="Вид", en="Form"), lambda row: row.form.upper()),
        Column(Text(ru="Подпись вызовов", en="Calls are signed"), lambda row: flagged(bool(row.secret))),
    ),
    rows=lambda: AnswerService.objects.order_by("code"),
    search=("code", "url"),
)
TERMS: Final = Section(
    slug="terms",
    title=Text(ru="Сроки ответов", en="Terms of answers"),
    new=Text(ru="Новый срок", en="New term"),
    about=Text(
        ru="Действует самый точный: вид сведений и подразделение вместе, потом вид, потом подразделение. "
        "Без записей — 5 рабочих дней.",
        en="The closest one holds: type and department together, then the type, then the department. "
        "Without any: 5 working days.",
    ),
    model=Term,
    form=TermForm,
    called=Text(ru="Для чего", en="For what"),
    columns=(
        Column(Text(ru="Срок", en="Term"), lambda row: _words(row.term)),
        Column(Text(ru="Напомнить за", en="Remind before"), lambda row: ", ".join(row.remind_before) or "—"),
        Column(
            Text(ru="Руководителю через", en="Head after"), lambda row: ", ".join(row.escalate_after) or "—"
        ),
    ),
    rows=lambda: (
        Term.objects.select_related("type", "department").defer("type__package").order_by("type__code", "pk")
    ),
    search=("type__code", "department__name"),
    named=lambda row: " · ".join(
        (row.type.code if row.type else "*", row.department.name if row.department else "*")
    ),
)
