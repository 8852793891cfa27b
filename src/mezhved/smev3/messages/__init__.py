"""SMEV 3 messages as typed objects, to and from XML of 1.1, 1.2 and 1.3.

Parse in one version, `to_xml` in another, and a message crosses versions with its business data and
personal signature untouched. Reading forgives what the real server is known to write against its own
schema; what cannot be forgiven is `InvalidEnvelope`.
"""

from mezhved.smev3.messages import building
from mezhved.smev3.messages.answers import (
    AckResponse,
    GetIncomingQueueStatisticsResponse,
    GetRequestResponse,
    GetResponseResponse,
    GetStatusResponse,
    QueueStatistics,
    SendRequestResponse,
    SendResponseResponse,
)
from mezhved.smev3.messages.attachments import (
    ArchivedFile,
    AttachmentContent,
    AttachmentHeader,
    FSAttachment,
    RefAttachmentHeader,
    record_headers,
    record_ref_headers,
)
from mezhved.smev3.messages.business_process import CaseInfo, ServiceOrFunction, frgu_fragment, frgu_of
from mezhved.smev3.messages.cancelling import CancelRequestRequest
from mezhved.smev3.messages.content import (
    RequestRejected,
    RequestStatus,
    ResponseKind,
    SenderProvidedRequestData,
    SenderProvidedResponseData,
)
from mezhved.smev3.messages.conversion import converted
from mezhved.smev3.messages.delivered import Cancel, Request, Response
from mezhved.smev3.messages.directive import Record, Registry, RegistryRecord
from mezhved.smev3.messages.dispatch import (
    AnswerOperation,
    Operation,
    RequestOperation,
    parse_operation,
)
from mezhved.smev3.messages.errors import EnvelopeProblem, InvalidEnvelope
from mezhved.smev3.messages.metadata import MessageMetadata, Party, SupplementaryData, delivery, receipt
from mezhved.smev3.messages.reply_to import MalformedReplyTo, ReplyTo, selector_of
from mezhved.smev3.messages.requests import (
    AckRequest,
    GetIncomingQueueStatisticsRequest,
    GetRequestRequest,
    GetResponseRequest,
    GetStatusRequest,
    SendRequestRequest,
    SendResponseRequest,
)
from mezhved.smev3.messages.routing import (
    RecordRouting,
    RecordStatus,
    Routing,
    RoutingInformation,
    RoutingStatus,
    ValueStatus,
)
from mezhved.smev3.messages.selectors import AckTargetMessage, MessageTypeSelector, Timestamp
from mezhved.smev3.messages.statuses import (
    AsyncProcessingStatus,
    AsyncProcessingStatusData,
    FaultDetail,
    SmevFault,
)
from mezhved.smev3.messages.times import BeyondCalendar, read_time, write_time
from mezhved.smev3.messages.values import InteractionStatus, MessageType, RejectionReason, RoutingStatusCode
from mezhved.smev3.messages.writing import Profile

__all__ = [
    "AckRequest",
    "AckResponse",
    "AckTargetMessage",
    "AnswerOperation",
    "ArchivedFile",
    "AsyncProcessingStatus",
    "AsyncProcessingStatusData",
    "AttachmentContent",
    "AttachmentHeader",
    "BeyondCalendar",
    "Cancel",
    "CancelRequestRequest",
    "CaseInfo",
    "EnvelopeProblem",
    "FSAttachment",
    "FaultDetail",
    "GetIncomingQueueStatisticsRequest",
    "GetIncomingQueueStatisticsResponse",
    "GetRequestRequest",
    "GetRequestResponse",
    "GetResponseRequest",
    "GetResponseResponse",
    "GetStatusRequest",
    "GetStatusResponse",
    "InteractionStatus",
    "InvalidEnvelope",
    "MalformedReplyTo",
    "MessageMetadata",
    "MessageType",
    "MessageTypeSelector",
    "Operation",
    "Party",
    "Profile",
    "QueueStatistics",
    "Record",
    "RecordRouting",
    "RecordStatus",
    "RefAttachmentHeader",
    "Registry",
    "RegistryRecord",
    "RejectionReason",
    "ReplyTo",
    "Request",
    "RequestOperation",
    "RequestRejected",
    "RequestStatus",
    "Response",
    "ResponseKind",
    "Routing",
    "RoutingInformation",
    "RoutingStatus",
    "RoutingStatusCode",
    "SendRequestRequest",
    "SendRequestResponse",
    "SendResponseRequest",
    "SendResponseResponse",
    "SenderProvidedRequestData",
    "SenderProvidedResponseData",
    "ServiceOrFunction",
    "SmevFault",
    "SupplementaryData",
    "Timestamp",
    "ValueStatus",
    "building",
    "converted",
    "delivery",
    "frgu_fragment",
    "frgu_of",
    "parse_operation",
    "read_time",
    "receipt",
    "record_headers",
    "record_ref_headers",
    "selector_of",
    "write_time",
]
