"""`mezhved gateway departments | rules | terms | calendar ...`."""

from __future__ import annotations

import calendar as months
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import yaml

from mezhved.cli.gateway_setup import FILE, ready, tell, text_of
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.configuration import GatewaySettings

Command = TypeVar("Command", bound="Callable[..., Any]")
as_json = click.option("--json", "as_json", is_flag=True, help="JSON")
_MARKS = {"working": "", "shortened": "*", "off": "-"}


def _option(name: str, ru: str, en: str, **more: Any) -> Callable[[Command], Command]:
    return click.option(name, help=str(Text(ru=ru, en=en)), **more)


def _missing(name: str) -> MezhvedError:
    return MezhvedError(Text(ru=f"нет такого: {name}", en=f"there is no {name}"))


def _bring(section: str, entry: dict[str, Any]) -> None:
    """Write one row as a document of that row alone would."""
    from mezhved.gateway.setup import import_setup  # noqa: PLC0415 - needs a started Django

    said = {name: value for name, value in entry.items() if value not in (None, "", (), [])}
    tell(import_setup(yaml.safe_dump({section: [said]}, allow_unicode=True), Path()))


def _remove(model: Any, section: str, name: str, /, **which: Any) -> None:
    from mezhved.gateway.setup.changes import remove  # noqa: PLC0415 - needs a started Django

    row = model.objects.filter(**which).first()
    if row is None:
        raise _missing(name)
    remove(row, f"{section}: {name}")
    click.echo(Text(ru=f"удалено: {name}", en=f"removed: {name}"))


def _entries(section: str) -> list[dict[str, Any]]:
    from mezhved.gateway.setup import export_setup  # noqa: PLC0415 - needs a started Django

    found: list[dict[str, Any]] = yaml.safe_load(export_setup(sections=(section,))).get(section, [])
    return found


def _print(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print rows of the set-up: JSON, or a line each, the first value first."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for row in rows:
        first, *others = row.items()
        click.echo("  ".join([str(first[1]), *(f"{name}: {_short(value)}" for name, value in others)]))


def _short(value: Any) -> str:
    return (
        json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)
    )


@click.group(help=str(Text(ru="Подразделения и их люди.", en="Departments and their people.")))
def departments() -> None:
    """Departments."""


@departments.command("list", help=str(Text(ru="Показать подразделения.", en="List the departments.")))
@as_json
@click.pass_obj
def list_departments(settings: GatewaySettings, *, as_json: bool) -> None:
    """Print every department with its people."""
    ready(settings)
    _print(_entries("departments"), as_json=as_json)


@departments.command(
    "set", help=str(Text(ru="Завести или описать заново.", en="Add one or describe it anew."))
)
@click.argument("code")
@_option("--name", "название", "name", required=True)
@_option("--parent", "вышестоящее подразделение", "the department above")
@_option("--email", "почтовый ящик", "mailbox")
@_option("--time-zone", "часовой пояс", "time zone", default="Europe/Moscow", show_default=True)
@_option("--opens", "начало дня", "beginning of the day", default="09:00", show_default=True)
@_option("--closes", "конец дня", "end of the day", default="18:00", show_default=True)
@_option("--system", "чьи запросы", "whose requests", multiple=True)
@_option("--default", "получает остальное", "gets the rest", is_flag=True)
@click.pass_obj
def set_department(settings: GatewaySettings, /, code: str, **said: Any) -> None:
    """Write a department; what is not said takes its default."""
    ready(settings)
    systems = list(said.pop("system"))
    _bring("departments", {"code": code, "systems": systems, "is_default": said.pop("default"), **said})


@departments.command("person", help=str(Text(ru="Записать человека.", en="Write a person down.")))
@click.argument("department")
@click.argument("name")
@_option("--email", "почта", "mail", default="")
@_option("--head", "начальник", "the head", is_flag=True)
@_option("--remove", "убрать", "take away", is_flag=True)
@click.pass_obj
def person(
    settings: GatewaySettings, /, department: str, name: str, *, email: str, head: bool, remove: bool
) -> None:
    """Write a person of a department, or take one away."""
    ready(settings)
    from mezhved.gateway.models import Department, Person  # noqa: PLC0415 - needs a started Django
    from mezhved.gateway.setup.changes import write  # noqa: PLC0415

    if remove:
        _remove(Person, "people", name, department__code=department, name=name)
        return
    whose = Department.objects.filter(code=department).first()
    if whose is None:
        raise _missing(department)
    row = Person.objects.filter(department=whose, name=name).first() or Person(department=whose, name=name)
    click.echo(f"{write(row, {'email': email, 'is_head': head}, name)}: {name}")


