"""DER and what is written in it: keys, certificates, lists, OCSP, CMS."""

from __future__ import annotations

import io
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from mezhved import gost
from mezhved.gost import der
from mezhved.gost.bundles import read_bundle
from mezhved.gost.der import Asn1Error
from tests.support.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.pki import Pki

_NODES = 60


@cache
def pki() -> Pki:
    """Keys to judge with."""
    return shared_pki()


def tree(data: bytes) -> None:
    """Walk everything and read every leaf in every way."""
    try:
        waiting = [der.read(data, "fuzzed")]
    except Asn1Error:
        return
    for _ in range(_NODES):
        if not waiting:
            return
        node = waiting.pop()
        readers: tuple[Callable[[], object], ...] = (
            node.integer, node.small, node.boolean, node.oid, node.string_octets, node.bits, node.flags,
            node.text, node.time, node.fields, node.inside,
        )  # fmt: skip
        for read in readers:
            with suppress(Asn1Error):
                read()
        with suppress(Asn1Error):
            waiting.extend(node.children(limit=_NODES))


def certificate(data: bytes) -> None:
    """Read certificates, look at them, and ask for their chain."""
    try:
        found = gost.parse_certificates(data)
    except gost.MalformedCertificate:
        return
    checker = gost.ChainChecker(pki().provider, gost.TrustStore((pki().root.certificate,), found, ()))
    for each in found[:3]:
        with suppress(gost.GostError):
            assert each.public_key.octets
        assert gost.Certificate.parse(each.pem.encode()) == each
        assert isinstance(each.subject, str)
        each.is_signed_by(pki().ca.certificate, pki().provider)
        checker.check(each, pki().now)


def crl(data: bytes) -> None:
    """Read revocation lists and look something up."""
    try:
        found = gost.parse_crls(data)
    except gost.MalformedCrl:
        return
    for each in found[:3]:
        assert len(each) >= 0
        with suppress(gost.GostError):
            each.revocation(pki().consumer.certificate.serial)
        each.is_signed_by(pki().ca.certificate, pki().provider)


def ocsp(data: bytes) -> None:
    """Read an OCSP response and ask it about a certificate."""
    try:
        response = gost.OcspResponse.parse(data)
    except (gost.MalformedOcsp, gost.OcspRefused):
        return
    gost.signer_of(response, pki().ca.certificate, pki().provider)
    for each in response.answers:
        response.answer(each.id)


def cms(data: bytes) -> None:
    """Read and judge SignedData, detached and with its content."""
    try:
        gost.parse_cms(data)
    except gost.MalformedCms:
        return
    for content in (None, io.BytesIO(b"content")):
        with suppress(gost.MalformedCms):
            gost.verify_cms(data, content, pki().provider)


def private_key(data: bytes) -> None:
    """Read a private key, with a password and without."""
    for password in (None, b"password"):
        with suppress(gost.MalformedKey, gost.WrongPassword, gost.UnsupportedAlgorithm):
            gost.load_private_key(data, password)


def container(data: bytes) -> None:
    """Open a container of keys and certificates."""
    with suppress(gost.MalformedKey, gost.WrongPassword, gost.UnsupportedAlgorithm, gost.ProviderUnavailable):
        opened = gost.read_container(data, b"password")
        for key in opened.keys:
            gost.load_private_key(key)


def bundle(data: bytes) -> None:
    """Read whatever certificates and lists a file holds."""
    with suppress(gost.GostError):
        read_bundle(data)
