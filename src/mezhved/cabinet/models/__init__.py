"""Tables of the cabinet."""

from __future__ import annotations

from mezhved.cabinet.models.accounts import Account, Assignment, Role
from mezhved.cabinet.models.answering import AnswerTemplate
from mezhved.cabinet.models.audit import AuditEntry, AuditLink
from mezhved.cabinet.models.batches import Batch, BatchRow, RowState
from mezhved.cabinet.models.directories import (
    AddressLoad,
    AddressObject,
    AddressWord,
    Card,
    CardKind,
    Directory,
    DirectoryEntry,
)
from mezhved.cabinet.models.drafts import Draft, DraftFile, FavouriteType, Purpose, RequestTemplate
from mezhved.cabinet.models.jobs import Job, JobState
from mezhved.cabinet.models.lists import SavedFilter
from mezhved.cabinet.models.notices import ByMail, Notice, NoticeKind, NoticePreference
from mezhved.cabinet.models.reports import SavedReport, Schedule
from mezhved.cabinet.models.signing_in import RecoveryCode, SecondFactor, Session
from mezhved.cabinet.models.versions import TypeVersion

__all__ = [
    "Account",
    "AddressLoad",
    "AddressObject",
    "AddressWord",
    "AnswerTemplate",
    "Assignment",
    "AuditEntry",
    "AuditLink",
    "Batch",
    "BatchRow",
    "ByMail",
    "Card",
    "CardKind",
    "Directory",
    "DirectoryEntry",
    "Draft",
    "DraftFile",
    "FavouriteType",
    "Job",
    "JobState",
    "Notice",
    "NoticeKind",
    "NoticePreference",
    "Purpose",
    "RecoveryCode",
    "RequestTemplate",
    "Role",
    "RowState",
    "SavedFilter",
    "SavedReport",
    "Schedule",
    "SecondFactor",
    "Session",
    "TypeVersion",
]
