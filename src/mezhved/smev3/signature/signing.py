"""Making a ds:Signature: SignedInfo is written as its canonical octets, no tree is built."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from mezhved.smev3.signature.algorithms import EXC_C14N, SMEV_TRANSFORM, WRITTEN
from mezhved.smev3.signature.model import UnsignableElement
from mezhved.smev3.transform import signed_octets
from mezhved.smev3.versions import DS
from mezhved.texts import Text

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.gost import Provider, Signer

_DECLARATION = f' xmlns:ds="{DS}"'
_VALUE_ESCAPES = str.maketrans(
    {"<": "&lt;", "&": "&amp;", '"': "&quot;", "\r": "&#xD;", "\n": "&#xA;", "\t": "&#x9;"}
)


def sign(element: etree._Element, signer: Signer, provider: Provider) -> bytes:
    """Return the octets of a ds:Signature over the element, which must carry an Id.

    No text stands between the elements of the signature (MR 3.3 tables 4, 6, 7).
    Raises `UnsignableElement`, `transform.TransformError`, `gost.GostError`.
    """
    identifier = element.get("Id")
    if not identifier:
        name = str(element.tag).rpartition("}")[2]
        raise UnsignableElement(
            Text(ru=f"у элемента {name} нет Id", en=f"the element {name} has no Id"),
            cure=Text(ru="добавьте атрибут Id", en="add the attribute Id"),
        )
    algorithm = signer.certificate.public_key.algorithm
    digest = provider.digest(algorithm.digest, signed_octets(element))
    names = WRITTEN[algorithm]
    inside = (
        f'<ds:CanonicalizationMethod Algorithm="{EXC_C14N}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{names.signature}"></ds:SignatureMethod>'
        f'<ds:Reference URI="#{identifier.translate(_VALUE_ESCAPES)}"><ds:Transforms>'
        f'<ds:Transform Algorithm="{EXC_C14N}"></ds:Transform>'
        f'<ds:Transform Algorithm="{SMEV_TRANSFORM}"></ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{names.digest}"></ds:DigestMethod>'
        f"<ds:DigestValue>{b64encode(digest).decode()}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )
    canonical = f"<ds:SignedInfo{_DECLARATION}>{inside}".encode()
    value = signer.sign_digest(provider.digest(algorithm.digest, canonical))
    return (
        f"<ds:Signature{_DECLARATION}><ds:SignedInfo>{inside}"
        f"<ds:SignatureValue>{b64encode(value).decode()}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>"
        f"<ds:X509Certificate>{b64encode(signer.certificate.der).decode()}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></ds:Signature>"
    ).encode()
