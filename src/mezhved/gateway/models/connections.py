"""Where SMEV is, whose systems talk to it, with which keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.core.exceptions import ValidationError
from django.db import models

from mezhved.gateway.models.checks import check_address
from mezhved.gateway.models.fields import flag, json_value, long_text, optional_moment, text
from mezhved.gateway.models.states import Environment, KeyPurpose
from mezhved.service.lazytext import lazy_text
from mezhved.smev3.versions import Version


class Connection(models.Model):
    """An address of SMEV: one version of one contour, with a reserve."""

    name = text(64, unique=True)
    environment = text(16, choices=Environment.choices)
    version = text(8, default="1.2")
    url = text(500)
    reserve_url = text(500, blank=True, default="")
    smev_certificates = long_text(blank=True, default="")
    """PEM of the certificates that SMEV itself signs with; with none of both, whose stays unproven."""
    authorities = long_text(blank=True, default="")
    """PEM of the authorities whose certificates are believed, SMEV's and participants'."""
    file_store_url = text(500, blank=True, default="")
    """ftp:// or ftpes:// address of SMEV's file store; empty: files travel in messages only."""
    file_store_login = text(100, blank=True, default="")
    file_store_password = text(200, blank=True, default="")
    is_active = flag(default=True)

    class Meta:
        """Table and checks."""

        db_table = "gateway_connection"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(environment__in=Environment.values), name="gateway_connection_environment"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse what no call could be made by: an address that is none, a version that there is not."""
        problems = {}
        for name, schemes, example in _ADDRESSES:
            if value := getattr(self, name):
                try:
                    check_address(value, schemes, example)
                except ValidationError as error:
                    problems[name] = error
        versions = [each.value for each in Version]
        if self.version not in versions:
            told = ", ".join(versions)
            problems["version"] = ValidationError(
                lazy_text(ru=f"версия — одна из {told}", en=f"the version is one of {told}")
            )
        if problems:
            raise ValidationError(problems)


_ADDRESSES: Final = (
    ("url", ("http", "https"), "http://127.0.0.1:7500/smev/v1.2/ws"),
    ("reserve_url", ("http", "https"), "http://127.0.0.1:7501/smev/v1.2/ws"),
    ("file_store_url", ("ftp", "ftpes"), "ftp://127.0.0.1:21"),
)


class InformationSystem(models.Model):
    """A system of the participant, by its mnemonic, in one contour."""

    mnemonic = text(64)
    name = text(500, blank=True, default="")
    connection: models.ForeignKey[Connection, Connection] = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="systems"
    )
    node_id = text(50, blank=True, default="")
    """NodeID of its requests: answers wait in a queue of this name alone."""
    polls_requests = flag(default=True)
    polls_responses = flag(default=True)
    polled_types = json_value(default=list, blank=True)
    """Codes of the types whose requests are polled apart; empty: the queue is polled whole."""
    is_active = flag(default=True)
    asked_at = optional_moment()
    """When a request of its was sent last, to a second or so: its answers are polled for sooner."""

    class Meta:
        """Table: a mnemonic is one system within a connection."""

        db_table = "gateway_system"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "mnemonic"], name="gateway_system_once")
        ]

    def __str__(self) -> str:
        return self.mnemonic


class SigningKey(models.Model):
    """A certificate with the place where its key is kept; the key itself is never in the database."""

    if TYPE_CHECKING:
        system_id: int

    system: models.ForeignKey[InformationSystem, InformationSystem] = models.ForeignKey(
        InformationSystem, on_delete=models.CASCADE, related_name="keys"
    )
    purpose = text(16, choices=KeyPurpose.choices, default=KeyPurpose.ORGANISATION)
    name = text(64)
    """What the keeper of keys calls it."""
    key_file = text(500, blank=True, default="")
    """File of the private key (PKCS#8 or PKCS#12); empty: another keeper has it under `name`."""
    password_file = text(500, blank=True, default="")
    certificate = long_text()
    """PEM."""
    use_from = optional_moment()
    """The planned change-over: preferred to older ones from this moment on; empty: from its own term."""
    is_active = flag(default=True)

    class Meta:
        """Table."""

        db_table = "gateway_signing_key"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "name"], name="gateway_signing_key_once")
        ]

    def __str__(self) -> str:
        return self.name
