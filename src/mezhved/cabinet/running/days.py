"""The production calendar: a year as it is, days changed by hand, a year brought in as a file."""

from __future__ import annotations

import calendar as months
import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.running import fields
from mezhved.cabinet.wording import lazy_text
from mezhved.gateway.models import CalendarDay
from mezhved.gateway.provider.calendar import WorkCalendar
from mezhved.gateway.provider.holidays import DayKind, is_known
from mezhved.gateway.provider.recounting import terms_recounted
from mezhved.gateway.provider.terms import work_calendar
from mezhved.gateway.setup.changes import BadSetup, Outcome, put, remove
from mezhved.smev3.xml import MalformedXml, parse
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse


FIRST, LAST = 1993, 2999
MOST_OCTETS: Final = 2**20
KINDS: Final = {
    DayKind.WORKING: Text(ru="рабочий", en="working"),
    DayKind.SHORTENED: Text(ru="сокращённый", en="shortened"),
    DayKind.OFF: Text(ru="выходной", en="off"),
}
MONTHS: Final = tuple(
    Text(ru=ru, en=en)
    for ru, en in (
        ("январь", "January"),
        ("февраль", "February"),
        ("март", "March"),
        ("апрель", "April"),
        ("май", "May"),
        ("июнь", "June"),
        ("июль", "July"),
        ("август", "August"),
        ("сентябрь", "September"),
        ("октябрь", "October"),
        ("ноябрь", "November"),
        ("декабрь", "December"),
    )
)
_WRITTEN: Final = {
    **{each.value: each for each in DayKind},
    **{said.ru: kind for kind, said in KINDS.items()},
    "нерабочий": DayKind.OFF,
    "праздник": DayKind.OFF,
    "сокращенный": DayKind.SHORTENED,
}
_NUMBERED: Final = {"1": DayKind.OFF, "2": DayKind.SHORTENED, "3": DayKind.WORKING}
"""As the calendars of xmlcalendar write kinds of days."""


class BadCalendar(MezhvedError):  # noqa: N818 - named by what it is
    """A file is no calendar of a year."""


@dataclass(frozen=True, slots=True)
class DayShown:
    """A day of the year's page."""

    day: date
    kind: DayKind
    changed: bool

    @property
    def text(self) -> Text:
        """What it is."""
        return KINDS[self.kind]


class DayForm(forms.Form):
    """What a day is, and why."""

    kind = fields.choice(
        "Этот день",
        "This day is",
        [(kind.value, lazy_text(said.ru, said.en)) for kind, said in KINDS.items()],
    )
    note = fields.text(
        "Почему", "Why", ("Например, номер постановления.", "Such as the decree's number."), max_length=200
    )


@page(Permission.SETUP, methods=("GET",))
def year(visit: Visit, year: int) -> HttpResponse:
    """Show a year."""
    if not FIRST <= year <= LAST:
        raise Http404
    work = work_calendar()
    changed = set(CalendarDay.objects.filter(day__year=year).values_list("day", flat=True))
    shown = [
        (
            MONTHS[number - 1],
            [
                [
                    DayShown(day, work.kind(day), day in changed) if day.month == number else None
                    for day in week
                ]
                for week in months.Calendar().monthdatescalendar(year, number)
            ],
        )
        for number in range(1, 13)
    ]
    days = [each for _, weeks in shown for week in weeks for each in week if each is not None]
    context = {
        "year": year,
        "months": shown,
        "working": sum(each.kind is not DayKind.OFF for each in days),
        "shortened": sum(each.kind is DayKind.SHORTENED for each in days),
        "off": sum(each.kind is DayKind.OFF for each in days),
        "is_known": is_known(year),
        "changes": CalendarDay.objects.filter(day__year=year).order_by("day"),
        "kinds": KINDS,
    }
    return visit.render("cabinet/running/year.html", context)


@page(Permission.SETUP, methods=("GET",))
def this_year(visit: Visit) -> HttpResponse:
    """Lead to the present year."""
    return redirect("cabinet:calendar_year", visit.now.year)


@page(Permission.SETUP)
def one_day(visit: Visit, year: int, month: int, day: int) -> HttpResponse:
    """Show a day, change it, or give it back to the law."""
    which = _date(year, month, day)
    row = CalendarDay.objects.filter(day=which).first()
    lawful = WorkCalendar().kind(which)
    if visit.request.method != "POST":
        start = {"kind": row.kind if row else lawful.value, "note": row.note if row else ""}
        form: Any = DayForm(initial=start)
    elif visit.request.POST.get("law"):
        if row is not None:
            with terms_recounted():
                remove(row, str(row))
            audit.record(visit, "setup_changed", subject=f"calendar: {which}")
        return redirect("cabinet:calendar_year", year)
    else:
        form = DayForm(visit.request.POST)
        if form.is_valid() and _written(row or CalendarDay(day=which), form):
            audit.record(visit, "setup_changed", subject=f"calendar: {which}")
            messages.success(visit.request, f"{which:%d.%m.%Y}: {lazy_text('записано', 'written')}")
            return redirect("cabinet:calendar_year", year)
    context = {"form": form, "day": which, "row": row, "lawful": KINDS[lawful], "year": year}
    return visit.render("cabinet/running/day.html", context, status=422 if form.errors else 200)


