"""`mezhved smev3 send --route-...` and what `get` tells of routing, in both languages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from mezhved.cli.smev3 import smev3
from mezhved.gost import Verifier, dump_private_key
from mezhved.smev3 import messages, soap
from mezhved.smev3.fragments import Source
from mezhved.smev3.signature import Place, find_signatures, verify
from mezhved.smev3.versions import Version
from tests.support.pki import NOW, Pki, shared_pki
from tests.support.smev_answers import Smev, business
from tests.support.standin import StandIn, stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.standin import Reply

MESSAGE_ID = "6b1a2c00-c601-11f1-9a2b-0242ac120002"
STATUS = messages.RoutingStatus(
    dynamic=(messages.ValueStatus("45000000", "success"),),
    identifiers=(messages.ValueStatus("TEST09", "recipientNotFound"),),
    records=(
        messages.RecordStatus(1, "personalAccessDenied"),
        messages.RecordStatus(2, "neverHeardOf", (messages.ValueStatus("46", "success"),)),
    ),
)


@pytest.fixture
def pki() -> Pki:
    return shared_pki()


@pytest.fixture
def server() -> Iterator[StandIn]:
    with stand_in() as state:
        yield state


@pytest.fixture
def smev(pki: Pki) -> Smev:
    return Smev(Version.V1_3, pki.smev, NOW)


@pytest.fixture
def run(pki: Pki, server: StandIn, tmp_path: Path) -> Callable[..., Result]:
    (tmp_path / "key.pem").write_bytes(dump_private_key(pki.consumer.key))
    (tmp_path / "cert.pem").write_text(pki.consumer.certificate.pem)

    def run(*arguments: str, given: bytes | None = None, language: str = "en") -> Result:
        environment = {
            "MEZHVED_URL": server.url,
            "MEZHVED_KEY": str(tmp_path / "key.pem"),
            "MEZHVED_CERT": str(tmp_path / "cert.pem"),
            "MEZHVED_LANG": language,
        }
        return CliRunner().invoke(smev3, [*arguments, "--version", "1.3"], input=given, env=environment)

    return run


def test_recipients_are_named_by_options_and_a_file(
    run: Callable[..., Result], server: StandIn, smev: Smev, pki: Pki, tmp_path: Path
) -> None:
    server.script.append(smev.receipt("SendRequest", MESSAGE_ID))
    records = tmp_path / "records.json"
    records.write_text(
        json.dumps(
            [{"record": 1, "values": ["45"], "identifiers": ["TEST09"]}, {"record": 2, "general": True}]
        )
    )
    named = ("--route-value", "45000000", "--route-value", "46", "--route-identifier", "TEST02")

    result = run(
        "send", "-", "--message-id", MESSAGE_ID, *named, "--route-records", str(records), given=business()
    )

    assert result.exit_code == 0, result.output
    call = server.calls[-1]
    message = soap.read(call.headers["Content-Type"], call.body)
    operation = messages.parse_operation(message.body, Source(message.octets, message.root))
    assert isinstance(operation, messages.SendRequestRequest)
    assert operation.routing is not None
    information = operation.routing.information
    assert information.message_id == MESSAGE_ID
    assert information.dynamic == ("45000000", "46")
    assert information.identifiers == ("TEST02",)
    assert information.records == (
        messages.RecordRouting(1, use_general_routing=False, dynamic=("45",), identifiers=("TEST09",)),
        messages.RecordRouting(2, use_general_routing=True),
    )
    places = {
        place: verify(holder, target, Verifier(pki.provider), place).valid
        for place, holder, target in find_signatures(message.root)
    }
    assert places == {Place.CALLER: True, Place.ROUTING: True}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        "[1]",
        '[{"record": "1"}]',
        '[{"record": true}]',
        '[{"record": 1, "value": ["45"]}]',
        '[{"record": 1, "values": "45"}]',
        '[{"record": 1, "values": [45]}]',
        '[{"record": 1, "general": "yes"}]',
    ],
)
def test_a_wrong_file_of_records_is_a_usage_error(
    run: Callable[..., Result], server: StandIn, tmp_path: Path, text: str
) -> None:
    records = tmp_path / "records.json"
    records.write_text(text)

    result = run("send", "-", "--route-records", str(records), given=business())

    assert result.exit_code == 2
    assert "--route-records" in result.output
    assert not server.calls


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            [
                'routing: "45000000": handed to the recipient',
                'routing: "TEST09": no recipient was found',
                "routing: record 1: the official who signed the record may not send it",
                "routing: record 2: neverHeardOf",
                'routing: record 2, "46": handed to the recipient',
            ],
        ),
        (
            "ru",
            [
                "routing: «45000000»: передано получателю",
                "routing: «TEST09»: получатель не найден",
                "routing: запись 1: должностному лицу, подписавшему запись, отправка не разрешена",
                "routing: запись 2: neverHeardOf",
                "routing: запись 2, «46»: передано получателю",
            ],
        ),
    ],
)
def test_the_outcome_is_told_in_plain_words(  # noqa: PLR0917 - fixtures and parameters
    run: Callable[..., Result], server: StandIn, smev: Smev, pki: Pki, language: str, told: list[str]
) -> None:
    server.script += [notice(smev, pki)] * 2

    words = run("get", "responses", language=language)
    for_programs = run("get", "responses", "--json", language=language)

    assert [line for line in words.stdout.splitlines() if line.startswith("routing")] == told
    routing = json.loads(for_programs.stdout)["routing"]
    assert [(each["record"], each["value"], each["code"]) for each in routing] == [
        (None, "45000000", "success"),
        (None, "TEST09", "recipientNotFound"),
        (1, None, "personalAccessDenied"),
        (2, None, "neverHeardOf"),
        (2, "46", "success"),
    ]


def notice(smev: Smev, pki: Pki) -> Reply:
    """A system response with the outcome of routing."""
    status = messages.AsyncProcessingStatus(
        MESSAGE_ID, "requestIsAcceptedBySmev", "Не всем.", routing_status=STATUS
    )
    data = messages.SenderProvidedResponseData(
        "6b1a2c00-c601-11f1-9a2b-0242ac120003", "TO", async_status=status, id="SIGNED_ASYNC_BY_SMEV"
    )
    return smev.multipart(smev.handed_response(data, pki.smev, MESSAGE_ID))
