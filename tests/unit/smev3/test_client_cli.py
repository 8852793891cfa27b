"""`mezhved smev3 send|get|ack|status|stats` against a server that answers as SMEV does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from mezhved.cli.smev3 import smev3
from mezhved.gost import dump_private_key, sign_cms, verify_cms
from mezhved.smev3 import faults, messages, soap
from mezhved.smev3.dumps import read_dump
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.fragments import Source
from mezhved.smev3.versions import Version
from tests.support.pki import NOW, Pki, shared_pki
from tests.support.smev_answers import Smev, business, fragment
from tests.support.standin import Reply, StandIn, stand_in

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
    (tmp_path / "key.pem").write_bytes(dump_private_key(pki.consumer.key))
    (tmp_path / "cert.pem").write_text(pki.consumer.certificate.pem)
    environment = {
        "MEZHVED_URL": server.url,
        "MEZHVED_KEY": str(tmp_path / "key.pem"),
        "MEZHVED_CERT": str(tmp_path / "cert.pem"),
        "MEZHVED_LANG": "en",
    }

    def run(*arguments: str, given: bytes | None = None) -> Result:
        return CliRunner().invoke(smev3, list(arguments), input=given, env=environment)

    return run


def sent(server: StandIn) -> messages.Operation:
    call = server.calls[-1]
    message = soap.read(call.headers["Content-Type"], call.body)
    return messages.parse_operation(message.body, Source(message.octets, message.root))


def handed(smev: Smev, pki: Pki) -> bytes:
    pkcs7 = sign_cms(b"file", pki.consumer, pki.provider, at=NOW)
    data = messages.SenderProvidedRequestData(
        message_id=MESSAGE_ID,
        primary_content=fragment(business()),
        attachment_headers=(messages.AttachmentHeader("../../etc/x", "text/plain", pkcs7),),
        id="SIGNED_BY_CALLER",
    )
    contents = (messages.AttachmentContent("../../etc/x", b"file"),)
    return smev.handed_request(data, pki.consumer, contents)


def test_business_data_from_a_pipe_are_sent(
    run: Callable[..., Result], server: StandIn, smev: Smev, tmp_path: Path
) -> None:
    server.script.append(smev.receipt("SendRequest", MESSAGE_ID))
    kept = tmp_path / "call.xml"
    result = run("send", "-", "--message-id", MESSAGE_ID, "--keep", str(kept), given=business())
    assert result.exit_code == 0
    assert result.stdout.split() == [MESSAGE_ID, "requestIsQueued"]
    assert kept.read_bytes() == server.calls[0].body
    operation = sent(server)
    assert isinstance(operation, messages.SendRequestRequest)
    assert operation.data.message_id == MESSAGE_ID


def test_files_of_the_command_line_go_along(
    run: Callable[..., Result], server: StandIn, smev: Smev, pki: Pki, tmp_path: Path
) -> None:
    (tmp_path / "data.xml").write_bytes(business())
    (tmp_path / "скан.png").write_bytes(b"\x89PNG")
    server.script.append(smev.receipt("SendRequest", MESSAGE_ID))
    attach = f"{tmp_path / 'скан.png'}=image/png"
    result = run("send", str(tmp_path / "data.xml"), "--message-id", MESSAGE_ID, "--attach", attach)
    assert result.exit_code == 0
    operation = sent(server)
    assert isinstance(operation, messages.SendRequestRequest)
    (header,) = operation.data.attachment_headers
    assert header.mime_type == "image/png"
    assert header.pkcs7 is not None
    assert verify_cms(header.pkcs7, b"\x89PNG", pki.provider).signature_ok


def test_refusals_and_interim_statuses_are_sent(
    run: Callable[..., Result], server: StandIn, smev: Smev
) -> None:
    server.script += [smev.receipt("SendResponse", MESSAGE_ID)] * 2
    answer = ("send", "--response-to", "TO", "--message-id", MESSAGE_ID)
    assert run(*answer, "--reject", "NO_DATA:Нет: совсем", "--json").exit_code == 0
    rejected = sent(server)
    assert isinstance(rejected, messages.SendResponseRequest)
    assert rejected.data.rejections == (messages.RequestRejected("NO_DATA", "Нет: совсем"),)
    assert run(*answer, "--interim", "3:В работе").exit_code == 0
    interim = sent(server)
    assert isinstance(interim, messages.SendResponseRequest)
    assert interim.data.status == messages.RequestStatus(3, "В работе")


@pytest.mark.parametrize(
    "arguments",
    [
        ("send",),
        ("send", "--reject", "NO_DATA:text"),
        ("send", "-", "--response-to", "TO", "--reject", "NO_DATA:text"),
        ("send", "--response-to", "TO", "--reject", "NO_DATA"),
        ("send", "--response-to", "TO", "--interim", "soon:text"),
        ("send", "-", "--eol", "tomorrow"),
        ("get", "requests", "--type", "NoNamespace"),
        ("get", "everything"),
    ],
)
def test_a_wrong_call_is_a_usage_error(
    run: Callable[..., Result], server: StandIn, arguments: tuple[str, ...]
) -> None:
    assert run(*arguments, given=business()).exit_code == 2
    assert server.calls == []


def test_a_message_is_kept_before_it_is_acknowledged(
    run: Callable[..., Result], server: StandIn, smev: Smev, pki: Pki, tmp_path: Path
) -> None:
    server.script += [smev.multipart(handed(smev, pki)), smev.empty("Ack")]
    raw, folder = tmp_path / "raw.mime", tmp_path / "files"
    result = run("get", "requests", "--raw", str(raw), "--files", str(folder), "--ack", "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["message_id"] == MESSAGE_ID
    assert told["sender_signature"] == {"valid": True, "subject": pki.consumer.certificate.subject}
    assert told["smev_signature"]["standing"] == "unproven"
    assert next(path.read_bytes() for path in sorted(folder.iterdir())) == b"file"
    assert sorted(path.name for path in folder.iterdir()) == [f"{MESSAGE_ID}.1", f"{MESSAGE_ID}.1.p7s"]
    assert read_dump(raw.read_bytes())[0].root.tag.endswith("Envelope")
    acknowledged = sent(server)
    assert isinstance(acknowledged, messages.AckRequest)
    assert acknowledged.target.accepted


def test_a_forged_message_is_exit_code_1_and_not_accepted(
    run: Callable[..., Result], server: StandIn, smev: Smev, pki: Pki
) -> None:
    forged = handed(smev, pki).replace(b"b3BhcXVl", b"b3BhcXVs")
    server.script += [smev.multipart(forged), smev.empty("Ack")]
    result = run("get", "requests", "--ack")
    assert result.exit_code == 1
    assert "FALSE" in result.stdout
    acknowledged = sent(server)
    assert isinstance(acknowledged, messages.AckRequest)
    assert not acknowledged.target.accepted


@pytest.mark.parametrize("queue", ["requests", "responses"])
def test_an_empty_queue_prints_nothing(
    run: Callable[..., Result], server: StandIn, smev: Smev, queue: str
) -> None:
    server.script.append(smev.empty("GetRequest" if queue == "requests" else "GetResponse"))
    result = run("get", queue, "--type", "{urn://mezhved.example/test/1.0.0}Ask", "--node", "n1")
    assert (result.exit_code, result.stdout) == (0, "")


def test_acknowledgement_status_and_statistics(
    run: Callable[..., Result], server: StandIn, smev: Smev
) -> None:
    server.script += [
        smev.empty("Ack"),
        smev.envelope(smev.handed_status(messages.AsyncProcessingStatus(MESSAGE_ID, "underProcessing"))),
        smev.statistics(messages.QueueStatistics("TEST01.requests", 5)),
    ]
    assert run("ack", MESSAGE_ID).stdout == f"{MESSAGE_ID}\n"
    assert "underProcessing" in run("status").stdout
    assert run("stats").stdout == "5\tTEST01.requests\n"


def test_a_forged_receipt_is_exit_code_1(run: Callable[..., Result], server: StandIn, smev: Smev) -> None:
    receipt = smev.receipt("SendRequest", MESSAGE_ID)
    server.script.append(Reply(receipt.body.replace(b"requestIsQueued", b"underProcessing")))
    result = run("send", "-", "--message-id", MESSAGE_ID, given=business())
    assert result.exit_code == 1
    assert "FALSE" in result.stderr


def test_a_fault_is_raised_with_its_cure(run: Callable[..., Result], server: StandIn, smev: Smev) -> None:
    server.script.append(smev.fault(faults.sender_not_registered()))
    result = run("send", "-", given=business())
    assert isinstance(result.exception, SmevFaultError)
    assert "SMEV-503" in str(result.exception)
    assert result.exception.cure is not None


def test_a_key_and_a_foreign_certificate_are_refused(
    run: Callable[..., Result], server: StandIn, pki: Pki, tmp_path: Path
) -> None:
    (tmp_path / "cert.pem").write_text(pki.provider_system.certificate.pem)
    result = run("send", "-", given=business())
    assert result.exit_code == 1
    assert server.calls == []
