"""Where systems want to be told of messages in their queues (MR 3.3 section 9)."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models

from mezhved.registry.models import fields
from mezhved.registry.models.base import RegistryModel
from mezhved.registry.models.participants import InformationSystem
from mezhved.service.lazytext import lazy_text

ADDRESS_LIMIT = 1000


def check_push_address(value: str) -> None:
    """Refuse what is no plain http address: credentials and fragments have no place in it."""
    if not value.isascii() or not value.isprintable() or " " in value or "\\" in value:
        raise ValidationError(
            lazy_text(
                "В адресе допустимы только знаки ASCII без пробелов (имя узла — в punycode).",
                "An address has ASCII characters without blanks (a host's name in punycode).",
            )
        )
    try:
        parts = urlsplit(value)
        right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right:
        raise ValidationError(
            lazy_text(
                "Нужен адрес вида https://узел:порт/путь.",
                "An address such as https://host:port/path is needed.",
            )
        )
    if "@" in parts.netloc or "#" in value:
        raise ValidationError(
            lazy_text(
                "Имени, пароля и знака # в адресе быть не может.",
                "An address holds no name, password or #.",
            )
        )


class PushAddress(RegistryModel):
    """The address of a system's own service that takes notices of the bus."""

    system: models.OneToOneField[InformationSystem, InformationSystem] = models.OneToOneField(
        InformationSystem,
        on_delete=models.CASCADE,
        related_name="push_address",
        verbose_name=lazy_text("информационная система", "information system"),
    )
    address = fields.line("адрес", "address", ADDRESS_LIMIT, validators=[check_push_address])
    enabled = fields.enabled()

    class Meta(RegistryModel.Meta):
        """In the order of systems."""

        ordering: ClassVar = ["system"]
        verbose_name = lazy_text("адрес уведомлений", "push address")
        verbose_name_plural = lazy_text("адреса уведомлений", "push addresses")

    @property
    def key(self) -> str:
        """The system's mnemonic."""
        return self.system.mnemonic
