"""The adapter's elements as a table: XML and JSON are read and written by it, both as one tree of names.

A tree is what `json.loads` gives: dictionaries by JSON names, lists, texts. XML names begin as the schema
has them, JSON names with a small letter, as the adapter's REST interface writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal

TYPES: Final = "urn://x-artefacts-smev-gov-ru/services/service-adapter/types"
FAULTS: Final = f"{TYPES}/faults"

Tree = dict[str, Any]


class Kind(Enum):
    """What an element holds, when it holds no elements of the adapter's own."""

    TEXT = "text"
    FLAG = "boolean"
    NUMBER = "int"
    MARKUP = "one foreign element"
    MARKUPS = "foreign elements"


@dataclass(frozen=True, slots=True)
class Field:
    """One element: its XML name, what it holds, whether there may be many.

    `inside` is the name under which JSON holds foreign XML: `{"any": "<...>"}`.
    """

    name: str
    holds: Kind | tuple[Field, ...] = Kind.TEXT
    many: bool = False
    namespace: str = TYPES
    inside: str = ""

    @property
    def json(self) -> str:
        """The element's name in JSON."""
        head = self.name.removeprefix("FRGU")
        return f"frgu{head}" if head != self.name else self.name[0].lower() + self.name[1:]

    @property
    def tag(self) -> str:
        """The element's name as lxml writes it."""
        return f"{{{self.namespace}}}{self.name}"


_T, _F, _N = Kind.TEXT, Kind.FLAG, Kind.NUMBER
_SYSTEM = Field("itSystem")
_DYNAMIC = Field("DynamicRouting", (Field("DynamicValue", many=True),))
_IDENTIFIER = Field("IdentifierRouting", (Field("IdentifierValue", many=True),))
_RECORD = Field(
    "RegistryRecordRouting",
    (Field("RecordId", _N), Field("UseGeneralRouting", _F), _DYNAMIC, _IDENTIFIER),
    many=True,
)
_HEADER_FIELDS = (
    Field("Id"),
    Field("filePath"),
    Field("passportId"),
    Field("SignaturePKCS7"),
    Field("TransferMethod"),
    Field("ReusableAttachment", _F),
    Field("Archive", (Field("File", (Field("name"), Field("passportId")), many=True),)),
)
_HEADER = Field("AttachmentHeader", _HEADER_FIELDS, many=True)
HEADERS = Field("AttachmentHeaderList", (_HEADER,))
_CONTENT = Field(
    "content",
    (
        Field("MessagePrimaryContent", Kind.MARKUP, inside="any"),
        Field("PersonalSignature", Kind.MARKUP, inside="signature"),
        HEADERS,
    ),
)
_LINKED = Field("linkedGroupIdentity", (Field("refClientId"), Field("refGroupId")))
_GROUP = Field(
    "createGroupIdentity",
    (
        Field("FRGUServiceCode"),
        Field("FRGUServiceDescription"),
        Field("FRGUServiceRecipientDescription"),
    ),
)
_METADATA_FIELDS = (
    Field("clientId"),
    _LINKED,
    _GROUP,
    Field("nodeId"),
    Field("eol"),
    Field("testMessage", _F),
    Field("TransactionCode"),
    Field("BusinessProcessMetadata", Kind.MARKUPS, inside="businessProcessMetadataList"),
    Field(
        "RoutingInformation",
        (_DYNAMIC, _IDENTIFIER, Field("RegistryRouting", (_RECORD,))),
    ),
)
REQUEST_METADATA = Field("RequestMetadata", _METADATA_FIELDS)
_MESSAGE_TYPE = Field("messageType")
_STATUS = Field(
    "status",
    (Field("code"), Field("description"), Field("parameter", (Field("key"), Field("value")), many=True)),
)

REQUEST = (
    _MESSAGE_TYPE,
    REQUEST_METADATA,
    Field("RequestContent", (_CONTENT, Field("originalContent"))),
)
RESPONSE = (
    _MESSAGE_TYPE,
    Field("ResponseMetadata", (Field("clientId"), Field("replyToClientId"), Field("replyTo"))),
    Field(
        "ResponseContent",
        (
            _CONTENT,
            Field("rejects", (Field("code"), Field("description")), many=True),
            _STATUS,
            Field("originalContent"),
        ),
    ),
)
FAULT = (Field("code", namespace=FAULTS), Field("description", namespace=FAULTS))
ERROR = (
    _MESSAGE_TYPE,
    Field("statusMetadata", (Field("clientId"), Field("originalClientId"))),
    Field("status"),
    Field("details"),
    Field("timestamp"),
    Field("type"),
    Field("fault", FAULT),
)
QUERY = (
    _MESSAGE_TYPE,
    Field("clientId"),
    Field("nodeId"),
    Field("queryType"),
    Field("queryFilter"),
    Field("queryRootTag"),
)

CLIENT_MESSAGE = Field(
    "ClientMessage",
    (
        _SYSTEM,
        Field("replyToQueue"),
        Field("RequestMessage", REQUEST),
        Field("ResponseMessage", RESPONSE),
        Field("QueryMessage", QUERY),
    ),
)
MESSAGE_RESULT = Field("MessageResult", (_SYSTEM, Field("MessageId")))
MESSAGE_QUERY = Field(
    "MessageQuery",
    (
        _SYSTEM,
        Field("nodeId"),
        Field("routerExtraQueue"),
        Field("specificQuery", (Field("messageTypeCriteria"),)),
    ),
)
FIND_QUERY = Field(
    "FindMessageQuery",
    (
        _SYSTEM,
        Field(
            "specificQuery",
            (
                Field("messagePeriodCriteria", (Field("from"), Field("to"))),
                Field("messageClientIdCriteria", (Field("clientId"), Field("clientIdCriteria"))),
                Field("MessageCountToReturn", _N),
                Field("MessageOffset", _N),
            ),
        ),
    ),
)
SMEV_METADATA = Field(
    "smevMetadata",
    (
        Field("MessageId"),
        Field("ReferenceMessageID"),
        Field("TransactionCode"),
        Field("OriginalMessageID"),
        Field("Sender"),
        Field("Recipient"),
        Field("ReplyTo"),
        Field("SendingDate"),
    ),
)
MESSAGES: Final = {
    "RequestMessageType": REQUEST,
    "ResponseMessageType": RESPONSE,
    "ErrorMessage": ERROR,
}
"""What Message holds, by its xsi:type. An interim status is a ResponseMessageType, whoever tells it."""

Operation = Literal["Send", "Get", "Find"]

ARGUMENTS: Final[dict[Operation, Field]] = {
    "Send": CLIENT_MESSAGE,
    "Get": MESSAGE_QUERY,
    "Find": FIND_QUERY,
}
"""What each operation takes."""
