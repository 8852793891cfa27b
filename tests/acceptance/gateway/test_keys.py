"""Keys of a system: which one signs, from when, until when, and what is told before the end."""

from __future__ import annotations

import base64
import functools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from mezhved.cli.gateway import gateway as command
from mezhved.gateway.errors import CannotSign, Conflict, InvalidMessage
from mezhved.gateway.keys import FileKeys, KeyRing
from mezhved.gateway.keys.letters import by_mail
from mezhved.gateway.keys.managing import NewKey, Standing, add_key, list_keys, plan_key, retire_key
from mezhved.gateway.keys.warnings import warn
from mezhved.gateway.models import KeyPurpose, KeyWarning, Mail, SigningKey
from mezhved.gateway.outbox import RequestDraft, take_request
from mezhved.gateway.outbox.sending import send_due
from mezhved.gost import Term, Verifier, dump_private_key
from mezhved.smev3.client import NotConnected
from mezhved.smev3.signature import Place, verify
from mezhved.smev3.soap import read
from mezhved.texts import Text
from tests.support.gateway_keys import Token, gateway_alone, keep_key
from tests.support.gateways import NUMBER, present_pki
from tests.support.openssl import openssl_with_gost
from tests.support.pki import PARTICIPANT_NAMES
from tests.support.registry import CONSUMER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mezhved.gost import SoftwareSigner
    from mezhved.smev3.client import HttpAnswer
    from tests.support.gateways import GatewayUnderTest


@pytest.fixture
def alone(gateway_database: str, tmp_path: Path) -> GatewayUnderTest:
    return gateway_alone(gateway_database, tmp_path)


def another(days: int = 400, starts: int = 0) -> SoftwareSigner:
    now = datetime.now(UTC)
    term = Term(now + timedelta(days=starts) - timedelta(hours=1), now + timedelta(days=starts + days))
    return present_pki().ca.end_entity(PARTICIPANT_NAMES[0], term=term)


def chosen(alone: GatewayUnderTest) -> str:
    return alone.gateway.ring.choose(alone.consumer).row.name


def test_the_planned_change_over_happens_by_itself(alone: GatewayUnderTest, tmp_path: Path) -> None:
    keep_key(tmp_path, alone.consumer, "next", another(), use_from=alone.clock() + timedelta(days=10))
    assert chosen(alone) == "main"
    alone.clock.advance(days=11)
    assert chosen(alone) == "next"
    # The older one takes over again where the newer one is taken out of use.
    retire_key(alone.gateway, alone.consumer, "next")
    assert chosen(alone) == "main"


