"""`mezhved demo`: every kind of exchange is right, other clients can use the bus, Ctrl-C ends it well."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from mezhved.demo import business
from mezhved.demo.catalogue import FUND, INN, PARTICIPANTS, PASSPORT, SNILS, TOWN, TYPES, schemas_of
from mezhved.demo.errors import CannotStart, NotAsExpected
from mezhved.demo.gateways import Gateways
from mezhved.demo.packages import package_files
from mezhved.demo.pki import make_pki, read_pki
from mezhved.demo.run import DemoOptions, run_demo
from mezhved.demo.scenarios import SCENARIOS
from mezhved.demo.visiting import CabinetVisit
from mezhved.gost import load_provider
from mezhved.infotypes import SchemaSet
from mezhved.smev3 import client
from tests.support.pki import NOW, seeded
from tests.support.ports import free_demo_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_SECONDS = 600.0
COMMAND = (sys.executable, "-m", "mezhved.cli.main")


def environment(folder: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "MEZHVED_DEMO_DIR": str(folder),
        "MEZHVED_DEMO_PORT": str(port),
        "MEZHVED_LANG": "en",
        "PYTHONUNBUFFERED": "1",
    }


@dataclass(frozen=True, slots=True)
class Running:
    process: subprocess.Popen[str]
    folder: Path
    port: int
    said: list[str]

    def run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of the client as the consumer, knowing the bus's certificate."""
        keys = self.folder / "keys"
        options = {
            "MEZHVED_URL": f"http://127.0.0.1:{self.port}/smev/v1.2/ws",
            "MEZHVED_KEY": str(keys / f"{TOWN.mnemonic}.key.pem"),
            "MEZHVED_CERT": str(keys / f"{TOWN.mnemonic}.cert.pem"),
            "MEZHVED_TRUST": str(keys / "ca-chain.pem"),
        }
        return subprocess.run(
            [*COMMAND, *arguments],
            env={**os.environ, **options},
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder, port = tmp_path_factory.mktemp("demo"), free_demo_port()
    with subprocess.Popen(
        [*COMMAND, "demo"],
        env=environment(folder, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        said: list[str] = []
        ready = threading.Event()
        watchdog = threading.Timer(START_SECONDS, process.kill)
        watchdog.start()

        def listen() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                said.append(line.rstrip("\n"))
                if "until Ctrl-C" in line:
                    ready.set()
            ready.set()

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        ready.wait(START_SECONDS)
        watchdog.cancel()
        assert process.poll() is None, "\n".join(said)
        yield Running(process, folder, port, said)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)
        listener.join()


def test_every_kind_of_exchange_is_right(demo: Running) -> None:
    told = "\n".join(demo.said)
    assert f"Exchanges that were right: {len(SCENARIOS)} of {len(SCENARIOS)}" in told, told


def test_the_words_name_signers_times_folders_and_the_address(demo: Running) -> None:
    told = "\n".join(demo.said)
    assert TOWN.system_name in told
    assert f"http://127.0.0.1:{demo.port}" in told
    for scenario in SCENARIOS:
        assert str(demo.folder / "messages" / scenario.name) in told


def test_the_raw_messages_verify(demo: Running) -> None:
    kept = sorted((demo.folder / "messages" / "05-attachments").iterdir())
    assert any(path.name.endswith("GetResponse.answer.mime") for path in kept)
    done = demo.run("smev3", "verify", "--json", *(str(path) for path in kept))
    assert done.returncode == 0, done.stdout + done.stderr


def test_another_client_exchanges_with_the_keys_of_the_folder(demo: Running) -> None:
    sent = demo.run("smev3", "send", "-", "--json", given=business.snils_request().decode())
    assert sent.returncode == 0, sent.stderr
    receipt = json.loads(sent.stdout)
    assert receipt["smev_signature"]["standing"] == "genuine"
    deadline = time.monotonic() + START_SECONDS
    answer = None
    while answer is None and time.monotonic() < deadline:
        answer = json.loads(demo.run("smev3", "get", "responses", "--json", "--ack").stdout)
    assert answer is not None
    assert answer["original_message_id"] == receipt["message_id"]
    assert answer["smev_signature"]["standing"] == "genuine"
    assert business.KNOWN_SNILS in answer["content"]


def test_the_ten_lines_of_the_documentation_work_without_django(demo: Running, tmp_path: Path) -> None:
    """Run the example as it stands, on the port of this test."""
    written = [line for line in (client.__doc__ or "").splitlines() if line.startswith("    ")]
    code = textwrap.dedent("\n".join(written)).replace(":7500/", f":{demo.port}/")
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "demo").symlink_to(demo.folder)
    (tmp_path / "request.xml").write_bytes(business.snils_request())
    proof = "import sys\nassert not receipt.already_sent\nassert 'django' not in sys.modules\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{proof}"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_printed_accounts_sign_in_and_see_what_was_exchanged(demo: Running) -> None:
    told = "\n".join(demo.said)
    for gateway in Gateways.of(demo.folder, demo.port).both:
        assert f"{gateway.address}/" in told
        assert gateway.accounts_file.stat().st_mode & 0o077 == 0
        for person in gateway.office.people:
            assert re.search(rf"{person.username} +{gateway.password_of(person.username)} ", told)
            visit = CabinetVisit(gateway)
            visit.sign_in(person.username)
            assert person.name in visit.page.text_content()
    official, inspector = (CabinetVisit(each) for each in Gateways.of(demo.folder, demo.port).both)
    official.sign_in("primerova")
    official.open("/requests/?all=1")
    for kind in (SNILS, PASSPORT, INN):
        assert kind.name in official.text()
    inspector.sign_in("uchetova")
    inspector.open("/incoming/?executor=nobody&open=1")
    assert INN.name in inspector.text()


def test_a_wrong_password_of_a_cabinet_is_refused(demo: Running) -> None:
    visit = CabinetVisit(Gateways.of(demo.folder, demo.port).agency)
    with pytest.raises(NotAsExpected):
        visit.sign_in_with("primerova", "wrong")


def test_a_second_demonstration_says_who_holds_the_folder(demo: Running) -> None:
    done = subprocess.run(
        [*COMMAND, "demo", "--once"],
        env=environment(demo.folder, free_demo_port()),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert str(demo.process.pid) in done.stderr


def test_a_taken_port_is_told_before_anything_is_done(demo: Running, tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "demo", "--once"],
        env=environment(tmp_path, demo.port),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"port {demo.port} is taken" in done.stderr


def test_ctrl_c_ends_it_with_the_books_balanced(demo: Running) -> None:
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(60) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", demo.port)) != 0


def test_leftovers_are_used_or_swept_away(demo: Running, tmp_path: Path) -> None:
    """Run again over what the first run left: the keys stay, the messages of yore do not disturb."""
    if demo.process.poll() is None:
        demo.process.send_signal(signal.SIGINT)
        demo.process.wait(60)
    before = (demo.folder / "keys" / "smev.key.pem").read_bytes()
    said: list[str] = []
    stop = threading.Event()
    stop.set()
    run_demo(DemoOptions(demo.folder, free_demo_port(), once=True), said.append, stop)
    assert (demo.folder / "keys" / "smev.key.pem").read_bytes() == before
    assert not (demo.folder / "messages").exists()


def test_damaged_or_expired_keys_are_made_anew(tmp_path: Path) -> None:
    provider = load_provider()
    pki = make_pki(tmp_path, provider, NOW, seeded("demo"))
    assert read_pki(tmp_path, provider, NOW) is not None
    assert read_pki(tmp_path, provider, pki.signers["smev"].certificate.not_after) is None
    (tmp_path / "smev.key.pem").write_bytes((tmp_path / "DEMO01.key.pem").read_bytes())
    assert read_pki(tmp_path, provider, NOW) is None


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(CannotStart):
        run_demo(DemoOptions(tmp_path / "file", free_demo_port(), once=True), print, threading.Event())
    (tmp_path / "demo" / "keys").mkdir(parents=True)
    (tmp_path / "demo" / "bus.toml").mkdir()
    with pytest.raises(CannotStart):
        run_demo(DemoOptions(tmp_path / "demo", free_demo_port(), once=True), print, threading.Event())


def test_private_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    make_pki(tmp_path, load_provider(), NOW, seeded("demo"))
    for path in tmp_path.glob("*.key.pem"):
        assert path.stat().st_mode & 0o077 == 0


def test_codes_of_the_invented_organisations_have_right_check_digits() -> None:
    for each in PARTICIPANTS:
        assert int(each.ogrn[:12]) % 11 % 10 == int(each.ogrn[12])
        weighed = sum(a * int(b) for a, b in zip((2, 4, 10, 3, 5, 9, 4, 6, 8), each.inn, strict=False))
        assert weighed % 11 % 10 == int(each.inn[9])


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.code)
def test_the_schemas_take_what_is_sent(kind: object) -> None:
    schemas = {
        each: SchemaSet({path: text.encode() for path, text in schemas_of(each).items()}) for each in TYPES
    }
    samples = {
        "SnilsRequest": (business.snils_request(identifier="a"),),
        "PassportRequest": (business.passport_request(),),
        "ExtractRequest": (business.extract_request(),),
        "ChargeRequest": (business.charge_request(),),
        "InnRequest": (package_files("inn")["etalons/1/Request.xml"],),
        "TariffRequest": (business.tariff_request(FUND), business.tariff_response(FUND.mnemonic)),
        "Bulletin": (business.bulletin(),),
    }
    for each, schema in schemas.items():
        if each is kind:
            for sample in samples[each.request_root]:
                assert schema.validate(sample) == ()
    assert schemas[SNILS].validate(business.broken_snils_request()) != ()
