"""SMEV's own signature over what the bus has written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mezhved.smev3 import messages
from mezhved.smev3.signature import sign
from mezhved.smev3.xml import parse

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.smev3.messages import Profile


def signature_over(bus: Bus, octets: bytes) -> bytes:
    """Return the ds:Signature of SMEV over a self-contained element that carries an Id."""
    started = time.perf_counter()
    signature = sign(parse(octets), bus.signer, bus.provider)
    bus.metrics.time_signature("sign", time.perf_counter() - started)
    return signature


def profile_of(bus: Bus) -> Profile:
    """Return how the bus writes: as the real server, or strictly by the schema."""
    return messages.Profile.STRICT if bus.settings.strict_xsd else messages.Profile.REAL
