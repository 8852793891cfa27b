"""A public SOAP library loads the WSDL from the running bus and calls every operation of every version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import zeep
from lxml import etree
from zeep.exceptions import Fault
from zeep.plugins import Plugin

from tests.support.foreign import signing
from tests.support.foreign.world import TYPE, VERSIONS, Answer, World, ask, new_id, now, tell
from tests.support.foreign.writing import SIGNATURE_MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.foreign.pki import ForeignKey

ID = "SIGNED_BY_CALLER"
HOLDER = "{*}CallerInformationSystemSignature"


class Signing(Plugin):  # type: ignore[misc]
    """Signs what goes out; zeep writes all the rest."""

    def __init__(self, key: ForeignKey) -> None:
        self.key = key

    def egress(self, envelope: Any, http_headers: Any, operation: Any, binding_options: Any) -> Any:
        (holder,) = envelope.iter(HOLDER)
        del holder[:]
        holder.text = SIGNATURE_MARK
        return etree.fromstring(signing.sign_in_place(etree.tostring(envelope), ID, self.key)), http_headers


class Pair:
    """Consumer and provider as zeep clients of one version.

    What the real server answers in 1.2 is not valid by its own schema: zeep calls, and the answer is
    read without it.
    """

    def __init__(self, world: World, version: str) -> None:
        address = f"{world.bus.address}/smev/v{version}/ws?wsdl"
        self.version = version
        self.clients = [
            zeep.Client(address, plugins=[Signing(key)]) for key in (world.consumer.key, world.provider_key)
        ]

    def consumer(self, operation: str, **arguments: Any) -> Any:
        return self._call(self.clients[0], operation, arguments)

    def provider(self, operation: str, **arguments: Any) -> Any:
        return self._call(self.clients[1], operation, arguments)

    def _call(self, client: zeep.Client, operation: str, arguments: dict[str, Any]) -> Any:
        if self.version != "1.2":
            return client.service[operation](**arguments)
        with client.settings(raw_response=True):
            response = client.service[operation](**arguments)
        headers = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(response.status_code, headers, response.content)
        if response.status_code != 200:
            fault = answer.the("Fault")
            raise Fault(
                fault.findtext("faultstring"), fault.findtext("faultcode"), detail=fault.find("detail")
            )
        (body,) = answer.the()
        return next(iter(body), None) if operation.startswith("Get") else body

    def close(self) -> None:
        for each in self.clients:
            each.transport.session.close()


@pytest.fixture(params=VERSIONS)
def pair(world: World, request: pytest.FixtureRequest) -> Iterator[Pair]:
    made = Pair(world, request.param)
    yield made
    made.close()


def read(value: Any, *names: str) -> Any:
    """Return a child of what zeep read, or of an XML element."""
    for name in names:
        if isinstance(value, etree._Element):
            found = value.find(f"{{*}}{name}")
            value = found.text if len(found) == 0 else found
        else:
            value = value[name]
    return value


SIGNED = {"CallerInformationSystemSignature": {"_value_1": etree.fromstring(f"<x xmlns='{signing.DS}'/>")}}


def selector(root: str) -> dict[str, Any]:
    """zeep cannot leave out the pair of names, so there is always a filter."""
    wanted = {"NamespaceURI": TYPE, "RootElementLocalName": root, "Timestamp": now(), "Id": ID}
    return {"MessageTypeSelector": wanted, **SIGNED}


def target(message_id: str) -> dict[str, Any]:
    return {"AckTargetMessage": {"_value_1": message_id, "Id": ID, "accepted": True}, **SIGNED}


def test_every_operation_is_called_by_a_soap_library(pair: Pair) -> None:
    sent = new_id()
    data = {"MessageID": sent, "MessagePrimaryContent": {"_value_1": etree.fromstring(ask())}, "Id": ID}
    if pair.version == "1.2":
        data |= {"ReferenceMessageID": sent, "TransactionCode": ""}
    receipt = pair.consumer("SendRequest", SenderProvidedRequestData=data, **SIGNED)
    metadata = read(receipt, "MessageMetadata")
    assert (read(metadata, "MessageId"), read(metadata, "Status")) == (sent, "requestIsQueued")
    request = read(pair.provider("GetRequest", **selector("Ask")), "Request")
    assert read(request, "MessageMetadata", "MessageId") == sent
    assert read(request, "SenderProvidedRequestData", "MessageID") == sent
    pair.provider("Ack", **target(sent))
    answered = new_id()
    answer = {
        "MessageID": answered,
        "To": read(request, "ReplyTo"),
        "MessagePrimaryContent": {"_value_1": etree.fromstring(tell())},
        "Id": ID,
    }
    receipt = pair.provider("SendResponse", SenderProvidedResponseData=answer, **SIGNED)
    assert read(receipt, "MessageMetadata", "MessageId") == answered
    response = read(pair.consumer("GetResponse", **selector("Tell")), "Response")
    assert read(response, "OriginalMessageId") == sent
    pair.consumer("Ack", **target(answered))
    assert pair.consumer("GetResponse", **selector("Tell")) is None
    stamp = {"_value_1": now(), "Id": ID}
    assert pair.consumer("GetStatus", Timestamp=stamp, **SIGNED) is None
    if pair.version != "1.3":
        pair.consumer("GetIncomingQueueStatistics", Timestamp=stamp, **SIGNED)


def test_a_fault_comes_as_the_library_knows_it(pair: Pair) -> None:
    with pytest.raises(Fault) as refused:
        pair.consumer("Ack", **target(new_id()))
    assert refused.value.code == "soap:Server"
    assert etree.QName(refused.value.detail[0]).localname == "TargetMessageIsNotFound"
