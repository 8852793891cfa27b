"""Which hash function was used for a file of the file store (MR 3.3 section 4.3.1 and 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.gost import Digest, parse_cms

if TYPE_CHECKING:
    from mezhved.gost import Certificate

_BY_OID: Final = {each.oid: each for each in Digest}


def likely_function(certificate: Certificate | None, octets: int) -> Digest | None:
    """Return the function of the signer's key when its value has so many octets, else one that has.

    None when no GOST function has values of this length.
    """
    if certificate is not None and certificate.has_gost_key:
        own = certificate.public_key.algorithm.digest
        if own.size == octets:
            return own
    return next((each for each in Digest if each.size == octets), None)


def others_of_length(likely: Digest) -> frozenset[Digest]:
    """Return the other functions with values as long: clients mix generations."""
    return frozenset(each for each in Digest if each.size == likely.size and each is not likely)


def functions_of(pkcs7: bytes) -> frozenset[Digest]:
    """Return the hash functions of a PKCS#7's signatures. Raises `MalformedCms`."""
    return frozenset(
        _BY_OID[each.digest_oid] for each in parse_cms(pkcs7).signers if each.digest_oid in _BY_OID
    )
