"""A real OCSP responder, `openssl ocsp -port`, asked over HTTP as the bus asks."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from mezhved.bus.revocation.accepting import Question, accept_answer
from mezhved.bus.revocation.fetching import Fetcher, FetchFailed
from mezhved.gost import OcspHash, Reason, dump_private_key, load_provider, write_request
from tests.support.ocsp import delegate
from tests.support.openssl import OpenSsl, openssl_with_gost
from tests.support.pki import make_pki, seeded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime.now(UTC).replace(microsecond=0)
PKI = make_pki(load_provider(), NOW, seeded("openssl responder"))


@contextmanager
def responder(openssl: OpenSsl) -> Iterator[str]:
    """Run the responder; give its address."""
    signer = delegate(PKI.ca)
    openssl.write("ca.pem", PKI.ca.certificate.pem)
    openssl.write("responder.pem", signer.certificate.pem)
    openssl.write("responder.key", dump_private_key(signer.key))
    gone, here = (f"{each.certificate.serial:X}\tunknown\t/CN=test" for each in (PKI.smev, PKI.consumer))
    index = f"R\t301231235959Z\t{NOW:%y%m%d%H%M%S}Z,keyCompromise\t{gone}\nV\t301231235959Z\t\t{here}\n"
    openssl.write("index.txt", index)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(openssl.command, "ocsp", "-port", str(port), "-index", "index.txt", "-CA", "ca.pem"),
            *("-rsigner", "responder.pem", "-rkey", "responder.key", "-ndays", "1"),
        ],
        cwd=openssl.folder,
        env={"OPENSSL_CONF": str(openssl.folder / "openssl.cnf"), "PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.wait()


def asked(address: str, question: Question) -> bytes:
    """Ask until the responder has come up."""
    fetcher = Fetcher(timeout=60, largest=1)
    request = write_request([question.id(PKI.provider)], question.nonce)
    for _ in range(600):
        try:
            return fetcher.ask(address, request)
        except FetchFailed as failed:
            if failed.kind != "unreachable":
                raise
        time.sleep(0.1)
    pytest.fail("the responder did not come up")


def test_a_real_responder_is_understood(tmp_path: Path) -> None:
    openssl = openssl_with_gost(tmp_path)
    with responder(openssl) as address:
        for certificate, revoked in ((PKI.smev.certificate, True), (PKI.consumer.certificate, False)):
            question = Question(
                certificate, PKI.ca.certificate, OcspHash.SHA1, b"sixteen octets ..", held=None
            )
            octets = asked(address, question)
            now = datetime.now(UTC) + timedelta(seconds=1)
            response, answer = accept_answer(octets, question, PKI.provider, now)
            assert response.nonce == question.nonce
            assert answer.known
            assert (answer.revocation is not None) == revoked
            if answer.revocation is not None:
                assert answer.revocation.reason is Reason.KEY_COMPROMISE
            assert answer.next_update is not None
