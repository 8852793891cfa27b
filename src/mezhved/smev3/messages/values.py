"""The closed lists of the schema, and how the statuses of one version are told in another.

Fields of messages are plain strings, since real servers send values beyond these lists; the names here
compare equal to the strings.
"""

from __future__ import annotations

from enum import StrEnum

from mezhved.smev3.versions import Version


class MessageType(StrEnum):
    """MessageMetadata/MessageType; CANCEL in 1.1 and 1.2 only."""

    REQUEST = "REQUEST"
    BROADCAST = "BROADCAST"
    RESPONSE = "RESPONSE"
    CANCEL = "CANCEL"


class RejectionReason(StrEnum):
    """RequestRejected/RejectionReasonCode; FAILURE is missing from the schema of 1.2."""

    ACCESS_DENIED = "ACCESS_DENIED"
    NO_DATA = "NO_DATA"
    UNKNOWN_REQUEST_DESCRIPTION = "UNKNOWN_REQUEST_DESCRIPTION"
    FAILURE = "FAILURE"


class InteractionStatus(StrEnum):
    """MessageMetadata/Status and StatusCategory (MR 3.3 section 2.6.3 explains them)."""

    DOES_NOT_EXIST = "doesNotExist"
    REQUEST_IS_QUEUED = "requestIsQueued"
    REQUEST_IS_ACCEPTED_BY_SMEV = "requestIsAcceptedBySmev"
    REQUEST_IS_REJECTED_BY_SMEV = "requestIsRejectedBySmev"
    REQUEST_IS_PROCESSED = "requestIsProcessed"
    UNDER_PROCESSING = "underProcessing"
    RESPONSE_IS_QUEUED = "responseIsQueued"
    RESPONSE_IS_ACCEPTED_BY_SMEV = "responseIsAcceptedBySmev"
    RESPONSE_IS_REJECTED_BY_SMEV = "responseIsRejectedBySmev"
    RESPONSE_IS_PROCESSED = "responseIsProcessed"
    CANCELLED = "cancelled"
    RESPONSE_IS_DELIVERED = "responseIsDelivered"
    MESSAGE_IS_ARCHIVED = "messageIsArchived"
    MESSAGE_IS_DELIVERED = "messageIsDelivered"


class RoutingStatusCode(StrEnum):
    """Outcome of one routing value of 1.3; the first revision of 1.3 knew only four of them."""

    SUCCESS = "success"
    RECIPIENT_NOT_FOUND = "recipientNotFound"
    INVALID_REGISTRY_RECORD_ID = "invalidRegistryRecordId"
    CERTIFICATE_INVALID = "certificateInvalid"
    SIGNATURE_INVALID = "signatureInvalid"
    GENERAL_ROUTING_NOT_FOUND = "generalRoutingNotFound"
    PERSONAL_ACCESS_DENIED = "personalAccessDenied"


NOT_DETECTED = "NotDetected"
"""InteractionType that the real server of 1.1 writes in every message."""

_EARLIER = {
    "requestIsProcessed": "underProcessing",
    "responseIsQueued": "responseIsAcceptedBySmev",
    "responseIsRejectedBySmev": "requestIsRejectedBySmev",
    "responseIsProcessed": "responseIsAcceptedBySmev",
    "messageIsArchived": "responseIsDelivered",
    "messageIsDelivered": "responseIsDelivered",
}
_LATER = {"responseIsDelivered": "messageIsDelivered"}


def status_in(status: str, version: Version) -> str:
    """Return the status as the schema of `version` can say it; unknown ones stay as they are."""
    return (_LATER if version is Version.V1_3 else _EARLIER).get(status, status)
