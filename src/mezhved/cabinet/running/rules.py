"""Routing rules: their form, their order, and trying them on a sample."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.running import fields
from mezhved.cabinet.running.section import Column, Section
from mezhved.cabinet.running.setting import SetupForm
from mezhved.cabinet.wording import lazy_text
from mezhved.gateway.access import full_name
from mezhved.gateway.models import (
    AnswerService,
    AnswerWay,
    Days,
    Department,
    InformationSystem,
    InformationType,
    Rule,
)
from mezhved.gateway.provider.trying import try_rules
from mezhved.gateway.setup.changes import write
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from django.http import HttpResponse

MOST_SAMPLE: Final = 4 * 2**20
WAYS: Final = {
    AnswerWay.PERSON.value: Text(ru="человек", en="a person"),
    AnswerWay.CALL.value: Text(ru="своя система", en="an own system"),
    AnswerWay.SCENARIO.value: Text(ru="тестовый сценарий", en="the test scenario"),
}
_DAYS: Final = (
    (Days.ANY.value, lazy_text("любые", "any")),
    (Days.WORKING.value, lazy_text("рабочие", "working")),
    (Days.OFF.value, lazy_text("нерабочие", "days off")),
)
_TEST: Final = (
    ("", lazy_text("любые сообщения", "any messages")),
    ("yes", lazy_text("только тестовые", "test ones only")),
    ("no", lazy_text("только настоящие", "real ones only")),
)


class RuleForm(SetupForm):
    """A rule: conditions, all of which must hold, and what then happens."""

    code = fields.text("Код", "Code", ("Латинские буквы, цифры, - и _.", "Latin letters, digits, - and _."))
    title = fields.text("Название", "Title")
    system = fields.RowField(
        "Если запрос пришёл системе",
        "If the request came to the system",
        InformationSystem.objects.select_related("connection").order_by("mnemonic"),
        empty=("любой", "any"),
        named=full_name,
    )
    type = fields.RowField(
        "и вид сведений",
        "and the information type is",
        InformationType.objects.defer("package").order_by("code"),
        empty=("любой", "any"),
        named=lambda row: f"{row.code} {row.title}",
    )
    senders = fields.LinesField(
        "и спрашивает",
        "and who asks is",
        ("Мнемоники, по одной в строке; пусто — кто угодно.", "Mnemonics, one a line; empty: anybody."),
    )
    xpath = fields.text(
        "и в сведениях есть (XPath)",
        "and the business data have (XPath)",
        (
            "Например, //t:Region/text(); t — пространство имён вида сведений.",
            "Such as //t:Region/text(); t is the type's namespace.",
        ),
    )
    namespaces = fields.NamesField(
        "Префиксы для XPath", "Prefixes of the XPath", ("префикс=пространство имён", "prefix=namespace")
    )
    values = fields.LinesField(
        "с одним из значений",
        "with one of the values",
        ("По одному в строке; 4501* — всё, что так начинается.", "One a line; 4501*: whatever begins so."),
    )
    days = fields.choice("и дни", "and the days are", _DAYS)
    weekdays = fields.WeekdaysField()
    from_hour = fields.text("и время с", "and the time is from", ("Например, 09:00.", "Such as 09:00."))
    to_hour = fields.text("до", "to", ("Раньше начала — через полночь.", "Earlier: over midnight."))
    is_test = fields.choice("и сообщения", "and the messages are", _TEST)
    department = fields.RowField(
        "То запрос получает подразделение",
        "Then the request goes to the department",
        Department.objects.filter(is_active=True).order_by("name"),
        empty=("которое получает остальное", "that gets the rest"),
        named=lambda row: row.name,
    )
    executor = fields.text("и сразу исполнитель", "and at once to the executor")
    way = fields.choice(
        "Отвечает", "Who answers", [(key, lazy_text(said.ru, said.en)) for key, said in WAYS.items()]
    )
    service = fields.RowField(
        "Система, которая отвечает",
        "The answering system",
        AnswerService.objects.order_by("code"),
        empty=("нет", "none"),
    )
    anywhere = fields.flag(
        "Тестовый сценарий отвечает и на настоящие запросы",
        "The test scenario answers real requests too",
        ("Опасно: обычно только в тестовом контуре.", "Dangerous: usually in the test contour only."),
    )
    term = fields.SpanField("Свой срок", "A term of its own", ("Пусто — обычный.", "Empty: the usual one."))

    def told(self, row: Any) -> dict[str, Any]:
        """Show the three states of the test mark as words."""
        marks = {None: "", True: "yes", False: "no"}
        return super().told(row) | {"is_test": marks[row.is_test]}

    def clean_is_test(self) -> Any:
        """Read the word; the form keeps it as the page shows it."""
        return self.cleaned_data["is_test"]

    def to_write(self) -> dict[str, Any]:
        """Write the word as the column has it, and a new rule at the end."""
        marks = {"": None, "yes": True, "no": False}
        values = super().to_write() | {"is_test": marks[self.cleaned_data["is_test"]]}
        if self.row.pk is None:
            last = Rule.objects.order_by("-position").first()
            values["position"] = 1 if last is None else last.position + 1
        return values


class TryForm(forms.Form):
    """A sample request, and to whom and when it would come."""

    system = fields.RowField(
        "Кому запрос",
        "Whose request",
        InformationSystem.objects.select_related("connection").order_by("mnemonic"),
        empty=("выберите", "choose"),
        named=full_name,
    )
    sender = fields.text("Кто спрашивает (мнемоника)", "Who asks (mnemonic)")
    at = fields.text(
        "Когда",
        "When",
        ("По московскому времени; пусто — сейчас.", "By Moscow time; empty: now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    is_test = fields.flag("Тестовое сообщение", "A test message")
    content = fields.long_text("Сведения запроса (XML)", "The business data (XML)")
    file = forms.FileField(label=lazy_text("или файлом", "or as a file"), required=False)

    def clean_system(self) -> Any:
        """Demand one."""
        if self.cleaned_data["system"] is None:
            raise forms.ValidationError(lazy_text("выберите из списка", "choose from the list"))
        return self.cleaned_data["system"]

    def clean_at(self) -> datetime | None:
        """Read a moment of Moscow."""
        written = self.cleaned_data["at"]
        try:
            return (
                datetime.fromisoformat(written).replace(tzinfo=ZoneInfo("Europe/Moscow")) if written else None
            )
        except ValueError as error:
            raise forms.ValidationError(lazy_text("это не дата и время", "no date and time")) from error

    def octets(self) -> bytes:
        """Return the sample."""
        file = self.cleaned_data.get("file")
        octets: bytes = self.cleaned_data["content"].encode() if file is None else file.read(MOST_SAMPLE)
        return octets


@page(Permission.SETUP)
def rule_try(visit: Visit) -> HttpResponse:
    """Tell what the rules decide about a sample; nothing is kept."""
    if visit.request.method != "POST":
        return visit.render("cabinet/running/rule_try.html", {"form": TryForm()})
    form = TryForm(visit.request.POST, visit.request.FILES)
    if not form.is_valid():
        return visit.render("cabinet/running/rule_try.html", {"form": form}, status=422)
    said = form.cleaned_data
    try:
        trial = try_rules(
            form.octets(),
            full_name(said["system"]),
            said["sender"],
            said["at"] or visit.now,
            is_test=said["is_test"],
        )
    except MezhvedError as error:
        form.add_error("content", lazy_text(error.what.ru, error.what.en))
        return visit.render("cabinet/running/rule_try.html", {"form": form}, status=422)
    way = WAYS[trial.decision.way.value]
    return visit.render("cabinet/running/rule_try.html", {"form": form, "trial": trial, "way": way})


@page(Permission.SETUP, methods=("POST",))
def rule_move(visit: Visit, key: int) -> HttpResponse:
    """Move a rule up or down by one place."""
    step = {"up": -1, "down": 1}.get(visit.request.POST.get("to", ""), 0)
    with transaction.atomic():
        rules = list(Rule.objects.select_for_update().order_by("position", "pk"))
        place = next((number for number, rule in enumerate(rules) if rule.pk == key), None)
        if place is not None and step and 0 <= place + step < len(rules):
            rules.insert(place + step, rules.pop(place))
        for number, rule in enumerate(rules, 1):
            if rule.position != number:
                write(rule, {"position": number}, rule.code)
        if place is not None:
            audit.record(visit, "setup_changed", subject="rules: order")
    return redirect(f"{reverse('cabinet:setup_list', args=['rules'])}#row-{key}")


def _conditions(rule: Rule) -> str:
    parts = [
        rule.system.mnemonic if rule.system else "",
        rule.type.code if rule.type else "",
        ", ".join(rule.senders),
        rule.xpath and f"{rule.xpath} {', '.join(rule.values)}".strip(),
        rule.from_hour and f"{rule.from_hour}–{rule.to_hour}",
    ]
    return "; ".join(each for each in parts if each) or "—"


RULES: Final = Section(
    slug="rules",
    title=Text(ru="Правила входящих запросов", en="Rules of incoming requests"),
    new=Text(ru="Новое правило", en="New rule"),
    about=Text(
        ru="Правила смотрятся сверху вниз; первое подошедшее решает, чей запрос, кто отвечает, в какой срок.",
        en="Rules are looked at from the top; the first that fits decides whose the request is, who answers "
        "and in what time.",
    ),
    model=Rule,
    form=RuleForm,
    called=Text(ru="Код", en="Code"),
    columns=(
        Column(Text(ru="Название", en="Title"), lambda row: row.title or "—"),
        Column(Text(ru="Условия", en="Conditions"), _conditions),
        Column(
            Text(ru="Подразделение", en="Department"),
            lambda row: row.department.name if row.department else "—",
        ),
        Column(Text(ru="Отвечает", en="Who answers"), lambda row: WAYS[row.way]),
    ),
    rows=lambda: (
        Rule.objects.select_related("system__connection", "type", "department", "service")
        .defer("type__package")
        .order_by("position", "pk")
    ),
    search=("code", "title", "type__code", "department__name"),
    by_hand=True,
)
