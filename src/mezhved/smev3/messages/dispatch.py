"""From the child of the SOAP body to the operation it is, by its name and namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.smev3.messages import answers, cancelling, errors, requests
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.smev3.fragments import Source

RequestOperation = (
    requests.SendRequestRequest
    | requests.SendResponseRequest
    | requests.GetRequestRequest
    | requests.GetResponseRequest
    | requests.AckRequest
    | requests.GetStatusRequest
    | requests.GetIncomingQueueStatisticsRequest
    | cancelling.CancelRequestRequest
)
AnswerOperation = (
    answers.SendRequestResponse
    | answers.SendResponseResponse
    | answers.GetRequestResponse
    | answers.GetResponseResponse
    | answers.AckResponse
    | answers.GetStatusResponse
    | answers.GetIncomingQueueStatisticsResponse
)
Operation = RequestOperation | AnswerOperation

_OPERATIONS: dict[str, type[Operation]] = {
    f"{{{version.types}}}{operation.__name__}": operation
    for version in Version
    for operation in (*RequestOperation.__args__, *AnswerOperation.__args__)
    if version.has_statistics or "Statistics" not in operation.__name__
}


def parse_operation(element: etree._Element, source: Source | None = None) -> Operation:
    """Return the operation, of any version: its class tells which, its `version` in which words.

    `source` gives the octets that came, so that signed parts are cut and not written anew. Raises
    `InvalidEnvelope` when the element is no operation or breaks the schema beyond what may be forgiven.
    """
    operation = _OPERATIONS.get(str(element.tag))
    if operation is None:
        raise errors.unknown_operation(str(element.tag))
    return operation.from_xml(element, source)
