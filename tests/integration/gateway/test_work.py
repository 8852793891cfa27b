"""What people do about requests is allowed when it makes sense, and all of it is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from mezhved.gateway.errors import Conflict, InvalidMessage
from mezhved.gateway.models import CalendarDay, Department, Event, Exchange, Reminder, Term
from mezhved.gateway.outbox import ResponseDraft, take_response
from mezhved.gateway.provider.recounting import terms_recounted
from mezhved.gateway.provider.terms import choose_term, work_calendar
from mezhved.gateway.provider.work import (
    Actor,
    assign,
    change_term,
    history,
    note,
    pause,
    resume,
    return_,
    take,
)
from mezhved.gateway.setup import import_setup
from tests.support.gateways import WORDS
from tests.support.providers import MOSCOW, ProviderUnderTest, provider_over

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETUP = """
departments:
  - {code: rest, name: Канцелярия, is_default: true}
  - {code: acts, name: Отдел испытаний}
"""
ANNA, BORIS = Actor("Испытова А. А."), Actor("Пробный Б. Б.")


@pytest.fixture
def provider(gateway_database: str, tmp_path: Path) -> ProviderUnderTest:
    made = provider_over(gateway_database, tmp_path)
    import_setup(SETUP, tmp_path)
    return made


def test_a_request_goes_from_hand_to_hand_and_its_history_tells_how(provider: ProviderUnderTest) -> None:
    came, gateway = provider.received(), provider.gateway
    due = came.due_at
    acts = Department.objects.get(code="acts")
    assign(gateway, came, ANNA, department=acts, executor=BORIS.name, note="Ваш вопрос")
    taken = take(gateway, came, BORIS)
    assert (taken.state, taken.executor, taken.department, taken.due_at) == ("in_work", BORIS.name, acts, due)
    note(gateway, came, BORIS, "Что скажете?", colleague=ANNA.name)
    returned = return_(gateway, came, BORIS, "Не наш")
    assert (returned.state, returned.executor, returned.department) == ("new", "", acts)
    assert [(each.kind, each.actor, each.executor, each.note) for each in history(came)] == [
        ("routed", "", "", ""),
        ("assigned", ANNA.name, BORIS.name, "Ваш вопрос"),
        ("taken", BORIS.name, BORIS.name, ""),
        ("noted", BORIS.name, ANNA.name, "Что скажете?"),
        ("returned", BORIS.name, "", "Не наш"),
    ]
    kinds = Event.objects.filter(exchange=came).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["work_assigned", "work_taken", "work_noted", "work_returned"]


def test_two_do_not_take_one_request(provider: ProviderUnderTest) -> None:
    came = provider.received()
    take(provider.gateway, came, ANNA)
    assert take(provider.gateway, came, ANNA).executor == ANNA.name
    with pytest.raises(Conflict, match="Испытова"):
        take(provider.gateway, came, BORIS)
    assign(provider.gateway, came, ANNA, executor=BORIS.name)
    assert take(provider.gateway, came, BORIS).executor == BORIS.name


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_what_is_being_answered_is_left_alone_but_may_be_written_about(provider: ProviderUnderTest) -> None:
    came, gateway = provider.received(), provider.gateway
    take_response(gateway, ResponseDraft(came, WORDS))
    acts: tuple[Callable[[], object], ...] = (
        lambda: assign(gateway, came, ANNA, executor="x"),
        lambda: take(gateway, came, ANNA),
        lambda: return_(gateway, came, ANNA, "x"),
        lambda: pause(gateway, came, ANNA, "x"),
        lambda: change_term(gateway, came, ANNA, provider.clock(), "x"),
    )
    for act in acts:
        with pytest.raises(Conflict):
            act()
    assert note(gateway, came, ANNA, "Проверено").pk


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_what_makes_no_sense_is_refused(provider: ProviderUnderTest) -> None:
    came, gateway = provider.received(), provider.gateway
    disabled = Department(code="off", name="Нет", is_active=False)
    disabled.save()
    acts: tuple[Callable[[], object], ...] = (
        lambda: assign(gateway, came, ANNA),
        lambda: assign(gateway, came, ANNA, department=disabled),
        lambda: assign(gateway, came, ANNA, executor="x" * 151),
        lambda: assign(gateway, came, ANNA, executor="a\nb"),
        lambda: return_(gateway, came, ANNA, "  "),
        lambda: note(gateway, came, ANNA, "x" * 10_001),
    )
    for act in acts:
        with pytest.raises(InvalidMessage):
            act()
    with pytest.raises(Conflict):
        resume(gateway, came, ANNA)
    pause(gateway, came, ANNA, "ждём")
    with pytest.raises(Conflict):
        pause(gateway, came, ANNA, "ждём")
    assert history(came).count() == 2


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_a_term_may_be_set_by_hand(provider: ProviderUnderTest) -> None:
    due = datetime(2026, 12, 1, 12, 0, tzinfo=MOSCOW)
    changed = change_term(provider.gateway, provider.received(), ANNA, due, "По соглашению")
    assert changed.due_at == due
    near = Reminder.objects.get(exchange=changed, kind="near")
    assert near.at == datetime(2026, 11, 30, 9, 0, tzinfo=MOSCOW)


def test_terms_follow_a_day_that_is_declared_off_and_those_set_by_hand_stay(
    provider: ProviderUnderTest, tmp_path: Path
) -> None:
    counted, by_hand, answered = (provider.received() for _ in range(3))
    due = counted.due_at
    assert due is not None
    change_term(provider.gateway, by_hand, ANNA, due + timedelta(days=1), "По соглашению")
    take_response(provider.gateway, ResponseDraft(answered, WORDS))
    Exchange.objects.filter(pk=answered.pk).update(state="answered")
    day = due.astimezone(MOSCOW).date()
    said = f"calendar: [{{day: {day}, kind: 'off', note: объявлен нерабочим}}]"

    def ends() -> list[datetime | None]:
        return [Exchange.objects.get(pk=each.pk).due_at for each in (counted, by_hand, answered)]

    import_setup(said, tmp_path, rehearse=True)
    assert ends() == [due, due + timedelta(days=1), due]
    import_setup(said, tmp_path)
    later = ends()[0]
    assert later is not None
    assert later.astimezone(MOSCOW).date() == work_calendar().add_working_days(day, 1)
    assert ends()[1:] == [due + timedelta(days=1), due]
    assert Reminder.objects.get(exchange=counted, kind="over", level=0).at == later
    with terms_recounted():
        CalendarDay.objects.all().delete()
    assert ends()[0] == due


@pytest.mark.parametrize("gateway_database", ["sqlite"], indirect=True)
def test_the_term_of_the_narrowest_setting_holds(provider: ProviderUnderTest) -> None:
    kind, rest = provider.under_test.plain, Department.objects.get(code="rest")
    other = Department.objects.get(code="acts")
    assert str(choose_term(kind, rest).span) == "5wd"
    Term.objects.create(term="1d")
    Term.objects.create(department=rest, term="2d")
    assert [str(choose_term(kind, each).span) for each in (rest, other, None)] == ["2d", "1d", "1d"]
    Term.objects.create(type=kind, term="3d")
    assert [str(choose_term(kind, each).span) for each in (rest, other, None)] == ["3d", "3d", "3d"]
    Term.objects.create(type=kind, department=rest, term="4d", remind_before=["1h"])
    assert [str(choose_term(each, rest).span) for each in (kind, None)] == ["4d", "2d"]
    chosen = choose_term(kind, rest, "8h")
    assert (str(chosen.span), [str(each) for each in chosen.remind_before]) == ("8h", ["1h"])
