"""Notices from the bus as an operator runs it: two workers, an address given by command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.bench.installation import PROVIDER, REQUEST, installed
from mezhved.bench.load import business_data, make_pair
from mezhved.smev3.versions import Version
from tests.support.push import listening

if TYPE_CHECKING:
    from pathlib import Path


def test_a_system_is_told_by_one_worker_only(tmp_path: Path) -> None:
    with (
        listening() as service,
        installed(tmp_path, postgres=None, workers=2) as installation,
        installation.serving(),
    ):
        installation.command("registry", "push", "add", PROVIDER, service.address)
        pair = make_pair(installation.address, Version.V1_2, installation.pki)
        for _ in range(3):
            pair.consumer.send_request(business_data(REQUEST))
        assert service.arrived.wait(60)
    (told,) = service.told
    assert told.keys() == {f"{PROVIDER}.REQUESTS"}
