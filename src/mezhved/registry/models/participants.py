"""Who exchanges: participants, their information systems, the systems' certificates."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import models

from mezhved.gost import Certificate
from mezhved.registry import checks
from mezhved.registry.models import fields
from mezhved.registry.models.base import RegistryModel
from mezhved.service.lazytext import lazy_text
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from collections.abc import Collection


class Participant(RegistryModel):
    """An organisation that takes part in the exchange; known by its OGRN."""

    class Kind(models.TextChoices):
        """What the organisation is."""

        FEDERAL = "federal", lazy_text("федеральный орган", "federal authority")
        FUND = "fund", lazy_text("внебюджетный фонд", "extra-budgetary fund")
        REGIONAL = "regional", lazy_text("региональный орган", "regional authority")
        MUNICIPAL = "municipal", lazy_text("орган местного самоуправления", "local authority")
        MFC = "mfc", lazy_text("МФЦ", "multifunctional centre (MFC)")
        BANK = "bank", lazy_text("банк", "bank")
        CA = "ca", lazy_text("удостоверяющий центр", "certification authority")
        SUBORDINATE = "subordinate", lazy_text("подведомственная организация", "subordinate organisation")
        OTHER = "other", lazy_text("иная организация", "other organisation")

    name = fields.line("наименование", "name", 500)
    short_name = fields.line("краткое наименование", "short name", 200, blank=True)
    kind = fields.line("вид", "kind", 20, choices=Kind.choices)
    ogrn = fields.line("ОГРН", "OGRN", 15, unique=True, validators=[checks.check_ogrn])
    inn = fields.line("ИНН", "INN", 12, validators=[checks.check_inn])
    kpp = fields.line("КПП", "KPP", 9, blank=True, validators=[checks.check_kpp])
    enabled = fields.enabled()

    class Meta(RegistryModel.Meta):
        """In the order of names."""

        ordering: ClassVar = ["name", "id"]
        verbose_name = lazy_text("участник", "participant")
        verbose_name_plural = lazy_text("участники", "participants")

    @property
    def key(self) -> str:
        """The OGRN."""
        return self.ogrn

    def __str__(self) -> str:
        return self.short_name or self.name


class InformationSystem(RegistryModel):
    """A system that signs and is sent messages; known by its mnemonic."""

    class Environment(models.TextChoices):
        """The contour a system belongs to (each has its own registration)."""

        DEVELOPMENT = "dev", lazy_text("разработка", "development")
        TEST = "test", lazy_text("тестовая", "test")
        PRODUCTION = "production", lazy_text("промышленная", "production")

    participant: models.ForeignKey[Participant, Participant] = models.ForeignKey(
        Participant,
        on_delete=models.PROTECT,
        related_name="systems",
        verbose_name=lazy_text("участник", "participant"),
    )
    mnemonic = fields.line("мнемоника", "mnemonic", 50, unique=True, validators=[checks.check_mnemonic])
    name = fields.line("наименование", "name", 500)
    environment = fields.line(
        "среда", "environment", 10, choices=Environment.choices, default=Environment.TEST
    )
    file_login = fields.line(
        "логин файлового хранилища",
        "login to the file store",
        29,
        blank=True,
        validators=[checks.check_login],
    )
    file_password = fields.line(
        "хэш пароля файлового хранилища", "hash of the file store's password", 200, blank=True, editable=False
    )
    enabled = fields.enabled()

    class Meta(RegistryModel.Meta):
        """In the order of mnemonics; a login to the file store belongs to one system."""

        ordering: ClassVar = ["mnemonic"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["file_login"],
                condition=~models.Q(file_login=""),
                name="registry_system_file_login",
                violation_error_message=lazy_text(
                    "Этот логин файлового хранилища уже занят.", "This login to the file store is taken."
                ),
            )
        ]
        verbose_name = lazy_text("информационная система", "information system")
        verbose_name_plural = lazy_text("информационные системы", "information systems")

    @property
    def key(self) -> str:
        """The mnemonic."""
        return self.mnemonic

    def state(self) -> dict[str, Any]:
        """Return the row; of the password's hash only a mark that changes with it."""
        known = super().state()
        if self.file_password:
            known["file_password"] = hashlib.sha256(self.file_password.encode()).hexdigest()[:12]
        return known

    def set_file_password(self, password: str) -> None:
        """Keep a new password of the file store as a salted slow hash; the same one changes nothing."""
        if not password:
            self.file_password = ""
        elif not self.file_password or not check_password(password, self.file_password):
            self.file_password = make_password(password)

    def __str__(self) -> str:
        return f"{self.mnemonic} {self.name}"


