"""The fault with which SMEV answers a signature that does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.smev3 import faults
from mezhved.smev3.signature.model import Place, SignatureProblem

if TYPE_CHECKING:
    from mezhved.smev3.faults import Fault
    from mezhved.smev3.signature.model import SignatureResult


def fault_of(result: SignatureResult) -> Fault | None:
    """Return the SignatureVerificationFault for the result; `None` for a valid one."""
    if result.valid:
        return None
    whose = faults.PERSONAL if result.place is Place.PERSONAL else faults.CALLER
    if result.problem is SignatureProblem.NO_SIGNATURE:
        return faults.no_signature(whose)
    if result.problem is SignatureProblem.INCORRECT_TARGET:
        return faults.incorrect_signature_target(whose)
    if result.problem in {SignatureProblem.NO_CERTIFICATE, SignatureProblem.BAD_CERTIFICATE}:
        return faults.certificate_not_found(whose)
    return faults.signature_invalid(whose)
