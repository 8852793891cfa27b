"""Taking a ds:Signature apart by position, strictly (XMLDSig section 4)."""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, NamedTuple

from mezhved.smev3 import native
from mezhved.smev3.signature.algorithms import EXC_C14N
from mezhved.smev3.signature.model import SignatureProblem
from mezhved.smev3.versions import DS
from mezhved.texts import Text

if TYPE_CHECKING:
    from lxml import etree

_compiled = native.load("mezhved.smev3.signature._plain")

_SIGNATURE = f"{{{DS}}}Signature"
_SIGNATURE_HEAD = [f"{{{DS}}}SignedInfo", f"{{{DS}}}SignatureValue"]
_KEY_INFO = f"{{{DS}}}KeyInfo"
_OBJECT = f"{{{DS}}}Object"
_X509_DATA = f"{{{DS}}}X509Data"
_X509_CERTIFICATE = f"{{{DS}}}X509Certificate"
_SIGNED_INFO = [f"{{{DS}}}CanonicalizationMethod", f"{{{DS}}}SignatureMethod", f"{{{DS}}}Reference"]
_REFERENCE = [f"{{{DS}}}Transforms", f"{{{DS}}}DigestMethod", f"{{{DS}}}DigestValue"]
_TRANSFORM = f"{{{DS}}}Transform"
_INCLUSIVE = f"{{{EXC_C14N}}}InclusiveNamespaces"

_TRANSFORMS = 8
_CERTIFICATES = 8
_VALUE_CHARACTERS = 1024
_CERTIFICATE_CHARACTERS = 128 * 1024
_BLANKS = b" \t\r\n"


class Refusal(Exception):  # noqa: N818
    """The signature cannot be judged further; kept inside this package."""

    def __init__(self, problem: SignatureProblem, reason: Text) -> None:
        super().__init__(problem)
        self.problem = problem
        self.reason = reason


class Structure(NamedTuple):
    """The pieces of one ds:Signature; what is not base64 is `None`.

    `certificates` stay base64: the verifier knows most of them and need not decode them again. `None`
    stands for one that holds no plain text.
    """

    signed_info: etree._Element
    uri: str
    transforms: tuple[str, ...]
    signature_method: str
    digest_method: str
    digest_value: bytes | None
    signature_value: bytes | None
    certificates: tuple[bytes | None, ...]


def read_structure(holder: etree._Element | None) -> Structure:
    """Take apart the one ds:Signature in its holder; raise `Refusal`.

    ds:Object is passed over: it is not signed, as the only Reference allowed names an SMEV element.
    SMEV's own form has one X509Certificate; other programs add those of the issuers, in any order.
    """
    if _compiled is not None and holder is not None:
        plain = _compiled.plain(holder, EXC_C14N)
        if plain is not None:
            return Structure._make(plain)
    return read_any_structure(holder)


def read_any_structure(holder: etree._Element | None) -> Structure:
    """Do the same for a signature of any form."""
    return take_apart(_only_signature(holder))


def take_apart(signature: etree._Element) -> Structure:
    """Take a ds:Signature apart; raise `Refusal`."""
    children = list(signature.iterchildren("*"))
    names = [child.tag for child in children]
    if names[:2] != _SIGNATURE_HEAD or any(
        name not in {_KEY_INFO, _OBJECT} or (name == _KEY_INFO and at > 0)
        for at, name in enumerate(names[2:])
    ):
        raise malformed("состав ds:Signature", "children of ds:Signature")
    signed_info = children[0]
    method, signature_method, reference = _named(signed_info, _SIGNED_INFO)
    if method.get("Algorithm") != EXC_C14N or len(method):
        raise _unsupported("CanonicalizationMethod", method.get("Algorithm"))
    transforms, digest_method, digest_value = _named(reference, _REFERENCE)
    if len(signature_method):
        raise _unsupported("SignatureMethod", signature_method.get("Algorithm"))
    return Structure(
        signed_info=signed_info,
        uri=reference.get("URI") or "",
        transforms=_transforms(transforms),
        signature_method=signature_method.get("Algorithm") or "",
        digest_method=digest_method.get("Algorithm") or "",
        digest_value=_base64(digest_value, _VALUE_CHARACTERS),
        signature_value=_base64(children[1], _VALUE_CHARACTERS),
        certificates=_certificates(children),
    )


def malformed(ru: str, en: str) -> Refusal:
    """Return the refusal of a malformed signature; the texts name the part."""
    return Refusal(
        SignatureProblem.MALFORMED,
        Text(ru=f"подпись составлена неверно: {ru}", en=f"the signature is malformed: {en}"),
    )


def _only_signature(holder: etree._Element | None) -> etree._Element:
    signatures = [] if holder is None else list(holder.iterchildren("*"))
    if not signatures:
        raise Refusal(SignatureProblem.NO_SIGNATURE, SignatureProblem.NO_SIGNATURE.text)
    if len(signatures) > 1 or signatures[0].tag != _SIGNATURE:
        raise malformed("нужна одна ds:Signature", "one ds:Signature is needed")
    return signatures[0]


def _named(parent: etree._Element, names: list[str]) -> list[etree._Element]:
    children = list(parent.iterchildren("*"))
    if [child.tag for child in children] != names:
        wanted = ", ".join(name.rpartition("}")[2] for name in names)
        place = str(parent.tag).rpartition("}")[2]
        raise malformed(f"в {place} нужны по одному {wanted}", f"{place} needs {wanted}, one of each")
    return children


def _transforms(parent: etree._Element) -> tuple[str, ...]:
    children = list(parent.iterchildren("*"))
    if len(children) > _TRANSFORMS:
        raise malformed("слишком много преобразований", "too many transforms")
    names = []
    for child in children:
        name = child.get("Algorithm") or ""
        if child.tag != _TRANSFORM:
            raise malformed("состав Transforms", "children of Transforms")
        # a PrefixList only adds declarations, which the SMEV transform drops
        if any(inner.tag != _INCLUSIVE for inner in child.iterchildren("*")):
            raise _unsupported("Transform", name)
        names.append(name)
    return tuple(names)


def _unsupported(part: str, name: str | None) -> Refusal:
    return unsupported(f"{part} {name or '?'}")


def unsupported(what: str) -> Refusal:
    """Return the refusal of an algorithm or transform that SMEV does not use."""
    return Refusal(
        SignatureProblem.UNSUPPORTED,
        Text(ru=f"СМЭВ такого не применяет: {what}", en=f"SMEV does not use this: {what}"),
    )


def _base64(element: etree._Element, limit: int) -> bytes | None:
    """Decode a leaf; blanks are passed over."""
    octets = _leaf(element, limit)
    if octets is None:
        return None
    try:
        return binascii.a2b_base64(octets.translate(None, _BLANKS), strict_mode=True)
    except binascii.Error:
        return None


def _leaf(element: etree._Element, limit: int) -> bytes | None:
    """Return a leaf's text; `None` for comments or elements inside, or too much text."""
    text = element.text or ""
    return None if len(element) or len(text) > limit else text.strip().encode()


def _certificates(children: list[etree._Element]) -> tuple[bytes | None, ...]:
    if len(children) < 3 or children[2].tag != _KEY_INFO:  # noqa: PLR2004
        return ()
    found = [
        certificate
        for data in children[2].iterchildren(_X509_DATA)
        for certificate in data.iterchildren(_X509_CERTIFICATE)
    ]
    if len(found) > _CERTIFICATES:
        raise malformed("слишком много сертификатов", "too many certificates")
    return tuple(_leaf(each, _CERTIFICATE_CHARACTERS) for each in found)
