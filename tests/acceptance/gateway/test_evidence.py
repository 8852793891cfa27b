"""An exchange as one container that proves itself, and shows every change made to it."""

from __future__ import annotations

import functools
import io
import json
import subprocess
import sys
import zipfile
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from django.db import connections

from mezhved.cli.gateway import gateway as command
from mezhved.gateway.duties import take_duty
from mezhved.gateway.errors import Conflict
from mezhved.gateway.evidence import archive, chain
from mezhved.gateway.evidence.checkpoints import Checkpointer, make_due
from mezhved.gateway.evidence.exporting import export
from mezhved.gateway.evidence.verifying import Verdict, verify_container
from mezhved.gateway.journal import DUTY as SEALING
from mezhved.gateway.journal import note_step, seal
from mezhved.gateway.models import Checkpoint, Direction, Duty, Exchange, Message, Step, StepKind
from mezhved.gateway.outbox import FileDraft, RequestDraft, ResponseDraft, take_request, take_response
from mezhved.gateway.waking import News
from mezhved.gost import Certificate, OcspResponse, Reason, TrustStore, load_provider, sign_cms
from mezhved.gost.bundles import Bundle
from mezhved.texts import MezhvedError
from tests.support.gateways import NUMBER, WORDS, gateway_over, present_pki
from tests.support.ocsp import Responder
from tests.support.pki import make_root, seeded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mezhved.gateway.evidence.verifying import Report
    from tests.support.gateways import GatewayBus, GatewayUnderTest

FILE = b"an invented scan of a paper"


@pytest.fixture
def on_sqlite(gateway_sqlite: Callable[[], str], served_bus: GatewayBus) -> Iterator[GatewayUnderTest]:
    """A gateway on one engine, for what the engine has no part in."""
    made = gateway_over(gateway_sqlite(), served_bus.folder, served_bus.bus.address)
    yield made
    made.take_requests()
    made.take_responses()
    connections.close_all()


def exchange(under_test: GatewayUnderTest) -> Exchange:
    """A request with a file, answered; the journal holds steps of others between."""
    digest = under_test.gateway.digest(FILE)
    file = FileDraft("scan.bin", "application/octet-stream", len(FILE), FILE, "", digest)
    asked = take_request(
        under_test.gateway, RequestDraft(under_test.consumer, under_test.plain, NUMBER, files=(file,))
    ).exchange
    under_test.send()
    under_test.take_requests()
    came = Exchange.objects.get(direction=Direction.IN)
    take_response(under_test.gateway, ResponseDraft(came, WORDS))
    under_test.send()
    under_test.take_responses()
    return Exchange.objects.select_related("system__connection", "type").get(pk=asked.pk)


def exported(under_test: GatewayUnderTest, of: Exchange) -> bytes:
    target = io.BytesIO()
    export(under_test.gateway, of, target)
    return target.getvalue()


def checked(octets: bytes, authorities: TrustStore | None = None) -> Report:
    return verify_container(io.BytesIO(octets), load_provider(), authorities)


def test_an_export_leaves_the_sealing_to_the_sealer_that_has_the_duty(on_sqlite: GatewayUnderTest) -> None:
    made, gateway = exchange(on_sqlite), on_sqlite.gateway
    assert take_duty(SEALING, gateway.owner, gateway.clock(), 60)

    class Sealed(News):
        def wait(self, _seconds: float) -> None:
            seal(gateway)

    export(replace(gateway, news=Sealed()), made, io.BytesIO())
    assert Duty.objects.get(name=SEALING).owner == gateway.owner


def test_an_export_says_so_where_the_sealer_does_not_come(on_sqlite: GatewayUnderTest) -> None:
    made, gateway = exchange(on_sqlite), on_sqlite.gateway
    assert take_duty(SEALING, "another", gateway.clock(), 60)

    class Silent(News):
        def wait(self, _seconds: float) -> None:
            return

    with pytest.raises(Conflict):
        export(replace(gateway, news=Silent()), made, io.BytesIO())


def test_checkpoints_are_left_to_others_when_a_process_ends(on_sqlite: GatewayUnderTest) -> None:
    ending = Checkpointer(on_sqlite.gateway)
    ending.tick()
    assert Duty.objects.filter(name=ending.name.removeprefix("mezhved-")).exists()
    ending.ended()
    assert not Duty.objects.filter(name=ending.name.removeprefix("mezhved-")).exists()


