"""Which messages this process sends now: leased rows, so that no two processes send one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction

from mezhved.gateway.models import Message

if TYPE_CHECKING:
    from datetime import datetime

LEASE = timedelta(minutes=5)

# The index gateway_message_to_send serves it; messages of one exchange leave in their order.
_CLAIM = """
UPDATE gateway_message SET lease_owner = %s, leased_until = %s, attempts = attempts + 1
WHERE id IN (
    SELECT due.id FROM gateway_message due
    WHERE due.send_after <= %s AND (due.leased_until IS NULL OR due.leased_until < %s)
      AND NOT EXISTS (
          SELECT 1 FROM gateway_message earlier
          WHERE earlier.exchange_id = due.exchange_id AND earlier.id < due.id
            AND earlier.send_after IS NOT NULL
      )
    ORDER BY due.send_after, due.id LIMIT %s {lock}
)
RETURNING id
"""


def claim(owner: str, now: datetime, limit: int) -> list[Message]:
    """Lease up to `limit` messages that are due, in the order they became so."""
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    moment, until = (connection.ops.adapt_datetimefield_value(each) for each in (now, now + LEASE))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(lock=lock), [owner, until, moment, moment, limit])
        claimed = [row[0] for row in cursor.fetchall()]
    if not claimed:
        return []
    rows = Message.objects.select_related("exchange", "system__connection", "call").filter(pk__in=claimed)
    return sorted(rows, key=lambda each: (each.send_after or now, each.pk))
