"""Whoever tries passwords at /admin/ has to wait, longer each time, whichever worker is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mezhved.configuration import BusSettings
from mezhved.site.setup import configure
from mezhved.site.signing_in.models import SignInFailure
from mezhved.site.signing_in.throttle import SignInThrottle, caller_address
from tests.support.exchange import Clock

if TYPE_CHECKING:
    from tests.support.databases import Database

NAME, PASSWORD = "p.proverkina", "a right password 1"
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def clock() -> Clock:
    return Clock(1_800_000_000_000_000)


class Door:
    """The door of one worker; the right password opens it unless one has to wait."""

    def __init__(self, clock: Clock) -> None:
        self._throttle = SignInThrottle(5, clock)

    def wrong(self, address: str = HERE, name: str = NAME) -> int:
        """Try a wrong password; return the seconds to wait."""
        return self._throttle.begin(address, name)

    def right(self, address: str = HERE, name: str = NAME) -> int:
        """Try the right one."""
        wait = self._throttle.begin(address, name)
        if not wait:
            self._throttle.succeeded(address, name)
        return wait


@pytest.fixture
def door(database: Database, clock: Clock) -> Door:
    return Door(clock)


def test_after_five_failures_even_the_right_password_waits(door: Door, clock: Clock) -> None:
    assert [door.wrong() for _ in range(5)] == [0] * 5
    assert door.right() == 30
    assert door.right(THERE) == 30, "the account waits, whatever the address"
    assert Door(clock).right() == 30, "another worker knows it too"
    assert door.right(THERE, "somebody else") == 0
    clock.advance(seconds=29)
    assert door.right() == 1
    clock.advance(seconds=1)
    assert door.right() == 0
    assert door.wrong() == 0


def test_each_further_failure_waits_twice_as_long_up_to_a_quarter_of_an_hour(
    door: Door, clock: Clock
) -> None:
    waits = []
    for _ in range(5):
        door.wrong()
    for _ in range(8):
        waits.append(door.wrong())
        clock.advance(seconds=waits[-1])
        assert door.wrong() == 0
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    clock.advance(hours=1, seconds=1)
    assert [door.wrong() for _ in range(5)] == [0] * 5


def test_an_address_that_tries_many_names_waits_and_others_do_not(door: Door) -> None:
    assert [door.wrong(name=f"somebody{number}") for number in range(20)] == [0] * 20
    assert door.right() == 30
    assert door.right(THERE) == 0


def test_success_takes_back_its_own_attempt_only(door: Door) -> None:
    for number in range(19):
        door.wrong(name=f"somebody{number}")
    assert [door.right() for _ in range(3)] == [0, 0, 0]
    door.wrong(name="one more")
    assert door.right() == 30


def test_what_is_typed_into_the_name_is_not_kept(door: Door) -> None:
    door.wrong(name="hunter2 typed by mistake")
    assert not [each for each in SignInFailure.objects.all() if "hunter2" in each.key]
    assert SignInFailure.objects.count() == 2


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_however_many_names_are_tried_the_table_stays_bounded(door: Door, clock: Clock) -> None:
    SignInFailure.objects.bulk_create(
        [SignInFailure(key=f"{number}", failures=1, last_at=clock.now - number) for number in range(10_050)]
    )
    door.wrong()
    assert SignInFailure.objects.count() == 10_000
    assert SignInFailure.objects.filter(key="0").exists()
    assert not SignInFailure.objects.filter(key="10049").exists()
    clock.advance(hours=2)
    door.wrong(THERE)
    assert SignInFailure.objects.count() == 2


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_addresses_of_one_ipv6_network_count_together(door: Door) -> None:
    for number in range(20):
        assert door.wrong(f"2001:db8::{number:x}", f"name{number}") == 0
    assert door.wrong("2001:db8::ffff", "another") == 30
    assert door.wrong("2001:db8:0:1::1", "another") == 0
    for number in range(20):
        door.wrong("::ffff:192.0.2.9", f"mapped{number}")
    assert door.wrong("192.0.2.9", "yet another") == 30


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.5, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", " , ", "10.0.0.1"),
    ],
)
def test_only_own_proxies_are_believed(remote: str, forwarded: str, address: str) -> None:
    assert caller_address(remote, forwarded, frozenset(("10.0.0.1", "10.0.0.2"))) == address


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_page_says_how_long_to_wait_and_looks_at_no_password(database: Database) -> None:
    configure(BusSettings(database=database.url, admin_attempts=2))
    User.objects.create_superuser(NAME, password=PASSWORD)
    made = Client(headers={"host": "localhost"})

    def knock(password: str) -> int:
        return made.post("/admin/login/", {"username": NAME, "password": password}).status_code

    assert [knock("wrong"), knock(PASSWORD), knock("wrong"), knock("wrong")] == [200, 302, 200, 200]
    refused = made.post("/admin/login/", {"username": NAME, "password": PASSWORD})
    assert refused.status_code == 429
    wait = refused.headers["Retry-After"]
    assert 0 < int(wait) <= 30
    assert f"Слишком много неудачных попыток. Повторите через {wait} с." in refused.content.decode()
    assert made.get("/admin/login/").status_code in {200, 302}
