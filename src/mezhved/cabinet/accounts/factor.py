"""The second factor of accounts: setting it up, asking for it, taking it away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from mezhved.cabinet.accounts import codes
from mezhved.cabinet.accounts.sealing import Sealer
from mezhved.cabinet.models import RecoveryCode, SecondFactor

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mezhved.cabinet.models import Account
    from mezhved.gateway.assembly import Gateway


@dataclass(frozen=True, slots=True)
class Factors:
    """What is done with second factors. A code is taken once; so is a recovery code."""

    sealer: Sealer
    randomness: Callable[[int], bytes]

    @classmethod
    def of(cls, gateway: Gateway) -> Factors:
        """Return those of a gateway's site."""
        return cls(Sealer(settings.SECRET_KEY, gateway.randomness), gateway.randomness)

    def offered(self, account: Account) -> bytes:
        """Return the secret that waits to be confirmed, made at the first call."""
        row, _ = SecondFactor.objects.get_or_create(account=account)
        if row.pending is not None:
            return self.sealer.open(bytes(row.pending), account.pk)
        secret = self.randomness(codes.SECRET_OCTETS)
        row.pending = self.sealer.seal(secret, account.pk)
        row.save(update_fields=["pending"])
        return secret

    def confirm(self, account: Account, said: str, now: datetime) -> tuple[str, ...] | None:
        """Put the offered secret into force by a code of it; return new recovery codes, None: wrong code."""
        with transaction.atomic():
            row = SecondFactor.objects.select_for_update().filter(account=account).first()
            if row is None or row.pending is None:
                return None
            step = codes.matching_step(self.sealer.open(bytes(row.pending), account.pk), said, now)
            if step is None:
                return None
            row.sealed, row.pending, row.confirmed_at, row.last_step = row.pending, None, now, step
            row.save()
            return self.renew_recovery(account)

    def drop_offer(self, account: Account) -> None:
        """Forget a secret that was offered and not confirmed."""
        SecondFactor.objects.filter(account=account).update(pending=None)

    def renew_recovery(self, account: Account) -> tuple[str, ...]:
        """Make recovery codes in place of those there were; they are told this once."""
        made = codes.new_recovery_codes(self.randomness)
        with transaction.atomic():
            RecoveryCode.objects.filter(account=account).delete()
            RecoveryCode.objects.bulk_create(
                RecoveryCode(account=account, hash=self.sealer.hash(each)) for each in made
            )
        return made

    def take_code(self, account: Account, said: str, now: datetime) -> bool:
        """Take a code of the application; a code, and any older one, is taken once."""
        row = SecondFactor.objects.filter(account=account).first()
        if row is None or row.sealed is None:
            return False
        step = codes.matching_step(self.sealer.open(bytes(row.sealed), account.pk), said, now)
        if step is None:
            return False
        fresh = SecondFactor.objects.filter(account=account, sealed=row.sealed, last_step__lt=step)
        return fresh.update(last_step=step) == 1

    def take_recovery(self, account: Account, said: str) -> bool:
        """Take a recovery code, once."""
        kept = self.sealer.hash(codes.plain_recovery_code(said))
        deleted, _ = RecoveryCode.objects.filter(account=account, hash=kept).delete()
        return deleted == 1


def has_factor(account: Account) -> bool:
    """Tell whether a second factor is in force."""
    row = getattr(account, "second_factor", None)
    return row is not None and row.sealed is not None


def remove_factor(account: Account) -> None:
    """Take the second factor and its recovery codes away."""
    with transaction.atomic():
        SecondFactor.objects.filter(account=account).delete()
        RecoveryCode.objects.filter(account=account).delete()
