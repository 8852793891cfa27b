"""Which of a system's certificates signs now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.gateway.errors import CannotSign
from mezhved.gateway.models import KeyPurpose, SigningKey
from mezhved.gost import Certificate
from mezhved.texts import Text

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gateway.models import InformationSystem


def choose_key(
    system: InformationSystem, now: datetime, purpose: KeyPurpose = KeyPurpose.ORGANISATION
) -> tuple[SigningKey, Certificate]:
    """Return the key in force whose planned beginning came last; raise `CannotSign` when there is none."""
    candidates = []
    for row in SigningKey.objects.filter(system=system, purpose=purpose, is_active=True):
        certificate = Certificate.parse(row.certificate.encode())
        begins = row.use_from or certificate.not_before
        if certificate.not_before <= now <= certificate.not_after and begins <= now:
            candidates.append((begins, row.pk, row, certificate))
    if not candidates:
        raise CannotSign(
            Text(
                ru=f"у системы {system.mnemonic} нет действующего ключа подписи",
                en=f"the system {system.mnemonic} has no signing key in force",
            ),
            where=system.mnemonic,
            cure=Text(
                ru="добавьте ключ с действующим сертификатом",
                en="add a key with a certificate that is in force",
            ),
        )
    _, _, row, certificate = max(candidates, key=lambda each: each[:2])
    return row, certificate
