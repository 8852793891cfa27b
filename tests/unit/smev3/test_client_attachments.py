"""Attachments and the official's signature on the command line; hostile names never become paths."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mezhved.cli.smev3 import smev3
from mezhved.cli.smev3_attachments import media_type, read_attachments
from mezhved.gost import Verifier, dump_private_key, sign_cms, verify_cms
from mezhved.smev3 import messages, soap
from mezhved.smev3.client import InvalidCall, with_identifier
from mezhved.smev3.fragments import Source
from mezhved.smev3.signature import Place, find_signatures, verify
from mezhved.smev3.versions import Version
from tests.support.pki import NOW, Pki, shared_pki
from tests.support.smev_answers import Smev, business, fragment
from tests.support.standin import StandIn, stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MESSAGE_ID = "6b1a2c00-c601-11f1-9a2b-0242ac120002"


@pytest.fixture
def pki() -> Pki:
    return shared_pki()


@pytest.fixture
def server() -> Iterator[StandIn]:
    with stand_in() as state:
        yield state


@pytest.fixture
def smev(pki: Pki) -> Smev:
    return Smev(Version.V1_2, pki.smev, NOW)


@pytest.fixture
def run(pki: Pki, server: StandIn, tmp_path: Path) -> Callable[..., Result]:
    for name, signer in (("system", pki.consumer), ("official", pki.official)):
        (tmp_path / f"{name}.key").write_bytes(dump_private_key(signer.key))
        (tmp_path / f"{name}.cert").write_text(signer.certificate.pem)
    environment = {
        "MEZHVED_URL": server.url,
        "MEZHVED_KEY": str(tmp_path / "system.key"),
        "MEZHVED_CERT": str(tmp_path / "system.cert"),
        "MEZHVED_LANG": "en",
    }

    def call(*arguments: object, given: bytes | None = None) -> Result:
        return CliRunner().invoke(smev3, [str(each) for each in arguments], input=given, env=environment)

    return call


def sent(server: StandIn) -> tuple[soap.SoapMessage, messages.Operation]:
    call = server.calls[-1]
    message = soap.read(call.headers["Content-Type"], call.body)
    return message, messages.parse_operation(message.body, Source(message.octets, message.root))


def personal(tmp_path: Path) -> tuple[object, ...]:
    return ("--personal-key", tmp_path / "official.key", "--personal-cert", tmp_path / "official.cert")


def test_files_go_under_their_names_with_their_types_signed_by_the_system(
    run: Callable[..., Result], server: StandIn, smev: Smev, pki: Pki, tmp_path: Path
) -> None:
    files = {
        "scan.pdf": (b"%PDF-1.7", "scan.pdf", "application/pdf"),
        "скан 1.png": (b"\x89PNG\r\n\x1a\n", "file_2", "image/png"),
        "1.unknown": (b"\0", "file_3", "application/octet-stream"),
        "photo": (b"\xff\xd8\xff\xe0", "photo", "image/jpeg"),
        "a=b.zip": (b"PK\x03\x04", "file_5", "application/zip"),
    }
    attach: list[object] = []
    for name, (octets, _, _) in files.items():
        (tmp_path / name).write_bytes(octets)
        attach += ["--attach", tmp_path / name]
    server.script.append(smev.receipt("SendRequest", MESSAGE_ID))
    result = run("send", "-", "--message-id", MESSAGE_ID, *attach, given=business())
    assert result.exit_code == 0, result.output
    message, operation = sent(server)
    assert isinstance(operation, messages.SendRequestRequest)
    headers = operation.data.attachment_headers
    assert [(each.content_id, each.mime_type) for each in headers] == [
        (identifier, kind) for _, identifier, kind in files.values()
    ]
    for header, content, (octets, _, _) in zip(headers, operation.attachments, files.values(), strict=True):
        assert bytes(message.parts.resolve(content.href or "") or b"") == octets
        verdict = verify_cms(header.pkcs7 or b"", octets, pki.provider)
        assert verdict.valid
        assert verdict.certificate == pki.consumer.certificate


def test_an_official_signs_the_data_and_the_files_and_the_id_is_added(
    run: Callable[..., Result], server: StandIn, smev: Smev, pki: Pki, tmp_path: Path
) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF")
    server.script.append(smev.receipt("SendRequest", MESSAGE_ID))
    attach = ("--attach", tmp_path / "scan.pdf", *personal(tmp_path))
    result = run("send", "-", "--message-id", MESSAGE_ID, *attach, given=business())
    assert result.exit_code == 0, result.output
    message, operation = sent(server)
    assert isinstance(operation, messages.SendRequestRequest)
    (header,) = operation.data.attachment_headers
    assert verify_cms(header.pkcs7 or b"", b"%PDF", pki.provider).certificate == pki.official.certificate
    found = {
        place: verify(holder, target, Verifier(pki.provider), place)
        for place, holder, target in find_signatures(message.root)
    }
    assert found[Place.PERSONAL].valid
    assert found[Place.PERSONAL].certificate == pki.official.certificate
    assert found[Place.PERSONAL].signed_id == "PERSONAL_SIGNATURE"
    assert found[Place.CALLER].certificate == pki.consumer.certificate


def test_an_answer_carries_files_too(
    run: Callable[..., Result], server: StandIn, smev: Smev, tmp_path: Path
) -> None:
    (tmp_path / "answer.xml").write_bytes(b"<a/>")
    server.script.append(smev.receipt("SendResponse", MESSAGE_ID))
    arguments = ("--response-to", "b3BhcXVl", "--message-id", MESSAGE_ID, "--attach", tmp_path / "answer.xml")
    assert run("send", "-", *arguments, *personal(tmp_path), given=business()).exit_code == 0
    _, operation = sent(server)
    assert isinstance(operation, messages.SendResponseRequest)
    assert operation.data.personal_signature is not None
    assert [each.content_id for each in operation.attachments] == ["answer.xml"]


def test_a_file_that_is_not_there_is_told_before_anything_is_sent(
    run: Callable[..., Result], server: StandIn, tmp_path: Path
) -> None:
    result = run("send", "-", "--attach", tmp_path / "none", given=business())
    assert isinstance(result.exception, InvalidCall)
    assert server.calls == []


@pytest.mark.parametrize("option", ["key", "cert"])
def test_half_an_official_is_a_usage_error(
    run: Callable[..., Result], server: StandIn, tmp_path: Path, option: str
) -> None:
    assert run("send", "-", f"--personal-{option}", tmp_path / f"official.{option}").exit_code == 2
    assert server.calls == []


HOSTILE = ["../../etc/passwd", "/etc/passwd", "..", "a\\..\\b", "C:\\x", "ф", "x y", "x" * 5000]


def handed(smev: Smev, pki: Pki, message_id: str, signed: bytes = b"octets") -> bytes:
    headers = [
        messages.AttachmentHeader(name, "text/plain", sign_cms(signed, pki.official, pki.provider, at=NOW))
        for name in HOSTILE
    ]
    data = messages.SenderProvidedRequestData(
        message_id=message_id,
        primary_content=fragment(business()),
        attachment_headers=(*headers, messages.AttachmentHeader("unsigned", "text/plain")),
        id="SIGNED_BY_CALLER",
    )
    contents = [messages.AttachmentContent(name, b"octets") for name in (*HOSTILE, "unsigned")]
    return smev.handed_request(data, pki.consumer, tuple(contents))


@pytest.mark.parametrize("message_id", [MESSAGE_ID, "../../../etc/x", "/tmp/x", "a/b", ""])
def test_no_name_from_outside_becomes_a_path(
    run: Callable[..., Result], server: StandIn, smev: Smev, tmp_path: Path, message_id: str
) -> None:
    server.script.append(smev.multipart(handed(smev, shared_pki(), message_id)))
    folder = tmp_path / "in" / "files"
    before = {each for each in tmp_path.rglob("*") if folder not in each.parents}
    result = run("get", "requests", "--files", folder)
    assert result.exit_code == 0, result.output
    stem = message_id if message_id == MESSAGE_ID else "message"
    numbered = range(1, len(HOSTILE) + 2)
    signatures = {f"{stem}.{number}.p7s" for number in numbered[:-1]}
    assert {each.name for each in folder.iterdir()} == {f"{stem}.{each}" for each in numbered} | signatures
    after = {each for each in tmp_path.rglob("*") if folder not in each.parents}
    assert after - before == {folder, folder.parent}
    assert result.stdout.count("the signature is right") == len(HOSTILE)
    assert "not signed" in result.stdout


def test_a_false_signature_of_a_file_is_told_and_gives_code_1(
    run: Callable[..., Result], server: StandIn, smev: Smev, pki: Pki, tmp_path: Path
) -> None:
    server.script += [smev.multipart(handed(smev, pki, MESSAGE_ID, b"other"))] * 2
    result = run("get", "requests", "--files", tmp_path / "files")
    assert result.exit_code == 1
    assert result.stdout.count("the signature is FALSE: other content was signed") == len(HOSTILE)
    told = json.loads(run("get", "requests", "--files", tmp_path / "files", "--json").stdout)
    assert [each["signature"] and each["signature"]["valid"] for each in told["files"]] == [
        *[False] * len(HOSTILE),
        None,
    ]
    assert told["files"][0]["content_id"] == HOSTILE[0]


def test_a_signature_that_cannot_be_read_is_told(
    run: Callable[..., Result], server: StandIn, smev: Smev, pki: Pki, tmp_path: Path
) -> None:
    data = messages.SenderProvidedRequestData(
        message_id=MESSAGE_ID,
        primary_content=fragment(business()),
        attachment_headers=(messages.AttachmentHeader("f", "text/plain", b"garbage"),),
        id="SIGNED_BY_CALLER",
    )
    answer = smev.handed_request(data, pki.consumer, (messages.AttachmentContent("f", b"octets"),))
    server.script.append(smev.multipart(answer))
    result = run("get", "requests", "--files", tmp_path / "files")
    assert result.exit_code == 1
    assert "the signature is FALSE" in result.stdout


def test_two_files_of_one_name_have_identifiers_of_their_own(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_bytes(folder.encode())
    found = read_attachments([str(tmp_path / "a" / "x.txt"), str(tmp_path / "b" / "x.txt=image/tiff")])
    assert [(each.content_id, each.mime_type) for each in found] == [
        ("x.txt", "text/plain"),
        ("file_2", "image/tiff"),
    ]


def test_a_type_that_smev_does_not_take_is_not_written() -> None:
    assert media_type("mail.eml", b"From: x") == "application/octet-stream"
    assert media_type("", b"<?xml version") == "application/xml"


@given(
    name=st.sampled_from(["a", "q:Long.Name-1", "ф"]),
    attributes=st.sampled_from(["", " ", " b='>'", '\n\tc="/>" ']),
    inside=st.sampled_from([None, "", "text", "<q:b xmlns:q='urn:q' Id='x'/>"]),
    around=st.sampled_from(["", "<!-- < -->", '<?xml version="1.0"?>\n']),
)
def test_an_id_is_added_and_nothing_else_changes(
    name: str, attributes: str, inside: str | None, around: str
) -> None:
    declared = " xmlns:q='urn:q' xmlns='urn:d'"
    start = f"<{name}{declared}{attributes}"
    whole = f"{start}/>" if inside is None else f"{start}>{inside}</{name}>"
    added = with_identifier((around + whole).encode())
    assert etree.fromstring(added).get("Id") == "PERSONAL_SIGNATURE"
    assert added.replace(b' Id="PERSONAL_SIGNATURE"', b"", 1) == whole.encode()
    assert with_identifier(added) == added
