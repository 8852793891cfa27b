"""The whole way of a request through the bus, every signature made and verified."""

from __future__ import annotations

import pytest

from mezhved.smev3.signature import Place
from mezhved.smev3.versions import Version
from tests.support.exchange import BusUnderTest, answer, question, text_of


@pytest.mark.parametrize("version", Version)
def test_a_request_reaches_its_provider_and_the_answer_comes_back(
    under_test: BusUnderTest, version: Version
) -> None:
    consumer = under_test.consumer.speaking(version)
    provider = under_test.provider.speaking(version)

    sent = consumer.send_request(question("Где справка?"))
    assert sent.operation.metadata.status == "requestIsQueued"
    assert sent.signatures(under_test.verifier)[Place.SMEV].valid

    taken = provider.get_request()
    request = taken.operation.request
    assert text_of(request.data.primary_content) == "Где справка?"
    assert request.metadata.message_id == sent.operation.metadata.message_id
    signatures = taken.signatures(under_test.verifier)
    assert signatures[Place.SMEV].valid
    assert signatures[Place.SENDER].valid
    assert signatures[Place.SENDER].certificate == under_test.pki.consumer.certificate
    assert provider.ack(request.metadata.message_id).status == 200

    assert provider.send_response(request.reply_to, answer("Вот она.")).status == 200
    received = consumer.get_response()
    response = received.operation.response
    assert response.original_message_id == request.metadata.message_id
    assert text_of(response.data.primary_content) == "Вот она."
    assert all(result.valid for result in received.signatures(under_test.verifier).values())
    assert consumer.ack(response.metadata.message_id).status == 200

    assert consumer.get_response().operation.response is None
    assert provider.get_request().operation.request is None
    report = under_test.store.check()
    assert report.right, report
