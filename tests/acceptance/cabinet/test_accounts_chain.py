"""The audit's hash chain: a change, a gap, a cut, a chain made anew are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction

from mezhved.cabinet import audit
from mezhved.cabinet.accounts import chain
from mezhved.cabinet.models import AuditEntry, AuditLink, Role
from mezhved.cli.gateway import gateway
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from mezhved.cabinet.accounts.chain import Place
    from tests.support.cabinets import CabinetUnderTest

ENTRIES = 4


def written(cabinet: CabinetUnderTest, count: int = ENTRIES) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    author = audit.Author(cabinet.under_test.clock(), account.name, account, "127.0.0.1")
    for number in range(count):
        audit.keep(author, "viewed", subject=f"страница {number}")


def linked(cabinet: CabinetUnderTest) -> Place:
    place = chain.link_new(cabinet.under_test.gateway.provider)
    assert place is not None
    return place


def by_force(*statements: str) -> None:
    """What somebody does who rules the database."""
    with connection.cursor() as cursor:
        for table in ("cabinet_audit", "cabinet_audit_link"):
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(f"DROP TRIGGER {table}_no_{verb}")
        for each in statements:
            cursor.execute(each)


def test_entries_get_links_once_and_the_chain_holds(lone_cabinet: CabinetUnderTest) -> None:
    provider = lone_cabinet.under_test.gateway.provider
    written(lone_cabinet)
    assert chain.verify(provider).unlinked == ENTRIES
    first = linked(lone_cabinet)
    assert chain.link_new(provider) is None
    written(lone_cabinet)
    last = linked(lone_cabinet)
    assert chain.verify(provider, first) == chain.Verdict(last, 0)
    assert last.position == 2 * ENTRIES == AuditLink.objects.count()
    for change in (
        lambda: AuditLink.objects.filter(position=1).update(link=b""),
        AuditLink.objects.all().delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE cabinet_audit SET subject = 'другое' WHERE id = {second}", "место 2: запись изменена"),
        ("UPDATE cabinet_audit SET account_id = NULL WHERE id = {second}", "место 2: запись изменена"),
        ("DELETE FROM cabinet_audit WHERE id = {second}", "место 2: запись удалена"),
        ("DELETE FROM cabinet_audit_link WHERE position = 3", "место 3: звено пропало"),
        ("UPDATE cabinet_audit_link SET link = x'00' WHERE position = 2", "место 2: запись изменена"),
        ("DELETE FROM cabinet_audit_link WHERE position > 2", "место 3: конец цепочки отрезан"),
    ],
)
def test_what_was_changed_by_force_is_found(
    lone_cabinet: CabinetUnderTest, statement: str, told: str
) -> None:
    written(lone_cabinet)
    known = linked(lone_cabinet)
    by_force(statement.format(second=AuditEntry.objects.order_by("pk")[1].pk))
    problem = chain.verify(lone_cabinet.under_test.gateway.provider, known).problem
    assert problem is not None
    assert problem.ru == told


def test_a_chain_that_was_computed_anew_differs_from_what_was_noted(lone_cabinet: CabinetUnderTest) -> None:
    provider = lone_cabinet.under_test.gateway.provider
    written(lone_cabinet)
    known = linked(lone_cabinet)
    by_force(
        "UPDATE cabinet_audit SET subject = 'другое'",
        "DELETE FROM cabinet_audit_link",
    )
    linked(lone_cabinet)
    assert chain.verify(provider).problem is None
    problem = chain.verify(provider, known).problem
    assert problem is not None
    assert problem.ru == f"место {ENTRIES}: цепочка составлена заново"


def test_a_command_checks_the_chain_against_a_place_that_was_noted(lone_cabinet: CabinetUnderTest) -> None:
    written(lone_cabinet)
    known = linked(lone_cabinet)
    env = {"MEZHVED_GATEWAY_DATABASE": str(connection.settings_dict["NAME"]), "MEZHVED_LANG": "en"}
    said = ["account", "audit", "--known"]
    held = CliRunner().invoke(gateway, [*said, known.written], env=env)
    assert held.exit_code == 0, held.output
    assert f"the chain holds: {known.written}" in held.output
    cut = CliRunner().invoke(gateway, [*said, f"7:{bytes(32).hex()}"], env=env)
    assert isinstance(cut.exception, MezhvedError)
    assert "the end of the chain is cut off" in cut.exception.what.en
    assert CliRunner().invoke(gateway, [*said, "seven"], env=env).exit_code != 0
