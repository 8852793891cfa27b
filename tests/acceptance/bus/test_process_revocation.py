"""Revocation at a bus as an operator runs it: two workers, the commands, a file that the authority renews."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from mezhved.bench.installation import PROVIDER, installed
from mezhved.demo.pki import CA
from mezhved.gost import RevokedEntry, SoftwareSigner, issue_crl, load_private_key, load_provider
from mezhved.smev3.client import RetryPolicy, Smev3Client
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.versions import Version
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mezhved.bench.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """A bus of two workers at work, on SQLite; its leases are tried on both engines without processes."""
    with installed(tmp_path / "bus", postgres=None, workers=2) as made, made.serving():
        yield made


def publish(installation: Installation, file: Path, *revoked: int) -> None:
    """Put the authority's newest list where the bus looks, as authorities do: at once."""
    provider = load_provider()
    key = load_private_key((installation.folder / "keys" / f"{CA}.key.pem").read_bytes())
    now = datetime.now(UTC)
    crl = issue_crl(
        SoftwareSigner(provider, key, installation.pki.ca),
        provider,
        [RevokedEntry(serial, now - timedelta(minutes=1)) for serial in revoked],
        this_update=now,
        next_update=now + timedelta(days=1),
        number=int(now.timestamp()),
    )
    fresh = file.with_suffix(".new")
    fresh.write_bytes(crl.der)
    fresh.replace(file)


def refusal(installation: Installation) -> str:
    """What the provider is told, over a connection of its own, so that any worker may answer."""
    signer = installation.pki.signers[PROVIDER]
    client = Smev3Client(f"{installation.address}/ws", Version.V1_1, signer, retry=RetryPolicy(attempts=1))
    try:
        client.get_request()
    except SmevFaultError as refused:
        return refused.fault.text
    return ""


def always_soon(holds: Callable[[], bool]) -> bool:
    """Wait for twenty right answers in a row: several workers answer."""
    return eventually(lambda: all(holds() for _ in range(20)))


def fetched_by_itself(installation: Installation) -> bool:
    """Wait until the bus has looked at its sources."""
    log = installation.folder / "bus.log"
    return eventually(lambda: '"event": "revocation_fetched"' in log.read_text())


def test_the_bus_fetches_by_itself_and_what_came_is_in_force_on_all_workers(
    installation: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "ca.crl"
    publish(installation, file)
    authority = installation.pki.ca.thumbprint.hex()
    installation.command("trust", "source", "add", authority, str(file), "--period", "86400")
    assert fetched_by_itself(installation)
    assert refusal(installation) == ""

    publish(installation, file, installation.pki.signers[PROVIDER].certificate.serial)
    installation.command("trust", "fetch")
    assert always_soon(lambda: "отозван" in refusal(installation))
