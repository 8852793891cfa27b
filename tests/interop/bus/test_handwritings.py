"""Strangers of every handwriting exchange through a real bus and prove what it answers by their own means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.foreign import signing
from tests.support.foreign.world import VERSIONS, World, ask, new_id, tell
from tests.support.foreign.writing import HABITS, Habit

if TYPE_CHECKING:
    from lxml import etree


# Each handwriting in one version, and one of them in all.
PAIRS = [(VERSIONS[at % 3], habit) for at, habit in enumerate(HABITS)]
PAIRS += [(version, HABITS[0]) for version in VERSIONS[1:]]


@pytest.mark.parametrize(("version", "habit"), PAIRS, ids=lambda each: getattr(each, "name", each))
def test_a_full_exchange_in_any_handwriting(world: World, version: str, habit: Habit) -> None:
    consumer = world.consumer.but(version=version, habit=habit)
    provider = world.provider.but(version=version, habit=habit)
    sent = consumer.send(ask())
    taken = provider.take("Request", sent)
    request = taken.the("GetRequestResponse", "RequestMessage", "Request")
    _senders_signature(world, request, "SenderProvidedRequestData", consumer.key.pem)
    reply_to = request.findtext("{*}ReplyTo")
    answered = new_id()
    receipt = provider.post(provider.response(answered, reply_to, tell()))
    provider.receipt(receipt, "SendResponseResponse", answered)
    taken = consumer.take("Response", answered)
    response = taken.the("GetResponseResponse", "ResponseMessage", "Response")
    _senders_signature(world, response, "SenderProvidedResponseData", provider.key.pem)
    assert response.findtext("{*}OriginalMessageId") == sent


def _senders_signature(world: World, above: etree._Element, signed: str, pem: str) -> None:
    (target,) = above.findall(f"{{*}}{signed}")
    (holder,) = above.findall("{*}SenderInformationSystemSignature")
    theirs = signing.verify(world.pki.openssl, holder, target)
    assert "".join(theirs.split()) in "".join(pem.split())
