"""`mezhved gateway check`: what stands in the way is named, with its cure, and nothing is changed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from django.db import connection, connections

from mezhved.cli.gateway import gateway as command
from mezhved.gateway.checking import Verdict, local
from mezhved.gateway.checking.examining import examine
from mezhved.gateway.models import Connection, InformationType, SigningKey
from mezhved.gateway.outbox import RequestDraft, take_request
from mezhved.gost import Name, dump_private_key
from tests.support.gateways import NUMBER, gateway_over, present_pki

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mezhved.gateway.checking import Finding
    from tests.support.gateways import GatewayBus, GatewayUnderTest


@pytest.fixture
def silent(gateway_database: str, served_bus: GatewayBus) -> GatewayUnderTest:
    """A gateway that sends nothing: its way to the bus may be broken."""
    return gateway_over(gateway_database, served_bus.folder, served_bus.bus.address)


@pytest.fixture
def silent_on_sqlite(gateway_sqlite: Callable[[], str], served_bus: GatewayBus) -> Iterator[GatewayUnderTest]:
    yield gateway_over(gateway_sqlite(), served_bus.folder, served_bus.bus.address)
    connections.close_all()


def looked(under_test: GatewayUnderTest) -> list[Finding]:
    return list(examine(under_test.gateway.settings, lambda _: under_test.gateway))


def failures(found: list[Finding]) -> dict[str, Finding]:
    return {each.check: each for each in found if each.verdict is Verdict.FAILURE}


def test_a_gateway_that_works_has_no_failure_and_its_messages_stay_where_they_are(
    under_test: GatewayUnderTest,
) -> None:
    take_request(under_test.gateway, RequestDraft(under_test.consumer, under_test.plain, NUMBER))
    under_test.send()
    found = looked(under_test)
    assert not failures(found), failures(found)
    checks = [each.check for each in found]
    assert checks[:3] == ["database", "folder", "cryptography"]
    assert checks.count("registration") == 2
    assert checks.count("right") == 6  # three types, two systems
    assert {"dns", "tcp", "clock", "key", "chain", "receipts"} <= set(checks)
    assert under_test.take_requests() == 1, "the check took nothing out of a queue"


def test_a_version_without_statistics_is_asked_without_them(silent: GatewayUnderTest) -> None:
    at = Connection.objects.get()
    at.version, at.url = "1.3", at.url.replace("1.2", "1.3")
    at.save()
    assert not failures(looked(silent))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("host", "dns"),
        ("name", "dns"),
        ("port", "tcp"),
        ("clock", "clock"),
        ("stranger", "registration"),
        ("type", "right"),
        ("key", "key"),
        ("folder", "folder"),
        ("store", "file_store"),
    ],
)
def test_what_stands_in_the_way_is_named_with_its_cure(
    silent_on_sqlite: GatewayUnderTest, tmp_path: Path, change: str, expected: str
) -> None:
    at = Connection.objects.get()
    hosts = {"host": "no-such-host.invalid", "name": "smev..invalid"}
    if change in hosts:
        at.url = f"http://{hosts[change]}/ws"
    elif change == "port":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            at.url = f"http://127.0.0.1:{free.getsockname()[1]}/ws"
    elif change == "clock":
        silent_on_sqlite.clock.advance(minutes=45)
    elif change == "stranger":
        _sign_as_stranger(tmp_path)
    elif change == "type":
        InformationType.objects.filter(code="VS09801").update(namespace="urn://x-test/unheard-of")
    elif change == "key":
        SigningKey.objects.update(key_file=str(tmp_path / "gone.pem"))
    elif change == "folder":
        (tmp_path / "file").write_bytes(b"")
        settings = replace(silent_on_sqlite.gateway.settings, folder=tmp_path / "file" / "inside")
        silent_on_sqlite.gateway = replace(silent_on_sqlite.gateway, settings=settings)
    elif change == "store":
        at.file_store_url = "ftp://127.0.0.1:9"
    at.save()
    found = failures(looked(silent_on_sqlite))
    assert expected in found, found
    if expected != "file_store":
        assert found[expected].cure is not None


def test_a_clock_that_is_off_by_minutes_is_a_warning(silent_on_sqlite: GatewayUnderTest) -> None:
    silent_on_sqlite.clock.offset = timedelta(minutes=5)
    clock = next(each for each in looked(silent_on_sqlite) if each.check == "clock")
    assert clock.verdict is Verdict.WARNING


def test_the_command_tells_people_and_programs(silent: GatewayUnderTest) -> None:
    settings = silent.gateway.settings
    told = {"MEZHVED_GATEWAY_DATABASE": settings.database, "MEZHVED_GATEWAY_FOLDER": str(settings.folder)}
    done = CliRunner().invoke(command, ["check", "--json"], env=told)
    assert done.exit_code == 0, done.output
    assert {"check", "where", "verdict", "detail", "cure"} == set(json.loads(done.output)[0])
    Connection.objects.update(url="http://127.0.0.1:9/ws")
    done = CliRunner().invoke(command, ["check"], env=told)
    assert done.exit_code == 1
    assert "FAIL  порт http://127.0.0.1:9/ws" in done.output


@pytest.mark.parametrize("gateway_database", ["postgres"], indirect=True)
def test_a_database_that_takes_no_writes_is_told_with_its_place_and_cure(silent: GatewayUnderTest) -> None:
    settings = silent.gateway.settings
    assert local.database(settings).verdict is Verdict.OK
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    found = local.database(settings)
    with connection.cursor() as cursor:  # others use it afterwards
        cursor.execute("SET default_transaction_read_only = off")
        cursor.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert (found.verdict, "не пишется" in found.detail.ru) == (Verdict.FAILURE, True)
    assert found.where.startswith("postgresql://127.0.0.1")
    assert found.cure is not None


def test_a_database_that_is_away_is_told_with_its_place_and_cure() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mezhved.cli.main", "gateway", "check"],
        env=os.environ | {"MEZHVED_GATEWAY_DATABASE": "postgresql://somebody:hidden@127.0.0.1:9/gateway"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "база данных postgresql://127.0.0.1:9/gateway: не отвечает" in done.stdout
    assert "запущена ли СУБД" in done.stdout
    assert "hidden" not in done.stdout + done.stderr


def test_a_certificate_of_smev_that_ends_is_told_before_it_does(silent_on_sqlite: GatewayUnderTest) -> None:
    at = Connection.objects.get()
    ends = present_pki().smev.certificate.not_after
    assert local.smev(silent_on_sqlite.gateway, at).verdict is Verdict.OK
    silent_on_sqlite.clock.offset = ends - timedelta(days=10) - datetime.now(UTC)
    found = local.smev(silent_on_sqlite.gateway, at)
    assert (found.verdict, f"{ends:%Y-%m-%d}" in found.detail.ru) == (Verdict.WARNING, True)
    assert found.cure is not None
    at.smev_certificates = at.authorities = ""
    assert "не сказано" in local.smev(silent_on_sqlite.gateway, at).detail.ru


def _sign_as_stranger(folder: Path) -> None:
    """Give the consumer a key whose certificate SMEV was never told of."""
    stranger = present_pki().ca.end_entity(Name(common_name="ИС «Никому не известная»"))
    (folder / "stranger.pem").write_bytes(dump_private_key(stranger.key))
    for row in SigningKey.objects.all():
        row.key_file, row.certificate = str(folder / "stranger.pem"), stranger.certificate.pem
        row.save()
