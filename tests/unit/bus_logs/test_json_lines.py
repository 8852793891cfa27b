"""A line of the log is JSON whatever stands in it, and what the library itself would have written."""

from __future__ import annotations

import datetime as dt
import json
from enum import StrEnum

import structlog
from hypothesis import given
from hypothesis import strategies as st

from mezhved.service.logs import JsonLines

NOON = 1_795_262_400_000_000_000  # 2026-11-21T12:00:00Z


class Word(StrEnum):
    YES = "yes"


values = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.floats(allow_nan=False),
    st.integers(),
    st.booleans(),
    st.none(),
    st.just(Word.YES),
    st.lists(st.text(max_size=3), max_size=2),
)


@given(st.dictionaries(st.sampled_from(["event", "reason", "ms", "system"]), values))
def test_the_line_is_the_one_of_the_library(event: dict[str, object]) -> None:
    expected = structlog.processors.JSONRenderer(ensure_ascii=False)(
        None, "info", {**event, "level": "info", "timestamp": "2026-11-21T12:00:00.000000Z"}
    )
    assert JsonLines(lambda: NOON)(None, "info", event) == expected


def test_what_json_has_no_word_for_is_shown_as_python_shows_it() -> None:
    line = JsonLines(lambda: NOON)(None, "error", {"event": "defect", "what": {1, 2}})
    assert json.loads(line)["what"] == "{1, 2}"


@given(st.lists(st.integers(0, 4_000_000_000_000_000), min_size=1, max_size=4))
def test_every_line_tells_its_own_time_to_the_microsecond(moments: list[int]) -> None:
    times = iter(moment * 1000 for moment in moments)
    lines = JsonLines(lambda: next(times))
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    for moment in moments:
        told = json.loads(lines(None, "info", {}))["timestamp"]
        assert dt.datetime.fromisoformat(told) == epoch + dt.timedelta(microseconds=moment)
