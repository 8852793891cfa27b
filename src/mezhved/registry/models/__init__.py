"""The registry's tables. Importing this needs a configured Django."""

from __future__ import annotations

from mezhved.registry.models.history import ChangeRecord, Revision
from mezhved.registry.models.maintenance import Maintenance
from mezhved.registry.models.officials import PersonalAccess
from mezhved.registry.models.participants import (
    InformationSystem,
    Participant,
    SystemCertificate,
)
from mezhved.registry.models.push import PushAddress
from mezhved.registry.models.revocation import RevocationRecord, RevocationSource
from mezhved.registry.models.trust import RevocationList, TrustedAuthority
from mezhved.registry.models.types import (
    AccessRight,
    InformationType,
    SchemaFile,
    TypeProvider,
    TypeVersion,
)

__all__ = [
    "AccessRight",
    "ChangeRecord",
    "InformationSystem",
    "InformationType",
    "Maintenance",
    "Participant",
    "PersonalAccess",
    "PushAddress",
    "Revision",
    "RevocationList",
    "RevocationRecord",
    "RevocationSource",
    "SchemaFile",
    "SystemCertificate",
    "TrustedAuthority",
    "TypeProvider",
    "TypeVersion",
]
