"""Officials' signatures and evidence through REST."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile

import pytest

from mezhved.gateway.evidence.verifying import verify_container
from mezhved.gateway.models import InformationType
from mezhved.gost import load_provider
from tests.support.gateways import NUMBER, GatewayUnderTest, present_pki
from tests.support.registry import CONSUMER, PROVIDER
from tests.support.rest import RestClient, rest_client

SPACE = "urn://x-test/signed-by-officials/1.0"
SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{SPACE}">
  <xs:element name="Ask"><xs:complexType><xs:attribute name="Id" type="xs:ID"/></xs:complexType></xs:element>
</xs:schema>"""


@pytest.fixture
def consumer(under_test: GatewayUnderTest) -> RestClient:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.xsd", SCHEMA)
    package = packed.getvalue()
    InformationType.objects.create(
        code="VS09899",
        namespace=SPACE,
        request_root="Ask",
        package=package,
        package_digest=hashlib.sha256(package).hexdigest(),
        official_signs_request=True,
        official_signs_answer=True,
    )
    return rest_client(under_test, (CONSUMER, "VS09899", "ask"), (CONSUMER, "VS09801", "ask"))


def test_an_official_signs_what_rest_offers(under_test: GatewayUnderTest, consumer: RestClient) -> None:
    official = present_pki().official
    taken = consumer.post_xml("requests", f'<Ask xmlns="{SPACE}"/>'.encode())
    assert taken.status == 201, taken.body
    message = consumer.get(taken.headers["Location"]).json["messages"][0]["id"]
    offered = consumer.get(f"messages/{message}/to-be-signed").json
    digest = base64.b64decode(offered["digest"])
    said = {
        "value": base64.b64encode(official.sign_digest(digest)).decode(),
        "certificate": base64.b64encode(official.certificate.der).decode(),
        "snils": "001-001-001 12",
    }
    assert consumer.post(f"messages/{message}/release").status == 409
    for wrong in ({}, said | {"value": "%%%"}, said | {"value": "AAAA"}, said | {"certificate": "AAAA"}):
        refused = consumer.post(f"messages/{message}/signature", wrong)
        assert refused.status == 422, refused.body
        assert refused.json["errors"]
    assert consumer.post(f"messages/{message}/signature", said | {"snils": "00100100120"}).status == 403
    signed = consumer.post(f"messages/{message}/signature", said)
    assert signed.status == 200, signed.body
    assert signed.json["state"] == "SENDING"
    assert consumer.post(f"messages/{message}/signature", said).status == 409
    stranger = rest_client(under_test, (PROVIDER, "VS09801", "answer"))
    assert stranger.get(f"messages/{message}/to-be-signed").status == 404


def test_evidence_is_given_as_a_file(under_test: GatewayUnderTest, consumer: RestClient) -> None:
    taken = consumer.post_xml("requests", NUMBER)
    under_test.send()
    got = consumer.get(f"{taken.headers['Location']}/evidence")
    assert got.status == 200, got.body
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert verify_container(io.BytesIO(got.body), load_provider()).holds


def test_a_draft_is_given_up(under_test: GatewayUnderTest, consumer: RestClient) -> None:
    taken = consumer.post_xml("requests", f'<Ask xmlns="{SPACE}"/>'.encode())
    message = consumer.get(taken.headers["Location"]).json["messages"][0]["id"]
    gone = consumer.post(f"messages/{message}/withdraw")
    assert gone.json["exchange_state"] == "cancelled"
