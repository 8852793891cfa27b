"""Telling in time that a certificate runs out: each warning once, whatever number of nodes there are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from mezhved.gateway.looping import Loop
from mezhved.gateway.models import KeyPurpose, KeyWarning, SigningKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.keys import HeldKey
    from mezhved.gost import Certificate

    Teller = Callable[[KeyWarning], None]

DAYS = (60, 30, 14, 7, 1, 0)
PERIOD_SECONDS = 1800.0


def warn(gateway: Gateway, tellers: Sequence[Teller] = ()) -> list[KeyWarning]:
    """Keep and return the warnings that are due now and were not given yet.

    Each teller is called inside the transaction that keeps the warning: what it puts there (a mail to be
    sent, a webhook to be called) is put once. A key that another one replaces in time is not warned of.
    """
    now, given = gateway.clock(), []
    rows = SigningKey.objects.select_related("system__connection")
    for row in rows.filter(is_active=True, system__is_active=True):
        held = gateway.ring.held(row.system, KeyPurpose(row.purpose))
        own = next((each for each in held if each.row.pk == row.pk), None)
        days = None if own is None else due(own.certificate.not_after, now)
        if own is None or days is None or _is_replaced(own, held):
            continue
        certificate = own.certificate
        values = {"key": row, "thumbprint": certificate.thumbprint.hex(), "days": days}
        if KeyWarning.objects.filter(**values).exists():
            continue
        try:
            with transaction.atomic():
                warning = KeyWarning.objects.create(**values, not_after=certificate.not_after, at=now)
                for each in tellers:
                    each(warning)
        except IntegrityError:
            continue  # another process was quicker
        given.append(warning)
        gateway.log.warning(
            "key_runs_out",
            system=row.system.mnemonic,
            key=row.name,
            days=days,
            not_after=certificate.not_after.isoformat(),
        )
    return given


def due(not_after: datetime, now: datetime) -> int | None:
    """Return the smallest of `DAYS` that has been reached, None while there is more time."""
    left = not_after - now
    reached = [days for days in DAYS if left <= timedelta(days=days)]
    return min(reached, default=None)


def _is_replaced(ending: HeldKey, others: Iterable[HeldKey]) -> bool:
    """Tell whether a key that lasts longer takes over before the end; an official's only by his own."""
    certificate = ending.certificate
    return any(
        (ending.row.purpose == KeyPurpose.ORGANISATION or _name(each.certificate) == _name(certificate))
        and each.certificate.not_after > certificate.not_after
        and each.begins <= certificate.not_after
        and each.revoked is None
        for each in others
    )


def _name(certificate: Certificate) -> object:
    return certificate.subject_name.comparable


class KeyWatch(Loop):
    """Warns in every process; the rows see to it that each is told once."""

    def __init__(self, gateway: Gateway, tellers: Sequence[Teller] = ()) -> None:
        super().__init__(gateway, "keys")
        self._tellers = tellers

    def tick(self) -> float:
        """Warn of what is due."""
        warn(self._gateway, self._tellers)
        self.went_well()
        return PERIOD_SECONDS
