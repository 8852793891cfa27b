"""Making a ds:Signature: SignedInfo is written as its canonical octets, no tree is built.

The key may lie elsewhere: `signed_info` gives what it has to sign, `assemble` takes the value.
"""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import b2a_base64
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mezhved.smev3.signature.algorithms import EXC_C14N, SMEV_TRANSFORM, WRITTEN
from mezhved.smev3.signature.model import UnsignableElement
from mezhved.smev3.transform import signed_octets
from mezhved.smev3.versions import DS
from mezhved.texts import Text

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.gost import KeyAlgorithm, Provider, Signer

_START = f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>'.encode()
_CANONICAL_START = f'<ds:SignedInfo xmlns:ds="{DS}">'.encode()
_INFO_END = b"</ds:DigestValue></ds:Reference></ds:SignedInfo>"
_VALUE_START = b"<ds:SignatureValue>"
_SPECIAL = re.compile(r'[<&"\r\n\t]')
_VALUE_ESCAPES = str.maketrans(
    {"<": "&lt;", "&": "&amp;", '"': "&quot;", "\r": "&#xD;", "\n": "&#xA;", "\t": "&#x9;"}
)


class SignedInfo(NamedTuple):
    """What a key signs for an element: `digest` is of `octets`, `content_digest` of the element."""

    algorithm: KeyAlgorithm
    octets: bytes
    digest: bytes
    content_digest: bytes


def sign(element: etree._Element, signer: Signer, provider: Provider) -> bytes:
    """Return the octets of a ds:Signature over the element, which must carry an Id.

    No text stands between the elements of the signature (MR 3.3 tables 4, 6, 7).
    Raises `UnsignableElement`, `transform.TransformError`, `gost.GostError`.
    """
    certificate = signer.certificate
    info = signed_info(element, certificate.public_key.algorithm, provider)
    return assemble(info, signer.sign_digest(info.digest), certificate.der)


def signed_info(element: etree._Element, algorithm: KeyAlgorithm, provider: Provider) -> SignedInfo:
    """Return the SignedInfo over the element for a key of the algorithm; raises as `sign`."""
    identifier = element.get("Id")
    if not identifier:
        name = str(element.tag).rpartition("}")[2]
        raise UnsignableElement(
            Text(ru=f"у элемента {name} нет Id", en=f"the element {name} has no Id"),
            cure=Text(ru="добавьте атрибут Id", en="add the attribute Id"),
        )
    form = _form(algorithm)
    digest = provider.digest(algorithm.digest, signed_octets(element))
    uri = identifier.translate(_VALUE_ESCAPES) if _SPECIAL.search(identifier) else identifier
    written = b2a_base64(digest, newline=False)
    octets = b"".join(
        (_CANONICAL_START, form.before_uri, uri.encode(), form.before_digest, written, _INFO_END)
    )
    return SignedInfo(algorithm, octets, provider.digest(algorithm.digest, octets), digest)


def assemble(info: SignedInfo, value: bytes, certificate: bytes) -> bytes:
    """Return the ds:Signature of a SignedInfo, its value (s||r) and the signer's certificate (DER)."""
    inside = info.octets[len(_CANONICAL_START) :]
    return b"".join((_START, inside, _VALUE_START, b2a_base64(value, newline=False), _key_info(certificate)))


class _Form(NamedTuple):
    """What does not change from one signature of an algorithm to the next."""

    before_uri: bytes
    before_digest: bytes


@cache
def _form(algorithm: KeyAlgorithm) -> _Form:
    names = WRITTEN[algorithm]
    return _Form(
        (
            f'<ds:CanonicalizationMethod Algorithm="{EXC_C14N}"></ds:CanonicalizationMethod>'
            f'<ds:SignatureMethod Algorithm="{names.signature}"></ds:SignatureMethod><ds:Reference URI="#'
        ).encode(),
        (
            f'"><ds:Transforms><ds:Transform Algorithm="{EXC_C14N}"></ds:Transform>'
            f'<ds:Transform Algorithm="{SMEV_TRANSFORM}"></ds:Transform></ds:Transforms>'
            f'<ds:DigestMethod Algorithm="{names.digest}"></ds:DigestMethod><ds:DigestValue>'
        ).encode(),
    )


@lru_cache(maxsize=256)
def _key_info(certificate: bytes) -> bytes:
    return (
        "</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>"
        f"{b64encode(certificate).decode()}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    ).encode()