def _written(row: CalendarDay, form: DayForm) -> bool:
    """Write a day; false where the form tells why it was not."""
    try:
        with terms_recounted():
            put(row, form.cleaned_data)
    except BadSetup as error:
        for name, said in (error.fields or {"": error.what}).items():
            form.add_error(name if name in form.fields else None, lazy_text(said.ru, said.en))
        return False
    return True


@page(Permission.SETUP)
def import_year(visit: Visit) -> HttpResponse:
    """Bring a year in: first what would change is shown."""
    if visit.request.method != "POST":
        return visit.render("cabinet/running/calendar_import.html")
    file = visit.request.FILES.get("file")
    written = visit.request.POST.get("text", "")
    if file is not None:
        written = file.read(MOST_OCTETS).decode("utf-8-sig", "replace")
    try:
        changes = changes_of(read_calendar(written))
    except BadCalendar as error:
        return visit.render("cabinet/running/calendar_import.html", {"error": error, "text": written}, 422)
    if visit.request.POST.get("sure"):
        count = _bring(changes)
        audit.record(visit, "setup_changed", subject=f"calendar: {count}")
        messages.success(visit.request, lazy_text(f"Изменено дней: {count}", f"Days changed: {count}"))
        first = min(changes, default=visit.now.date())
        return redirect("cabinet:calendar_year", first.year)
    shown = [
        (day, KINDS[now], None if kind is None else KINDS[kind], note)
        for day, (now, kind, note) in sorted(changes.items())
    ]
    context = {"changes": shown, "text": written, "seen": True}
    return visit.render("cabinet/running/calendar_import.html", context)


def read_calendar(written: str) -> dict[date, tuple[DayKind, str]]:
    """Read the days of a file: an XML calendar (xmlcalendar), or lines `2027-01-11;off;why`.

    Raises `BadCalendar`.
    """
    text = written.strip()
    days = _of_xml(text) if text.startswith("<") else _of_lines(text)
    if not days:
        raise BadCalendar(Text(ru="дней здесь нет", en="there are no days here"))
    return days


def _of_xml(text: str) -> dict[date, tuple[DayKind, str]]:
    try:
        root = parse(text.encode())
        year = int(root.get("year", ""))
        notes = {each.get("id"): each.get("title", "") for each in root.iter("holiday")}
        days = {}
        for each in root.iter("day"):
            month, _, day = each.get("d", "").partition(".")
            note = notes.get(each.get("h"), "") or each.get("f", "")
            days[date(year, int(month), int(day))] = (_NUMBERED[each.get("t", "")], str(note)[:200])
    except (MalformedXml, ValueError, KeyError) as error:
        raise BadCalendar(
            Text(ru="это не календарь года в XML", en="this is no XML calendar of a year")
        ) from error
    return days


def _of_lines(text: str) -> dict[date, tuple[DayKind, str]]:
    days = {}
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=";"), 1):
        cells = [each.strip() for each in row]
        if not any(cells):
            continue
        kind = _WRITTEN.get(cells[1].lower()) if len(cells) > 1 else None
        day = _day(cells[0])
        if kind is None or day is None:
            if number == 1:
                continue  # a heading
            raise BadCalendar(
                Text(ru=f"строка {number} не читается", en=f"line {number} does not read"),
                cure=Text(ru="нужно так: 2027-01-11;выходной;почему", en="write it so: 2027-01-11;off;why"),
            )
        days[day] = (kind, cells[2][:200] if len(cells) > 2 else "")  # noqa: PLR2004 - the third cell
    return days


def _day(written: str) -> date | None:
    parts = written.split(".")
    try:
        if len(parts) == 3:  # noqa: PLR2004 - 11.01.2027
            return date(int(parts[2]), int(parts[1]), int(parts[0]))
        return date.fromisoformat(written)
    except ValueError:
        return None


Change = tuple[DayKind, DayKind | None, str]
"""What a day is now, what it becomes (None: as the law has it again), why."""


def changes_of(days: Mapping[date, tuple[DayKind, str]]) -> dict[date, Change]:
    """Return what would change: only what differs from the calendar that is shipped is kept as a change."""
    present, lawful = work_calendar(), WorkCalendar()
    edited = {row.day: row for row in CalendarDay.objects.filter(day__in=list(days))}
    found: dict[date, Change] = {}
    for day, (kind, note) in days.items():
        now = present.kind(day)
        if lawful.kind(day) is kind:
            if day in edited:
                found[day] = now, None, note
        elif day not in edited or edited[day].kind != kind.value:
            found[day] = now, kind, note
    return found


def _bring(changes: Mapping[date, Change]) -> int:
    count = 0
    with terms_recounted():
        for day, (_, kind, note) in changes.items():
            row = CalendarDay.objects.filter(day=day).first()
            if kind is None:
                if row is not None:
                    remove(row, str(row))
                    count += 1
            else:
                outcome = put(row or CalendarDay(day=day), {"kind": kind.value, "note": note})
                count += outcome is not Outcome.UNCHANGED
    return count


def _date(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise Http404 from error
    if not FIRST <= year <= LAST:
        raise Http404
    return found