class Away:
    """SMEV cannot be reached; what would have been sent is kept."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def post(self, _url: str, body: bytes, _headers: Mapping[str, str]) -> HttpAnswer:
        self.bodies.append(body)
        raise NotConnected(Text(ru="нет", en="no"))


def test_what_nobody_took_is_signed_anew_after_a_change_over(alone: GatewayUnderTest, tmp_path: Path) -> None:
    away = Away()
    gateway = replace(alone.gateway, transport=away)
    take_request(gateway, RequestDraft(alone.consumer, alone.plain, NUMBER))
    for _ in range(2):
        send_due(gateway)
        alone.clock.advance(minutes=10)
    assert away.bodies[0] == away.bodies[1]
    following = another()
    keep_key(tmp_path, alone.consumer, "next", following, use_from=alone.clock())
    for _ in range(2):
        alone.clock.advance(minutes=10)
        send_due(gateway)
    certificate = base64.b64encode(following.certificate.der)
    assert [certificate in each for each in away.bodies] == [False, False, True]


def test_nothing_is_read_for_every_message(alone: GatewayUnderTest) -> None:
    chosen(alone)
    system = alone.consumer
    with CaptureQueriesContext(connection) as asked:
        for _ in range(50):
            alone.gateway.ring.choose(system)
    assert len(asked) <= 1


def test_a_change_made_by_another_process_counts_within_seconds(
    alone: GatewayUnderTest, tmp_path: Path
) -> None:
    now = [0.0]
    gateway = alone.gateway
    ring = KeyRing(FileKeys(gateway.provider), gateway.trusts, gateway.clock, lambda: now[0])
    assert ring.choose(alone.consumer).row.name == "main"
    keep_key(tmp_path, alone.consumer, "next", another(), use_from=alone.clock() - timedelta(minutes=1))
    assert ring.choose(alone.consumer).row.name == "next"  # saved here: at once
    SigningKey.objects.filter(name="next").update(is_active=False)  # as another process does
    assert ring.choose(alone.consumer).row.name == "next"
    now[0] += 3
    assert ring.choose(alone.consumer).row.name == "main"


def test_a_revoked_certificate_signs_no_more(alone: GatewayUnderTest) -> None:
    pki = present_pki()
    at = alone.consumer.connection
    at.authorities += pki.ca.crl(pki.consumer.certificate).pem
    at.save()
    with pytest.raises(CannotSign, match="отозван"):
        alone.gateway.ring.choose(alone.consumer)
    assert alone.gateway.ring.choose(alone.provider).row.name == "main"
    standings = {line.key.system.mnemonic: line.standing for line in list_keys(alone.gateway)}
    assert standings[alone.consumer.mnemonic] is Standing.REVOKED


def test_an_expired_key_is_told_by_its_name(alone: GatewayUnderTest) -> None:
    alone.clock.advance(days=4000)
    with pytest.raises(CannotSign, match="истёк") as refusal:
        alone.gateway.connections.client(alone.consumer)
    assert refusal.value.cure is not None


def test_warnings_come_once_at_each_of_their_days(alone: GatewayUnderTest) -> None:
    ends = present_pki().consumer.certificate.not_after
    second = alone.another_node().gateway
    told: list[tuple[str, int]] = []

    def tell(warning: KeyWarning) -> None:
        told.append((warning.key.system.mnemonic, warning.days))

    SigningKey.objects.filter(system=alone.provider).delete()
    mnemonic = alone.consumer.mnemonic
    for left, expected in ((61, None), (60, 60), (45, None), (30, 30), (14, 14), (6, 7), (0.5, 1), (-1, 0)):
        alone.clock.offset = ends - timedelta(days=left) - datetime.now(UTC)
        told.clear()
        for gateway in (alone.gateway, second, alone.gateway):
            warn(gateway, [tell])
        assert told == ([] if expected is None else [(mnemonic, expected)])
    assert KeyWarning.objects.count() == 6


def test_a_teller_that_fails_is_asked_again(alone: GatewayUnderTest) -> None:
    SigningKey.objects.filter(system=alone.provider).delete()
    alone.clock.offset = present_pki().consumer.certificate.not_after - timedelta(days=20) - datetime.now(UTC)

    def fail(_: KeyWarning) -> None:
        raise OSError("the mail's table is locked")

    with pytest.raises(OSError, match="locked"):
        warn(alone.gateway, [fail])
    assert len(warn(alone.gateway)) == 1


def test_a_key_that_another_replaces_in_time_is_not_warned_of(
    alone: GatewayUnderTest, tmp_path: Path
) -> None:
    SigningKey.objects.filter(system=alone.provider).delete()
    ends = present_pki().consumer.certificate.not_after
    keep_key(tmp_path, alone.consumer, "next", another(900), use_from=ends - timedelta(days=5))
    alone.clock.offset = ends - timedelta(days=20) - datetime.now(UTC)
    assert warn(alone.gateway) == []


def test_a_pair_that_does_not_fit_is_not_added(alone: GatewayUnderTest, tmp_path: Path) -> None:
    keep_key(tmp_path, alone.provider, "other", another())
    new = NewKey(
        alone.consumer, "wrong", present_pki().consumer.certificate.pem.encode(), tmp_path / "other.key.pem"
    )
    with pytest.raises(CannotSign, match="не от своего"):
        add_key(alone.gateway, new)
    with pytest.raises(InvalidMessage, match="сертификат"):
        add_key(alone.gateway, NewKey(alone.consumer, "none", None, tmp_path / "other.key.pem"))
    assert not SigningKey.objects.filter(name__in=["wrong", "none"]).exists()


def files_of(folder: Path, name: str, signer: SoftwareSigner) -> dict[str, Any]:
    path = folder / f"{name}.key.pem"
    path.write_bytes(dump_private_key(signer.key))
    return {"certificate": signer.certificate.pem.encode(), "key_file": path}


def test_a_key_that_would_never_sign_is_not_added_or_planned(alone: GatewayUnderTest, tmp_path: Path) -> None:
    given = files_of(tmp_path, "next", another(100))
    late = alone.clock() + timedelta(days=101)
    with pytest.raises(InvalidMessage, match="раньше") as refusal:
        add_key(alone.gateway, NewKey(alone.consumer, "next", **given, use_from=late))
    assert refusal.value.cure is not None
    made = add_key(alone.gateway, NewKey(alone.consumer, "next", **given))
    with pytest.raises(InvalidMessage, match="раньше"):
        plan_key(alone.gateway, made, late)
    plan_key(alone.gateway, made, alone.clock() + timedelta(days=50))
    assert chosen(alone) == "main"


def test_the_only_key_is_not_given_up_for_one_that_begins_later(
    alone: GatewayUnderTest, tmp_path: Path
) -> None:
    later = alone.clock() + timedelta(days=9)
    for new in (
        NewKey(alone.consumer, "main", **files_of(tmp_path, "a", another()), use_from=later),
        NewKey(alone.consumer, "main", **files_of(tmp_path, "b", another(starts=9))),
        NewKey(alone.consumer, "main", **files_of(tmp_path, "c", another()), purpose=KeyPurpose.OFFICIAL),
    ):
        with pytest.raises(Conflict, match="отправка") as refusal:
            add_key(alone.gateway, new)
        assert refusal.value.cure is not None
    held = alone.gateway.ring.choose(alone.consumer)
    assert held.certificate == present_pki().consumer.certificate
    with pytest.raises(Conflict):
        plan_key(alone.gateway, held.row, later)
    # One that signs at once takes the place.
    add_key(alone.gateway, NewKey(alone.consumer, "main", **files_of(tmp_path, "d", another())))
    assert alone.gateway.ring.choose(alone.consumer).certificate != held.certificate


def test_a_key_that_nobody_keeps_is_not_added(alone: GatewayUnderTest) -> None:
    with pytest.raises(CannotSign, match="хранится не здесь"):
        add_key(alone.gateway, NewKey(alone.consumer, "next", another().certificate.pem.encode()))
    assert chosen(alone) == "main"


def test_who_has_no_key_in_force_yet_is_told_from_when(alone: GatewayUnderTest, tmp_path: Path) -> None:
    SigningKey.objects.filter(system=alone.consumer).delete()
    keep_key(tmp_path, alone.consumer, "next", another(starts=1))
    with pytest.raises(CannotSign, match="next начнёт"):
        chosen(alone)


def test_a_key_that_never_takes_over_in_time_keeps_no_warning_back(
    alone: GatewayUnderTest, tmp_path: Path
) -> None:
    SigningKey.objects.filter(system=alone.provider).delete()
    pki = present_pki()
    ends = pki.consumer.certificate.not_after
    days = (ends - datetime.now(UTC)).days
    alone.clock.offset = ends - timedelta(days=20) - datetime.now(UTC)
    keep_key(tmp_path, alone.consumer, "late", another(days, starts=days + 30), use_from=alone.clock())
    revoked = another(days + 300)
    keep_key(tmp_path, alone.consumer, "revoked", revoked)
    at = alone.consumer.connection
    at.authorities += pki.ca.crl(revoked.certificate).pem
    at.save()
    assert [each.key.name for each in warn(alone.gateway)] == ["main"]


def test_the_last_key_is_not_retired_by_mistake(alone: GatewayUnderTest) -> None:
    with pytest.raises(Conflict):
        retire_key(alone.gateway, alone.consumer, "main")
    retire_key(alone.gateway, alone.consumer, "main", anyway=True)
    with pytest.raises(CannotSign):
        chosen(alone)


def test_a_token_signs_messages_though_its_key_cannot_be_read(alone: GatewayUnderTest) -> None:
    pki = present_pki()
    SigningKey.objects.filter(system=alone.consumer).update(key_file="")
    gateway = replace(alone.gateway, keys=Token(pki.consumer))
    outgoing = gateway.connections.client(alone.consumer).prepare_request(NUMBER)
    message = read(outgoing.content_type, outgoing.body)
    data, holder = message.body[0], message.body[1]
    judged = verify(holder, data, Verifier(gateway.provider), Place.CALLER)
    assert judged.valid
    assert judged.certificate == pki.consumer.certificate
    official = SigningKey.objects.create(
        system=alone.consumer,
        purpose=KeyPurpose.OFFICIAL,
        name="head",
        certificate=pki.official.certificate.pem,
    )
    assert (
        replace(gateway, keys=Token(pki.official))
        .ring.signer(alone.consumer, KeyPurpose.OFFICIAL, official.name)
        .certificate
        == pki.official.certificate
    )


def test_letters_of_warnings_are_written_once(gateway_database: str, tmp_path: Path) -> None:
    alone = gateway_alone(
        gateway_database,
        tmp_path,
        mail_host="127.0.0.1",
        mail_from="gateway@agency.example",
        key_mail=("keys@agency.example", "head@agency.example"),
    )
    SigningKey.objects.filter(system=alone.provider).delete()
    alone.clock.offset = present_pki().consumer.certificate.not_after - timedelta(days=13) - datetime.now(UTC)
    for gateway in (alone.gateway, alone.another_node().gateway):
        warn(gateway, [by_mail(gateway)])
    letters = Mail.objects.order_by("address")
    assert [each.address for each in letters] == ["head@agency.example", "keys@agency.example"]
    assert "дней — 14" in letters[0].plain
    assert "mezhved gateway keys add" in letters[0].plain


def test_commands_add_list_and_retire(gateway_sqlite: Callable[[], str], tmp_path: Path) -> None:
    database = gateway_sqlite()
    gateway_alone(database, tmp_path)
    new = another(900)
    openssl = openssl_with_gost(tmp_path)
    openssl.write("new.pem", dump_private_key(new.key))
    openssl.write("own.pem", new.certificate.pem)
    openssl.write("password", "secret\n")
    files = ("-inkey", "new.pem", "-in", "own.pem", "-certfile", "authorities.pem", "-out", "next.p12")
    done = openssl.run("pkcs12", "-export", *files, "-passout", "pass:secret")
    assert done.returncode == 0, done.stderr
    run = functools.partial(
        CliRunner().invoke, command, env={"MEZHVED_GATEWAY_DATABASE": database}, catch_exceptions=False
    )
    options = ["--key", str(tmp_path / "next.p12"), "--password-file", str(tmp_path / "password")]
    later = f"{datetime.now(UTC) + timedelta(days=300):%Y-%m-%d}"
    added = run(["keys", "add", CONSUMER, "next", *options, "--use-from", later])
    assert added.exit_code == 0, added.output
    listed = {each["name"]: each for each in json.loads(run(["keys", "list", "--json"]).output)[:2]}
    assert (listed["main"]["standing"], listed["next"]["standing"]) == ("signs", "planned")
    assert listed["next"]["subject"] == new.certificate.subject
    assert run(["keys", "retire", CONSUMER, "next"]).exit_code == 0
    assert "выведен" in run(["keys", "list"]).output
    connections.close_all()
