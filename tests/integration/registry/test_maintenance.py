"""The switch for the time of works: turned by a command, in force on every node with the next revision."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from mezhved.bus.doctor import examine
from mezhved.cli.bus import bus
from mezhved.configuration import BusSettings
from mezhved.gost import load_provider
from mezhved.registry import live_snapshots
from mezhved.registry.importing import import_registry
from mezhved.registry.loading import SnapshotLoader, current_revision
from mezhved.registry.models import ChangeRecord, Maintenance
from mezhved.registry.source import SnapshotSource
from tests.support.pki import make_pki
from tests.support.registry import registry_document

if TYPE_CHECKING:
    from tests.support.databases import Database

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_node_obeys_the_switch_at_its_next_look(database: Database) -> None:
    assert database.url
    seconds = 0.0
    source = SnapshotSource(SnapshotLoader().load, current_revision, lambda: seconds)
    assert not source.current().maintenance
    assert Maintenance.begin("a new disk", NOW)
    assert not source.current().maintenance
    seconds = 2.0
    assert source.current().maintenance
    assert Maintenance.end()
    seconds = 4.0
    assert not source.current().maintenance


def test_the_switch_turns_once_and_back_once(database: Database) -> None:
    assert database.url
    assert not Maintenance.end()
    assert Maintenance.begin("first", NOW)
    assert not Maintenance.begin("second", NOW)
    going = Maintenance.current()
    assert going is not None
    assert going.reason == "first"
    assert Maintenance.end()
    assert Maintenance.current() is None
    actions = list(ChangeRecord.objects.order_by("id").values_list("model", "action"))
    assert actions == [("maintenance", "created"), ("maintenance", "removed")]


def test_the_doctor_reminds_of_it(database: Database) -> None:
    settings = BusSettings(database=database.url)

    def told() -> list[str]:
        return [each.cure.en for each in examine(settings) if each.cure is not None]

    assert not any("maintenance" in each for each in told())
    import_registry(registry_document(make_pki(load_provider())), Path())
    Maintenance.begin("a new disk", NOW)
    assert any("mezhved bus maintenance off" in each for each in told())


def test_the_command_tells_how_it_stands(database: Database) -> None:
    def told(*arguments: str) -> str:
        environment = {"MEZHVED_DATABASE": database.url, "MEZHVED_CONFIG": "", "MEZHVED_LANG": "en"}
        result = CliRunner(env=environment).invoke(bus, ["maintenance", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    assert "no maintenance" in told()
    assert "maintenance since" in told("on", "--reason", "a new disk")
    assert "a new disk" in told()
    assert live_snapshots().current().maintenance
    assert "no maintenance" in told("off")
    assert "no maintenance" in told("off")
    assert not live_snapshots().current().maintenance
