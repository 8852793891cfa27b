"""What a request says of the case behind it: written, read, shown by the commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from mezhved.cli.smev3 import smev3
from mezhved.gost import dump_private_key
from mezhved.smev3 import messages, soap
from mezhved.smev3.fragments import Fragment, Source
from mezhved.smev3.messages.business_process import CaseInfo, cases_of, frgu_fragment, frgu_of
from mezhved.smev3.versions import BUSINESS_PROCESS, Version
from tests.support.pki import NOW, shared_pki
from tests.support.smev_answers import Smev, business, fragment
from tests.support.standin import StandIn, stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MESSAGE_ID = "6b1a2c00-c601-11f1-9a2b-0242ac120002"
OTHER = Fragment(b'<z:Marks xmlns:z="urn://mezhved.example/marks"><z:frgu>1</z:frgu></z:Marks>')


def said(name: str, inner: str) -> Fragment:
    return Fragment(f'<b:{name} xmlns:b="{BUSINESS_PROCESS}">{inner}</b:{name}>'.encode())


def test_the_first_code_and_every_case_are_found_among_other_elements() -> None:
    case = CaseInfo("7/2026", "FUNCTION", "77")
    process = (OTHER, frgu_fragment("7700 & 1"), case.fragment(), frgu_fragment("2"), CaseInfo().fragment())
    assert frgu_of(process) == "7700 & 1"
    assert cases_of(process) == (case, CaseInfo())
    assert (frgu_of((OTHER,)), cases_of(())) == (None, ())


def test_what_breaks_the_schema_is_passed_over() -> None:
    wrong = (
        said("frgu", "<b:a/>"),
        said("CaseInfo", "<b:Number>1</b:Number>"),
        said("CaseInfo", "<b:ServiceOrFunction>SERVICE</b:ServiceOrFunction>"),
        said("CaseInfo", "text"),
    )
    assert (frgu_of(wrong), cases_of(wrong)) == (None, ())
    assert frgu_of((*wrong, frgu_fragment("1"))) == "1"


@pytest.fixture
def server() -> Iterator[StandIn]:
    with stand_in() as state:
        yield state


@pytest.fixture
def run(server: StandIn, tmp_path: Path) -> Callable[..., Result]:
    pki = shared_pki()
    (tmp_path / "key.pem").write_bytes(dump_private_key(pki.consumer.key))
    (tmp_path / "cert.pem").write_text(pki.consumer.certificate.pem)
    environment = {
        "MEZHVED_URL": server.url,
        "MEZHVED_KEY": str(tmp_path / "key.pem"),
        "MEZHVED_CERT": str(tmp_path / "cert.pem"),
        "MEZHVED_LANG": "en",
    }
    return lambda *arguments, **more: CliRunner().invoke(smev3, list(arguments), env=environment, **more)


def test_the_command_sends_the_case(run: Callable[..., Result], server: StandIn) -> None:
    smev = Smev(Version.V1_2, shared_pki().smev, NOW)
    server.script.append(smev.receipt("SendRequest", MESSAGE_ID))
    case = ("--case", "7/2026", "--frgu", "7700", "--reference-id", MESSAGE_ID, "--transaction-code", "code")
    done = run("send", "-", "--message-id", MESSAGE_ID, *case, input=business())
    assert done.exit_code == 0, done.output
    call = soap.read(server.calls[0].headers["Content-Type"], server.calls[0].body)
    operation = messages.parse_operation(call.body, Source(call.octets, call.root))
    assert isinstance(operation, messages.SendRequestRequest)
    data = operation.data
    assert (data.reference_message_id, data.transaction_code) == (MESSAGE_ID, "code")
    assert cases_of(data.business_process) == (CaseInfo("7/2026"),)
    assert frgu_of(data.business_process) == "7700"
    assert run("send", "-", "--frgu", "7" * 51, input=business()).exit_code == 2


def test_the_command_shows_the_case(run: Callable[..., Result], server: StandIn) -> None:
    pki = shared_pki()
    smev = Smev(Version.V1_2, pki.smev, NOW)
    data = messages.SenderProvidedRequestData(
        message_id=MESSAGE_ID,
        primary_content=fragment(business()),
        reference_message_id=MESSAGE_ID,
        transaction_code="code",
        node_id="window-1",
        business_process=(said("frgu", "<b:a/>"), CaseInfo("7/2026").fragment(), frgu_fragment("7700")),
        test_message=True,
        id="SIGNED_BY_CALLER",
    )
    server.script += [smev.multipart(smev.handed_request(data, pki.consumer))] * 2
    told = json.loads(run("get", "requests", "--json").stdout)
    shown = ("reference_message_id", "transaction_code", "node_id", "test", "case_number", "frgu")
    assert [told[name] for name in shown] == [MESSAGE_ID, "code", "window-1", True, "7/2026", "7700"]
    assert "case_number: 7/2026\nfrgu: 7700\n" in run("get", "requests").stdout
