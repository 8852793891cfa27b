"""Answers that are given again and again."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from mezhved.cabinet.models.accounts import Account
from mezhved.gateway.models import Department, InformationType
from mezhved.gateway.models.fields import binary, text


class AnswerTemplate(models.Model):
    """An answer kept to begin others with; one with a department is its people's too."""

    if TYPE_CHECKING:
        account_id: int
        department_id: int | None

    uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=uuid.uuid4, unique=True)
    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="answer_templates"
    )
    department: models.ForeignKey[Department | None, Department | None] = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, related_name="+"
    )
    type: models.ForeignKey[InformationType, InformationType] = models.ForeignKey(
        InformationType, on_delete=models.CASCADE, related_name="+"
    )
    name = text(100)
    content = binary()
    """The answer: XML octets."""

    class Meta:
        """Table: a name is one answer of a person to a type."""

        db_table = "cabinet_answer_template"
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "type", "name"], name="cabinet_answer_template_once")
        ]

    def __str__(self) -> str:
        return self.name
