"""Where SMEV 3 puts signatures, and what checking one tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.gost import Certificate, KeyAlgorithm


class Place(StrEnum):
    """The element that holds the signature (MR 3.3 section 4.3-4.5)."""

    CALLER = "CallerInformationSystemSignature"
    SENDER = "SenderInformationSystemSignature"
    SMEV = "SMEVSignature"
    PERSONAL = "PersonalSignature"
    ROUTING = "RoutingSignature"
    RECORD = "RecordSignature"


class SignatureProblem(Enum):
    """Why a signature is not accepted."""

    NO_SIGNATURE = Text(ru="подписи нет", en="there is no signature")
    INCORRECT_TARGET = Text(
        ru="подписан не тот элемент, которого требует схема",
        en="the signature is over another element than the schema demands",
    )
    MALFORMED = Text(ru="подпись составлена неверно", en="the signature is malformed")
    UNSUPPORTED = Text(
        ru="преобразование или алгоритм, которых СМЭВ не применяет",
        en="a transform or an algorithm that SMEV does not use",
    )
    NO_CERTIFICATE = Text(ru="в KeyInfo нет сертификата", en="KeyInfo holds no certificate")
    BAD_CERTIFICATE = Text(ru="сертификат не читается", en="the certificate cannot be read")
    WRONG_ALGORITHM = Text(
        ru="алгоритм подписи не соответствует ключу сертификата",
        en="the signature's algorithm does not agree with the certificate's key",
    )
    NO_SIGNED_FORM = Text(
        ru="у элемента нет подписываемого представления", en="the element has no signed form"
    )
    DIGEST = Text(
        ru="дайджест не сходится: элемент изменён после подписания",
        en="the digest does not match: the element was changed after signing",
    )
    PARTS_MISSING = Text(
        ru="дайджест не сходится: в элементе xop:Include, а части MTOM не даны",
        en="the digest does not match: the element holds xop:Include, and the MTOM parts are not given",
    )
    SIGNATURE = Text(ru="значение подписи неверно", en="the signature value is false")
    REFORMATTED = Text(
        ru="SignedInfo переформатирован после подписания: без пробелов между элементами подпись верна",
        en="SignedInfo was reformatted after signing: without the blanks between elements it is right",
    )
    REJECTED_NAMES = Text(
        ru="имя алгоритма в форме urn:…gostr34102001-gostr3411 СМЭВ отвергает",
        en="SMEV rejects the algorithm's name in the form urn:...gostr34102001-gostr3411",
    )

    @property
    def text(self) -> Text:
        """Return what the problem is, for people."""
        return self.value


@dataclass(frozen=True, slots=True)
class SignatureResult:
    """What was found: whose signature, over what, and whether digest and signature are right.

    `signed_id` is what the Reference names; `element` the element that was judged, `None` unless the
    Reference names the one the schema position demands. Only that very element may be read on as
    signed. The certificate's term and trust are not judged here. `reason` details the problem.
    """

    place: Place
    signed_id: str | None = None
    element: etree._Element | None = None
    digest_ok: bool = False
    signature_ok: bool = False
    certificate: Certificate | None = None
    algorithm: KeyAlgorithm | None = None
    problem: SignatureProblem | None = None
    reason: Text | None = None

    @property
    def valid(self) -> bool:
        """Tell whether SMEV would take the signature (its certificate's term and trust apart)."""
        return self.digest_ok and self.signature_ok and self.problem is None


class UnsignableElement(MezhvedError):  # noqa: N818
    """The element or the document cannot be signed as asked: what is missing."""
