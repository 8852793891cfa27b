"""XMLDSig of SMEV 3 by the `openssl` command and a naive transform; nothing of Mezhved is used."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from tests.support.foreign.pki import checked
from tests.support.foreign.writing import SIGNATURE_MARK
from tests.support.naive_transform import naive_transform

if TYPE_CHECKING:
    from tests.support.foreign.pki import ForeignKey
    from tests.support.openssl import OpenSsl

DS = "http://www.w3.org/2000/09/xmldsig#"
XOP = "http://www.w3.org/2004/08/xop/include"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
SMEV = "urn://smev-gov-ru/xmldsig/transform"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_URN = "urn:ietf:params:xml:ns:cpxmlsec:algorithms:"
METHODS = {
    "gost2001": (f"{_MORE}gostr34102001-gostr3411", f"{_MORE}gostr3411"),
    "gost2012_256": (f"{_URN}gostr34102012-gostr34112012-256", f"{_URN}gostr34112012-256"),
    "gost2012_512": (f"{_URN}gostr34102012-gostr34112012-512", f"{_URN}gostr34112012-512"),
}
_BY_URI = {
    METHODS["gost2001"][0]: "md_gost94",
    METHODS["gost2012_256"][0]: "md_gost12_256",
    METHODS["gost2012_512"][0]: "md_gost12_512",
}


@dataclass(frozen=True)
class SignatureStyle:
    """How a client writes its ds:Signature."""

    prefix: str = "ds"
    transforms: tuple[str, ...] = (EXC, SMEV)
    attributes: str = ""
    before_certificate: str = ""
    after_certificate: str = ""
    in_key_info: str = ""
    after_key_info: str = ""
    wrap: int = 0
    blanks: str = ""
    """Between the elements of the signature; signed so."""
    declared_again: bool = False


PLAIN = SignatureStyle()


def element_with_id(root: etree._Element, value: str) -> etree._Element:
    (found,) = root.xpath("//*[@Id=$value]", value=value)
    return found


def canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False, with_tail=False)


def sign_in_place(
    document: bytes,
    signed_id: str,
    key: ForeignKey,
    style: SignatureStyle = PLAIN,
    mark: str = SIGNATURE_MARK,
) -> bytes:
    """Put the signature over the element of this Id where the mark stands."""
    root = etree.fromstring(document)
    digest = key.digest(naive_transform(canonical(element_with_id(root, signed_id))))
    name = f"{style.prefix}:" if style.prefix else ""
    declaration = f' xmlns{":" if name else ""}{style.prefix}="{DS}"'
    again = declaration if style.declared_again else ""
    gap = style.blanks
    signature_method, digest_method = METHODS[key.algorithm]
    listed = gap.join(f'<{name}Transform Algorithm="{each}"></{name}Transform>' for each in style.transforms)
    signed_info = (
        f"<{name}SignedInfo{again}>{gap}"
        f'<{name}CanonicalizationMethod Algorithm="{EXC}"/>{gap}'
        f'<{name}SignatureMethod Algorithm="{signature_method}"/>{gap}'
        f'<{name}Reference URI="#{signed_id}">{gap}'
        f"<{name}Transforms>{gap}{listed}{gap}</{name}Transforms>{gap}"
        f'<{name}DigestMethod Algorithm="{digest_method}"/>{gap}'
        f"<{name}DigestValue>{wrapped(digest, style)}</{name}DigestValue>{gap}</{name}Reference>{gap}"
        f"</{name}SignedInfo>"
    )
    whole = (
        f"<{name}Signature{declaration}{style.attributes}>{gap}{signed_info}{gap}"
        f"<{name}SignatureValue>@@VALUE@@</{name}SignatureValue>{gap}"
        f"<{name}KeyInfo>{style.in_key_info}<{name}X509Data>{style.before_certificate}"
        f"<{name}X509Certificate>{rewrapped(key.base64, style)}</{name}X509Certificate>"
        f"{style.after_certificate}</{name}X509Data></{name}KeyInfo>{style.after_key_info}</{name}Signature>"
    )
    marked = document.replace(mark.encode(), whole.encode(), 1)
    tree = etree.fromstring(marked)
    (value,) = [each for each in tree.iter(f"{{{DS}}}SignatureValue") if each.text == "@@VALUE@@"]
    octets = key.sign(canonical(value.getprevious()))
    return marked.replace(b"@@VALUE@@", wrapped(octets, style).encode(), 1)


def wrapped(octets: bytes, style: SignatureStyle) -> str:
    return rewrapped(b64encode(octets).decode(), style)


def rewrapped(text: str, style: SignatureStyle) -> str:
    if not style.wrap:
        return text
    lines = [text[at : at + style.wrap] for at in range(0, len(text), style.wrap)]
    return "\n" + "\n".join(lines) + "\n"


def verify(openssl: OpenSsl, holder: etree._Element, target: etree._Element) -> str:
    """Check the signature in the holder over the target; return the certificate in PEM."""
    (signature,) = holder.findall(f"{{{DS}}}Signature")
    info = signature.find(f"{{{DS}}}SignedInfo")
    (reference,) = info.findall(f"{{{DS}}}Reference")
    assert reference.get("URI") == f"#{target.get('Id')}"
    assert [each.get("Algorithm") for each in reference.iter(f"{{{DS}}}Transform")] == [EXC, SMEV]
    assert info.find(f"{{{DS}}}CanonicalizationMethod").get("Algorithm") == EXC
    digest_name = _BY_URI[info.find(f"{{{DS}}}SignatureMethod").get("Algorithm")]
    digest = checked(openssl, "dgst", f"-{digest_name}", "-binary", data=naive_transform(canonical(target)))
    assert b64encode(digest).decode() == reference.find(f"{{{DS}}}DigestValue").text
    text = signature.find(f".//{{{DS}}}X509Certificate").text
    lines = "\n".join(re.findall(".{1,64}", "".join(text.split())))
    pem = f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
    openssl.write("theirs.pem", pem)
    openssl.write("theirs.pub", checked(openssl, "x509", "-in", "theirs.pem", "-pubkey", "-noout"))
    openssl.write("theirs.sig", b64decode(signature.find(f"{{{DS}}}SignatureValue").text))
    openssl.write("theirs.signed", canonical(info))
    checked(
        openssl,
        "dgst",
        f"-{digest_name}",
        "-verify",
        "theirs.pub",
        "-signature",
        "theirs.sig",
        "theirs.signed",
    )
    checked(openssl, "verify", "-CAfile", "root.pem", "theirs.pem")
    return pem
