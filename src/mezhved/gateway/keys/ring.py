"""Which of a system's certificates signs now."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models.signals import post_delete, post_save

from mezhved.gateway.errors import CannotSign
from mezhved.gateway.models import Connection, KeyPurpose, SigningKey
from mezhved.gateway.queries import Prepared
from mezhved.gost import Certificate, ChainState, GostError
from mezhved.gost.cache import BoundedCache
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet

    from mezhved.gateway.keys.files import Keys
    from mezhved.gateway.keys.trust import Trusts
    from mezhved.gateway.models import InformationSystem
    from mezhved.gost import Signer

FRESH_SECONDS = 2.0
"""How long a change of keys made by another process may go unnoticed."""
KEPT = 1024
_KEYS: Final = Prepared[SigningKey]()


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key with its certificate as read; `begins` is when it may sign first."""

    row: SigningKey
    certificate: Certificate
    begins: datetime
    revoked: Text | None = None

    def in_force(self, at: datetime) -> bool:
        """Tell whether it may sign at a moment."""
        certificate = self.certificate
        within = certificate.not_before <= at <= certificate.not_after
        return within and self.begins <= at and self.revoked is None


def begins_at(certificate: Certificate, use_from: datetime | None) -> datetime:
    """Return from when a key signs: the planned change-over, but never before the certificate's term."""
    return certificate.not_before if use_from is None else max(use_from, certificate.not_before)


class KeyRing:
    """Gives keys in force; rows and certificates are read once in `FRESH_SECONDS`, not for every message.

    A row saved in this process counts at once. One object serves many threads.
    """

    def __init__(
        self,
        keys: Keys,
        trusts: Trusts,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = keys
        self._trusts = trusts
        self._clock = clock
        self._monotonic = monotonic
        self._held: dict[tuple[int, str], tuple[float, tuple[HeldKey, ...]]] = {}
        self._certificates: BoundedCache[str, Certificate] = BoundedCache(KEPT)
        for model in (SigningKey, Connection):
            post_save.connect(self.forget, sender=model)
            post_delete.connect(self.forget, sender=model)

    def forget(self, **_signal: Any) -> None:
        """Read everything anew at the next use."""
        self._held.clear()

    def choose(
        self, system: InformationSystem, purpose: KeyPurpose = KeyPurpose.ORGANISATION, name: str = ""
    ) -> HeldKey:
        """Return the key in force whose planned beginning came last; raise `CannotSign` if there is none.

        `name` narrows it to one key, such as that of a certain official.
        """
        now = self._clock()
        best: HeldKey | None = None
        held = self.held(system, purpose)
        for each in held:
            if (not name or each.row.name == name) and each.in_force(now):
                newer = best is None or (each.begins, each.row.pk) > (best.begins, best.row.pk)
                best = each if newer else best
        if best is None:
            raise _nothing_in_force(system, held, now)
        return best

    def signer(
        self, system: InformationSystem, purpose: KeyPurpose = KeyPurpose.ORGANISATION, name: str = ""
    ) -> Signer:
        """Return what signs with the key in force; raise `CannotSign`."""
        chosen = self.choose(system, purpose, name)
        return self._keys.signer(chosen.row, chosen.certificate)

    def signer_of(self, chosen: HeldKey) -> Signer:
        """Return what signs with a key that was chosen; raise `CannotSign`."""
        return self._keys.signer(chosen.row, chosen.certificate)

    def has(self, system: InformationSystem, purpose: KeyPurpose) -> bool:
        """Tell whether a key for the purpose is in force."""
        now = self._clock()
        return any(each.in_force(now) for each in self.held(system, purpose))

    def held(self, system: InformationSystem, purpose: KeyPurpose) -> tuple[HeldKey, ...]:
        """Return the system's active keys for a purpose, in force or not; one that does not read is left."""
        place, now = (system.pk, str(purpose)), self._monotonic()
        known = self._held.get(place)
        if known is not None and now < known[0]:
            return known[1]
        rows = _KEYS.rows(_keys, *place)
        found = tuple(each for row in rows if (each := self._read(row, system)) is not None)
        self._held[place] = now + FRESH_SECONDS, found
        return found

    def _read(self, row: SigningKey, system: InformationSystem) -> HeldKey | None:
        try:
            certificate = self._certificate(row.certificate)
        except GostError:
            return None
        revoked = self._revocation(certificate, system)
        return HeldKey(row, certificate, begins_at(certificate, row.use_from), revoked)

    def _certificate(self, pem: str) -> Certificate:
        known = self._certificates.get(pem)
        if known is None:
            known = Certificate.parse(pem.encode())
            self._certificates.put(pem, known)
        return known

    def _revocation(self, certificate: Certificate, system: InformationSystem) -> Text | None:
        """Tell that the connection's own data revokes the certificate; SMEV would refuse what it signs."""
        chain = self._trusts.of(system.connection).chain
        if chain is None:
            return None
        verdict = chain.check(certificate, self._clock())
        return verdict.reason if verdict.state is ChainState.REVOKED else None


def _keys(system: int, purpose: str) -> QuerySet[SigningKey]:
    return SigningKey.objects.filter(system=system, purpose=purpose, is_active=True).order_by("pk")


def _nothing_in_force(system: InformationSystem, held: tuple[HeldKey, ...], now: datetime) -> CannotSign:
    revoked = next((each.revoked for each in held if each.revoked is not None), None)
    coming = min((each for each in held if each.begins > now), key=lambda each: each.begins, default=None)
    if revoked is not None:
        what = revoked
    elif coming is not None:
        at = f"{coming.begins:%Y-%m-%d %H:%M} UTC"
        what = Text(
            ru=f"у системы {system.mnemonic} нет действующего ключа подписи: {coming.row.name} начнёт "
            f"подписывать {at}",
            en=f"the system {system.mnemonic} has no signing key in force: {coming.row.name} begins to sign "
            f"{at}",
        )
    elif any(each.certificate.not_after < now for each in held):
        what = Text(
            ru=f"срок ключа подписи системы {system.mnemonic} истёк",
            en=f"the signing key of the system {system.mnemonic} has run out",
        )
    else:
        what = Text(
            ru=f"у системы {system.mnemonic} нет действующего ключа подписи",
            en=f"the system {system.mnemonic} has no signing key in force",
        )
    cure = Text(
        ru="добавьте ключ с действующим сертификатом: mezhved gateway keys add",
        en="add a key with a certificate that is in force: mezhved gateway keys add",
    )
    return CannotSign(what, where=system.mnemonic, cure=cure)
