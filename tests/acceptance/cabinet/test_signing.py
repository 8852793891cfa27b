"""EP-SP on the official's own machine: by the plug-in's script, by the program, by any other means."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mezhved.cabinet.models import Role
from mezhved.cli.main import cli
from mezhved.gateway.files import FileDraft
from mezhved.gateway.models import Attachment, MessageState
from mezhved.gateway.outbox import RequestDraft, take_request
from mezhved.gost import KeyAlgorithm, dump_private_key
from tests.support.gateways import present_pki
from tests.support.kept_messages import kind_of
from tests.support.pki import OFFICIAL_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from mezhved.gateway.models import Message
    from mezhved.gost import SoftwareSigner
    from tests.support.cabinets import CabinetUnderTest

NAMESPACE = "urn://mezhved.example/signed/1.0"
SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}"
  elementFormDefault="qualified"><xs:element name="Ask"><xs:complexType>
  <xs:sequence><xs:element name="Word" type="xs:string"/></xs:sequence>
  <xs:attribute name="Id" type="xs:ID"/></xs:complexType></xs:element></xs:schema>"""
NAMED = {"key": "key.pem", "cert": "cert.pem", "out": "signature.xml"}
CONTENT = f'<Ask xmlns="{NAMESPACE}"><Word>Проба</Word></Ask>'.encode()


def held(cabinet: CabinetUnderTest, *files: bytes) -> Message:
    """A request that waits for its official's signature."""
    account = cabinet.member(Role.OFFICIAL, "north")
    return take_request(
        cabinet.under_test.gateway,
        RequestDraft(
            cabinet.under_test.consumer,
            kind_of(NAMESPACE, "Ask", "", {"ask.xsd": SCHEMA}),
            CONTENT,
            author=account.name,
            account=account.user,
            department=cabinet.department("north"),
            files=tuple(FileDraft("scan.bin", "application/octet-stream", len(each), each) for each in files),
            hold=True,
        ),
    )


def official(cabinet: CabinetUnderTest) -> Client:
    return cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))


def of_official(algorithm: KeyAlgorithm = KeyAlgorithm.GOST2012_256) -> SoftwareSigner:
    return present_pki().ca.end_entity(OFFICIAL_NAME, algorithm=algorithm)


def signed(signer: SoftwareSigner, octets: str) -> str:
    digest = signer.provider.digest(signer.digest_algorithm, base64.b64decode(octets))
    return base64.b64encode(signer.sign_digest(digest)).decode()


@pytest.mark.parametrize(
    ("algorithm", "said"), [(KeyAlgorithm.GOST2012_256, "256"), (KeyAlgorithm.GOST2012_512, "512")]
)
def test_what_a_plugin_signs_of_a_message_and_its_files_is_taken(
    lone_cabinet: CabinetUnderTest, algorithm: KeyAlgorithm, said: str
) -> None:
    message = held(lone_cabinet, b"a file")
    browser, address = official(lone_cabinet), f"/ask/sign/{message.uid}/"
    signer = of_official(algorithm)
    data = json.loads(browser.get(f"{address}?part=data&algorithm={said}").content)
    (file,) = data["files"]
    given = {
        "signature": signed(signer, data["signed_info"]),
        "certificate": base64.encodebytes(signer.certificate.der).decode(),
        f"value-{file['number']}": signed(signer, file["attributes"]),
        f"attributes-{file['number']}": file["attributes"],
    }
    spoilt = {**given, f"value-{file['number']}": given["signature"]}
    assert browser.post(address, spoilt).status_code == 422
    assert browser.post(address, given).status_code == 302
    message.refresh_from_db()
    assert message.state == MessageState.SENDING
    assert message.personal_signature
    assert Attachment.objects.get(message=message).pkcs7


def test_the_program_signs_what_the_page_gives(lone_cabinet: CabinetUnderTest, tmp_path: Path) -> None:
    message = held(lone_cabinet)
    browser, address = official(lone_cabinet), f"/ask/sign/{message.uid}/"
    assert "mezhved smev3 sign-content content.xml" in browser.get(address).content.decode()
    signer = of_official()
    (tmp_path / "content.xml").write_bytes(browser.get(f"{address}?part=xml").getvalue())
    (tmp_path / "key.pem").write_bytes(dump_private_key(signer.key))
    (tmp_path / "cert.pem").write_text(signer.certificate.pem)
    said = [f"--{name}={tmp_path / file}" for name, file in NAMED.items()]
    done = CliRunner().invoke(
        cli, ["smev3", "sign-content", str(tmp_path / "content.xml"), *said], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    with (tmp_path / "signature.xml").open("rb") as file:
        assert browser.post(address, {"signature-file": file}).status_code == 302
    message.refresh_from_db()
    assert message.state == MessageState.SENDING


def test_the_plugins_script_is_the_agencys_own_copy_and_for_those_who_signed_in(
    lone_cabinet: CabinetUnderTest,
) -> None:
    message = held(lone_cabinet)
    browser, address = official(lone_cabinet), f"/ask/sign/{message.uid}/"
    without = browser.get(address).content.decode()
    assert "cadesplugin_api.js" in without
    assert "signing.js" not in without
    assert browser.get("/signing/plugin.js").status_code == 404
    folder = lone_cabinet.under_test.gateway.settings.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cadesplugin_api.js").write_bytes(b"// the plug-in's own")
    page = browser.get(address)
    sources = re.findall(r'<script src="([^"]+)"', page.content.decode())
    assert sources.index("/static/cabinet/signing.js") < sources.index("/signing/plugin.js")
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    script = browser.get("/signing/plugin.js")
    assert script.content == b"// the plug-in's own"
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert lone_cabinet.visitor().get("/signing/plugin.js").status_code == 302
    (folder / "cadesplugin_api.js").write_bytes(b"/" * (2**20 + 1))
    assert browser.get("/signing/plugin.js").status_code == 404
