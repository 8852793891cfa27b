from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mezhved.bus.storage.hints import MESSAGES_BACK, MICROSECONDS_BACK, WHOLE_AFTER_SECONDS, Hints

if TYPE_CHECKING:
    from mezhved.bus.storage.session import Row

NOW = 10 * MICROSECONDS_BACK


class Searches:
    """Remembers the floors of each search and returns what it is told."""

    def __init__(self) -> None:
        self.time = 0.0
        self.hints = Hints(lambda: self.time)
        self.floors: list[tuple[int, int]] = []

    def search(self, row: Row | None = None, now: int = NOW, **where: Any) -> None:
        parameters = {"owner": 1, "box": 1, "node": "", "type_id": None, "now": now, **where}

        def take(narrowed: dict[str, Any]) -> Row | None:
            self.floors.append((narrowed["floor"], narrowed["ended_floor"]))
            return row

        assert self.hints.search(parameters, take) is row


def fresh(message: int) -> Row:
    return (message, 1, message)


def again(message: int) -> Row:
    return (message, 2, message)


ENDED = NOW - MICROSECONDS_BACK


def test_the_first_search_begins_at_the_beginning_and_the_next_where_it_came_to() -> None:
    searches = Searches()

    searches.search(fresh(10_000))
    searches.search(fresh(10_001))
    searches.search()

    reached = 10_000 - MESSAGES_BACK
    assert searches.floors == [(0, 0), (reached, ENDED), (reached + 1, ENDED)]


def test_every_few_seconds_a_search_begins_at_the_beginning_again() -> None:
    searches = Searches()
    searches.search(fresh(10_000))
    searches.time = WHOLE_AFTER_SECONDS
    searches.search()
    searches.search()

    assert searches.floors[1:] == [(0, 0), (10_000 - MESSAGES_BACK, ENDED)]


def test_a_message_found_behind_brings_the_search_back_to_it() -> None:
    searches = Searches()
    searches.search(fresh(10_000))
    searches.time = WHOLE_AFTER_SECONDS
    searches.search(fresh(2_000))
    searches.search()

    assert searches.floors[2] == (2_000 - MESSAGES_BACK, ENDED)


def test_returned_messages_are_searched_from_the_beginning_while_there_are_any() -> None:
    searches = Searches()
    searches.search(again(3))
    searches.search(again(4))
    searches.search(fresh(10_000))
    searches.search()

    assert [ended for _, ended in searches.floors] == [0, 0, 0, ENDED]


def test_short_queues_and_early_times_are_searched_whole() -> None:
    searches = Searches()
    searches.search(fresh(MESSAGES_BACK), now=MICROSECONDS_BACK)
    searches.search(now=MICROSECONDS_BACK)

    assert searches.floors == [(0, 0), (0, 0)]


def test_a_clock_that_went_back_makes_the_search_whole() -> None:
    searches = Searches()
    searches.search(fresh(10_000))
    searches.search(now=NOW - 1)

    assert searches.floors[1] == (0, 0)


def test_queues_and_filters_have_places_of_their_own() -> None:
    searches = Searches()
    searches.search(fresh(10_000))
    for other in ({"owner": 2}, {"box": 2}, {"node": "узел"}, {"type_id": 1}):
        searches.search(**other)

    assert searches.floors == [(0, 0)] * 5
