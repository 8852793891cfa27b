"""What a SMEV fault can be: the detail elements and how each is written."""

from __future__ import annotations

from enum import Enum, StrEnum

from mezhved.smev3.versions import Version


class Form(Enum):
    """How the detail element is typed in the schema of the faults."""

    VOID = "Void"  # written with xsi:type="SmevFault", else it could not carry Code and Description
    PLAIN = "SmevFault"
    OWN = "own"  # a type of its own with further children


class Retry(Enum):
    """What a client does after the fault (annotations of the WSDL)."""

    REPEAT = "repeat"
    DONE = "done"
    CORRECT = "correct"


class SignatureCode(StrEnum):
    """The value inside SignatureVerificationFault."""

    POOR_ENVELOPE = "PoorSOAPEnvelopeFormat"
    NO_SIGNATURE = "NoSignatureFound"
    INCORRECT_TARGET = "IncorrectSignatureTarget"
    INVALID = "SignatureIsInvalid"
    CERTIFICATE_NOT_FOUND = "CertificateIsNotFound"
    CERTIFICATE_EXPIRED = "CertificateIsExpired"


class FaultKind(StrEnum):
    """The detail element's local name (namespace types/faults/1.x)."""

    ACCESS_DENIED = "AccessDenied"
    ATTACHMENT_CONTENT_MISCOORDINATION = "AttachmentContentMiscoordination"
    ATTACHMENT_SIZE_LIMIT_EXCEEDED = "AttachmentSizeLimitExceeded"
    BUSINESS_DATA_TYPE_IS_NOT_SUPPORTED = "BusinessDataTypeIsNotSupported"
    DESTINATION_OVERFLOW = "DestinationOverflow"
    END_OF_LIFE_REACHED = "EndOfLifeReached"
    INCORRECT_RESPONSE_CONTENT_TYPE = "IncorrectResponseContentType"
    INVALID_CONTENT = "InvalidContent"
    INVALID_MESSAGE_ID_FORMAT = "InvalidMessageIdFormat"
    MESSAGE_IS_ALREADY_SENT = "MessageIsAlreadySent"
    PERSONAL_ACCESS_DENIED = "PersonalAccessDenied"
    QUOTE_LIMIT_EXCEEDED = "QuoteLimitExceeded"
    RECIPIENT_IS_NOT_FOUND = "RecipientIsNotFound"
    REQUEST_IS_NOT_FOUND = "RequestIsNotFound"
    SENDER_IS_NOT_REGISTERED = "SenderIsNotRegistered"
    SIGNATURE_VERIFICATION = "SignatureVerificationFault"
    SMEV_FAILURE = "SMEVFailure"
    STALE_MESSAGE_ID = "StaleMessageId"
    TARGET_MESSAGE_IS_NOT_FOUND = "TargetMessageIsNotFound"
    TRANSACTION_CODE_INVALID = "TransactionCodeInvalid"
    UNKNOWN_MESSAGE_TYPE = "UnknownMessageType"

    @property
    def number(self) -> int | None:
        """Return nnn of SMEV-nnn, where a sample of the fault is known."""
        return _NUMBERS.get(self)

    @property
    def retry(self) -> Retry:
        """Return what a client does after this fault."""
        return _RETRIES.get(self, Retry.CORRECT)

    def form(self, version: Version) -> Form:
        """Return how the element is typed in the version's schema (EndOfLifeReached changed in 1.3)."""
        if self is FaultKind.END_OF_LIFE_REACHED:
            return Form.PLAIN if version is Version.V1_3 else Form.VOID
        return _FORMS.get(self, Form.VOID)


_NUMBERS = {
    FaultKind.SMEV_FAILURE: 60,
    FaultKind.SIGNATURE_VERIFICATION: 100,
    FaultKind.ATTACHMENT_SIZE_LIMIT_EXCEEDED: 200,
    FaultKind.ATTACHMENT_CONTENT_MISCOORDINATION: 201,
    FaultKind.QUOTE_LIMIT_EXCEEDED: 202,
    FaultKind.INVALID_MESSAGE_ID_FORMAT: 300,
    FaultKind.MESSAGE_IS_ALREADY_SENT: 301,
    FaultKind.STALE_MESSAGE_ID: 302,
    FaultKind.BUSINESS_DATA_TYPE_IS_NOT_SUPPORTED: 401,
    FaultKind.UNKNOWN_MESSAGE_TYPE: 402,
    FaultKind.INVALID_CONTENT: 403,
    FaultKind.END_OF_LIFE_REACHED: 500,
    FaultKind.TARGET_MESSAGE_IS_NOT_FOUND: 501,
    FaultKind.RECIPIENT_IS_NOT_FOUND: 502,
    FaultKind.SENDER_IS_NOT_REGISTERED: 503,
    FaultKind.ACCESS_DENIED: 504,
    FaultKind.DESTINATION_OVERFLOW: 600,
}
_RETRIES = {
    FaultKind.SMEV_FAILURE: Retry.REPEAT,
    FaultKind.DESTINATION_OVERFLOW: Retry.REPEAT,
    FaultKind.MESSAGE_IS_ALREADY_SENT: Retry.DONE,
}
_FORMS = {
    FaultKind.BUSINESS_DATA_TYPE_IS_NOT_SUPPORTED: Form.OWN,
    FaultKind.INVALID_CONTENT: Form.OWN,
    FaultKind.ATTACHMENT_SIZE_LIMIT_EXCEEDED: Form.OWN,
    FaultKind.QUOTE_LIMIT_EXCEEDED: Form.OWN,
    FaultKind.SIGNATURE_VERIFICATION: Form.OWN,
    FaultKind.DESTINATION_OVERFLOW: Form.OWN,
    FaultKind.TRANSACTION_CODE_INVALID: Form.PLAIN,
    FaultKind.PERSONAL_ACCESS_DENIED: Form.PLAIN,
}
