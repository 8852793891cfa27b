"""`mezhved smev3 verify` and `sign` from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from mezhved.cli.main import cli
from mezhved.cli.smev3 import smev3
from mezhved.gost import dump_private_key
from mezhved.smev3 import mtom, soap
from mezhved.smev3.signature import Place, sign_document
from mezhved.smev3.versions import Version
from tests.support import envelopes
from tests.support.pki import shared_pki

if TYPE_CHECKING:
    from pathlib import Path

PKI = shared_pki()
REQUEST = soap.envelope(envelopes.caller_documents(Version.V1_2)["SendRequestRequest"])
SIGNED = sign_document(
    sign_document(REQUEST, PKI.official, PKI.provider, Place.PERSONAL), PKI.consumer, PKI.provider
)
AT = "2026-11-20T12:00:00+00:00"


def run(*arguments: str | Path, given: bytes | None = None) -> Result:
    return CliRunner(env={"MEZHVED_LANG": "ru"}).invoke(smev3, [str(item) for item in arguments], input=given)


def told(result: Result) -> Any:
    return json.loads(result.stdout)


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    path = tmp_path / "signed.xml"
    path.write_bytes(SIGNED)
    return path


def test_every_signature_is_told_as_json(signed: Path) -> None:
    result = run("verify", signed, "--json", "--at", AT)
    assert result.exit_code == 0
    report = told(result)
    assert report["file"] == str(signed)
    caller, personal = report["signatures"]
    certificate = PKI.consumer.certificate
    assert caller == {
        "place": "CallerInformationSystemSignature",
        "signed_id": "SIGNED_BY_CONSUMER",
        "digest_ok": True,
        "signature_ok": True,
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
        "algorithm": "GOST2012_256",
        "problem": None,
        "term": "valid",
        "trust": None,
    }
    assert (personal["place"], personal["signed_id"]) == ("PersonalSignature", "PERSONAL_SIGNATURE")
    assert "Проверкина" in personal["subject"]


def test_a_false_signature_ends_with_1_and_says_which(signed: Path) -> None:
    signed.write_bytes(SIGNED.replace("Проба".encode(), "Кража".encode()))
    result = run("verify", signed, "--json", "--at", AT)
    assert result.exit_code == 1
    assert [item["digest_ok"] for item in told(result)["signatures"]] == [False, False]
    assert told(result)["signatures"][0]["problem"].startswith("DIGEST: ")


def test_several_files_are_told_as_a_list_and_one_false_one_counts(signed: Path, tmp_path: Path) -> None:
    unsigned = tmp_path / "unsigned.xml"
    unsigned.write_bytes(REQUEST)
    result = run("verify", signed, unsigned, "--json", "--at", AT)
    assert result.exit_code == 1
    first, second = told(result)
    assert len(first["signatures"]) == 2
    assert (second["signatures"], second["file"]) == ([], str(unsigned))
    assert second["problem"]


@pytest.mark.parametrize("octets", [b"", b"not xml", b"<a", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'])
def test_a_file_that_cannot_be_read_ends_with_1_and_a_reason(octets: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_bytes(octets)
    result = run("verify", path, "--json")
    assert result.exit_code == 1
    assert told(result)["problem"]


def test_a_multipart_dump_is_read_from_standard_input() -> None:
    _, body = mtom.write(SIGNED, {}, "uuid:1")
    result = run("verify", "-", "--json", given=body)
    assert result.exit_code == 0
    assert len(told(result)["signatures"]) == 2


@pytest.mark.parametrize(
    ("at", "term"),
    [
        ("2026-11-20", "valid"),
        ("2020-01-01T00:00:00", "not_yet_valid"),
        ("2040-01-01T00:00:00+03:00", "expired"),
    ],
)
def test_the_term_is_judged_apart_at_the_moment_given(signed: Path, at: str, term: str) -> None:
    result = run("verify", signed, "--json", "--at", at)
    assert result.exit_code == 0
    assert {item["term"] for item in told(result)["signatures"]} == {term}


def test_trust_is_judged_apart_by_the_authorities_given(signed: Path, tmp_path: Path) -> None:
    (tmp_path / "trust").mkdir()
    (tmp_path / "trust" / "root.pem").write_text(PKI.root.certificate.pem)
    alone = run("verify", signed, "--json", "--at", AT, "--trust", tmp_path / "trust" / "root.pem")
    assert alone.exit_code == 0
    assert {item["trust"] for item in told(alone)["signatures"]} == {"UNTRUSTED"}
    (tmp_path / "trust" / "ca.der").write_bytes(PKI.ca.certificate.der)
    both = run("verify", signed, "--json", "--at", AT, "--trust", tmp_path / "trust")
    assert {item["trust"] for item in told(both)["signatures"]} == {"TRUSTED"}
    (tmp_path / "trust" / "list.crl").write_bytes(PKI.ca.crl(PKI.consumer.certificate).der)
    revoked = run("verify", signed, "--json", "--at", AT, "--trust", tmp_path / "trust")
    assert [item["trust"] for item in told(revoked)["signatures"]] == ["REVOKED", "TRUSTED"]


def test_people_are_told_in_words(signed: Path) -> None:
    result = run("verify", signed, "--at", AT)
    assert result.exit_code == 0
    assert "CallerInformationSystemSignature #SIGNED_BY_CONSUMER" in result.stdout
    assert "дайджест верен, подпись верна" in result.stdout
    assert "Проверкина" in result.stdout


def test_a_wrong_moment_or_file_is_a_wrong_call(signed: Path) -> None:
    assert run("verify", signed, "--at", "yesterday").exit_code == 2
    assert run("verify", "/no/such/file").exit_code == 2
    assert run("verify").exit_code == 2


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    key.write_bytes(dump_private_key(PKI.consumer.key))
    cert.write_text(PKI.consumer.certificate.pem)
    return key, cert


def test_what_sign_prints_verifies_and_differs_in_the_insertion_only(keys: tuple[Path, Path]) -> None:
    key, cert = keys
    result = run("sign", "-", "--key", key, "--cert", cert, given=REQUEST)
    assert result.exit_code == 0
    start = result.stdout_bytes.index(b"<ns2:CallerInformation")
    assert REQUEST.startswith(result.stdout_bytes[:start])
    assert result.stdout_bytes.endswith(b"</ns2:SendRequestRequest></soap:Body></soap:Envelope>")
    again = run("verify", "-", "--json", given=result.stdout_bytes)
    assert again.exit_code == 0


def test_a_place_can_be_named_and_the_result_written_to_a_file(
    keys: tuple[Path, Path], tmp_path: Path
) -> None:
    key, cert = keys
    (tmp_path / "in.xml").write_bytes(REQUEST)
    out = tmp_path / "out.xml"
    result = run(
        "sign", tmp_path / "in.xml", "--key", key, "--cert", cert, "--place", "personal", "--out", out
    )
    assert (result.exit_code, result.stdout_bytes) == (0, b"")
    report = told(run("verify", out, "--json"))
    assert [item["place"] for item in report["signatures"]] == ["PersonalSignature"]


@pytest.mark.parametrize(("password", "code"), [("secret", 0), ("other", 1)])
def test_a_key_is_opened_by_the_password_in_a_file(
    keys: tuple[Path, Path], tmp_path: Path, password: str, code: int
) -> None:
    key, cert = keys
    key.write_bytes(dump_private_key(PKI.consumer.key, password=b"secret"))
    (tmp_path / "password").write_text(f"{password}\nnot this line\n")
    pair = ("--key", key, "--cert", cert, "--password-file", tmp_path / "password")
    assert run("sign", "-", *pair, given=REQUEST).exit_code == code


def test_a_certificate_of_another_key_is_refused(keys: tuple[Path, Path]) -> None:
    key, cert = keys
    cert.write_text(PKI.smev.certificate.pem)
    result = run("sign", "-", "--key", key, "--cert", cert, given=REQUEST)
    assert result.exit_code == 1
    assert result.stdout_bytes == b""


def test_the_group_hangs_in_the_command() -> None:
    result = CliRunner().invoke(cli, ["smev3", "verify", "--help"])
    assert result.exit_code == 0
    assert "--trust" in result.stdout
