"""TransactionCode of a request (MR 3.3 section 8): opaque, unless the bus is set to judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus


def acceptable_transaction_code(bus: Bus, code: str | None) -> None:
    """Refuse a code that this bus did not issue, or none where one is required: TransactionCodeInvalid.

    By default every text passes: real messages carry bare UUIDs and arbitrary texts. An empty code counts
    as none, since the schema of 1.2 demands the element.
    """
    mode = bus.settings.transaction_codes
    if mode == "opaque":
        return
    given = (code or "").strip()
    if not given and mode == "check":
        return
    if bus.transactions is None or not bus.transactions.issued(given):
        raise SmevFaultError(faults.transaction_code_invalid())
