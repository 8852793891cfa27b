"""Departments, systems that answer, rules, terms and the calendar: their part of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model

from mezhved.gateway.models import (
    AnswerService,
    AnswerWay,
    CalendarDay,
    CallForm,
    Department,
    InformationType,
    Person,
    Rule,
    Term,
)
from mezhved.gateway.provider.spans import BadSpan, Span
from mezhved.gateway.setup.bringing import found, missing, system_name, system_of
from mezhved.gateway.setup.changes import BadSetup, write_related
from mezhved.gateway.setup.telling import without_defaults
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.gateway.setup.bringing import Bringing
    from mezhved.gateway.setup.telling import Telling
    from mezhved.service.documents import Entry

_HOURS = {"time_zone": "Europe/Moscow", "opens": "09:00", "closes": "18:00"}


def bring_department(bringing: Bringing, entry: Entry, _number: int) -> None:
    """Write a department with its people."""
    code = entry.text("code")
    row = Department.objects.filter(code=code).first() or Department(code=code)
    values = {
        "name": entry.text("name"),
        "parent": found(Department, entry, "parent"),
        "email": entry.text("email", ""),
        **{name: entry.text(name, default) for name, default in _HOURS.items()},
        "is_default": entry.flag("is_default", default=False),
        "is_active": entry.flag("is_active", default=True),
    }
    systems = [system_of(each, f"{entry.where}.systems") for each in entry.strings("systems")]
    if values["is_default"]:
        Department.objects.exclude(code=code).filter(is_default=True).update(is_default=False)
    outcome = write_related(row, "systems", systems, bringing.write(row, values, entry))
    bringing.note("departments", row, outcome)
    for each in entry.entries("people"):
        _bring_person(bringing, each, row)


def tell_department(_telling: Telling, row: Department) -> dict[str, Any]:
    """Return what the document says of a department."""
    return without_defaults(
        {
            "code": row.code,
            "name": row.name,
            "parent": row.parent and row.parent.code,
            "email": row.email,
            **{name: getattr(row, name) for name in _HOURS},
            "systems": sorted(system_name(each) for each in row.systems.select_related("connection")),
            "is_default": row.is_default,
            "is_active": row.is_active,
            "people": [
                _tell_person(each)
                for each in Person.objects.filter(department=row).select_related("account").order_by("name")
            ],
        },
        **_HOURS,
        is_default=False,
        is_active=True,
    )


def parents_first(rows: Iterable[Department]) -> Iterable[Department]:
    """Return departments so that each comes after the one above it."""
    return sorted(rows, key=lambda each: (sum(1 for _ in each.upwards()), each.code))


def _bring_person(bringing: Bringing, entry: Entry, department: Department) -> None:
    name = entry.text("name")
    row = Person.objects.filter(department=department, name=name).first()
    values = {
        "email": entry.text("email", ""),
        "is_head": entry.flag("is_head", default=False),
        "account": found(get_user_model(), entry, "account", "username"),
    }
    bringing.put("people", row or Person(department=department, name=name), values, entry)


def _tell_person(row: Person) -> dict[str, Any]:
    account = row.account and row.account.get_username()
    return without_defaults(
        {"name": row.name, "email": row.email, "is_head": row.is_head, "account": account}, is_head=False
    )


def bring_service(bringing: Bringing, entry: Entry, _number: int) -> None:
    """Write a system of the participant that answers."""
    code = entry.text("code")
    row = AnswerService.objects.filter(code=code).first() or AnswerService(code=code)
    values = {
        "url": entry.text("url"),
        "form": entry.text("form", CallForm.XML),
        "secret": bringing.secret(entry, "secret", row.secret),
        "timeout_seconds": entry.whole("timeout_seconds", 30),
        "attempts": entry.whole("attempts", 5),
        "authorities": bringing.pem(entry, "authorities"),
        "is_active": entry.flag("is_active", default=True),
    }
    bringing.put("services", row, values, entry)


def tell_service(telling: Telling, row: AnswerService) -> dict[str, Any]:
    """Return what the document says of a system that answers."""
    return without_defaults(
        {
            "code": row.code,
            "url": row.url,
            "form": row.form,
            "secret": telling.secret(row.secret),
            "timeout_seconds": row.timeout_seconds,
            "attempts": row.attempts,
            "authorities": row.authorities,
            "is_active": row.is_active,
        },
        form=CallForm.XML.value,
        timeout_seconds=30,
        attempts=5,
        is_active=True,
    )


def bring_rule(bringing: Bringing, entry: Entry, number: int) -> None:
    """Write a rule; its place is that in the list unless it says another."""
    code, system = entry.text("code"), entry.text("system", "")
    row = Rule.objects.filter(code=code).first() or Rule(code=code)
    values = {
        "position": entry.whole("position", number),
        "title": entry.text("title", ""),
        "system": system_of(system, f"{entry.where}.system") if system else None,
        "type": found(InformationType, entry, "type"),
        "senders": entry.strings("senders"),
        "xpath": entry.text("xpath", ""),
        "namespaces": entry.texts("namespaces"),
        "values": entry.strings("values"),
        "days": entry.text("days", ""),
        "weekdays": [int(each) if each.isdecimal() else each for each in entry.strings("weekdays")],
        "from_hour": entry.text("from_hour", ""),
        "to_hour": entry.text("to_hour", ""),
        "is_test": entry.flag("is_test", default=False) if entry.has("is_test") else None,
        "department": found(Department, entry, "department"),
        "executor": entry.text("executor", ""),
        "way": entry.text("answer", AnswerWay.PERSON),
        "service": found(AnswerService, entry, "service"),
        "anywhere": entry.flag("anywhere", default=False),
        "term": _span(entry, "term", ""),
        "is_active": entry.flag("is_active", default=True),
    }
    bringing.put("rules", row, values, entry)


def tell_rule(_telling: Telling, row: Rule) -> dict[str, Any]:
    """Return what the document says of a rule."""
    return without_defaults(
        {
            "code": row.code,
            "position": row.position,
            "title": row.title,
            "system": row.system and system_name(row.system),
            "type": row.type and row.type.code,
            "senders": row.senders,
            "xpath": row.xpath,
            "namespaces": row.namespaces,
            "values": row.values,
            "days": row.days,
            "weekdays": [str(each) for each in row.weekdays],
            "from_hour": row.from_hour,
            "to_hour": row.to_hour,
            "is_test": row.is_test,
            "department": row.department and row.department.code,
            "executor": row.executor,
            "answer": row.way,
            "service": row.service and row.service.code,
            "anywhere": row.anywhere,
            "term": row.term,
            "is_active": row.is_active,
        },
        answer=AnswerWay.PERSON.value,
        anywhere=False,
        is_active=True,
    )


def bring_term(bringing: Bringing, entry: Entry, _number: int) -> None:
    """Write a term: of a type, of a department, of both, or of everything else."""
    kind, department = found(InformationType, entry, "type"), found(Department, entry, "department")
    row = Term.objects.filter(type=kind, department=department).first()
    values = {
        "term": _span(entry, "term", "5wd"),
        "remind_before": _spans(entry, "remind_before"),
        "escalate_after": _spans(entry, "escalate_after"),
    }
    bringing.put("terms", row or Term(type=kind, department=department), values, entry)


def tell_term(_telling: Telling, row: Term) -> dict[str, Any]:
    """Return what the document says of a term."""
    return without_defaults(
        {
            "type": row.type and row.type.code,
            "department": row.department and row.department.code,
            "term": row.term,
            "remind_before": row.remind_before,
            "escalate_after": row.escalate_after,
        }
    )


def bring_day(bringing: Bringing, entry: Entry, _number: int) -> None:
    """Write a day of the calendar."""
    day = entry.day("day")
    if day is None:
        raise missing("day", entry.where)
    row = CalendarDay.objects.filter(day=day).first() or CalendarDay(day=day)
    bringing.put("calendar", row, {"kind": entry.text("kind"), "note": entry.text("note", "")}, entry)


def tell_day(_telling: Telling, row: CalendarDay) -> dict[str, Any]:
    """Return what the document says of a day."""
    return without_defaults({"day": row.day.isoformat(), "kind": row.kind, "note": row.note})


def _span(entry: Entry, name: str, default: str) -> str:
    written = entry.text(name, default)
    try:
        return str(Span.parse(written)) if written else ""
    except BadSpan as error:
        raise BadSetup(error.what, where=f"{entry.where}.{name}", cure=error.cure) from error


def _spans(entry: Entry, name: str) -> list[str]:
    spans = []
    for each in entry.strings(name):
        try:
            spans.append(str(Span.parse(each)))
        except BadSpan as error:
            raise BadSetup(error.what, where=f"{entry.where}.{name}", cure=error.cure) from error
    if len(set(spans)) != len(spans):
        raise BadSetup(Text(ru="срок дан дважды", en="a term is given twice"), where=f"{entry.where}.{name}")
    return spans
