"""The client's commands beside strangers: keys and authorities by `openssl`, the other side not ours."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.foreign.pki import checked
from tests.support.foreign.world import World, ask, new_id, tell

if TYPE_CHECKING:
    from pathlib import Path


class Commands:
    """`mezhved smev3 ...` with the consumer's key under a password and SMEV's authority known."""

    def __init__(self, world: World, version: str, folder: Path) -> None:
        key = world.consumer.key
        folder.mkdir(exist_ok=True)
        (folder / "password").write_text("пароль\n")
        checked(
            world.pki.openssl, "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", key.key_file,
            "-out", str(folder / "locked.key"), "-passout", f"file:{folder / 'password'}",
        )  # fmt: skip
        (folder / "cert.pem").write_text(key.pem)
        (folder / "root.pem").write_text(world.pki.root_pem)
        self.environment = world.bus.environment | {
            "MEZHVED_URL": f"{world.bus.address}/smev/v{version}/ws",
            "MEZHVED_VERSION": version,
            "MEZHVED_KEY": str(folder / "locked.key"),
            "MEZHVED_KEY_PASSWORD_FILE": str(folder / "password"),
            "MEZHVED_CERT": str(folder / "cert.pem"),
            "MEZHVED_TRUST": str(folder / "root.pem"),
        }

    def __call__(self, *arguments: object, data: str = "", code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "mezhved.cli.main", "smev3", *map(str, arguments)],
            input=data.encode(),
            capture_output=True,
            check=False,
            env=self.environment,
        )
        assert done.returncode == code, done.stderr.decode() + done.stdout.decode()
        return done.stdout.decode()


@pytest.mark.parametrize("version", ["1.1", "1.3"])
def test_the_commands_exchange_with_a_stranger(world: World, version: str, tmp_path: Path) -> None:
    run = Commands(world, version, tmp_path)
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-\0")
    sent = run("send", "-", "--attach", f"{tmp_path / 'scan.pdf'}=application/pdf", data=ask()).split()[0]
    provider = world.provider.but(version=version)
    request = provider.take("Request", sent).the("GetRequestResponse", "RequestMessage", "Request")
    answered = new_id()
    receipt = provider.post(provider.response(answered, request.findtext("{*}ReplyTo"), tell()))
    provider.receipt(receipt, "SendResponseResponse", answered)
    if version != "1.3":
        assert "1" in run("stats")
    raw = tmp_path / "raw"
    shown = run("get", "responses", "--raw", raw)
    assert answered in shown
    assert "<f:Text>Ничего нет.</f:Text></f:Tell>" in shown
    assert run("verify", raw)
    assert run("ack", answered).split() == [answered]
    run("ack", answered, code=1)
    assert run("get", "responses") == ""
    assert run("status") == ""


def test_an_answer_of_an_unknown_authority_is_not_taken_for_smevs(world: World, tmp_path: Path) -> None:
    run = Commands(world, "1.2", tmp_path)
    run.environment["MEZHVED_TRUST"] = ""
    run.environment["MEZHVED_SMEV_CERT"] = str(tmp_path / "cert.pem")
    sent = run("send", "-", data=ask(), code=1).split()[0]
    world.provider.take("Request", sent)
