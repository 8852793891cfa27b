"""Large attachments of messages in an S3-compatible store, in and out again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.support.attachments import File, send_inline, send_mtom, taken_files
from tests.support.exchange import BusUnderTest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.databases import Database, Engine
    from tests.support.exchange import HttpReply

# Connections that the S3 stand-in leaves open when it stops.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize("send", [send_mtom, send_inline])
def test_attachments_pass_through_the_store_of_several_nodes(
    fresh_database: Callable[[Engine], Database],
    s3_settings: dict[str, str],
    send: Callable[..., HttpReply],
) -> None:
    bus = BusUnderTest(fresh_database("sqlite").url, **s3_settings)
    files = [File("one", os.urandom(3_000_001)), File("two", os.urandom(40_000)), File("small", b"x")]
    signed = [each.signed(bus.pki, bus.pki.official) for each in files]
    try:
        assert send(bus.consumer, *signed).status == 200
        assert taken_files(bus.provider.get_request()) == [(each.name, each.octets) for each in files]
    finally:
        bus.store.close()