@departments.command("remove", help=str(Text(ru="Удалить подразделение.", en="Remove a department.")))
@click.argument("code")
@click.pass_obj
def remove_department(settings: GatewaySettings, /, code: str) -> None:
    """Remove a department; its requests stay, without one."""
    ready(settings)
    from mezhved.gateway.models import Department  # noqa: PLC0415 - needs a started Django

    _remove(Department, "departments", code, code=code)


@click.group(help=str(Text(ru="Правила входящих запросов.", en="Rules of incoming requests.")))
def rules() -> None:
    """Rules."""


@rules.command("list", help=str(Text(ru="Показать правила по порядку.", en="List the rules in their order.")))
@as_json
@click.pass_obj
def list_rules(settings: GatewaySettings, *, as_json: bool) -> None:
    """Print every rule."""
    ready(settings)
    _print(_entries("rules"), as_json=as_json)


@rules.command("remove", help=str(Text(ru="Удалить правило.", en="Remove a rule.")))
@click.argument("code")
@click.pass_obj
def remove_rule(settings: GatewaySettings, /, code: str) -> None:
    """Remove a rule."""
    ready(settings)
    from mezhved.gateway.models import Rule  # noqa: PLC0415 - needs a started Django

    _remove(Rule, "rules", code, code=code)


@rules.command(
    "try",
    help=str(
        Text(ru="Показать, что решат правила о запросе.", en="Tell what the rules decide about a request.")
    ),
)
@click.argument("file", type=FILE)
@_option("--system", "кому запрос (мнемоника)", "whose request (mnemonic)", required=True)
@_option("--sender", "кто спрашивает (мнемоника)", "who asks (mnemonic)", default="")
@_option("--at", "когда (ISO 8601 с поясом)", "when (ISO 8601 with its zone)", default="")
@_option("--test", "тестовое сообщение", "a test message", is_flag=True)
@as_json
@click.pass_obj
def try_rules(settings: GatewaySettings, /, file: Path, **said: Any) -> None:
    """Decide about the business data of a file and keep nothing."""
    ready(settings)
    from mezhved.gateway.provider.trying import try_rules as decide  # noqa: PLC0415 - starts Django

    came = _moment(said["at"]) if said["at"] else datetime.now(UTC)
    told = decide(file.read_bytes(), said["system"], said["sender"], came, is_test=said["test"])
    if said["as_json"]:
        click.echo(json.dumps(told.as_json(), ensure_ascii=False))
        return
    for line in told.lines():
        click.echo(line)


@click.group(help=str(Text(ru="Сроки ответов.", en="Terms of answers.")))
def terms() -> None:
    """Terms."""


@terms.command("list", help=str(Text(ru="Показать сроки.", en="List the terms.")))
@as_json
@click.pass_obj
def list_terms(settings: GatewaySettings, *, as_json: bool) -> None:
    """Print every term that is set."""
    ready(settings)
    _print(_entries("terms"), as_json=as_json)


@terms.command(
    "set", help=str(Text(ru="Задать срок: 5wd, 10d, 48h, 16wh.", en="Set one: 5wd, 10d, 48h, 16wh."))
)
@click.argument("term")
@_option("--type", "вид сведений", "information type")
@_option("--department", "подразделение", "department")
@_option("--remind", "за сколько напомнить", "how long before to remind", multiple=True)
@_option("--escalate", "через сколько сказать начальнику", "how long after to tell the head", multiple=True)
@click.pass_obj
def set_term(settings: GatewaySettings, /, term: str, **said: Any) -> None:
    """Write the term of a type, of a department, of both, or of all else."""
    ready(settings)
    _bring(
        "terms",
        {
            "type": said["type"],
            "department": said["department"],
            "term": term,
            "remind_before": list(said["remind"]),
            "escalate_after": list(said["escalate"]),
        },
    )


@terms.command("remove", help=str(Text(ru="Убрать срок.", en="Remove a term.")))
@_option("--type", "вид сведений", "information type")
@_option("--department", "подразделение", "department")
@click.pass_obj
def remove_term(settings: GatewaySettings, /, **said: Any) -> None:
    """Remove the term of exactly this type and department."""
    ready(settings)
    from mezhved.gateway.models import Term  # noqa: PLC0415 - needs a started Django

    which = {
        f"{name}__code" if value else name: value or None
        for name, value in (("type", said["type"]), ("department", said["department"]))
    }
    _remove(Term, "terms", " ".join(each for each in said.values() if each) or "*", **which)


