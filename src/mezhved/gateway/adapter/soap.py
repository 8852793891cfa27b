"""The adapter's operations as SOAP 1.1, and its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.gateway.adapter.faults import SystemFault, description, invalid
from mezhved.gateway.adapter.shapes import ARGUMENTS, FAULTS, MESSAGE_RESULT, TYPES
from mezhved.gateway.adapter.xml_form import plain, read_element, write_document, write_result, write_results
from mezhved.smev3 import soap
from mezhved.smev3.fragments import Source
from mezhved.smev3.messages.writing import escape

if TYPE_CHECKING:
    from mezhved.gateway.access import Caller
    from mezhved.gateway.adapter.faults import AdapterFault
    from mezhved.gateway.adapter.service import Adapter
    from mezhved.gateway.adapter.shapes import Operation
    from mezhved.smev3 import mtom

_OPERATIONS: Final[dict[str, Operation]] = {
    f"{{{TYPES}}}ClientMessage": "Send",
    f"{{{TYPES}}}MessageQuery": "Get",
    f"{{{TYPES}}}FindMessageQuery": "Find",
}


def serve(adapter: Adapter, parts: mtom.Parts, caller: Caller | None) -> bytes:
    """Answer an envelope by what its body holds; SOAPAction plays no part.

    Raises what the operations raise, and errors of the envelope.
    """
    message = soap.read_parts(parts)
    operation = _OPERATIONS.get(str(message.body.tag))
    if operation is None:
        raise invalid(
            f"такой операции нет: {message.body.tag}",
            f"there is no such operation: {message.body.tag}",
            "Body",
        )
    source = Source(message.octets, message.root)
    tree = read_element(message.body, source, ARGUMENTS[operation])
    if operation == "Send":
        return soap.envelope(write_document(MESSAGE_RESULT, adapter.send(tree, caller, parts)))
    if operation == "Get":
        return soap.envelope(write_result(adapter.get(tree, caller)))
    return soap.envelope(write_results(adapter.find(tree, caller)))


def write_fault(fault: AdapterFault) -> bytes:
    """Return an envelope with the fault: `SystemFault` may be tried again, `ValidationFault` not."""
    name, side = (
        ("SystemFault", "Server") if isinstance(fault, SystemFault) else ("ValidationFault", "Client")
    )
    words = escape(plain(description(fault)))
    detail = f"<ns2:code>{escape(plain(fault.code))}</ns2:code><ns2:description>{words}</ns2:description>"
    return soap.envelope(
        f"<soap:Fault><faultcode>soap:{side}</faultcode><faultstring>{words}</faultstring><detail>"
        f'<ns2:{name} xmlns:ns2="{FAULTS}">{detail}</ns2:{name}></detail></soap:Fault>'.encode()
    )
