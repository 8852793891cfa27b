"""Containers of evidence, as strangers may make them."""

from __future__ import annotations

import functools
import hashlib
import io
import json
from typing import TYPE_CHECKING, Final

from mezhved.gateway.evidence import archive
from mezhved.gateway.evidence.verifying import MANIFEST, SIGNATURE, verify_container
from mezhved.gost import Digest, load_provider, sign_cms

if TYPE_CHECKING:
    from tests.support.pki import Pki

_PROVIDER: Final = load_provider()
_NAMES: Final = (MANIFEST, SIGNATURE, "chain.json", "trust/authorities.pem", "steps/0001-call.xml")
_BETWEEN: Final = b"\0\0"


def container(data: bytes) -> None:
    """Check what says that it is a container: there is a report, whatever it is."""
    verify_container(io.BytesIO(data), _PROVIDER)


def contents(data: bytes) -> None:
    """Check a container of right form whose entries are the parts of the data."""
    verify_container(io.BytesIO(in_container(*data.split(_BETWEEN)[: len(_NAMES)])), _PROVIDER)


def in_container(*parts: bytes) -> bytes:
    """Write a container of these entries."""
    target = io.BytesIO()
    sources = [
        archive.measured(name, functools.partial(io.BytesIO, part), _PROVIDER)
        for name, part in zip(_NAMES, parts, strict=False)
    ]
    archive.write(target, sources)
    return target.getvalue()


def right_parts(pki: Pki) -> tuple[bytes, ...]:
    """Return the entries of a container of nothing that is right."""
    chain = b'{"runs":[],"checkpoints":[]}'
    files = {_NAMES[2]: {"size": len(chain), "digest": _PROVIDER.digest(Digest.STREEBOG256, chain).hex()}}
    manifest = {
        "made_at": pki.now.isoformat(),
        "signed_with": hashlib.sha256(pki.consumer.certificate.der).hexdigest(),
        "exchange": {},
        "steps": [],
        "messages": [],
        "attachments": [],
        "unknown": [],
        "files": files,
    }
    octets = json.dumps(manifest).encode()
    return octets, sign_cms(octets, pki.consumer, _PROVIDER, at=pki.now), chain


def joined(parts: tuple[bytes, ...]) -> bytes:
    """Return the parts as `contents` takes them."""
    return _BETWEEN.join(parts)
