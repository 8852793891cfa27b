"""SMEV's refusals on the wire, written down from the list of typical errors and not from the code."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from mezhved.smev3.versions import Version

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
BASE = "urn://x-artefacts-smev-gov-ru/services/message-exchange/types"
AREA_AT_ONCE = "fed0:PRODUCTION_AREA:FED0_CORE1 : TR:SYNC:"
AREA_AFTERWARDS = "fed0:P:FED0_ASYNC_CORE2:TR:ASYNC:"
# Detail elements whose schema gives them a type that carries Code and Description; all others are Void.
TYPED = {
    "BusinessDataTypeIsNotSupported",
    "InvalidContent",
    "SignatureVerificationFault",
    "AttachmentSizeLimitExceeded",
    "QuoteLimitExceeded",
    "DestinationOverflow",
    "TransactionCodeInvalid",
    "PersonalAccessDenied",
}
# Those of the typed that have a complex type of their own, which xsi:type can name in a system response.
NAMED_TYPES = TYPED - {"TransactionCodeInvalid", "PersonalAccessDenied"}
Child = tuple[str, str] | tuple[str, str, str]


@dataclass(frozen=True)
class Refusal:
    """One refusal: the detail element, MOD:n, the number, the texts, the children after Description."""

    element: str
    module: str
    number: int | None
    text: str
    description: str = ""
    children: tuple[Child, ...] = ()

    @property
    def described(self) -> str:
        told = self.description or self.text
        return told if self.number is None else f"SMEV-{self.number}:{told}"

    def named_in(self, version: Version) -> str:
        """The element's name; PersonalAccessDenied came with 1.3."""
        if self.element == "PersonalAccessDenied" and version is not Version.V1_3:
            return "AccessDenied"
        return self.element

    def soap(self, version: Version) -> bytes:
        """The whole body of the HTTP answer."""
        name = self.named_in(version)
        typed = name in TYPED or (name == "EndOfLifeReached" and version is Version.V1_3)
        xsi, marked = ("", "") if typed else (f' xmlns:xsi="{XSI}"', ' xsi:type="SmevFault"')
        return (
            f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body><soap:Fault><faultcode>soap:Server</faultcode>'
            f"<faultstring>{text(self.text)}</faultstring><detail><ns3:{name}{xsi}"
            f' xmlns:ns3="{BASE}/faults/{version.value}" xmlns:ns2="{BASE}/{version.value}"'
            f' xmlns="{BASE}/basic/{version.value}"{marked}>{self._inside(AREA_AT_ONCE)}</ns3:{name}>'
            f"</detail></soap:Fault></soap:Body></soap:Envelope>"
        ).encode()

    def status(self, category: str, original: str) -> bytes:
        """The AsyncProcessingStatus of a system response, whose prefixes are declared further up."""
        typed = self.element in NAMED_TYPES and self.module != "GUTC:1"
        xsi = f' xmlns:xsi="{XSI}" xsi:type="ns3:{self.element}"' if typed else ""
        inside = self._inside(AREA_AFTERWARDS, with_children=typed)
        return (
            f"<ns2:AsyncProcessingStatus><ns2:OriginalMessageId>{original}</ns2:OriginalMessageId>"
            f"<ns2:StatusCategory>{category}</ns2:StatusCategory><ns2:StatusDetails>{text(self.text)}"
            f"</ns2:StatusDetails><ns2:SmevFault{xsi}>{inside}</ns2:SmevFault></ns2:AsyncProcessingStatus>"
        ).encode()

    def _inside(self, area: str, *, with_children: bool = True) -> str:
        children = "".join(
            f"<ns3:{child[0]}{f' {child[2]}' if len(child) > 2 else ''}>{text(child[1])}</ns3:{child[0]}>"
            for child in self.children
        )
        return (
            f"<Code>{area}{self.module}</Code><Description>{text(self.described)}</Description>"
            f"{children if with_children else ''}"
        )


def text(words: str) -> str:
    """Escape a text."""
    return escape(words, quote=False)
