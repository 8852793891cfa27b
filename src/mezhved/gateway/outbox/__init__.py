"""What goes out: taken durably at once, signed, sent until SMEV has it."""

from __future__ import annotations

from mezhved.gateway.files.drafts import FileDraft
from mezhved.gateway.outbox.cancelling import cancel
from mezhved.gateway.outbox.drafts import RejectionDraft, RequestDraft, ResponseDraft, StatusDraft
from mezhved.gateway.outbox.sending import Sender, send_due
from mezhved.gateway.outbox.taking import take_rejection, take_request, take_response, take_status

__all__ = [
    "FileDraft",
    "RejectionDraft",
    "RequestDraft",
    "ResponseDraft",
    "Sender",
    "StatusDraft",
    "cancel",
    "send_due",
    "take_rejection",
    "take_request",
    "take_response",
    "take_status",
]