class CertificateRow(RegistryModel):
    """A certificate in DER; everything told of it is read from the DER at every save."""

    described_by_digest: ClassVar[Collection[str]] = ("der",)

    der = fields.octets("сертификат", "certificate", max_length=65536)
    thumbprint = fields.line("отпечаток SHA-256", "SHA-256 thumbprint", 64, unique=True, editable=False)
    subject = fields.text("владелец", "subject", editable=False)
    issuer = fields.text("издатель", "issuer", editable=False)
    serial = fields.line("серийный номер", "serial number", 64, editable=False)
    not_before = fields.moment("действителен с", "valid from", editable=False)
    not_after = fields.moment("действителен до", "valid until", editable=False)
    enabled = fields.enabled()

    class Meta(RegistryModel.Meta):
        """A common part of tables."""

        abstract = True

    @property
    def key(self) -> str:
        """The thumbprint, hexadecimal."""
        return self.thumbprint

    def certificate(self) -> Certificate:
        """Parse the certificate."""
        return Certificate.parse(bytes(self.der))

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Read the certificate first: the other fields follow from it."""
        try:
            parsed = Certificate.parse(bytes(self.der or b""))
        except MezhvedError as error:
            raise ValidationError({"der": str(error)}) from error
        self._check(parsed)
        self.der = parsed.der
        self.thumbprint = parsed.thumbprint.hex()
        self.subject, self.issuer = parsed.subject, parsed.issuer
        self.serial = f"{parsed.serial:x}"
        self.not_before, self.not_after = parsed.not_before, parsed.not_after
        super().clean_fields(exclude)

    def _check(self, certificate: Certificate) -> None:
        """Refuse a certificate that cannot serve here."""
        if not certificate.has_gost_key:
            raise ValidationError(
                {"der": lazy_text("Ключ сертификата не ГОСТ Р 34.10.", "The key is none of GOST R 34.10.")}
            )


class SystemCertificate(CertificateRow):
    """A certificate bound to a system. Old and new may overlap; one certificate has one system."""

    system: models.ForeignKey[InformationSystem, InformationSystem] = models.ForeignKey(
        InformationSystem,
        on_delete=models.CASCADE,
        related_name="certificates",
        verbose_name=lazy_text("информационная система", "information system"),
    )
    bound_from = fields.perhaps_moment("привязан с", "bound from")
    bound_to = fields.perhaps_moment("привязан до", "bound until")

    class Meta(CertificateRow.Meta):
        """Newest first within a system."""

        abstract = False
        ordering: ClassVar = ["system", "-not_before", "id"]
        verbose_name = lazy_text("сертификат системы", "system's certificate")
        verbose_name_plural = lazy_text("сертификаты систем", "systems' certificates")

    def clean(self) -> None:
        """Check the term of the binding."""
        if self.bound_from and self.bound_to and self.bound_from >= self.bound_to:
            raise ValidationError(
                {"bound_to": lazy_text("Окончание раньше начала.", "The end comes before the beginning.")}
            )

    def unique_error_message(self, model_class: Any, unique_check: Any) -> ValidationError:
        """Tell whose the certificate is already."""
        if tuple(unique_check) == ("thumbprint",):
            holder = SystemCertificate.objects.exclude(pk=self.pk).get(thumbprint=self.thumbprint)
            return ValidationError(
                lazy_text(
                    f"Сертификат уже привязан к системе {holder.system.mnemonic}.",
                    f"The certificate is already bound to the system {holder.system.mnemonic}.",
                )
            )
        return super().unique_error_message(model_class, unique_check)
