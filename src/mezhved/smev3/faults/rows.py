"""The shape of a line of the table of faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mezhved.smev3.faults.kinds import FaultKind, SignatureCode
    from mezhved.texts import Text


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One case in which SMEV refuses.

    `text` is the official faultstring with `{parameters}`; `description` the text after `SMEV-nnn:`
    where it differs. `module` is MOD:n of the code. `sampled` is false where no real fault of the case
    is known and the wording is ours.
    """

    name: str
    kind: FaultKind
    number: int | None
    module: str
    text: str
    cause: Text
    cure: Text
    synchronous: bool = True
    asynchronous: bool = False
    signature_code: SignatureCode | None = None
    description: str = ""
    sampled: bool = True
