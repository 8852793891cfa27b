"""Whom the bus believes: certification authorities and their revocation lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from mezhved.gost import Crl
from mezhved.registry.models import fields
from mezhved.registry.models.base import RegistryModel
from mezhved.registry.models.participants import CertificateRow
from mezhved.service.lazytext import lazy_text
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from collections.abc import Collection

    from mezhved.gost import Certificate


class TrustedAuthority(CertificateRow):
    """A certification authority: a root that is believed, or an intermediate that leads to one."""

    root = fields.flag("корневой (верим без проверки)", "root (believed as it is)", default=False)

    class Meta(CertificateRow.Meta):
        """Roots first."""

        abstract = False
        ordering: ClassVar = ["-root", "subject", "id"]
        verbose_name = lazy_text("доверенный удостоверяющий центр", "trusted certification authority")
        verbose_name_plural = lazy_text(
            "доверенные удостоверяющие центры", "trusted certification authorities"
        )

    def _check(self, certificate: Certificate) -> None:
        super()._check(certificate)
        if not certificate.is_ca and not (self.root and certificate.is_self_issued):
            raise ValidationError(
                {
                    "der": lazy_text(
                        "Это не сертификат удостоверяющего центра.",
                        "This is no certificate of a certification authority.",
                    )
                }
            )


class RevocationList(RegistryModel):
    """A revocation list (CRL). The newest of an issuer counts; older ones may stay."""

    described_by_digest: ClassVar[Collection[str]] = ("der",)

    der = fields.octets("список отзыва", "revocation list")
    thumbprint = fields.line("отпечаток SHA-256", "SHA-256 thumbprint", 64, unique=True, editable=False)
    issuer = fields.text("издатель", "issuer", editable=False)
    this_update = fields.moment("издан", "issued", editable=False)
    next_update = fields.perhaps_moment("следующее обновление", "next update", editable=False)
    entries: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(
        lazy_text("отозвано", "revoked"), editable=False
    )

    class Meta(RegistryModel.Meta):
        """Newest first within an issuer."""

        ordering: ClassVar = ["issuer", "-this_update", "id"]
        verbose_name = lazy_text("список отзыва", "revocation list")
        verbose_name_plural = lazy_text("списки отзыва", "revocation lists")

    @property
    def key(self) -> str:
        """The thumbprint, hexadecimal."""
        return self.thumbprint

    def crl(self) -> Crl:
        """Parse the list."""
        return Crl.parse(bytes(self.der))

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Read the list first: the other fields follow from it."""
        try:
            parsed = Crl.parse(bytes(self.der or b""))
        except MezhvedError as error:
            raise ValidationError({"der": str(error)}) from error
        if parsed.unusable is not None:
            raise ValidationError({"der": str(parsed.unusable)})
        self.der = parsed.der
        self.thumbprint = parsed.thumbprint.hex()
        self.issuer = str(parsed.issuer)
        self.this_update, self.next_update = parsed.this_update, parsed.next_update
        self.entries = len(parsed)
        super().clean_fields(exclude)
