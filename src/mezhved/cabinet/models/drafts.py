"""What people are filling in: drafts of requests and answers, their files, templates, favourite types."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from mezhved.cabinet.models.accounts import Account
from mezhved.gateway.models import Department, Exchange, InformationSystem, InformationType
from mezhved.gateway.models.fields import (
    binary,
    content_key,
    count,
    flag,
    long_text,
    moment,
    optional_binary,
    optional_moment,
    text,
)


class Purpose(models.TextChoices):
    """What a draft becomes."""

    ASK = "ask"
    ANSWER = "answer"


class Draft(models.Model):
    """A form that is being filled in; kept at every change.

    `version` grows with every change, so that who changes an older state is told. Once it was sent, its
    contents are wiped and the row stays to say what became of it.
    """

    if TYPE_CHECKING:
        account_id: int
        department_id: int | None
        kind_id: int
        exchange_id: int | None
        system_id: int | None

    uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=uuid.uuid4, unique=True)
    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="drafts"
    )
    """Who began it."""
    department: models.ForeignKey[Department | None, Department | None] = models.ForeignKey(
        Department, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    kind: models.ForeignKey[InformationType, InformationType] = models.ForeignKey(
        InformationType, on_delete=models.CASCADE, related_name="+"
    )
    root = text(200)
    """Local name of the root element, in the type's namespace."""
    purpose = text(8, choices=Purpose.choices)
    exchange: models.ForeignKey[Exchange | None, Exchange | None] = models.ForeignKey(
        Exchange, on_delete=models.CASCADE, null=True, related_name="+"
    )
    """The request that it answers; of a request, what it became."""
    system: models.ForeignKey[InformationSystem | None, InformationSystem | None] = models.ForeignKey(
        InformationSystem, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    """Which system asks."""
    is_test = flag(default=False)
    wants_signature = flag(default=False)
    """The official signs it on a machine of their own, though the type does not demand it."""
    case_number = text(100, blank=True, default="")
    """As of the exchange that it becomes."""
    contents = long_text(default="{}")
    """`mezhved.cabinet.forms.state.State` as JSON: a text, for the order of names means something."""
    version = count(default=1)
    created_at = moment()
    updated_at = moment()
    sent_at = optional_moment()

    class Meta:
        """Table: one open answer to a request."""

        db_table = "cabinet_draft"
        indexes: ClassVar = [models.Index(fields=["account", "-updated_at"], name="cabinet_draft_list")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["exchange"],
                condition=models.Q(purpose="answer", sent_at__isnull=True),
                name="cabinet_draft_answer_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def client_id(self) -> str:
        """What the gateway knows the message by: sent twice, it is taken once."""
        return f"draft-{self.uid}"


class DraftFile(models.Model):
    """A file that goes along with a draft."""

    if TYPE_CHECKING:
        draft_id: int

    draft: models.ForeignKey[Draft, Draft] = models.ForeignKey(
        Draft, on_delete=models.CASCADE, related_name="files"
    )
    name = text(255)
    mime_type = text(255)
    size: models.BigIntegerField[int, int] = models.BigIntegerField()
    octets = optional_binary()
    blob = content_key()
    digest = binary(default=b"")

    class Meta:
        """Table."""

        db_table = "cabinet_draft_file"

    def __str__(self) -> str:
        return self.name


class RequestTemplate(models.Model):
    """A filled form to begin with: one's own, or a department's."""

    if TYPE_CHECKING:
        account_id: int
        department_id: int | None
        kind_id: int

    uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=uuid.uuid4, unique=True)
    name = text(200)
    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="+"
    )
    department: models.ForeignKey[Department | None, Department | None] = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, related_name="+"
    )
    """Whose people see it; None: its author alone."""
    kind: models.ForeignKey[InformationType, InformationType] = models.ForeignKey(
        InformationType, on_delete=models.CASCADE, related_name="+"
    )
    contents = long_text(default="{}")
    """As of `Draft`."""
    created_at = moment()

    class Meta:
        """Table."""

        db_table = "cabinet_template"
        indexes: ClassVar = [models.Index(fields=["account", "name"], name="cabinet_template_list")]

    def __str__(self) -> str:
        return self.name


class FavouriteType(models.Model):
    """A type that an account keeps at hand."""

    if TYPE_CHECKING:
        account_id: int
        kind_id: int

    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="+"
    )
    kind: models.ForeignKey[InformationType, InformationType] = models.ForeignKey(
        InformationType, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        """Table."""

        db_table = "cabinet_favourite"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "kind"], name="cabinet_favourite_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.kind_id}"
