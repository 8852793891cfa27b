"""Telling in time that a certificate runs out: each warning once, whatever number of nodes there are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from mezhved.gateway.looping import Loop
from mezhved.gateway.models import KeyPurpose, KeyWarning, SigningKey
from mezhved.gost import Certificate, GostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from mezhved.gateway.assembly import Gateway

    Teller = Callable[[KeyWarning], None]

DAYS = (60, 30, 14, 7, 1, 0)
PERIOD_SECONDS = 1800.0


def warn(gateway: Gateway, tellers: Sequence[Teller] = ()) -> list[KeyWarning]:
    """Keep and return the warnings that are due now and were not given yet.

    Each teller is called inside the transaction that keeps the warning: what it puts there (a mail to be
    sent, a webhook to be called) is put once. A key that another one replaces in time is not warned of.
    """
    now, given = gateway.clock(), []
    rows = SigningKey.objects.select_related("system").filter(is_active=True, system__is_active=True)
    read = [(row, certificate) for row in rows if (certificate := _certificate(row)) is not None]
    for row, certificate in read:
        days = due(certificate.not_after, now)
        if days is None or _is_replaced(row, certificate, read):
            continue
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


def _certificate(row: SigningKey) -> Certificate | None:
    try:
        return Certificate.parse(row.certificate.encode())
    except GostError:
        return None


def _is_replaced(
    row: SigningKey, certificate: Certificate, others: Iterable[tuple[SigningKey, Certificate]]
) -> bool:
    """Tell whether a key of the same purpose lasts longer and takes over before the end."""
    return any(
        other.system == row.system
        and other.purpose == row.purpose
        and (row.purpose == KeyPurpose.ORGANISATION or _name(its) == _name(certificate))
        and its.not_after > certificate.not_after
        and (other.use_from or its.not_before) <= certificate.not_after
        for other, its in others
        if other.pk != row.pk
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
