"""Test and production are kept apart when the gateway is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mezhved.gateway.contours import demand_contours_apart
from mezhved.gateway.errors import WrongContour
from mezhved.gateway.models import Connection, Direction, Exchange, InformationSystem, SigningKey
from mezhved.gateway.setup import import_setup
from tests.support.gateways import present_pki, setup_document, write_keys

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("gateway_database")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_keys(tmp_path, present_pki())
    return tmp_path


def with_production(**connection: Any) -> str:
    """The set-up of the tests with another connection, of production, and a system of it."""
    document = yaml.safe_load(setup_document("http://127.0.0.1:7500"))
    production = {
        "name": "production",
        "environment": "production",
        "version": "1.2",
        "url": "http://172.20.3.12:7500/smev/v1.2/ws",
        "authorities": ["authorities.pem"],
        **connection,
    }
    document["connections"].append(production)
    document["systems"].append({"mnemonic": "TEST01", "connection": "production", "keys": []})
    return yaml.safe_dump(document, allow_unicode=True)


def test_contours_with_nothing_in_common_live_side_by_side(folder: Path) -> None:
    import_setup(with_production(), folder)
    assert InformationSystem.objects.filter(mnemonic="TEST01").count() == 2


@pytest.mark.parametrize(
    "shared",
    [
        {"url": "http://127.0.0.1:7500/smev/v1.2/ws"},
        {"reserve_url": "http://127.0.0.1:7500/smev/v1.2/ws/"},
        {"smev_certificates": ["smev.cert.pem"]},
        {"authorities": []},
    ],
)
def test_what_would_let_them_meet_is_refused_and_nothing_is_written(
    folder: Path, shared: dict[str, Any]
) -> None:
    with pytest.raises(WrongContour):
        import_setup(with_production(**shared), folder)
    assert not Connection.objects.exists()


def test_one_key_never_signs_in_both(folder: Path) -> None:
    import_setup(with_production(), folder)
    key = SigningKey.objects.get(system__mnemonic="TEST01")
    other = InformationSystem.objects.get(mnemonic="TEST01", connection__name="production")
    SigningKey.objects.create(system=other, name="same", certificate=key.certificate)
    with pytest.raises(WrongContour):
        demand_contours_apart()


def test_an_address_with_open_exchanges_keeps_its_contour(folder: Path) -> None:
    import_setup(setup_document("http://127.0.0.1:7500"), folder)
    system = InformationSystem.objects.get(mnemonic="TEST01")
    Exchange.objects.create(
        system=system,
        direction=Direction.OUT,
        state="waiting",
        environment="test",
        created_at="2026-11-22T12:00:00Z",
    )
    moved = setup_document("http://127.0.0.1:7500", environment="production")
    with pytest.raises(WrongContour):
        import_setup(moved, folder)
    Exchange.objects.update(state="answered")
    import_setup(moved, folder)
