"""The API does what its OpenAPI document says, whatever is thrown at it (a bounded run)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.gateways import NUMBER
from tests.support.rest_fuzz import failures

if TYPE_CHECKING:
    from tests.support.rest import RestClient


def test_the_api_keeps_to_its_document(client: RestClient) -> None:
    assert client.post_xml("requests", NUMBER).status == 201
    assert list(failures(client, 2)) == []
