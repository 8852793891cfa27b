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
class Area:
    """Which part of SMEV speaks: the head of every fault code.

    Seen on the wire: `fed0`/`FED0_CORE1`, `tsmev3`/`TSMEV3_CORE2`. Schemas 1.1 and 1.2 allow a code of
    50 characters, so `name` and `node` together should not pass 16.
    """

    name: str
    node: str

    @staticmethod
    def of(name: str) -> Area:
        """Return the area with the usual name of its first node."""
        return Area(name, f"{name.upper()}_CORE1")

    def code(self, module: str) -> str:
        """Return the code of a synchronous fault; `module` is e.g. `UNQ:2`."""
        return f"{self.name}:PRODUCTION_AREA:{self.node} : TR:SYNC:{module}"

    def async_code(self, module: str) -> str:
        """Return the code of an asynchronous refusal."""
        return f"{self.name}:P:{self.node}:TR:ASYNC:{module}"


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
    """SMEV refused: `fault` says why; the texts name the rule and the cure."""

    def __init__(self, fault: Fault, *, cure: Text | None = None) -> None:
        told = fault.description or fault.text
        name = fault.kind.value if fault.kind else MISSING_KIND
        what = Text(ru=f"{name}: {told}", en=f"SMEV answered with the fault {name}: {told}")
        super().__init__(what, cure=cure)
        self.fault = fault
