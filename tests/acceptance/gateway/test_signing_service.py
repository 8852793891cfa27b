"""Keys in a process of their own: real processes, killed and started again."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from mezhved.configuration import GatewaySettings, SettingError
from mezhved.gateway.errors import CannotSign
from mezhved.gateway.models import SigningKey
from mezhved.gateway.signing import RemoteKeys
from mezhved.gateway.signing.wire import LARGEST
from mezhved.gost import Certificate, dump_private_key
from tests.support.gateway_keys import gateway_alone
from tests.support.gateways import present_pki
from tests.support.registry import CONSUMER
from tests.support.signing_service import (
    SECRET,
    environment,
    key_forms,
    memory_holds,
    signing_service,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mezhved.gost import SoftwareSigner
    from tests.support.signing_service import SigningService

DIGEST = bytes(range(32))
WORKER = """
import sys, os
opened = []
sys.addaudithook(lambda event, arguments: opened.append(str(arguments[0])) if event == "open" else None)
from mezhved.configuration import load_gateway_settings
from mezhved.site.setup import configure
settings = load_gateway_settings(os.environ)
configure(settings)
from mezhved.gateway.assembly import build_gateway
from mezhved.gateway.models import InformationSystem
gateway = build_gateway(settings)
systems = InformationSystem.objects.select_related("connection")
client = gateway.connections.client(systems.get(mnemonic=sys.argv[1]))
outgoing = client.prepare_request(sys.argv[2].encode())
assert b"SignatureValue" in outgoing.body
print("signed", any(each.endswith(".key.pem") for each in opened), flush=True)
sys.stdin.readline()
"""


def document(folder: Path, **signers: SoftwareSigner) -> Path:
    for name, each in signers.items():
        (folder / f"{name}.key.pem").write_bytes(dump_private_key(each.key))
    listed = [{"name": name, "key_file": f"{name}.key.pem"} for name in signers]
    path = folder / "signer.yaml"
    path.write_text(yaml.safe_dump({"keys": listed}))
    return path


@pytest.fixture(params=["unix", "tcp"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SigningService]:
    pki = present_pki()
    keys = document(tmp_path, main=pki.consumer, other=pki.provider_system)
    address = f"unix:{tmp_path}/signer.sock"
    if request.param == "tcp":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"tcp:127.0.0.1:{probe.getsockname()[1]}"
    with signing_service(address, keys) as served:
        yield served


@contextlib.contextmanager
def remote(service: SigningService, secret: str = SECRET) -> Iterator[RemoteKeys]:
    secret = secret if service.address.startswith("tcp") else ""
    with contextlib.closing(RemoteKeys(present_pki().provider, service.address, secret.encode())) as keys:
        yield keys


@pytest.fixture
def keys(service: SigningService) -> Iterator[RemoteKeys]:
    with remote(service) as keys:
        yield keys


def sign(keys: RemoteKeys, name: str, certificate: Certificate) -> bytes:
    return keys.signer(SigningKey(name=name), certificate).sign_digest(DIGEST)


def _talk_garbage(service: SigningService) -> None:
    """Say what is no call, in several ways."""
    kind, _, place = service.address.partition(":")
    for garbage in (b"GET / HTTP/1.0\r\n\r\n", (LARGEST + 1).to_bytes(4, "big"), b"\0\0\0\2[]", b"\0\0\0\1"):
        family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
        with socket.socket(family) as raw:
            raw.settimeout(60)
            raw.connect(place if kind == "unix" else ("127.0.0.1", int(place.rpartition(":")[2])))
            # The service may have hung up at any of these.
            with contextlib.suppress(OSError):
                raw.sendall(garbage)
                raw.shutdown(socket.SHUT_WR)
                while raw.recv(1024):
                    pass


def test_several_keys_sign_and_both_sides_may_be_started_again(
    service: SigningService, keys: RemoteKeys
) -> None:
    pki = present_pki()
    for name, certificate in (("main", pki.consumer.certificate), ("other", pki.provider_system.certificate)):
        value = sign(keys, name, certificate)
        assert pki.provider.verify(certificate.public_key, DIGEST, value)
    with pytest.raises(CannotSign, match="нет такого ключа") as refusal:
        sign(keys, "main", pki.provider_system.certificate)
    assert "signer_keys" in str(refusal.value.cure)
    _talk_garbage(service)
    assert sign(keys, "main", pki.consumer.certificate)
    document(service.keys.parent, main=pki.consumer, official=pki.official)
    assert sign(keys, "official", pki.official.certificate), "a key added while it runs is found"
    other = service.keys.parent / "official.key.pem"
    other.write_bytes(dump_private_key(pki.provider_system.key))
    assert sign(keys, "official", pki.provider_system.certificate), "so is one put into a file named before"
    service.kill()
    with pytest.raises(CannotSign, match="не отвечает"):
        sign(keys, "main", pki.consumer.certificate)
    service.start()
    assert sign(keys, "main", pki.consumer.certificate)
    with remote(service) as started_again:
        assert sign(started_again, "main", pki.consumer.certificate)


def test_another_secret_signs_nothing(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp:127.0.0.1:{probe.getsockname()[1]}"
    with signing_service(address, document(tmp_path, main=present_pki().consumer)) as service:
        with remote(service, "another") as keys, pytest.raises(CannotSign):
            sign(keys, "main", present_pki().consumer.certificate)
        with remote(service) as keys:
            assert sign(keys, "main", present_pki().consumer.certificate)


@pytest.mark.skipif(os.getuid() != 0, reason="only root may start a process of another account")
def test_another_account_is_refused_by_the_kernels_word(tmp_path: Path) -> None:
    place = Path("/tmp") / f"mezhved-{os.getpid()}.sock"
    keys = document(tmp_path, main=present_pki().consumer)
    with signing_service(f"unix:{place}", keys):
        place.chmod(0o666)  # even where the folder lets it in
        assert [_greeting_as(user, place) for user in (0, 65534)] == [32, 0]


def _greeting_as(user: int, place: Path) -> int:
    """Connect in a process of another account; return how many octets of a greeting it gets."""
    process = os.fork()
    if not process:
        os.setuid(user)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(place))
            os._exit(len(connection.recv(64)))
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def test_the_worker_never_has_a_key(gateway_sqlite: Callable[[], str], tmp_path: Path) -> None:
    pki = present_pki()
    (tmp_path / "kept").mkdir()
    keys = document(tmp_path / "kept", main=pki.consumer)
    database = gateway_sqlite()
    gateway_alone(database, tmp_path)
    with signing_service(f"unix:{tmp_path}/signer.sock", keys) as service:
        told = environment(service.address) | {"MEZHVED_GATEWAY_DATABASE": database}
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, CONSUMER, '<a xmlns="urn:a"/>'],
            env=os.environ | told,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert worker.stdout is not None
        assert service.process is not None
        try:
            assert worker.stdout.readline().split() == ["signed", "False"]
            forms = key_forms(pki.consumer.key)
            assert not memory_holds(worker.pid, forms)
            assert memory_holds(service.process.pid, forms), "the search finds a key where one is"
        finally:
            worker.communicate("\n")


@pytest.mark.parametrize(
    ("signer", "secret"),
    [("tcp:10.0.0.1:7000", SECRET), ("tcp:127.0.0.1:7000", "short"), ("http://x", ""), ("unix:", "")],
)
def test_an_address_that_others_could_reach_is_refused(signer: str, secret: str) -> None:
    with pytest.raises(SettingError):
        GatewaySettings(signer=signer, signer_secret=secret)
