"""The documents are true: their lines run, their tables are the program's, both languages say the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
import pytest

from mezhved.bench.installation import free_port
from mezhved.bus.metrics import Metrics, age_figures, queue_figures
from mezhved.bus.storage import Box, QueueLength
from mezhved.cli.main import cli
from mezhved.configuration import load_bus_settings
from mezhved.demo.bus import DemoBus
from mezhved.demo.catalogue import SNILS, schemas_of
from mezhved.demo.pki import make_pki
from mezhved.demo.registry import registry_document
from mezhved.gost import load_provider
from tests.support import documentation
from tests.support.documentation import (
    CABINET,
    GATEWAY,
    OPERATIONS,
    READMES,
    ROOT,
    blocks,
    documents,
    group,
    links,
)
from tests.support.warm_commands import warm_commands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADDRESS = "http://127.0.0.1:7500"
COMMON = {"list", "show", "remove"}
# What the other side does between the two programs of docs/client.md.
FUND_ANSWERS = """
from mezhved.smev3.client import Attachment
fund_key = load_private_key(Path("var/demo/keys/DEMO02.key.pem").read_bytes())
fund_signer = SoftwareSigner(
    load_provider(), fund_key, Certificate.parse(Path("var/demo/keys/DEMO02.cert.pem").read_bytes())
)
fund = Smev3Client(client.url, Version.V1_2, fund_signer, smev_certificates=[smev])
fund.receive(
    fund.get_request,
    lambda asked: fund.send_response(
        asked.message.reply_to,
        Path("answer.xml").read_bytes(),
        attachments=[Attachment("register", "text/plain", b"Test fund")],
    ),
)
"""
LANGUAGES = ("en", "ru")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who follows the README in a folder where the demonstration has left its keys."""

    folder: Path
    address: str
    path: str

    def bash(self, script: str) -> str:
        """Type the lines, stop at the first that fails; return what they print."""
        return self._run(["bash", "-euo", "pipefail", "-c", script])

    def python(self, program: str) -> str:
        """Run a program against the bus."""
        return self._run([sys.executable, "-W", "error", "-c", program.replace(ADDRESS, self.address)])

    def _run(self, command: list[str]) -> str:
        options = {"PATH": self.path, "MEZHVED_LANG": "en", "MEZHVED_URL": f"{self.address}/smev/v1.2/ws"}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, **options},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout


