"""A fault as a value, and the error that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.smev3.faults.kinds import FaultKind, SignatureCode
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.smev3.faults.kinds import Retry
    from mezhved.smev3.versions import Version

MISSING_KIND = "soap:Fault"


@dataclass(frozen=True, slots=True)
class FaultChild:
    """A further child of a typed detail element, in the faults namespace."""

    name: str
    text: str
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of SMEV, to be written or as it was read.

    `kind` is the detail element (`None`: a SOAP fault without one of SMEV's), `number` the nnn of
    SMEV-nnn, `text` the faultstring, `description` the Description (with SMEV-nnn in front). `module`
    is the end of the code, e.g. `UNQ:2`; `code` the whole code where the fault was read from the wire.
    `row` names the line of the table of faults it was made from.
    """

    kind: FaultKind | None
    number: int | None
    text: str
    description: str = ""
    module: str = ""
    children: tuple[FaultChild, ...] = ()
    code: str = ""
    row: str = ""
    version: Version | None = None
    soap_code: str = ""

    @property
    def retry(self) -> Retry | None:
        """Return what a client does after it; `None` for a fault that is not SMEV's."""
        return self.kind.retry if self.kind else None

    @property
    def signature_code(self) -> SignatureCode | None:
        """Return the value inside SignatureVerificationFault, if it is one known."""
        if self.kind is not FaultKind.SIGNATURE_VERIFICATION:
            return None
        values = {child.text for child in self.children if child.name == FaultKind.SIGNATURE_VERIFICATION}
        return next((code for code in SignatureCode if code in values), None)


class SmevFaultError(MezhvedError):
    """SMEV refused: `fault` says why; the texts name the rule and the cure.

    `content_type` and `body` are the answer as it came, where it came over HTTP.
    """

    def __init__(
        self, fault: Fault, *, cure: Text | None = None, content_type: str = "", body: bytes = b""
    ) -> None:
        told = fault.description or fault.text
        name = fault.kind.value if fault.kind else MISSING_KIND
        what = Text(ru=f"{name}: {told}", en=f"SMEV answered with the fault {name}: {told}")
        super().__init__(what, cure=cure)
        self.fault = fault
        self.content_type = content_type
        self.body = body
