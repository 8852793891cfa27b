"""`mezhved cms`: signatures of files made and judged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mezhved.cli.main import cli
from mezhved.gost import dump_private_key, parse_cms, verify_cms
from mezhved.texts import MezhvedError
from tests.support.pki import NOW, Pki, shared_pki

if TYPE_CHECKING:
    from pathlib import Path

AT = NOW.isoformat()


@dataclass
class Shell:
    """The command in a folder with a key, its certificate, the authorities and a file."""

    folder: Path
    pki: Pki

    def run(self, *arguments: str, code: int = 0, data: bytes = b"") -> bytes:
        paths = [str(self.folder / item[1:]) if item.startswith("@") else item for item in arguments]
        result = CliRunner(env={"MEZHVED_LANG": "en"}).invoke(cli, paths, input=data)
        if isinstance(result.exception, MezhvedError):
            assert code == 1, result.exception
            return f"{result.exception.where}: {result.exception.what.en}".encode()
        assert result.exit_code == code, result.output
        return result.output_bytes

    def sign(self, *options: str, data: bytes = b"", file: str = "@file") -> bytes:
        keys = ("--key", "@leaf.key", "--cert", "@leaf.pem")
        return self.run("cms", "sign", file, *keys, *options, data=data)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    pki = shared_pki()
    (tmp_path / "leaf.key").write_bytes(dump_private_key(pki.official.key))
    (tmp_path / "leaf.pem").write_text(pki.official.certificate.pem)
    (tmp_path / "trust.pem").write_text(pki.root.certificate.pem + pki.ca.certificate.pem)
    (tmp_path / "file").write_bytes(b"content\n")
    return Shell(tmp_path, pki)


@pytest.mark.parametrize("options", [(), ("--cades",), ("--pem",), ("--attached", "--cades")])
def test_a_file_is_signed_and_its_signature_holds(options: tuple[str, ...], shell: Shell) -> None:
    shell.sign(*options, "-o", "@sig", "--at", AT)
    attached = "--attached" in options
    text = shell.run(
        *("cms", "verify", "@sig", *(() if attached else ("@file",)), "--trust", "@trust.pem", "--at", AT)
    ).decode()
    assert "Проверкина" in text
    assert "right" in text
    assert "trusted" in text
    verdict = verify_cms((shell.folder / "sig").read_bytes(), b"content\n", shell.pki.provider)
    assert verdict.valid
    assert verdict.signing_time == NOW
    assert verdict.cades is ("--cades" in options)
    assert verdict.detached is not attached


def test_standard_input_is_signed_to_standard_output(shell: Shell) -> None:
    signature = shell.sign(data=b"piped", file="-")
    assert verify_cms(signature, b"piped", shell.pki.provider).valid


def test_a_changed_file_exits_with_one_and_says_so(shell: Shell) -> None:
    shell.sign("-o", "@sig")
    (shell.folder / "file").write_bytes(b"other")
    assert b"the digest differs" in shell.run("cms", "verify", "@sig", "@file", code=1)


def test_without_the_file_the_signature_is_not_called_right(shell: Shell) -> None:
    shell.sign("-o", "@sig")
    assert b"FILE is missing" in shell.run("cms", "verify", "@sig", code=1)


def test_trust_is_judged_when_it_is_named(shell: Shell) -> None:
    shell.sign("-o", "@sig")
    (shell.folder / "other.pem").write_text(shell.pki.root.certificate.pem)
    text = shell.run("cms", "verify", "@sig", "@file", "--trust", "@other.pem", "--at", AT, code=1)
    assert b"untrusted" in text
    late = shell.run("cms", "verify", "@sig", "@file", "--trust", "@trust.pem", "--at", "2100-01-01", code=1)
    assert b"expired" in late
    shell.run("cms", "verify", "@sig", "@file")


def test_a_revoked_signer_is_told(shell: Shell) -> None:
    shell.sign("-o", "@sig")
    (shell.folder / "ca.crl").write_text(shell.pki.ca.crl(shell.pki.official.certificate).pem)
    text = shell.run(
        *("cms", "verify", "@sig", "@file", "--trust", "@trust.pem", "--crl", "@ca.crl", "--at", AT), code=1
    )
    assert b"revoked" in text


def test_json_tells_everything(shell: Shell) -> None:
    shell.sign("--cades", "-o", "@sig", "--at", AT)
    told = json.loads(
        shell.run("cms", "verify", "@sig", "@file", "--json", "--trust", "@trust.pem", "--at", AT)
    )
    assert told["digest_ok"] is told["signature_ok"] is told["cades"] is told["detached"] is True
    assert told["problem"] is None
    assert told["subject"] == shell.pki.official.certificate.subject
    assert told["signing_time"] == AT
    assert told["trust"] == "trusted"


def test_a_key_of_another_certificate_is_refused_and_nothing_is_written(shell: Shell) -> None:
    (shell.folder / "leaf.pem").write_text(shell.pki.consumer.certificate.pem)
    keys = ("--key", "@leaf.key", "--cert", "@leaf.pem")
    text = shell.run("cms", "sign", "@file", *keys, "-o", "@sig", code=1)
    assert b"leaf.key" in text
    assert not (shell.folder / "sig").exists()


def test_what_is_no_signature_is_refused_by_its_name(shell: Shell) -> None:
    assert b"leaf.pem" in shell.run("cms", "verify", "@leaf.pem", "@file", code=1)


def test_the_signature_on_standard_output_is_one_der_structure(shell: Shell) -> None:
    assert len(parse_cms(shell.sign()).signers) == 1