def bus_left_alone(folder: Path, mezhved: Path) -> DemoBus:
    """Prepare the bus of a demonstration whose providers have gone home."""
    bus = DemoBus(folder, free_port())
    pki = make_pki(folder / "keys", load_provider(), datetime.now(UTC), os.urandom)
    bus.write_config()
    registry = folder / "registry.yaml"
    registry.write_text(registry_document(pki), encoding="utf-8")
    environment = {**os.environ, "MEZHVED_CONFIG": str(bus.config)}
    for command in (["bus", "migrate"], ["registry", "import", str(registry)]):
        subprocess.run([mezhved, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
    return bus


@pytest.fixture
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("reader")
    with warm_commands(tmp_path_factory.mktemp("bin")) as commands:
        bus = bus_left_alone(folder / "var/demo", commands / "mezhved")
        with bus.serving():
            yield Reader(folder, bus.address, os.pathsep.join((str(commands), os.environ["PATH"])))


def test_whoever_follows_the_readme_gets_what_it_promises(reader: Reader) -> None:
    readme = READMES["en"]
    told = reader.bash(group(readme, "exchange"))
    assert "1\tDEMO02.REQUESTS" in told
    assert "<Snils>99000000153</Snils>" in told
    assert "status_category: requestIsRejectedBySmev" in told
    assert "REQUEST DELIVERED" in told
    assert told.count("smev_signature: right") == 3
    assert told.rstrip().endswith("no differences")

    first, second = (each.text for each in blocks(ROOT / "docs/client.md") if each.run == "client")
    told = reader.python("\n".join((group(readme, "client"), first, FUND_ANSWERS, second)))
    assert "SMEV has it" in told
    assert "<Snils>99000000153</Snils>" in told
    assert "register 9 CmsVerdict(digest_ok=True, signature_ok=True" in told

    assert "trusted: " in reader.bash(group(readme, "keys"))
    told = reader.bash(group(readme, "files"))
    assert '"signature_ok": true' in told
    assert "trust: TRUSTED" in told
    assert "The signature is right" in told
    assert (reader.folder / "signed-octets.bin").read_bytes().startswith(b"<ns1:SnilsRequest ")

    assert "registry: systems: 2, information types: 1" in reader.bash(own_bus(readme, reader.folder))


def own_bus(readme: Path, folder: Path) -> str:
    """Write the settings of the chapter on production; return its lines."""
    settings = group(readme, "settings").replace("listen_port = 7500", f"listen_port = {free_port()}")
    if load_provider().name != "openssl":
        settings = settings.replace('provider = "openssl"', 'provider = "pure"\nallow_pure_signing = true')
    (folder / "bus.toml").write_text(settings)
    (folder / "database").write_text(f"{folder}/own.sqlite3\n")
    (folder / "secret-key").write_text("a secret of the test, forty characters..\n")
    for name, text in schemas_of(SNILS).items():
        (folder / "schemas" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "schemas" / name).write_text(text, encoding="utf-8")
    assert load_bus_settings({"MEZHVED_CONFIG": str(folder / "bus.toml")}).production
    return group(readme, "bus").replace("/etc/mezhved", str(folder))


def test_both_readmes_carry_the_same_lines() -> None:
    english, russian = (
        [(each.run, each.language, each.without_comments()) for each in blocks(READMES[language])]
        for language in LANGUAGES
    )
    assert [each for each in english if each[1] != "text"] == [each for each in russian if each[1] != "text"]
    assert len(english) == len(russian)


@pytest.mark.parametrize("papers", [READMES, OPERATIONS, GATEWAY, CABINET])
def test_both_languages_have_the_same_chapters(papers: dict[str, Path]) -> None:
    shapes = [
        [re.match(r"#+|\||-|`*", line)[0] for line in path.read_text().splitlines() if line]  # type: ignore[index]
        for path in papers.values()
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("role", documentation.ROLES, ids=lambda each: each.kind.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_is_described(role: documentation.RoleDocument, language: str) -> None:
    written = documentation.settings_written(role, language)
    assert written == documentation.settings_table(role, language), (
        "run: python -m tests.support.documentation"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_is_described_and_no_other(language: str) -> None:
    figures = [*queue_figures([QueueLength(1, Box.REQUESTS, 1, 1.0)], {}), *age_figures([])]
    exposed = Metrics().exposition(figures).decode()
    names = {name for name in re.findall(r"^# TYPE (\w+)", exposed, re.MULTILINE) if "_created" not in name}
    described = set(re.findall(r"^\| `(mezhved_\w+)`", OPERATIONS[language].read_text(), re.MULTILINE))
    assert described == names


@pytest.mark.parametrize(
    ("room", "papers"), [("bus", OPERATIONS), ("gateway", GATEWAY), ("cabinet", GATEWAY)]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_of_the_log_is_described(room: str, papers: dict[str, Path], language: str) -> None:
    source = "\n".join(path.read_text() for path in sorted((ROOT / "src/mezhved" / room).rglob("*.py")))
    events = set(re.findall(r'log\.\w+\(\s*"(\w+)"', source))
    assert events
    chapter = papers[language].read_text()
    assert [each for each in sorted(events) if f"`{each}`" not in chapter] == []


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give every command that is no group."""
    if not isinstance(command, click.Group):
        yield path
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from leaves(inner, (*path, name))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_described(language: str) -> None:
    papers = (READMES, OPERATIONS, GATEWAY)
    text = "".join(each[language].read_text() for each in papers)
    named = [path for path in leaves(cli) if path[0] != "registry" or len(path) == 2]
    assert [" ".join(path) for path in named if f"mezhved {' '.join(path)}" not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_of_the_registry_is_described_with_its_commands(language: str) -> None:
    known: dict[str, set[str]] = {}
    for path in leaves(cli):
        if path[0] == "registry" and len(path) == 3:
            known.setdefault(path[1], set()).add(path[2])
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", OPERATIONS[language].read_text(), re.MULTILINE)
    described = {name: set(re.findall(r"`(\w+)`", told)) for name, told in rows if name in known}
    assert described == {name: commands - COMMON for name, commands in known.items()}
    assert all(commands >= COMMON for name, commands in known.items() if name != "account")


def test_every_target_of_make_that_is_named_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for path in documents():
        named = set(re.findall(r"(?:^|`)make (\w+)", path.read_text(), re.MULTILINE))
        assert named <= targets, path.name


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for link in links(path):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(path: Path) -> set[str]:
    """Return what a document's headings are linked by."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_no_document_knows_somebodys_machine(path: Path) -> None:
    assert re.findall(r"(?<![\w.])/(?:root|home|work|tmp|Users)/\S*", path.read_text()) == []
