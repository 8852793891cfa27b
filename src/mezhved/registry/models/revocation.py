"""Where revocation data comes from, and what was fetched from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from mezhved.registry.models import fields
from mezhved.registry.models.base import RegistryModel
from mezhved.registry.models.trust import TrustedAuthority
from mezhved.service.lazytext import lazy_text

if TYPE_CHECKING:
    from collections.abc import Collection

ADDRESS_LIMIT = 1000
SHORTEST_PERIOD, LONGEST_PERIOD = 10, 30 * 86400
KEY_DIGITS = 16


def check_source_address(value: str) -> None:
    """Refuse what is neither a plain http address nor an absolute path of a file."""
    if value.startswith(("/", "file:///")):
        if "\0" not in value and value.isprintable():
            return
        raise ValidationError(lazy_text("Негодный путь к файлу.", "A bad path of a file."))
    try:
        parts = urlsplit(value)
        right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or not value.isascii() or not value.isprintable() or set(value) & set(" \\#"):
        raise ValidationError(
            lazy_text(
                "Нужен адрес http(s)://узел/путь или полный путь к файлу (/…).",
                "An address http(s)://host/path or the absolute path of a file (/...) is needed.",
            )
        )
    if "@" in parts.netloc:
        raise ValidationError(
            lazy_text("Имени и пароля в адресе быть не может.", "An address holds no name and no password.")
        )


class RevocationSource(RegistryModel):
    """Where an authority's revocation data is fetched from, ahead of need."""

    class Kind(models.TextChoices):
        """What is there."""

        CRL = "crl", lazy_text("список отзыва (CRL)", "revocation list (CRL)")
        OCSP = "ocsp", lazy_text("служба OCSP", "OCSP responder")

    class Function(models.TextChoices):
        """The hash function by which an OCSP request names the issuer."""

        SHA1 = "sha1", "SHA-1"
        SHA256 = "sha256", "SHA-256"
        STREEBOG256 = "streebog256", lazy_text("ГОСТ Р 34.11-2012 (256)", "GOST R 34.11-2012 (256)")
        STREEBOG512 = "streebog512", lazy_text("ГОСТ Р 34.11-2012 (512)", "GOST R 34.11-2012 (512)")
        GOST94 = "gost94", lazy_text("ГОСТ Р 34.11-94", "GOST R 34.11-94")

    authority: models.ForeignKey[TrustedAuthority, TrustedAuthority] = models.ForeignKey(
        TrustedAuthority,
        on_delete=models.CASCADE,
        related_name="revocation_sources",
        verbose_name=lazy_text("удостоверяющий центр", "certification authority"),
    )
    kind = fields.line("вид", "kind", 10, choices=Kind.choices, default=Kind.CRL)
    address = fields.line(
        "адрес или путь к файлу",
        "address or path of a file",
        ADDRESS_LIMIT,
        validators=[check_source_address],
    )
    period_seconds: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(
        lazy_text("период, секунды", "period, seconds"),
        default=3600,
        validators=[MinValueValidator(SHORTEST_PERIOD), MaxValueValidator(LONGEST_PERIOD)],
    )
    function = fields.line(
        "хэш в запросе OCSP", "hash in an OCSP request", 20, choices=Function.choices, default=Function.SHA1
    )
    from_certificate = fields.flag("взят из сертификата", "taken from a certificate", default=False)
    enabled = fields.enabled()
    added_at = fields.moment("добавлен", "added", default=timezone.now, editable=False)

    class Meta(RegistryModel.Meta):
        """By authority."""

        ordering: ClassVar = ["authority__subject", "kind", "address", "id"]
        verbose_name = lazy_text("источник данных об отзыве", "source of revocation data")
        verbose_name_plural = lazy_text("источники данных об отзыве", "sources of revocation data")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["authority", "kind", "address"], name="registry_source_unique")
        ]

    @property
    def key(self) -> str:
        """Kind, the beginning of the authority's thumbprint, the address."""
        return f"{self.kind}/{self.authority.thumbprint[:KEY_DIGITS]}/{self.address}"

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """OCSP is asked over http only."""
        super().clean_fields(exclude)
        if self.kind == self.Kind.OCSP and not self.address.startswith(("http://", "https://")):
            raise ValidationError(
                {"address": lazy_text("Служба OCSP имеет адрес http(s).", "OCSP has an http(s) address.")}
            )


class RevocationRecord(models.Model):
    """What was fetched from a source and how it went: one row a list, for OCSP one a certificate.

    Written by the program alone, so without a history; a change of `der` moves the registry's revision on.
    All times are microseconds since the epoch, UTC; 0 stands for never.
    """

    source: models.ForeignKey[RevocationSource, RevocationSource] = models.ForeignKey(
        RevocationSource, on_delete=models.CASCADE, related_name="records"
    )
    subject: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    """SHA-256 thumbprint, hexadecimal, of the certificate that OCSP is asked about; empty for a list."""
    certificate: models.BinaryField[bytes, bytes] = models.BinaryField(default=b"")
    asked_since: models.BigIntegerField[int, int] = models.BigIntegerField()
    last_seen: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    """When a message with the certificate came last; 0 where it is a registered one, kept without that."""

    der: models.BinaryField[bytes, bytes] = models.BinaryField(default=b"")
    thumbprint: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    this_update: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    next_update: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    entries: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    fetched_at: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    """When the source last confirmed what is kept here."""

    next_at: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    leased_until: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    failures: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    problem_ru: models.TextField[str, str] = models.TextField(blank=True, default="")
    problem_en: models.TextField[str, str] = models.TextField(blank=True, default="")
    etag: models.CharField[str, str] = models.CharField(max_length=200, blank=True, default="")
    modified: models.CharField[str, str] = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        """Found by source and subject, and by what is due."""

        verbose_name = lazy_text("полученные данные об отзыве", "fetched revocation data")
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "subject"], name="registry_revocation_subject")
        ]
        indexes: ClassVar = [models.Index(fields=["next_at"], name="registry_revocation_due")]

    def __str__(self) -> str:
        return f"{self.source} {self.subject[:KEY_DIGITS]}".strip()
