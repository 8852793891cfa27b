"""Signatures of SMEV 3: made, found by schema position, and checked (MR 3.3 section 4)."""

from mezhved.smev3.signature.documents import sign_document
from mezhved.smev3.signature.model import Place, SignatureProblem, SignatureResult, UnsignableElement
from mezhved.smev3.signature.places import Position, find_signatures, positions
from mezhved.smev3.signature.refusal import fault_of
from mezhved.smev3.signature.signing import sign
from mezhved.smev3.signature.verifying import verify

__all__ = [
    "Place",
    "Position",
    "SignatureProblem",
    "SignatureResult",
    "UnsignableElement",
    "fault_of",
    "find_signatures",
    "positions",
    "sign",
    "sign_document",
    "verify",
]
