"""`mezhved smev3 sign` and `mezhved cms sign` with strangers' keys, judged by `openssl` and the bus."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from tests.support.foreign import signing
from tests.support.foreign.pki import checked
from tests.support.foreign.world import World, ask, new_id, now
from tests.support.foreign.writing import HABITS, SIGNATURE_MARK, Habit, Raw

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.foreign.pki import ForeignKey


def mezhved(*arguments: object, data: bytes = b"") -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "mezhved.cli.main", *map(str, arguments)],
        input=data,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def pair(world: World, key: ForeignKey) -> tuple[object, ...]:
    folder = world.pki.openssl.folder
    return "--key", folder / key.key_file, "--cert", folder / key.certificate_file


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.name)
def test_what_the_command_signs_is_right_to_openssl_and_to_the_bus(world: World, habit: Habit) -> None:
    caller = world.consumer.but(habit=habit)
    stamp = caller.b("Timestamp", now(), Id=habit.id)
    unsigned = caller.unsigned("GetStatus", stamp).replace(SIGNATURE_MARK.encode(), b"")
    signed = mezhved("smev3", "sign", "-", *pair(world, caller.key), data=unsigned)
    root = etree.fromstring(signed)
    (operation,) = root.find("{*}Body")
    target, holder = operation
    pem = signing.verify(world.pki.openssl, holder, target)
    assert "".join(pem.split()) in "".join(caller.key.pem.split())
    assert caller.post(signed).status == 200


def test_an_official_signs_before_the_system_does(world: World) -> None:
    caller = world.consumer
    official = world.consumer_keys["gost2012_512", "B"]
    data = caller.t(
        "SenderProvidedRequestData",
        caller.t("MessageID", new_id()),
        caller.b("MessagePrimaryContent", Raw(ask(attributes=' Id="PERSON"'))),
        caller.t("PersonalSignature"),
        Id=caller.habit.id,
    )
    octets = caller.unsigned("SendRequest", data).replace(SIGNATURE_MARK.encode(), b"")
    octets = mezhved("smev3", "sign", "-", "--place", "personal", *pair(world, official), data=octets)
    octets = mezhved("smev3", "sign", "-", *pair(world, caller.key), data=octets)
    root = etree.fromstring(octets)
    for holder, signed_id in (
        ("PersonalSignature", "PERSON"),
        ("CallerInformationSystemSignature", caller.habit.id),
    ):
        (held,) = root.iter(f"{{*}}{holder}")
        signing.verify(world.pki.openssl, held, signing.element_with_id(root, signed_id))


@pytest.mark.parametrize("algorithm", ["gost2012_256", "gost2012_512"])
def test_a_detached_signature_is_right_to_openssl(world: World, algorithm: str, tmp_path: Path) -> None:
    key = world.consumer_keys[algorithm, "B"]
    file, signature = tmp_path / "file", tmp_path / "file.p7s"
    file.write_bytes(bytes(range(256)) * 5000)
    mezhved("cms", "sign", *pair(world, key), "--out", signature, file)
    judged = ("cms", "-verify", "-binary", "-inform", "DER", "-in", str(signature), "-content", str(file))
    checked(
        world.pki.openssl, *judged, "-CAfile", "root.pem", "-purpose", "any", "-out", str(tmp_path / "out")
    )
    assert (tmp_path / "out").read_bytes() == file.read_bytes()
    file.write_bytes(b"other")
    assert world.pki.openssl.run(*judged, "-CAfile", "root.pem", "-purpose", "any").returncode != 0
