"""Names of algorithms in XMLDSig: what is read, and what is written."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from mezhved.gost import Digest, KeyAlgorithm

if TYPE_CHECKING:
    from collections.abc import Mapping

EXC_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
SMEV_TRANSFORM: Final = "urn://smev-gov-ru/xmldsig/transform"
ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
INCLUSIVE_C14N: Final = frozenset(
    {"http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2006/12/xml-c14n11"}
)

_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_URN = "urn:ietf:params:xml:ns:cpxmlsec:algorithms:"


class Names(NamedTuple):
    """URIs of a signature and of the digest that goes with it."""

    signature: str
    digest: str


WRITTEN: Mapping[KeyAlgorithm, Names] = MappingProxyType(
    {
        KeyAlgorithm.GOST2001: Names(_MORE + "gostr34102001-gostr3411", _MORE + "gostr3411"),
        KeyAlgorithm.GOST2012_256: Names(
            _URN + "gostr34102012-gostr34112012-256", _URN + "gostr34112012-256"
        ),
        KeyAlgorithm.GOST2012_512: Names(
            _URN + "gostr34102012-gostr34112012-512", _URN + "gostr34112012-512"
        ),
    }
)
"""Names in verified messages: 2001 in the xmldsig-more form only, 2012 in the urn form."""

SIGNATURES: Mapping[str, KeyAlgorithm] = MappingProxyType(
    {
        prefix + name: algorithm
        for prefix in (_MORE, _URN)
        for name, algorithm in (
            ("gostr34102001-gostr3411", KeyAlgorithm.GOST2001),
            ("gostr34102012-gostr34112012-256", KeyAlgorithm.GOST2012_256),
            ("gostr34102012-gostr34112012-512", KeyAlgorithm.GOST2012_512),
        )
    }
)
DIGESTS: Mapping[str, Digest] = MappingProxyType(
    {
        prefix + name: digest
        for prefix in (_MORE, _URN)
        for name, digest in (
            ("gostr3411", Digest.GOST94),
            ("gostr34112012-256", Digest.STREEBOG256),
            ("gostr34112012-512", Digest.STREEBOG512),
        )
    }
)
REJECTED: Final = frozenset({_URN + "gostr34102001-gostr3411", _URN + "gostr3411"})
"""Names that can be read but that the real SMEV rejects."""
