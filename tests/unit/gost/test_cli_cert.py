"""`mezhved cert`: a PKI made by hand, looked at and judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mezhved.cli.main import cli
from mezhved.gost import (
    Certificate,
    Crl,
    KeyAlgorithm,
    PublicKey,
    Reason,
    curve_by_name,
    dump_private_key,
    generate_key,
    load_provider,
)
from mezhved.gost.armor import to_pem
from mezhved.texts import MezhvedError
from tests.support.pki import seeded, shared_pki

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Shell:
    """The command in a folder; a refusal gives code 1 and its text, as `main` does."""

    folder: Path

    def run(self, *arguments: str, code: int = 0) -> str:
        paths = [str(self.folder / item[1:]) if item.startswith("@") else item for item in arguments]
        result = CliRunner(env={"MEZHVED_LANG": "en"}).invoke(cli, paths)
        if isinstance(result.exception, MezhvedError):
            assert code == 1, result.exception
            return f"{result.exception.where}: {result.exception.what.en}"
        assert result.exit_code == code, result.output
        return result.output

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    randomness = seeded("cli")
    for name in ("root", "ca", "system"):
        key = generate_key(KeyAlgorithm.GOST2012_256, curve_by_name("CryptoPro-XchA"), randomness)
        (tmp_path / f"{name}.key").write_bytes(dump_private_key(key))
    return Shell(tmp_path)


@pytest.fixture
def by_hand(shell: Shell) -> Shell:
    """A root, an authority and a system, made with the command alone."""
    shell.run("cert", "issue", "@root.key", "--root", "--cn", "Корень", "-o", "@root.pem")
    shell.run(
        *("cert", "issue", "@ca.key", "--ca", "--path-length", "0", "--cn", "УЦ"),
        *("--issuer", "@root.pem", "--issuer-key", "@root.key", "-o", "@ca.pem"),
    )
    shell.run(
        *("cert", "issue", "@system.key", "--cn", "ИС", "--org", "Орган", "--ogrn", "1027700000041"),
        *(
            "--innle",
            "7700000048",
            "--crl-url",
            "http://crl.example/ca.crl",
            "--serial",
            "1F",
            "--days",
            "10",
        ),
        *("--issuer", "@ca.pem", "--issuer-key", "@ca.key", "-o", "@system.pem"),
    )
    return shell


def test_a_pki_is_made_by_hand_and_trusted(by_hand: Shell) -> None:
    certificate = Certificate.parse(by_hand.read("system.pem"))
    assert certificate.subject == "CN=ИС,INNLE=7700000048,OGRN=1027700000041,O=Орган,C=RU"
    assert certificate.serial == 0x1F
    assert (certificate.not_after - certificate.not_before).days == 10
    assert certificate.crl_urls == ("http://crl.example/ca.crl",)
    assert Certificate.parse(by_hand.read("ca.pem")).path_length == 0
    text = by_hand.run("cert", "check", "@system.pem", "--trust", "@root.pem", "--trust", "@ca.pem")
    assert text.startswith("trusted: ")
    assert by_hand.run("cert", "check", "@system.pem", "--trust", "@").startswith("trusted: ")


def test_a_certificate_without_trust_exits_with_one_and_the_reason(by_hand: Shell) -> None:
    text = by_hand.run("cert", "check", "@system.pem", "--trust", "@root.pem", code=1)
    assert "untrusted: the issuer CN=УЦ" in text
    text = by_hand.run("cert", "check", "@system.pem", code=1)
    assert "untrusted" in text
    text = by_hand.run("cert", "check", "@system.pem", "--trust", "@ca.pem", code=1)
    assert "untrusted" in text
    by_hand.run("cert", "check", "@system.pem", "--trust", "@ca.pem", "--partial-chain")


def test_the_rest_of_the_file_serves_as_intermediates_but_is_not_trusted(by_hand: Shell) -> None:
    chain = b"".join(by_hand.read(name) for name in ("system.pem", "ca.pem", "root.pem"))
    (by_hand.folder / "chain.pem").write_bytes(chain)
    by_hand.run("cert", "check", "@chain.pem", "--trust", "@root.pem")
    by_hand.run("cert", "check", "@chain.pem", code=1)


def test_the_moment_and_the_verdict_in_json(by_hand: Shell) -> None:
    trust = ("--trust", "@root.pem", "--trust", "@ca.pem", "--json")
    found = json.loads(by_hand.run("cert", "check", "@system.pem", *trust))
    assert (found["state"], len(found["chain"])) == ("trusted", 3)
    late = json.loads(by_hand.run("cert", "check", "@system.pem", *trust, "--at", "2100-01-01", code=1))
    assert (late["state"], late["at"]) == ("expired", "2100-01-01T00:00:00+00:00")
    early = json.loads(
        by_hand.run("cert", "check", "@system.pem", *trust, "--at", "2000-01-01T03:00+03:00", code=1)
    )
    assert (early["state"], early["at"]) == ("not_yet_valid", "2000-01-01T03:00:00+03:00")


def test_a_revocation_list_is_made_and_obeyed(by_hand: Shell) -> None:
    by_hand.run(
        *("cert", "crl", "@system.pem", "--issuer", "@ca.pem", "--issuer-key", "@ca.key"),
        *("--reason", "superseded", "--number", "5", "-o", "@ca.crl"),
    )
    crl = Crl.parse(by_hand.read("ca.crl"))
    found = crl.revocation(0x1F)
    assert found is not None
    assert (found.reason, crl.number) == (Reason.SUPERSEDED, 5)
    trust = ("--trust", "@root.pem", "--trust", "@ca.pem")
    text = by_hand.run("cert", "check", "@system.pem", *trust, "--crl", "@ca.crl", code=1)
    assert text.startswith("revoked: ")
    assert "superseded" in text
    text = by_hand.run("cert", "check", "@system.pem", *trust, "--revocation", "required", code=1)
    assert text.startswith("revocation_unknown: ")


def test_certificates_and_lists_are_shown(by_hand: Shell) -> None:
    by_hand.run("cert", "crl", "--issuer", "@ca.pem", "--issuer-key", "@ca.key", "-o", "@ca.crl")
    (certificate, crl) = json.loads(by_hand.run("cert", "show", "--json", "@system.pem", "@ca.crl"))
    assert certificate["subject"].startswith("CN=ИС,")
    assert certificate["serial"] == "1f"
    assert certificate["sha256"] == Certificate.parse(by_hand.read("system.pem")).thumbprint.hex()
    assert certificate["key"] == "GOST R 34.10-2012 (256), CryptoPro-XchA"
    assert (crl["crl_issuer"], crl["revoked"]) == ("CN=УЦ,C=RU", 0)
    text = by_hand.run("cert", "show", "@system.pem")
    assert "OGRN=1027700000041" in text
    assert "digitalSignature" in text


def test_a_public_key_is_enough_for_an_end_entity(by_hand: Shell) -> None:
    public = shared_pki().official.certificate.public_key
    (by_hand.folder / "public.pem").write_text(to_pem(public.spki(), "PUBLIC KEY"))
    issuer = ("--issuer", "@ca.pem", "--issuer-key", "@ca.key")
    text = by_hand.run("cert", "issue", "@public.pem", "--cn", "Тест", *issuer)
    assert Certificate.parse(text.encode()).public_key == public
    (by_hand.folder / "public.pem").write_text(to_pem(b"\x30\x00", "PUBLIC KEY"))
    assert "public.pem" in by_hand.run("cert", "issue", "@public.pem", "--cn", "Тест", *issuer, code=1)


def test_keys_with_passwords_are_opened_by_files(by_hand: Shell) -> None:
    pki = shared_pki()
    key = pki.ca.signer.key
    (by_hand.folder / "locked.key").write_bytes(dump_private_key(key, password="тайна".encode()))
    (by_hand.folder / "password").write_text("тайна\n", encoding="utf-8")
    (by_hand.folder / "locked.pem").write_text(pki.ca.certificate.pem)
    issuer = ("--issuer", "@locked.pem", "--issuer-key", "@locked.key")
    made = by_hand.run(
        "cert", "issue", "@system.key", "--cn", "Тест", *issuer, "--issuer-password-file", "@password"
    )
    assert Certificate.parse(made.encode()).is_signed_by(pki.ca.certificate, load_provider())
    assert "locked.key" in by_hand.run("cert", "issue", "@system.key", "--cn", "Тест", *issuer, code=1)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--cn", "x"), 2, "--issuer"),
        (("--cn", "x", "--root", "--ca"), 2, "--root"),
        (("--cn", "x", "--root", "--serial", "zz"), 2, "--serial"),
        (("--cn", "x", "--root", "--ogrn", "12"), 1, "OGRN"),
        (("--cn", "x", "--issuer", "@ca.pem", "--issuer-key", "@root.key"), 1, "root.key"),
        (("--cn", "x", "--issuer", "@system.pem", "--issuer-key", "@system.key"), 1, "authority"),
        (("--cn", "x", "--issuer", "@ca.key", "--issuer-key", "@ca.key"), 1, "ca.key"),
        (("--cn", "x", "--root", "--from", "yesterday"), 2, "yesterday"),
    ],
)
def test_what_cannot_be_issued_is_refused_with_a_reason(
    arguments: tuple[str, ...], code: int, words: str, by_hand: Shell
) -> None:
    assert words in by_hand.run("cert", "issue", "@system.key", *arguments, code=code)


def test_a_file_that_is_no_certificate_is_named(by_hand: Shell) -> None:
    (by_hand.folder / "notes.txt").write_text("words")
    for arguments in (("show", "@notes.txt"), ("check", "@notes.txt")):
        assert "notes.txt" in by_hand.run("cert", *arguments, code=1)
    text = by_hand.run("cert", "check", "@system.pem", "--trust", "@notes.txt", code=1)
    assert "notes.txt" in text


def test_the_program_itself_prints_the_reason_and_exits_with_one(by_hand: Shell) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mezhved.cli.main", "cert", "show", str(by_hand.folder / "ca.key")],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "MEZHVED_LANG": "ru", "PYTHONUTF8": "1"},
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("mezhved: ")
    assert "ca.key" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_seed_gives_the_keys_that_were_certified(by_hand: Shell) -> None:
    certificate = Certificate.parse(by_hand.read("system.pem"))
    assert isinstance(certificate.public_key, PublicKey)
    assert certificate.public_key != Certificate.parse(by_hand.read("ca.pem")).public_key