@terms.command("count", help=str(Text(ru="Посчитать, когда истечёт срок.", en="Count when a term ends.")))
@click.argument("term")
@_option("--from", "с какого момента (ISO 8601 с поясом)", "since when (ISO 8601)", default="")
@_option("--department", "подразделение", "department")
@click.pass_obj
def count_term(settings: GatewaySettings, /, term: str, **said: Any) -> None:
    """Print when a term ends that begins now or at a moment."""
    ready(settings)
    from mezhved.gateway.models import Department  # noqa: PLC0415 - needs a started Django
    from mezhved.gateway.provider.spans import Span  # noqa: PLC0415
    from mezhved.gateway.provider.terms import counter_of  # noqa: PLC0415

    department = Department.objects.filter(code=said["department"]).first()
    if said["department"] and department is None:
        raise _missing(said["department"])
    counter = counter_of(department)
    came = _moment(said["from"]) if said["from"] else datetime.now(UTC)
    click.echo(counter.hours.local(counter.due(came, Span.parse(term))).isoformat(timespec="seconds"))


@click.group(help=str(Text(ru="Производственный календарь.", en="The production calendar.")))
def calendar() -> None:
    """Calendar."""


@calendar.command("show", help=str(Text(ru="Показать год.", en="Show a year.")))
@click.argument("year", type=click.IntRange(1992, 2999))
@as_json
@click.pass_obj
def show_year(settings: GatewaySettings, /, year: int, *, as_json: bool) -> None:
    """Print a year: `-` days off, `*` shortened days."""
    ready(settings)
    from mezhved.gateway.provider.holidays import is_known  # noqa: PLC0415
    from mezhved.gateway.provider.terms import work_calendar  # noqa: PLC0415 - needs a started Django

    work = work_calendar()
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365 + months.isleap(year))]
    kinds = {each: work.kind(each).value for each in days}
    if as_json:
        click.echo(json.dumps({each.isoformat(): kind for each, kind in kinds.items()}))
        return
    for month in range(1, 13):
        line = " ".join(f"{each.day}{_MARKS[kinds[each]]}" for each in days if each.month == month)
        click.echo(f"{year}-{month:02d}: {line}")
    working = sum(kind != "off" for kind in kinds.values())
    shortened = sum(kind == "shortened" for kind in kinds.values())
    click.echo(
        Text(
            ru=f"рабочих дней {working}, из них сокращённых {shortened}",
            en=f"working days {working}, of them shortened {shortened}",
        )
    )
    if not is_known(year):
        click.echo(
            Text(
                ru="переносы выходных этого года неизвестны: впишите их командой calendar set",
                en="it is not known which days off were moved: set them by calendar set",
            )
        )


@calendar.command("set", help=str(Text(ru="Изменить день.", en="Change a day.")))
@click.argument("day")
@click.argument("kind", type=click.Choice(["working", "shortened", "off"]))
@_option("--note", "почему", "why", default="")
@click.pass_obj
def set_day(settings: GatewaySettings, /, day: str, kind: str, note: str) -> None:
    """Write a day that is other than the shipped calendar says."""
    ready(settings)
    _bring("calendar", {"day": day, "kind": kind, "note": note})


@calendar.command("unset", help=str(Text(ru="Вернуть день к законному.", en="Give a day back to the law.")))
@click.argument("day")
@click.pass_obj
def unset_day(settings: GatewaySettings, /, day: str) -> None:
    """Forget a changed day."""
    ready(settings)
    from mezhved.gateway.models import CalendarDay  # noqa: PLC0415 - needs a started Django
    from mezhved.gateway.provider.recounting import terms_recounted  # noqa: PLC0415

    try:
        which = date.fromisoformat(day)
    except ValueError:
        raise _missing(day) from None
    with terms_recounted():
        _remove(CalendarDay, "calendar", day, day=which)


@calendar.command("import", help=str(Text(ru="Внести дни из YAML.", en="Bring days in from YAML.")))
@click.argument("file", type=FILE)
@click.pass_obj
def import_days(settings: GatewaySettings, /, file: Path) -> None:
    """Bring in a document with `calendar` in it."""
    ready(settings)
    from mezhved.gateway.setup import import_setup  # noqa: PLC0415 - needs a started Django

    tell(import_setup(text_of(file), file.parent))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise MezhvedError(
            Text(ru=f"не время с поясом: {text}", en=f"no time with its zone: {text}"),
            cure=Text(ru="как 2026-11-23T10:00:00+03:00", en="as 2026-11-23T10:00:00+03:00"),
        )
    return moment


PROVIDER_GROUPS = (departments, rules, terms, calendar)
