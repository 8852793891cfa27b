"""The API does what its OpenAPI document says, whatever is thrown at it (a bounded run)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.gateways import NUMBER, gateway_over
from tests.support.rest import rest_client

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_api_keeps_to_its_document(gateway_sqlite: Callable[[], str], keys_folder: Path) -> None:
    from tests.support.rest_fuzz import failures  # noqa: PLC0415 - what it imports takes two seconds

    # One thread: then no call waits for events.
    under_test = gateway_over(gateway_sqlite(), keys_folder, "http://127.0.0.1:9", threads=1)
    client = rest_client(under_test)
    assert client.post_xml("requests", NUMBER).status == 201
    assert list(failures(client, 0)) == []
