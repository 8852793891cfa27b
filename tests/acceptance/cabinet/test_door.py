"""The door of the cabinet and the borders of roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.cabinet.models import Role
from tests.support.cabinets import PASSWORD

if TYPE_CHECKING:
    from tests.support.cabinets import CabinetUnderTest


def test_who_has_not_signed_in_is_led_to_the_door_and_back(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    visitor = cabinet.visitor()
    led = visitor.get("/incoming/")
    assert led.headers["Location"] == "/sign-in/?next=%2Fincoming%2F"
    entered = visitor.post(
        "/sign-in/", {"name": account.user.username, "password": PASSWORD, "next": "/incoming/"}
    )
    assert entered.headers["Location"] == "/incoming/"
    assert visitor.get("/incoming/").status_code == 200


def test_a_page_is_refused_to_a_role_that_lacks_it(cabinet: CabinetUnderTest) -> None:
    official = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    assert official.get("/ask/").status_code == 200
    assert official.get("/run/").status_code == 403
    administrator = cabinet.browser(cabinet.member(Role.ADMINISTRATOR))
    assert administrator.get("/run/").status_code == 200
    assert administrator.get("/ask/").status_code == 403


def test_every_page_forbids_scripts_from_elsewhere(cabinet: CabinetUnderTest) -> None:
    answer = cabinet.visitor().get("/sign-in/")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
