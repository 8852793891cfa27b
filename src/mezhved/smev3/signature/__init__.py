"""Signatures of SMEV 3: made, found by schema position, and checked (MR 3.3 section 4)."""

from mezhved.smev3.signature.documents import sign_document
from mezhved.smev3.signature.holding import held
from mezhved.smev3.signature.model import Place, SignatureProblem, SignatureResult, UnsignableElement
from mezhved.smev3.signature.places import Position, find_signatures, positions
from mezhved.smev3.signature.refusal import fault_of
from mezhved.smev3.signature.signing import SignedInfo, assemble, sign, signed_info
from mezhved.smev3.signature.verifying import signing_certificate, verify

__all__ = [
    "Place",
    "Position",
    "SignatureProblem",
    "SignatureResult",
    "SignedInfo",
    "UnsignableElement",
    "assemble",
    "fault_of",
    "find_signatures",
    "held",
    "positions",
    "sign",
    "sign_document",
    "signed_info",
    "signing_certificate",
    "verify",
]