def test_a_container_proves_an_exchange_from_call_to_acknowledgement(under_test: GatewayUnderTest) -> None:
    made = exchange(under_test)
    octets = exported(under_test, made)
    report = checked(octets)
    assert report.holds, report.checks
    assert report.exchange["uid"] == str(made.uid)
    pki = present_pki()
    own = TrustStore((pki.root.certificate,), (pki.ca.certificate,))
    assert checked(octets, own).holds
    told = " ".join(each.detail.ru for each in report.checks)
    assert told.count("ЭП-СМЭВ") == 2  # the receipt, the answer
    assert told.count("ЭП-ОВ отправителя") == 1
    assert told.count("PKCS#7 файла (file_1)") == 1
    assert told.count("ЭП-ОВ вызывающей системы") == 2  # the call, the acknowledgement
    with zipfile.ZipFile(io.BytesIO(octets)) as packed:
        assert packed.testzip() is None
        page = packed.read("protocol.ru.html").decode()
        manifest = json.loads(packed.read("manifest.json"))
    assert "Протокол обмена" in page
    assert "НЕВЕРНА" not in page
    assert [each["kind"] for each in manifest["steps"]] == ["call", "receipt", "received", "ack"]
    assert any("отзыв" in each["ru"] for each in manifest["unknown"])


def test_strangers_authorities_do_not_believe_it(on_sqlite: GatewayUnderTest) -> None:
    octets = exported(on_sqlite, exchange(on_sqlite))
    stranger = make_root(load_provider(), present_pki().now, seeded("strangers")).certificate
    report = checked(octets, TrustStore((stranger,)))
    assert report.intact
    assert not report.holds


def test_ocsp_answers_that_the_gateway_knows_go_along_and_count(on_sqlite: GatewayUnderTest) -> None:
    made, pki = exchange(on_sqlite), present_pki()
    at = made.system.connection
    known, own = at.authorities, TrustStore((pki.root.certificate,), (pki.ca.certificate,))
    with zipfile.ZipFile(io.BytesIO(exported(on_sqlite, made))) as packed:
        names = [each for each in packed.namelist() if each.startswith("certificates/")]
        found = [Certificate.parse(packed.read(each)) for each in names]
        signer = json.loads(packed.read("manifest.json"))["signed_with"]
    asked = [each for each in found if each.issuer == pki.ca.certificate.subject]
    others = [each for each in asked if each.thumbprint.hex() != signer]
    assert others
    good = Responder(pki.ca.certificate, pki.ca.signer, on_sqlite.gateway.clock())
    before = made.created_at - timedelta(hours=1)
    for responder, holds in (
        (good, True),
        (good.but(revoked={each.serial: (before, Reason.SUPERSEDED) for each in others}), False),
    ):
        answer = OcspResponse.parse(responder.about(*asked))
        at.authorities = known + Bundle(statuses=(answer,)).pem
        octets = exported(on_sqlite, made)
        with zipfile.ZipFile(io.BytesIO(octets)) as packed:
            manifest = json.loads(packed.read("manifest.json"))
        told = " ".join(each["ru"] for each in manifest["unknown"])
        assert not [each for each in asked if each.subject in told and not is_smevs(each, made)]
        for trusted in (None, own):
            report = checked(octets, trusted)
            assert (report.intact, report.holds) == (True, holds), report.checks


def is_smevs(certificate: Certificate, made: Exchange) -> bool:
    return certificate.pem in made.system.connection.smev_certificates


