"""The tables of the file store on each engine."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING

import pytest

from mezhved.bus.files.ledger import Hold, Ledger, NewLogin, Place, TakenFile, Upload, Wanted
from mezhved.bus.storage import DatabaseAddress, Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.databases import Database

FOLDER, OTHER = "11111111-0000-11f1-8000-000000000001", "22222222-0000-11f1-8000-000000000002"
AREA = 7
PLACE = Place(AREA, FOLDER, "file")
KEY, NEWER = "a" * 32, "b" * 32


@pytest.fixture
def ledger(database: Database) -> Iterator[Ledger]:
    with Store.open(DatabaseAddress.of_url(database.url)) as store:
        yield Ledger(store)


def put(ledger: Ledger, place: Place = PLACE, key: str = KEY, size: int = 10) -> None:
    ledger.make_folder(place.area, place.folder, 1)
    ledger.begin_upload(place, key, 1)
    assert ledger.finish_upload(Upload(place, key, size, complete=True, changed_at=2))


def test_directories(ledger: Ledger) -> None:
    assert ledger.make_folder(AREA, FOLDER, 5)
    assert not ledger.make_folder(AREA, FOLDER, 6)
    assert ledger.make_folder(AREA + 1, FOLDER, 6)
    assert (ledger.folder(AREA, FOLDER), ledger.folder(AREA, OTHER)) == (5, None)
    assert (ledger.folders(AREA), ledger.folder_count(AREA)) == ([(FOLDER, 5)], 1)
    put(ledger)
    assert not ledger.drop_folder(AREA, FOLDER)
    assert ledger.drop_upload(PLACE, KEY)
    assert ledger.drop_folder(AREA, FOLDER)
    assert not ledger.drop_folder(AREA, FOLDER)
    assert ledger.drop_aged_folders(6, 10) == 0
    assert ledger.drop_aged_folders(7, 10) == 1


def test_uploads(ledger: Ledger) -> None:
    ledger.make_folder(AREA, FOLDER, 1)
    assert ledger.begin_upload(PLACE, KEY, 1) is None
    assert ledger.upload(PLACE) == Upload(PLACE, KEY, 0, complete=False, changed_at=1)
    whole = Upload(PLACE, KEY, 10, complete=True, changed_at=2, digest="1.2:ab")
    assert ledger.finish_upload(whole)
    assert ledger.uploaded(AREA) == 10
    assert ledger.begin_upload(PLACE, NEWER, 3) == whole
    assert ledger.upload(PLACE) == Upload(PLACE, NEWER, 0, complete=False, changed_at=3)
    assert not ledger.finish_upload(whole)
    assert ledger.aged_uploads(3, 10) == []
    assert ledger.aged_uploads(4, 10) == [(PLACE, NEWER)]
    target = Place(AREA, FOLDER, "other")
    assert ledger.move_upload(PLACE, target)
    assert not ledger.move_upload(PLACE, target)
    assert (ledger.upload(PLACE), [each.place for each in ledger.uploads(AREA, FOLDER)]) == (None, [target])
    assert not ledger.drop_upload(target, KEY)
    assert ledger.knows(NEWER)
    assert ledger.drop_upload(target, NEWER)
    assert not ledger.knows(NEWER)


def test_files_are_taken_once_and_by_one_message(ledger: Ledger) -> None:
    put(ledger)
    first, second = uuid.uuid1(), uuid.uuid1()
    wanted = [Wanted(0, FOLDER.upper(), None)]
    taken = (TakenFile(0, FOLDER.upper(), "file", KEY, 10, 9),)
    assert ledger.take(first, [AREA], wanted, 9) == taken
    assert ledger.take(first, [AREA], wanted, 10) == taken
    assert ledger.take(second, [AREA], wanted, 11) == ()
    assert (ledger.files(first), ledger.folders(AREA), ledger.uploaded(AREA)) == (taken, [], 0)
    assert ledger.finished_messages(10) != []
    assert ledger.forget(ledger.finished_messages(10)[0]) == [KEY]
    assert ledger.finished_messages(10) == []


def test_an_unfinished_file_and_one_of_several_are_not_taken(ledger: Ledger) -> None:
    ledger.make_folder(AREA, FOLDER, 1)
    ledger.begin_upload(PLACE, KEY, 1)
    assert ledger.take(uuid.uuid1(), [AREA], [Wanted(0, FOLDER, None)], 2) == ()
    ledger.finish_upload(Upload(PLACE, KEY, 1, complete=True, changed_at=2))
    put(ledger, Place(AREA, FOLDER, "second"), NEWER)
    assert ledger.take(uuid.uuid1(), [AREA], [Wanted(0, FOLDER, None)], 3) == ()
    assert [each.name for each in ledger.take(uuid.uuid1(), [AREA], [Wanted(0, FOLDER, "second")], 3)] == [
        "second"
    ]


def test_the_areas_are_looked_through_in_their_order(ledger: Ledger) -> None:
    put(ledger, Place(0, FOLDER, "anonymous"), NEWER)
    put(ledger)
    taken = ledger.take(uuid.uuid1(), [AREA, 0], [Wanted(0, FOLDER, None), Wanted(1, FOLDER, None)], 3)
    assert [each.name for each in taken] == ["file", "anonymous"]


def test_of_messages_that_race_for_one_file_one_has_it(ledger: Ledger) -> None:
    put(ledger)
    results = []
    barrier = threading.Barrier(6)

    def race() -> None:
        barrier.wait()
        results.append(len(ledger.take(uuid.uuid1(), [AREA], [Wanted(0, FOLDER, None)], 1)))

    threads = [threading.Thread(target=race) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(results) == [0, 0, 0, 0, 0, 1]


def test_a_hold_of_a_message_that_is_nowhere_counts_no_more(ledger: Ledger) -> None:
    first, second = uuid.uuid1(), uuid.uuid1()
    assert ledger.hold(first, [Hold(1, 10, 60), Hold(2, 10, 60)], 100) == (
        [Hold(1, 10, 60), Hold(2, 10, 60)],
        [],
    )
    assert ledger.hold(second, [Hold(1, 10, 60)], 100) == ([Hold(1, 10, 60)], [])
    assert ledger.hold(second, [Hold(1, 10, 101)], 100) == ([], [(Hold(1, 10, 101), 100)])


def test_a_login_opens_nothing_while_the_message_is_in_nobodys_hands(ledger: Ledger) -> None:
    put(ledger)
    message_id = uuid.uuid1()
    ledger.take(message_id, [AREA], [Wanted(0, FOLDER, None)], 1)
    ledger.grant(message_id, 2, [NewLogin("U" * 30, b"s" * 32, 0)], 1)
    assert ledger.login("U" * 30) is None
    assert ledger.login("unknown") is None
