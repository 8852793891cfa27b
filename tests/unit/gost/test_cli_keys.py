"""`mezhved keys new` and `mezhved keys show`."""

from __future__ import annotations

import json
import stat
from base64 import b64decode
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from mezhved.cli.main import cli
from mezhved.gost import (
    CURVES,
    KeyAlgorithm,
    MalformedKey,
    PublicKey,
    UnsupportedAlgorithm,
    WrongPassword,
    dump_private_key,
    load_private_key,
)
from mezhved.gost.armor import to_pem
from mezhved.gost.pkcs8 import PrivateKeyForm
from mezhved.texts import MezhvedError
from tests.support.gost_providers import provider_named

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["keys", *map(str, arguments)])


def right(*arguments: str | Path) -> bytes:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_new_key_is_one_of_the_curve_asked_for(curve: object) -> None:
    algorithm = "2012-512" if curve.size == 64 else "2012-256"  # type: ignore[attr-defined]
    made = right("new", "--algorithm", algorithm, "--curve", curve.name)  # type: ignore[attr-defined]
    assert load_private_key(made).curve is curve


def test_new_key_without_options_is_a_usual_one() -> None:
    made = right("new")
    assert made.startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert load_private_key(made).curve.name == "CryptoPro-A"
    assert load_private_key(right("new", "--algorithm", "2012-512")).curve.name == "tc26-512-A"
    assert load_private_key(right("new", "--algorithm", "2001")).algorithm.name == "GOST2001"
    assert right("new") != right("new")


@pytest.mark.parametrize("form", PrivateKeyForm)
def test_new_key_in_a_form_and_in_der(form: PrivateKeyForm) -> None:
    made = right("new", "--form", form.value, "--der")
    assert made[0] == 0x30
    key = load_private_key(made)
    assert len(made) == len(dump_private_key(key, pem=False, form=form))


def test_new_key_goes_into_a_file_of_its_owner_and_never_over_another(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    assert right("new", "--out", file) == b""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    again = run("new", "--out", file)
    assert isinstance(again.exception, MezhvedError)
    assert str(file) in str(again.exception)
    assert file.read_bytes() == before


def test_key_under_a_password_is_shown_with_it_only(tmp_path: Path) -> None:
    password, wrong, file = tmp_path / "password", tmp_path / "wrong", tmp_path / "key.pem"
    password.write_text("секрет\nвторая строка\n", encoding="utf-8")
    wrong.write_text("догадка", encoding="utf-8")
    right("new", "--password-file", password, "--out", file)
    assert b"ENCRYPTED" in file.read_bytes()
    assert b"CryptoPro-A" in right("show", file, "--password-file", password)
    assert isinstance(run("show", file).exception, WrongPassword)
    assert isinstance(run("show", file, "--password-file", wrong).exception, WrongPassword)


def test_shown_key_is_the_public_one_and_the_private_number_is_not_printed(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    right("new", "--curve", "tc26-256-A", "--out", file)
    key = load_private_key(file.read_bytes())
    public = provider_named("pure").public_key(key)
    told = json.loads(right("show", file, "--json"))
    assert told["public_key"] == public.octets.hex()
    assert (told["kind"], told["curve"], told["curve_oid"]) == ("private", "tc26-256-A", key.curve.oid)
    text = right("show", file).decode()
    assert public.octets.hex() in text
    secret = key.value.to_bytes(32, "little")
    assert all(form not in text for form in (secret.hex(), secret[::-1].hex(), str(key.value)))


def test_public_key_is_printed_and_shown(tmp_path: Path) -> None:
    file, public_file = tmp_path / "key.pem", tmp_path / "public.pem"
    right("new", "--out", file)
    public_file.write_bytes(right("show", file, "--spki"))
    assert b"BEGIN PUBLIC KEY" in public_file.read_bytes()
    told = json.loads(right("show", public_file, "--json"))
    assert told["kind"] == "public"
    assert told["public_key"] == json.loads(right("show", file, "--json"))["public_key"]
    octets = b64decode(b"".join(public_file.read_bytes().splitlines()[1:-1]))
    assert PublicKey.from_spki(octets).octets.hex() == told["public_key"]
    public_file.write_bytes(octets)
    assert json.loads(right("show", public_file, "--json")) == told


def test_public_key_off_its_curve_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "public.pem"
    curve = CURVES[1]
    octets = bytearray(PublicKey(KeyAlgorithm.GOST2012_256, curve, curve.x, curve.y).spki())
    octets[-1] ^= 1
    file.write_text(to_pem(bytes(octets), "PUBLIC KEY"), encoding="ascii")
    assert isinstance(run("show", file).exception, MalformedKey)


def test_locked_key_in_der_is_shown(tmp_path: Path) -> None:
    password, file = tmp_path / "password", tmp_path / "key.der"
    password.write_text("секрет", encoding="utf-8")
    right("new", "--der", "--password-file", password, "--out", file)
    assert json.loads(right("show", file, "--json", "--password-file", password))["kind"] == "private"


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(b"rubbish")
    assert isinstance(run("show", file).exception, MalformedKey)
    assert isinstance(run("new", "--curve", "P-256").exception, UnsupportedAlgorithm)
    assert isinstance(run("new", "--curve", "tc26-512-A").exception, MalformedKey)
    assert run("new", "--algorithm", "rsa").exit_code == 2
    assert run("show", tmp_path / "absent").exit_code == 2
