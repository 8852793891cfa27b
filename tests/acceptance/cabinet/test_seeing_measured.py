"""What `mezhved bench cabinet` measures the dashboard over is what the gateway would have counted."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connections

from mezhved.bench.cabinet_standing import add_up
from mezhved.configuration import GatewaySettings
from mezhved.gateway.models import Department, Standing
from mezhved.gateway.models.standing import PARTS
from mezhved.gateway.watching.standing import MEASURES
from mezhved.site.setup import configure, use_database
from tests.support.figures import NOON, counted, past
from tests.support.gateways import gateway_over, present_pki, write_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def rows() -> list[tuple[object, ...]]:
    columns = ("grain", "start", "direction", "type", "department", "counterpart", "is_test")
    counts = [each for each in MEASURES if each != "seconds"]
    return sorted(Standing.objects.values_list(*columns, *counts), key=repr)


def test_sums_made_at_once_are_those_made_day_by_day(
    postgres_gateways: Callable[[], str], tmp_path: Path
) -> None:
    address = postgres_gateways()
    configure(GatewaySettings(database=address))
    use_database(address)
    write_keys(tmp_path, present_pki())
    under_test = gateway_over(address, tmp_path, "http://127.0.0.1:9")
    departments = [Department.objects.create(code=f"d{each}", name="Отдел") for each in range(2)]
    dice = random.Random(5)
    states = (
        "answered",
        "rejected",
        "faulted",
        "unsent",
        "cancelled",
        "no_answer",
        "waiting",
        "new",
        "draft",
    )
    for number in range(120):
        state = dice.choice(states)
        past(
            under_test,
            state,
            NOON + timedelta(hours=dice.randrange(24 * 60)),
            direction=dice.choice(["in", "out"]),
            department=dice.choice(departments),
            counterpart=dice.choice(["AAA", "BBB"]),
            answer_hours=dice.randrange(0, 900) if state in {"answered", "rejected"} else None,
            due_at=NOON + timedelta(days=40) if number % 3 else None,
            is_test=number % 7 == 0,
        )
    counted(under_test)
    expected = rows()
    Standing.objects.all().delete()
    add_up()
    assert len(expected) > 100
    assert rows() == expected
    assert sum(getattr(each, PARTS[-1]) for each in Standing.objects.all()) > 0
    connections.close_all()
