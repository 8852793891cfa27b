"""A stand-in for CryptoPro's browser plug-in: its objects in a page, its keys in the test.

As the plug-in's own script gives them: `cadesplugin` is a promise, every property is one, what is set is set
by a function, a collection counts from 1. A signature comes as CryptoAPI writes it: hexadecimal, its last
octet first.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from mezhved.demo.catalogue import OFFICIAL
from mezhved.demo.pki import CA, subjects
from mezhved.gost import (
    Certificate,
    KeyAlgorithm,
    SoftwareSigner,
    Term,
    generate_key,
    hash_content,
    issue_end_entity,
    load_private_key,
    load_provider,
    random_serial,
)
from tests.support.pki import default_curve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import BrowserContext

SCRIPT = """
(() => {
  const later = (fields, methods) => {
    const made = {};
    for (const [name, value] of Object.entries(fields)) {
      Object.defineProperty(made, name, { get: () => Promise.resolve(fields[name]) });
      made[`propset_${name}`] = async (said) => { fields[name] = said; };
    }
    for (const [name, act] of Object.entries(methods)) made[name] = async (...said) => act(fields, ...said);
    return made;
  };
  const certificate = (told, number) => later(
    {
      SubjectName: told.subject,
      Thumbprint: told.thumbprint,
      ValidFromDate: told.since,
      ValidToDate: told.until,
    },
    {
      HasPrivateKey: () => told.key,
      PublicKey: () => later({ Algorithm: later({ Value: told.algorithm }, {}) }, {}),
      Export: () => told.octets,
      number: () => number,
    },
  );
  const objects = {
    "CAdESCOM.Store": async () => {
      const told = JSON.parse(await window.pluginCertificates());
      const all = later({ Count: told.length }, { Item: (_, at) => certificate(told[at - 1], at - 1) });
      return later({ Certificates: all }, { Open: () => undefined, Close: () => undefined });
    },
    "CAdESCOM.HashedData": async () => later(
      { Algorithm: 0, DataEncoding: 0, data: "" },
      { Hash: (own, data) => { own.data = own.DataEncoding === 1 ? data : ""; } },
    ),
    "CAdESCOM.RawSignature": async () => later({}, {
      SignHash: async (_, hashed, chosen) =>
        window.pluginSign(await chosen.number(), await hashed.Algorithm, await hashed.data),
    }),
  };
  window.cadesplugin = Object.assign(Promise.resolve(), {
    CreateObjectAsync: (name) => objects[name](),
    getLastError: (error) => error.message,
  });
})();
"""
_ALGORITHMS = {32: ("1.2.643.7.1.1.1.1", 101), 64: ("1.2.643.7.1.1.1.2", 102)}


@dataclass(frozen=True)
class PluginKey:
    """A certificate of the official's machine; `held`: its private key is there as well."""

    signer: SoftwareSigner
    held: bool = True

    def told(self) -> dict[str, Any]:
        certificate = self.signer.certificate
        name = certificate.subject_name
        parts = [(label, name.get(label)) for label in ("CN", "SN", "GN", "O")]
        return {
            "subject": ", ".join(
                f"{'G' if label == 'GN' else label}={_quoted(value)}" for label, value in parts if value
            ),
            "thumbprint": certificate.thumbprint.hex().upper(),
            "since": certificate.not_before.isoformat(),
            "until": certificate.not_after.isoformat(),
            "algorithm": _ALGORITHMS[self.signer.digest_algorithm.size][0],
            "key": self.held,
            "octets": base64.encodebytes(certificate.der).decode(),
        }


def _quoted(value: str) -> str:
    doubled = value.replace('"', '""')
    return f'"{doubled}"' if "," in value or '"' in value else value


def official_of(folder: Path, algorithm: KeyAlgorithm = KeyAlgorithm.GOST2012_256) -> SoftwareSigner:
    """A key with a certificate of the demonstration's official, issued now by its authority."""
    provider = load_provider()
    issuer = SoftwareSigner(
        provider,
        load_private_key((folder / f"{CA}.key.pem").read_bytes()),
        Certificate.parse((folder / f"{CA}.cert.pem").read_bytes()),
    )
    key = generate_key(algorithm, default_curve(algorithm), os.urandom)
    now = datetime.now(UTC)
    certificate = issue_end_entity(
        subjects()[OFFICIAL],
        provider.public_key(key),
        issuer,
        provider,
        term=Term(now - timedelta(hours=1), now + timedelta(days=30)),
        serial=random_serial(os.urandom),
    )
    return SoftwareSigner(provider, key, certificate)


@dataclass
class Plugin:
    """The machine of an official. `signed` counts what was signed."""

    keys: Sequence[PluginKey]
    signed: int = field(default=0)

    def put_into(self, context: BrowserContext) -> None:
        """Be there for the pages that load the plug-in's script."""
        context.expose_function("pluginCertificates", lambda: json.dumps([each.told() for each in self.keys]))
        context.expose_function("pluginSign", self._sign)

    def _sign(self, number: int, algorithm: int, data: str) -> str:
        signer = self.keys[number].signer
        digest = signer.digest_algorithm
        assert algorithm == _ALGORITHMS[digest.size][1]
        octets = base64.b64decode(data, validate=True)
        assert octets
        self.signed += 1
        value = signer.sign_digest(hash_content(octets, (digest,), signer.provider)[digest])
        return value[::-1].hex().upper()
