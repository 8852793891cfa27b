"""Which officials may request a type for a system: what PersonalAccessDenied is about (1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from mezhved.registry import checks
from mezhved.registry.models import fields
from mezhved.registry.models.participants import InformationSystem
from mezhved.registry.models.types import Dated, InformationType
from mezhved.service.lazytext import lazy_text

if TYPE_CHECKING:
    from collections.abc import Collection


class PersonalAccess(Dated):
    """The right of an official, known by the certificate, to request a type for a system from day to day."""

    system: models.ForeignKey[InformationSystem, InformationSystem] = models.ForeignKey(
        InformationSystem,
        on_delete=models.PROTECT,
        related_name="officials",
        verbose_name=lazy_text("информационная система", "information system"),
    )
    type: models.ForeignKey[InformationType, InformationType] = models.ForeignKey(
        InformationType,
        on_delete=models.CASCADE,
        related_name="officials",
        verbose_name=lazy_text("вид сведений", "information type"),
    )
    official = fields.line(
        "СНИЛС, ОГРН или ОГРНИП в сертификате",
        "SNILS, OGRN or OGRNIP in the certificate",
        15,
        validators=[checks.check_official],
    )

    class Meta(Dated.Meta):
        """By type, system, official, beginning."""

        abstract = False
        ordering: ClassVar = ["type", "system", "official", "valid_from"]
        verbose_name = lazy_text("право должностного лица", "right of an official")
        verbose_name_plural = lazy_text("права должностных лиц", "rights of officials")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["system", "type", "official", "valid_from"], name="registry_official_once"
            ),
            models.UniqueConstraint(
                fields=["system", "type", "official"],
                condition=Q(valid_from__isnull=True),
                name="registry_official_always_once",
            ),
        ]

    @property
    def key(self) -> str:
        """The type's code, the mnemonic, the number and the first day."""
        since = f"/{self.valid_from.isoformat()}" if self.valid_from else ""
        return f"{self.type.code}/{self.system.mnemonic}/{self.official}{since}"

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Write a SNILS as the certificate has it: 11 digits."""
        self.official = "".join(each for each in self.official if each not in " -")
        super().clean_fields(exclude)