def test_a_change_of_any_part_is_found(on_sqlite: GatewayUnderTest) -> None:
    octets = exported(on_sqlite, exchange(on_sqlite))
    with zipfile.ZipFile(io.BytesIO(octets)) as packed:
        entries = packed.infolist()
    places = set(range(len(octets) - 200, len(octets), 7))
    for each in entries:
        start = each.header_offset
        inside = start + 30 + len(each.filename)
        places |= {start + 4, start + 10, start + 15, start + 29, start + 31}
        places |= {inside, inside + each.file_size // 3, inside + each.file_size - 1}
    for place in sorted(places):
        changed = bytearray(octets)
        changed[place] ^= 1
        assert not checked(bytes(changed)).intact, place
    assert not checked(octets[:-1]).intact
    assert not checked(octets + b"\0").intact
    assert not checked(b"").intact


def test_octets_beside_what_a_signature_covers_count_too(on_sqlite: GatewayUnderTest) -> None:
    octets = exported(on_sqlite, exchange(on_sqlite))
    with zipfile.ZipFile(io.BytesIO(octets)) as packed:
        entry = packed.getinfo("manifest.p7s")
    start = entry.header_offset + 30 + len(entry.filename)
    for at in range(0, entry.file_size, 9):
        changed = bytearray(octets)
        changed[start + at] ^= 4
        # Repaired so well that only the signature itself is left to tell.
        crc = zlib.crc32(bytes(changed[start : start + entry.file_size])).to_bytes(4, "little")
        old = octets[entry.header_offset + 14 : entry.header_offset + 18]
        repaired = bytes(changed).replace(old, crc)
        assert not checked(repaired).intact, at


def test_steps_cannot_be_left_out_or_swapped_even_by_a_participant_of_the_same_trust(
    under_test: GatewayUnderTest,
) -> None:
    made = exchange(under_test)
    exported(under_test, made)  # the checkpoint is signed
    step = Step.objects.filter(exchange=made, kind="receipt").get()
    other = bytes(step.octets or b"").replace(b"requestIsQueued", b"requestIsQueueD")
    Step.objects.filter(pk=step.pk).update(octets=other, digest=under_test.gateway.digest(other))
    report = checked(exported(under_test, made))
    assert not report.intact
    assert any(each.verdict is Verdict.TAMPERED for each in report.checks)


def test_a_step_left_out_is_missed_whoever_signs_the_rest(on_sqlite: GatewayUnderTest) -> None:
    opened = archive.Archive(io.BytesIO(exported(on_sqlite, exchange(on_sqlite))))
    contents = {name: opened.read(name) for name in opened.entries}
    manifest = json.loads(contents["manifest.json"])
    receipt = next(each for each in manifest["steps"] if each["kind"] == "receipt")
    manifest["steps"].remove(receipt)
    del manifest["files"][receipt["file"]], contents[receipt["file"]]
    octets = contents["manifest.json"] = json.dumps(manifest).encode()
    signer, provider = present_pki().consumer, on_sqlite.gateway.provider
    contents["manifest.p7s"] = sign_cms(octets, signer, provider, at=on_sqlite.clock())
    target = io.BytesIO()
    archive.write(
        target,
        [
            archive.measured(name, functools.partial(io.BytesIO, each), provider)
            for name, each in contents.items()
        ],
    )
    report = checked(target.getvalue())
    assert not report.intact
    assert "не показан" in report.checks[-1].detail.ru


def test_the_cost_of_a_proof_is_bounded(under_test: GatewayUnderTest) -> None:
    made = exchange(under_test)
    Step.objects.bulk_create(
        Step(kind="received", at=under_test.clock(), octets=b"", digest=bytes(32)) for _ in range(1100)
    )
    while seal(under_test.gateway):
        pass
    octets = exported(under_test, made)
    assert checked(octets).holds
    with zipfile.ZipFile(io.BytesIO(octets)) as packed:
        runs, places = chain.read_chain(json.loads(packed.read("chain.json")))
    assert sum(len(each.rows) for each in runs) == chain.STEPS_BETWEEN
    assert len(places) == 1
    # The same checkpoint serves the next container, and new ones come when there are enough new steps.
    exported(under_test, made)
    assert Checkpoint.objects.count() == 1
    assert make_due(under_test.gateway) == 1  # the other system's: this one's is near
    assert make_due(under_test.gateway) == 0


def test_what_was_deleted_at_the_end_of_its_term_leaves_its_place_in_the_chain(
    under_test: GatewayUnderTest,
) -> None:
    made = exchange(under_test)
    while seal(under_test.gateway):
        pass
    Step.objects.filter(exchange=made, kind="received").update(octets=None)
    message = Message.objects.filter(exchange=made).first()
    note_step(under_test.gateway, StepKind.FORGOTTEN, "application/json", b"{}", message)
    report = checked(exported(under_test, made))
    assert report.holds
    assert any("больше нет" in each.detail.ru for each in report.checks)


def test_a_container_that_cannot_be_written_is_told_with_its_place(
    on_sqlite: GatewayUnderTest, tmp_path: Path
) -> None:
    made = exchange(on_sqlite)
    place = tmp_path / "nowhere" / "evidence.zip"
    with pytest.raises(MezhvedError, match="не записан") as refusal:
        CliRunner().invoke(
            command,
            ["evidence", str(made.uid), "-o", str(place)],
            env={"MEZHVED_GATEWAY_DATABASE": on_sqlite.gateway.settings.database},
            catch_exceptions=False,
        )
    assert (refusal.value.where, refusal.value.cure is None) == (str(place), False)


def test_the_command_checks_a_file_without_any_database(on_sqlite: GatewayUnderTest, tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    path.write_bytes(exported(on_sqlite, exchange(on_sqlite)))
    verify = [sys.executable, "-m", "mezhved.cli.main", "evidence", "verify", str(path)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Контейнер цел, подписи верны" in done.stdout
    # What the reader gives wrongly says nothing about the container.
    done = subprocess.run([*verify, "--authorities", __file__], capture_output=True, text=True, check=False)
    assert (done.returncode, __file__ in done.stderr) == (2, True), done.stderr
    octets = bytearray(path.read_bytes())
    octets[len(octets) // 2] ^= 1
    path.write_bytes(octets)
    done = subprocess.run([*verify, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["intact"] is False
