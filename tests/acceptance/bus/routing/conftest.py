"""Participants that speak 1.3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from tests.support.exchange import BusUnderTest, Participant


@pytest.fixture
def sender(under_test: BusUnderTest) -> Participant:
    """The system that asks."""
    return under_test.participant(under_test.pki.consumer, Version.V1_3)


@pytest.fixture
def provider(under_test: BusUnderTest) -> Participant:
    """One of the two systems that answer."""
    return under_test.participant(under_test.pki.provider_system, Version.V1_3)


@pytest.fixture
def bank(under_test: BusUnderTest) -> Participant:
    """The other one."""
    return under_test.participant(under_test.pki.participants[2], Version.V1_3)
