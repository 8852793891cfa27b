"""Information types that the participant asks for or answers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from mezhved.gateway.models.fields import binary, count, flag, text
from mezhved.gateway.models.states import Environment, MessageKind


class InformationType(models.Model):
    """One type by its package of schemas."""

    code = text(100, unique=True)
    """Such as VS00051v003-FNS001, or a name of the participant's own."""
    title = text(500, blank=True, default="")
    namespace = text(500, db_index=True)
    request_root = text(200)
    response_root = text(200, blank=True, default="")
    package = binary()
    """The package as it was added: a ZIP."""
    package_digest = text(64)
    """SHA-256 of the package, hexadecimal: what loaded packages are kept by in memory."""
    environment = text(16, choices=Environment.choices, blank=True, default="")
    """The only contour that it is registered in; empty: both."""
    is_broadcast = flag(default=False)
    official_signs_request = flag(default=False)
    """Whether a request needs an official's signature (EP-SP)."""
    official_signs_answer = flag(default=False)
    """Whether an answer needs one."""
    retention_days = count(default=0)
    """Days after the end of an exchange until its personal data are deleted; 0: kept."""
    is_active = flag(default=True)

    class Meta:
        """Table: one type for one request root."""

        db_table = "gateway_type"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["namespace", "request_root"], name="gateway_type_request_once")
        ]

    def __str__(self) -> str:
        return self.code

    def official_signs(self, kind: str) -> bool:
        """Tell whether a message of this kind needs an official's signature."""
        if kind == MessageKind.REQUEST:
            return self.official_signs_request
        return kind == MessageKind.ANSWER and self.official_signs_answer
