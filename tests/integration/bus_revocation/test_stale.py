"""Data that gets old: told while it is relied on, refused afterwards, right again when fresh data comes."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from django.db import OperationalError

from mezhved.bus.doctor import examine
from mezhved.bus.revocation.keeper import KeeperThread
from mezhved.cli.main import cli
from mezhved.registry.models import RevocationList, RevocationRecord
from mezhved.site.setup import use_database
from tests.support.live_bus import LiveBus
from tests.support.registry import PLAIN
from tests.support.web import page, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.databases import Database
    from tests.support.web import Web

REQUEST = f'<q:PlainRequest xmlns:q="{PLAIN}"><q:Number>1234</q:Number></q:PlainRequest>'.encode()
HOUR = timedelta(hours=1)


@pytest.fixture
def strict(database: Database) -> Iterator[LiveBus]:
    """A bus that trusts nobody without revocation data."""
    made = LiveBus(database.url, revocation_required=True)
    yield made
    made.store.close()


def health(live: LiveBus) -> tuple[int, list[str]]:
    reply = live.http(b"", "/healthz", method="GET")
    return reply.status, json.loads(reply.body)["warnings"]


def metric(live: LiveBus, name: str) -> float | None:
    text = live.http(b"", "/metrics", method="GET").body.decode()
    authority = live.pki.ca.certificate.thumbprint.hex()[:16]
    found = [
        line.split()[1] for line in text.splitlines() if line.startswith(f'{name}{{authority="{authority}"')
    ]
    return float(found[0]) if found else None


def revocation_finding(live: LiveBus) -> str:
    (found,) = (each for each in examine(live.bus.settings, live.clock) if "revocation" in each.subject.en)
    use_database(live.bus.settings.database)
    return found.verdict.value


def refused(live: LiveBus) -> str:
    reply = live.consumer.get_response()
    return "" if reply.status == HTTPStatus.OK else f"{reply.fault.description} {reply.fault.text}"


def test_stale_data_is_told_then_refused_then_right_again(live: LiveBus, web: Web) -> None:
    now = live.pki.now
    web.pages["/"] = page(live.pki.ca.crl(next_update=now + HOUR).der)
    live.add_source(web.address("/"))
    live.tick()
    assert health(live) == (200, [])
    assert metric(live, "mezhved_bus_revocation_age_seconds") == 3600
    assert metric(live, "mezhved_bus_revocation_left_seconds") == 7 * 3600
    assert revocation_finding(live) == "warning", "the root has no source"

    live.tick(hours=2)
    assert refused(live) == ""
    status, warnings = health(live)
    assert status == 200
    assert "устарели; откажем через 18000 с" in warnings[0]
    assert live.pki.ca.certificate.thumbprint.hex()[:16] in warnings[0]
    (event,) = live.events("revocation_stale")
    assert event["log_level"] == "warning"
    assert event["refused_in_seconds"] == 5 * 3600
    assert revocation_finding(live) == "warning"

    live.tick(hours=5, seconds=1)
    assert "SMEV-60" in refused(live)
    assert "Данные об отзыве сертификатов устарели" in refused(live)
    assert metric(live, "mezhved_bus_revocation_left_seconds") == -1
    assert "отказываем" in health(live)[1][0]
    assert live.events("revocation_expired")
    assert revocation_finding(live) == "failure"

    web.pages["/"] = page(live.pki.ca.crl(this_update=now + 7 * HOUR, next_update=now + 99 * HOUR).der)
    live.tick(hours=1)
    assert refused(live) == ""
    live.tick(seconds=11)
    assert health(live) == (200, [])
    assert live.events("revocation_fresh")


def test_a_message_refused_for_stale_data_gets_a_system_response(live: LiveBus) -> None:
    RevocationList(der=live.pki.ca.crl(next_update=live.pki.now - 7 * HOUR).der).save()
    assert live.consumer.send_request(REQUEST).operation.metadata.status == "requestIsQueued"
    assert "SMEV-60" in refused(live)
    RevocationList(der=live.pki.ca.crl(this_update=live.pki.now).der).save()
    told = live.consumer.get_response()
    assert "Данные об отзыве сертификатов устарели" in told.body.decode()
    assert live.provider.get_request().operation.request is None


def test_an_authority_without_any_source_is_trusted_unless_the_setting_says_no(
    live: LiveBus, strict: LiveBus
) -> None:
    assert refused(live) == ""
    assert "SMEV-60" in refused(strict)
    for authority in (strict.pki.ca, strict.pki.root):
        RevocationList(der=authority.crl().der).save()
    assert refused(strict) == ""


def test_the_status_is_shown_for_every_authority_in_both_languages(live: LiveBus, web: Web) -> None:
    web.pages["/"] = page(live.pki.ca.crl().der)
    live.add_source(web.address("/"))
    live.tick()

    def status(language: str, *options: str) -> str:
        environment = {"MEZHVED_DATABASE": live.bus.settings.database, "MEZHVED_LANG": language}
        done = CliRunner(env=environment).invoke(cli, ["trust", "status", *options])
        use_database(live.bus.settings.database)
        assert done.exit_code in {0, 1}, done.output
        return done.output

    russian, english = status("ru"), status("en")
    assert "источника нет" in russian
    assert "no source" in english
    assert live.pki.ca.certificate.subject in english
    assert "records 1, unanswered 0, failing 0" in english
    authorities = json.loads(status("en", "--json"))
    assert {each["subject"] for each in authorities} == {
        live.pki.ca.certificate.subject,
        live.pki.root.certificate.subject,
    }


def test_fetching_now_by_command_tells_what_came_and_fails_with_what_did_not(live: LiveBus, web: Web) -> None:
    # The command goes by the real time, which is after the test PKI's now.
    web.pages["/good"] = page(live.pki.ca.crl().der)
    web.pages["/bad"] = page(b"<html>Moved</html>")
    good = live.add_source(web.address("/good"))

    def fetch(*arguments: str) -> tuple[int, str]:
        environment = {"MEZHVED_DATABASE": live.bus.settings.database, "MEZHVED_LANG": "en"}
        done = CliRunner(env=environment).invoke(cli, ["trust", "fetch", *arguments])
        use_database(live.bus.settings.database)
        return done.exit_code, done.output

    assert fetch() == (0, f"{good.key}: new data\n")
    assert fetch(good.key) == (0, f"{good.key}: the same data as before\n")
    bad = live.add_source(web.address("/bad"))
    code, output = fetch()
    assert code == 1
    assert f"{good.key}: the same data" in output
    assert f"{bad.key}: this is neither DER" in output
    assert RevocationRecord.objects.get(source=bad).failures == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_thread_outlives_a_database_that_is_away_and_a_defect(live: LiveBus) -> None:
    ticks: list[int] = []
    enough = threading.Event()

    class Unlucky:
        def tick(self) -> None:
            ticks.append(len(ticks))
            if ticks[-1] == 0:
                raise OperationalError
            if ticks[-1] == 1:
                raise ZeroDivisionError
            enough.set()

    thread = KeeperThread(live.bus, Unlucky(), period=0.01)
    thread.start()
    assert enough.wait(60)
    thread.stop()
    thread.join(60)
    assert not thread.is_alive()
    (away,) = live.events("revocation_database_away")
    (defect,) = live.events("revocation_defect")
    assert (away["error_type"], defect["error_type"]) == ("OperationalError", "ZeroDivisionError")


def test_no_name_of_a_person_or_organisation_is_logged(live: LiveBus) -> None:
    with serving() as gone:
        address = gone.address("/")
    live.add_source(address)
    live.add_source(address, kind="ocsp")
    live.tick()
    live.tick(days=9)
    written = json.dumps(live.events(), ensure_ascii=False, default=str)
    assert "revocation_fetch_failed" in written
    assert "revocation_expired" in written
    assert "Тест" not in written
