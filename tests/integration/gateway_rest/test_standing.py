"""How requests stand: sums that are right after every event, and figures added up from them."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from mezhved.gateway.events import tell
from mezhved.gateway.journal import seal
from mezhved.gateway.models import Department, Exchange, ExchangeState, InformationType, Reader, Standing
from mezhved.gateway.watching import standing
from mezhved.gateway.watching.reckoning import Figures, Scope, reckon, reckon_all, together
from mezhved.gateway.watching.sizes import learn_sizes
from mezhved.gateway.watching.standing import StandingCounter, follow
from mezhved.gateway.watching.summing import MOSCOW, STATE_MEASURES, bounds_of
from tests.support.gateways import NUMBER, GatewayUnderTest
from tests.support.rest import rest_client

if TYPE_CHECKING:
    from collections.abc import Iterator

NOON = datetime(2026, 3, 2, 9, tzinfo=UTC)
STATES = (*(each for each in ExchangeState if each != ExchangeState.DRAFT), ExchangeState.DRAFT)


def keep(gateway: GatewayUnderTest, began: datetime, state: str, **values: object) -> Exchange:
    """An exchange that is there already, with the event that told of it."""
    said = {"direction": "in", "type": gateway.plain, "system": gateway.provider, **values}
    row = Exchange.objects.create(state=state, created_at=began, **said)
    tell(row, None, "invented", began)
    return row


def count(gateway: GatewayUnderTest, now: datetime) -> None:
    while seal(gateway.gateway):
        pass
    while follow(now):
        pass


def scope(since: date, until: date, **more: object) -> Scope:
    return Scope(since=since, until=until, **more)  # type: ignore[arg-type]


def many(gateway: GatewayUnderTest) -> Iterator[Exchange]:
    """Requests of two and a half years in all states, of two types, departments and sides."""
    dice = random.Random(7)
    departments = [Department.objects.create(code=f"d{each}", name="Пробный отдел") for each in range(2)]
    types = [*InformationType.objects.order_by("pk")[:2], None]
    for _ in range(150):
        began = NOON + timedelta(minutes=dice.randrange(900 * 24 * 60))
        settled = began + timedelta(seconds=dice.randrange(20 * 86400))
        yield keep(
            gateway,
            began,
            state := dice.choice(STATES),
            type=dice.choice(types),
            department=dice.choice([*departments, None]),
            counterpart=dice.choice(["AAA", "BBB", ""]),
            direction=dice.choice(["in", "out"]),
            due_at=began + timedelta(days=5),
            closed_at=settled if state in {"answered", "rejected", "faulted"} else None,
            is_test=dice.random() < 0.1,
        )


def truth(rows: list[Exchange], asked: Scope, now: datetime) -> tuple[int, int, int, int]:
    """The same figures from the requests themselves, in the plainest way."""
    since, before = bounds_of(asked.since, asked.until)
    wanted = [
        each
        for each in rows
        if since <= each.created_at < before
        and each.state != "draft"
        and not each.is_test
        and (not asked.direction or each.direction == asked.direction)
        and (asked.departments is None or each.department_id in asked.departments)
    ]
    answered = [each for each in wanted if each.state in {"answered", "rejected"}]
    is_open = [each for each in wanted if each.state in {"sending", "waiting", "new", "in_work", "answering"}]
    overdue = [each for each in is_open if each.due_at and each.due_at < now]
    late = [each for each in answered if each.closed_at and each.due_at and each.closed_at > each.due_at]
    return len(wanted), len(answered), len(late) + len(overdue), len(overdue)


def told(figures: Figures) -> tuple[int, int, int, int]:
    return figures.requests, figures.answered + figures.rejected, figures.late, figures.overdue


def test_figures_of_any_period_are_those_of_the_requests(alone: GatewayUnderTest) -> None:
    rows, now = list(many(alone)), NOON + timedelta(days=700)
    count(alone, now)
    one = Department.objects.get(code="d0").pk
    periods = [
        (date(2026, 3, 1), date(2026, 6, 30)),
        (date(2026, 3, 15), date(2026, 5, 10)),
        (date(2026, 4, 10), date(2026, 4, 20)),
        (date(2027, 1, 1), date(2027, 12, 31)),
        (date(2026, 11, 30), date(2028, 2, 1)),
        (date(2026, 1, 1), date(2028, 12, 31)),
        (date(2026, 12, 31), date(2027, 1, 1)),
    ]
    narrowed: list[dict[str, object]] = [{}, {"departments": {one}}, {"direction": "out"}]
    for (since, until), more in itertools.product(periods, narrowed):
        asked = scope(since, until, **more)
        expected = truth(rows, asked, now)
        assert told(reckon_all(asked)) == expected
        for by in ("day", "month", "type", "department", "counterpart", "direction"):
            parts = reckon(asked, [by])
            assert together(parts).parts == reckon_all(asked).parts
            groups: dict[object, list[Exchange]] = {}
            for row in rows:
                groups.setdefault(cut(row, by), []).append(row)
            plain = {key: truth(group, asked, now) for key, group in groups.items()}
            assert {each.key[0]: told(each) for each in parts} == {
                key: found for key, found in plain.items() if found[0]
            }, by
    before = kept()
    Standing.objects.all().delete()
    Reader.objects.filter(name=standing.READER).update(position=0)
    count(alone, now)
    assert kept() == before


def cut(row: Exchange, by: str) -> object:
    """What a request is told apart by."""
    began = row.created_at.astimezone(MOSCOW).date()
    return {
        "day": began,
        "month": began.replace(day=1),
        "type": row.type_id,
        "department": row.department_id,
        "counterpart": row.counterpart,
        "direction": row.direction,
    }[by]


def kept() -> list[str]:
    columns = ("grain", "start", "type", "counterpart", "direction", "department", "is_test", *STATE_MEASURES)
    return sorted(map(str, Standing.objects.values_list(*columns, "late", "overdue")))


def test_a_change_moves_a_request_from_figure_to_figure(on_sqlite: GatewayUnderTest) -> None:
    north = Department.objects.create(code="north", name="Пробный отдел")
    row = keep(on_sqlite, NOON, "new", due_at=NOON + timedelta(hours=1))
    whole = scope(date(2026, 3, 2), date(2026, 3, 2))
    count(on_sqlite, NOON)
    assert told(reckon_all(whole)) == (1, 0, 0, 0)
    count(on_sqlite, NOON + timedelta(hours=2))  # no event: the term alone went by
    assert told(reckon_all(whole)) == (1, 0, 1, 1)
    assert reckon_all(scope(date(2026, 3, 2), date(2026, 3, 2), departments={north.pk})) == Figures()
    row.department, row.state, row.closed_at = north, "answered", NOON + timedelta(hours=3)
    row.save()
    tell(row, None, "answer_sent", NOON)
    count(on_sqlite, NOON + timedelta(hours=4))
    found = reckon_all(scope(date(2026, 3, 2), date(2026, 3, 2), departments={north.pk}))
    assert (told(found), found.mean_seconds) == ((1, 1, 1, 0), 3 * 3600)


def test_a_kill_before_the_end_of_counting_changes_nothing(on_sqlite: GatewayUnderTest) -> None:
    keep(on_sqlite, NOON, "new")
    while seal(on_sqlite.gateway):
        pass

    def killed() -> None:
        with transaction.atomic():
            follow(NOON)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert not Standing.objects.exists()
    assert follow(NOON) == 1
    Reader.objects.filter(name=standing.READER).update(position=0)
    assert follow(NOON) == 1  # what is followed twice is not counted twice
    assert told(reckon_all(scope(date(2026, 3, 2), date(2026, 3, 2)))) == (1, 0, 0, 0)


def test_tables_of_a_restored_database_are_looked_through(alone: GatewayUnderTest) -> None:
    keep(alone, NOON, "new")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            assert learn_sizes(0) == []
            return
        assert learn_sizes() == []
        assert "gateway_exchange" in learn_sizes(1)
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'gateway_exchange'")
        assert cursor.fetchone() == (1.0,)
        assert "gateway_exchange" not in learn_sizes(1)


def test_the_time_to_answer_is_told_from_the_histogram(on_sqlite: GatewayUnderTest) -> None:
    for hours in range(1, 101):
        keep(on_sqlite, NOON, "answered", closed_at=NOON + timedelta(hours=hours))
    count(on_sqlite, NOON)
    found = reckon_all(scope(date(2026, 3, 1), date(2026, 3, 31)))
    median, slow = found.quantile(0.5), found.quantile(0.9)
    assert median is not None
    assert slow is not None
    assert abs(median / 3600 - 50) < 3
    assert abs(slow / 3600 - 90) < 4
    assert Figures().quantile(0.5) is None


def test_the_counter_holds_its_duty_and_follows(on_sqlite: GatewayUnderTest) -> None:
    rest_client(on_sqlite).post_xml("requests", NUMBER)
    while seal(on_sqlite.gateway):
        pass
    first, second = StandingCounter(on_sqlite.gateway), StandingCounter(on_sqlite.another_node().gateway)
    assert first.tick() >= standing.PERIOD_SECONDS
    assert second.tick() == standing.DUTY_SECONDS / 2
    today = on_sqlite.gateway.clock().astimezone(MOSCOW).date()
    assert reckon_all(scope(today, today)).open == 1
    first.ended()
    assert second.tick() < standing.DUTY_SECONDS / 2
