"""Which messages this process works on now: leased rows, so that no two processes send one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from mezhved.gateway.models import InformationSystem, Message
from mezhved.gateway.queries import Prepared
from mezhved.gateway.rows import give
from mezhved.gateway.statements import rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

LEASE_SECONDS = 60.0

# The index gateway_message_to_send serves it; messages of one exchange leave in their order. An attempt is
# counted here, before it is made: what a dead process had in hand counts as one that may have arrived.
_CLAIM = """
UPDATE gateway_message SET lease_owner = %s, leased_until = %s, attempts = attempts + 1
WHERE id IN (
    SELECT due.id FROM gateway_message due
    WHERE due.send_after <= %s AND (due.leased_until IS NULL OR due.leased_until < %s)
      AND due.needs_upload = %s
      AND NOT EXISTS (
          SELECT 1 FROM gateway_message earlier
          WHERE earlier.exchange_id = due.exchange_id AND earlier.id < due.id
            AND earlier.send_after IS NOT NULL
      )
      AND due.system_id IN (
          SELECT s.id FROM gateway_system s JOIN gateway_connection c ON c.id = s.connection_id
          WHERE s.is_active AND c.is_active {resting}
      )
    ORDER BY due.send_after, due.id LIMIT %s {lock}
)
RETURNING id
"""
_CLAIMED: Final = Prepared[Message]()
_SYSTEMS: Final = Prepared[InformationSystem]()
_DUE: Final = """
SELECT 1 FROM gateway_message WHERE send_after <= %s AND needs_upload = %s
    AND (leased_until IS NULL OR leased_until < %s) LIMIT 1
"""
_RESTING = "AND c.id NOT IN ({places})"


def claim(
    owner: str,
    now: datetime,
    limit: int,
    *,
    seconds: float = LEASE_SECONDS,
    uploads: bool = False,
    resting: Sequence[int] = (),
) -> list[Message]:
    """Lease up to `limit` messages that are due for so many seconds, in the order they became so.

    `uploads`: those whose files have to be uploaded first, else those without any. Messages for the
    connections that are `resting`, or of systems out of work, stay.
    """
    if connection.vendor == "sqlite" and not _anything_due(now, uploads=uploads):
        return []  # an UPDATE of nothing would take SQLite's one write lock all the same
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    apart = _RESTING.format(places=", ".join(["%s"] * len(resting))) if resting else ""
    moment, until = _moment(now), _moment(now + timedelta(seconds=seconds))
    said = [owner, until, moment, moment, uploads, *resting, limit]
    claimed = [row[0] for row in rows(_CLAIM.format(lock=lock, resting=apart), said)]
    if not claimed:
        return []
    messages = _CLAIMED.rows(_claimed, *claimed)
    _give_systems(messages)
    return sorted(messages, key=lambda each: (each.send_after or now, each.pk))


def _claimed(*keys: int) -> QuerySet[Message]:
    found = Message.objects.select_related("exchange__type", "call").defer("exchange__type__package")
    return found.filter(pk__in=keys)


def _systems(*keys: int) -> QuerySet[InformationSystem]:
    return InformationSystem.objects.select_related("connection").filter(pk__in=keys)


def _give_systems(messages: Sequence[Message]) -> None:
    """Give messages and exchanges their systems: a few rows, long ones with certificates, for all of them."""
    wanted = {each.system_id for each in messages}
    systems = {each.pk: each for each in _SYSTEMS.rows(_systems, *wanted)}
    for each in messages:
        give(each, system=systems[each.system_id])
        give(each.exchange, system=systems[each.system_id])


def _anything_due(now: datetime, *, uploads: bool) -> bool:
    moment = _moment(now)
    return bool(rows(_DUE, [moment, uploads, moment]))


def renew(owner: str, message: Message, until: datetime) -> bool:
    """Keep a lease for longer; false when it was lost meanwhile."""
    return bool(Message.objects.filter(pk=message.pk, lease_owner=owner).update(leased_until=until))


def release(owner: str, messages: Sequence[Message], again: datetime) -> None:
    """Give messages back that were not tried, to be sent at `again`."""
    if not messages:
        return
    places = ", ".join(["%s"] * len(messages))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE gateway_message SET lease_owner = '', leased_until = NULL, attempts = attempts - 1, "  # noqa: S608
            f"send_after = %s WHERE lease_owner = %s AND send_after IS NOT NULL AND id IN ({places})",
            [_moment(again), owner, *(each.pk for each in messages)],
        )


def _moment(value: datetime) -> str | datetime:
    adapted: Any = connection.ops.adapt_datetimefield_value(value)
    return adapted if isinstance(adapted, str) else value
