"""Getting in: password, one-time code, waiting after failures, locks, and how long a session lasts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyotp
import pytest
from django.conf import settings

from mezhved.cabinet.accounts import passwords
from mezhved.cabinet.accounts.codes import base32
from mezhved.cabinet.accounts.factor import Factors
from mezhved.cabinet.models import Account, AuditEntry, RecoveryCode, Role, SecondFactor, Session
from mezhved.texts import Text
from tests.support.cabinets import PASSWORD

if TYPE_CHECKING:
    from typing import Any

    from django.test import Client

    from tests.support.cabinets import CabinetUnderTest

pytestmark = pytest.mark.filterwarnings("error")


def knock(client: Client, account: Account, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"name": account.user.username, "password": password, **more})


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def with_factor(cabinet: CabinetUnderTest, account: Account) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    """Set a second factor up; return the telephone and the recovery codes."""
    gateway = cabinet.under_test.gateway
    factors = Factors.of(gateway)
    telephone = pyotp.TOTP(base32(factors.offered(account)))
    long_ago = gateway.clock().timestamp() - 300
    row = SecondFactor.objects.get(account=account)
    codes = factors.confirm(account, telephone.at(int(gateway.clock().timestamp())), gateway.clock())
    row.refresh_from_db()
    row.last_step = int(long_ago) // 30
    row.save()
    assert codes is not None
    return telephone, codes


def now_of(cabinet: CabinetUnderTest) -> int:
    return int(cabinet.under_test.gateway.clock().timestamp())


def test_after_five_failures_an_account_waits_even_with_the_right_password(
    lone_cabinet: CabinetUnderTest,
) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    visitor = lone_cabinet.visitor()
    assert [knock(visitor, account, "wrong").status_code for _ in range(5)] == [403] * 5
    waits = knock(visitor, account)
    assert waits.status_code == 429
    assert waits.headers["Retry-After"] == "30"
    assert "Слишком много неудачных попыток" in waits.content.decode()
    lone_cabinet.under_test.clock.advance(seconds=31)
    assert knock(visitor, account).status_code == 302
    assert actions() == [*["sign_in_failed"] * 5, "sign_in_paused", "signed_in"]


def test_an_unknown_name_and_a_wrong_password_look_the_same(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    disabled = lone_cabinet.member(Role.OFFICIAL, "south")
    disabled.user.is_active = False
    disabled.user.save()
    visitor = lone_cabinet.visitor()
    wrong = knock(visitor, account, "wrong")
    texts = {
        wrong.content,
        visitor.post("/sign-in/", {"name": "nobody", "password": PASSWORD}).content,
        visitor.post("/sign-in/", {"name": "nobody\0", "password": "x" * 5000}).content,
        knock(visitor, disabled).content,
    }
    assert len({each.partition(b"<main")[2].partition(b"csrfmiddlewaretoken")[0] for each in texts}) == 1
    assert "Имя или пароль неверны." in wrong.content.decode()


def test_what_is_typed_into_the_name_is_kept_nowhere(lone_cabinet: CabinetUnderTest) -> None:
    lone_cabinet.visitor().post("/sign-in/", {"name": "my-password-by-mistake", "password": "x"})
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.name, entry.subject, entry.account) == ("sign_in_failed", "", "", None)


def test_a_locked_account_and_one_out_of_time_are_told_what_to_do(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    Account.objects.filter(pk=account.pk).update(locked_at=lone_cabinet.under_test.gateway.clock())
    refused = knock(lone_cabinet.visitor(), account)
    assert refused.status_code == 403
    assert "заблокирована" in refused.content.decode()
    assert "wrong" not in knock(lone_cabinet.visitor(), account, "wrong").content.decode()
    assert "заблокирована" not in knock(lone_cabinet.visitor(), account, "wrong").content.decode()
    Account.objects.filter(pk=account.pk).update(
        locked_at=None, temporary_until=lone_cabinet.under_test.gateway.clock()
    )
    assert "Срок временного пароля вышел" in knock(lone_cabinet.visitor(), account).content.decode()


def test_the_name_is_found_whatever_the_case_of_its_letters(lone_cabinet: CabinetUnderTest) -> None:
    lone_cabinet.member(Role.OFFICIAL, "north", name="i.ivanova")
    done = lone_cabinet.visitor().post("/sign-in/", {"name": " I.Ivanova ", "password": PASSWORD})
    assert done.status_code == 302


def test_a_first_password_opens_nothing_but_the_page_of_changing_it(lone_cabinet: CabinetUnderTest) -> None:
    gateway = lone_cabinet.under_test.gateway
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    made = passwords.one_time_password(gateway.randomness)
    passwords.set_temporary(account, made, gateway.clock())
    person = lone_cabinet.visitor()
    knock(person, account, made)
    assert person.get("/").headers["Location"] == "/account/password/"
    assert person.get("/account/").headers["Location"] == "/account/password/"
    part = person.get("/", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, "/account/password/")

    def change(current: str, new: str, again: str) -> Any:
        return person.post("/account/password/", {"current": current, "new": new, "again": again})

    weak = {
        "short 1": "слишком короткий",
        "password12345": "широко распространён",
        "123412341234999": "только из цифр",
        "official-north1": "слишком похож",
        made: "прежний пароль",
    }
    for password, told in weak.items():
        refused = change(made, password, password)
        assert refused.status_code == 422
        assert told in refused.content.decode(), password
    assert "не совпали" in change(made, "five words of my own", "five other words").content.decode()
    assert (
        "Пароль неверен" in change("wrong", "five words of my own", "five words of my own").content.decode()
    )
    assert change(made, "five words of my own", "five words of my own").headers["Location"] == "/account/"
    assert person.get("/").status_code == 200
    assert knock(lone_cabinet.visitor(), account, made).status_code == 403
    assert knock(lone_cabinet.visitor(), account, "five words of my own").status_code == 302


def test_a_new_password_ends_the_other_sessions(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    here, there = lone_cabinet.visitor(), lone_cabinet.visitor()
    knock(here, account)
    knock(there, account)
    cookie = here.cookies[_session_cookie()].value
    new = "five words of my own"
    here.post("/account/password/", {"current": PASSWORD, "new": new, "again": new})
    assert here.cookies[_session_cookie()].value != cookie
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_the_code_of_the_telephone_is_asked_for_and_taken_once(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    telephone, _ = with_factor(lone_cabinet, account)
    person = lone_cabinet.visitor()
    assert knock(person, account, next="/account/").headers["Location"] == "/sign-in/code/"
    assert person.get("/").status_code == 302, "the password alone opens nothing"
    assert Session.objects.count() == 0
    code = telephone.at(now_of(lone_cabinet))
    assert person.post("/sign-in/code/", {"code": "000000"}).status_code == 403
    entered = person.post("/sign-in/code/", {"code": f" {code[:3]} {code[3:]} "})
    assert entered.headers["Location"] == "/account/"
    assert person.get("/").status_code == 200

    thief = lone_cabinet.visitor()
    knock(thief, account)
    assert thief.post("/sign-in/code/", {"code": code}).status_code == 403, "the same code again"


@pytest.mark.parametrize(("off", "status"), [(-60, 403), (-30, 302), (30, 302), (60, 403)])
def test_a_telephone_may_be_one_step_off(lone_cabinet: CabinetUnderTest, off: int, status: int) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    telephone, _ = with_factor(lone_cabinet, account)
    middle = now_of(lone_cabinet) // 30 * 30 + 45
    lone_cabinet.under_test.clock.advance(seconds=middle - now_of(lone_cabinet))
    person = lone_cabinet.visitor()
    knock(person, account)
    assert person.post("/sign-in/code/", {"code": telephone.at(middle + off)}).status_code == status


def test_an_older_code_is_not_taken_after_a_newer_one(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    telephone, _ = with_factor(lone_cabinet, account)
    factors, clock = Factors.of(lone_cabinet.under_test.gateway), lone_cabinet.under_test.clock
    moment = clock()
    seconds = int(moment.timestamp())
    assert factors.take_code(account, telephone.at(seconds), moment)
    assert not factors.take_code(account, telephone.at(seconds - 30), moment)
    assert factors.take_code(account, telephone.at(seconds + 30), moment)


def test_codes_are_not_guessed_by_signing_in_again_and_again(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    telephone, _ = with_factor(lone_cabinet, account)
    for _ in range(5):
        thief = lone_cabinet.visitor()
        knock(thief, account)
        assert thief.post("/sign-in/code/", {"code": "000000"}).status_code == 403
    thief = lone_cabinet.visitor()
    knock(thief, account)
    told = thief.post("/sign-in/code/", {"code": telephone.at(now_of(lone_cabinet))})
    assert told.status_code == 429


def test_a_recovery_code_stands_in_once(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    _, codes = with_factor(lone_cabinet, account)
    assert len(set(codes)) == 10
    assert not any(each in repr(list(RecoveryCode.objects.values())) for each in codes)
    person = lone_cabinet.visitor()
    knock(person, account)
    typed = codes[3].lower().replace("-", " ")
    assert person.post("/sign-in/code/", {"code": typed}).status_code == 302
    again = lone_cabinet.visitor()
    knock(again, account)
    assert again.post("/sign-in/code/", {"code": codes[3]}).status_code == 403
    assert RecoveryCode.objects.count() == 9
    other = lone_cabinet.member(Role.OFFICIAL, "south")
    with_factor(lone_cabinet, other)
    stranger = lone_cabinet.visitor()
    knock(stranger, other)
    assert stranger.post("/sign-in/code/", {"code": codes[4]}).status_code == 403, "another's code"


def test_who_is_half_way_in_has_five_minutes(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    telephone, _ = with_factor(lone_cabinet, account)
    person = lone_cabinet.visitor()
    knock(person, account)
    assert person.get("/sign-in/code/").status_code == 200
    lone_cabinet.under_test.clock.advance(minutes=5)
    led = person.post("/sign-in/code/", {"code": telephone.at(now_of(lone_cabinet))})
    assert led.headers["Location"] == "/sign-in/"
    assert lone_cabinet.visitor().get("/sign-in/code/").headers["Location"] == "/sign-in/"


def test_the_secret_lies_sealed_and_opens_for_its_account_alone(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    other = lone_cabinet.member(Role.OFFICIAL, "south")
    factors = Factors.of(lone_cabinet.under_test.gateway)
    secret = factors.offered(account)
    row = SecondFactor.objects.get(account=account)
    assert secret not in bytes(row.pending or b"")
    SecondFactor.objects.create(account=other, sealed=row.pending)
    person = lone_cabinet.visitor()
    knock(person, other)
    with pytest.raises(Exception, match=str(Text(ru="не читается", en="does not open"))):
        factors.take_code(
            other, pyotp.TOTP(base32(secret)).at(now_of(lone_cabinet)), lone_cabinet.under_test.clock()
        )


def test_a_session_ends_after_half_an_hour_without_doing_anything(lone_cabinet: CabinetUnderTest) -> None:
    person, clock = lone_cabinet.visitor(), lone_cabinet.under_test.clock
    knock(person, lone_cabinet.member(Role.OFFICIAL, "north"))
    for _ in range(3):
        clock.advance(minutes=20)
        assert person.get("/account/").status_code == 200
    clock.advance(minutes=20)
    assert person.get("/account/", headers={"X-Background": "yes"}).status_code == 200
    clock.advance(minutes=11)
    assert person.get("/account/").status_code == 302, "what a page asks by itself keeps nothing alive"
    assert Session.objects.count() == 0


def test_a_session_ends_twelve_hours_after_signing_in(lone_cabinet: CabinetUnderTest) -> None:
    person, clock = lone_cabinet.visitor(), lone_cabinet.under_test.clock
    knock(person, lone_cabinet.member(Role.OFFICIAL, "north"))
    for _ in range(29):
        clock.advance(minutes=24)
        assert person.get("/account/").status_code == 200
    clock.advance(minutes=24)
    assert person.get("/account/").status_code == 302


def test_whose_session_ended_is_told_so_and_led_back_to_the_same_page(lone_cabinet: CabinetUnderTest) -> None:
    person, clock = lone_cabinet.visitor(), lone_cabinet.under_test.clock
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    door = "/sign-in/?next=%2Fincoming%2F%3Flate%3D1"
    page, elsewhere = "http://127.0.0.1/incoming/?late=1", "http://evil.test/incoming/"
    for headers, led in (
        ({"HX-Request": "true", "HX-Current-URL": page}, door),
        ({"Referer": page}, door),
        ({"Referer": elsewhere}, "/sign-in/"),
        ({"Referer": "http://127.0.0.1/sign-out/"}, "/sign-in/"),
    ):
        knock(person, account)
        clock.advance(minutes=31)
        answer = person.post("/account/language/", headers=headers)
        assert answer.headers["HX-Redirect" if "HX-Request" in headers else "Location"] == led
        assert "Сеанс закончился" in person.get("/sign-in/").content.decode()
        assert "Сеанс закончился" not in person.get("/sign-in/").content.decode()


def test_a_page_that_stood_open_learns_the_new_session_and_its_token(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    person = lone_cabinet.visitor(strict_forms=True)
    person.get("/sign-in/")
    token = person.cookies[settings.CSRF_COOKIE_NAME].value
    knock(person, account, csrfmiddlewaretoken=token)
    said = person.get("/account/session/", headers={"HX-Request": "true"}).json()
    assert said["account"] == account.pk
    stale = person.post("/account/language/", {"language": "en", "csrfmiddlewaretoken": token})
    assert stale.status_code == 403
    fresh = person.post("/account/language/", {"language": "en", "csrfmiddlewaretoken": said["token"]})
    assert fresh.status_code == 302


def test_whoever_is_locked_or_disabled_is_out_at_the_next_click(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    person = lone_cabinet.visitor()
    knock(person, account)
    Account.objects.filter(pk=account.pk).update(locked_at=lone_cabinet.under_test.clock())
    assert person.get("/").status_code == 302
    Account.objects.filter(pk=account.pk).update(locked_at=None)
    assert person.get("/").status_code == 302, "the session is over, not only out of sight"


@pytest.mark.parametrize("strictly", [{"totp_required": True}, {"production": True}])
def test_a_second_factor_is_set_up_before_all_else_where_it_is_compulsory(
    lone_cabinet: CabinetUnderTest, strictly: dict[str, bool]
) -> None:
    strict = replace(
        lone_cabinet.under_test.gateway,
        settings=replace(
            lone_cabinet.under_test.gateway.settings,
            secret_key="s" * 40,
            **strictly,  # type: ignore[arg-type]
        ),
    )
    person = lone_cabinet.visitor(strict)
    knock(person, lone_cabinet.member(Role.ADMINISTRATOR))
    assert person.get("/").headers["Location"] == "/account/second-factor/"
    assert person.get("/run/accounts/").headers["Location"] == "/account/second-factor/"
    offered = person.post("/account/second-factor/start/")
    assert offered.headers["Location"] == "/account/second-factor/"
    page = person.get("/account/second-factor/").content.decode()
    assert 'src="data:image/svg+xml' in page
    secret = page.partition('class="key">')[2].partition("<")[0].replace(" ", "")
    assert person.post("/account/second-factor/confirm/", {"code": "123"}).status_code == 422
    done = person.post(
        "/account/second-factor/confirm/", {"code": pyotp.TOTP(secret).at(now_of(lone_cabinet))}
    )
    assert done.content.decode().count("<li><code>") == 10
    assert person.get("/").status_code == 200
    refused = person.post("/account/second-factor/off/", {"password": PASSWORD})
    assert refused.status_code == 403, "what is compulsory is not turned off"
    official = lone_cabinet.visitor(strict)
    knock(official, lone_cabinet.member(Role.OFFICIAL, "north"))
    assert official.get("/").status_code == (302 if "totp_required" in strictly else 200)


def _session_cookie() -> str:

    return str(settings.SESSION_COOKIE_NAME)
