"""The three versions of the SMEV 3 wire and the names they are written in."""

from __future__ import annotations

from enum import Enum

PREFIX = "urn://x-artefacts-smev-gov-ru/services/message-exchange/"

DS = "http://www.w3.org/2000/09/xmldsig#"
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
XOP = "http://www.w3.org/2004/08/xop/include"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
BUSINESS_PROCESS = "urn://x-artefacts-smev-gov-ru/services/message-exchange/business-process-metadata/1.0"


class Version(Enum):
    """A version of the wire protocol (MR 3.1+ = 1.1, MR 3.3/3.4 = 1.2, MR 3.5 = 1.3).

    `types`, `basic`, `faults`, `routing`, `directive` and `service` are its namespaces. The names of
    `routing` and `directive` are in use in 1.3 only (`has_routing`), although the directive registry of
    1.3 may lie inside the business data of any version.
    """

    V1_1 = "1.1"
    V1_2 = "1.2"
    V1_3 = "1.3"

    __hash__ = object.__hash__  # in C; tables of every call are keyed by it

    types: str
    basic: str
    faults: str
    routing: str
    directive: str
    service: str
    has_routing: bool
    has_statistics: bool

    def __init__(self, number: str) -> None:
        self.types = f"{PREFIX}types/{number}"
        self.basic = f"{PREFIX}types/basic/{number}"
        self.faults = f"{PREFIX}types/faults/{number}"
        self.routing = f"{PREFIX}types/routing/{number}"
        self.directive = f"{PREFIX}types/directive/{number}"
        self.service = f"{PREFIX}{number}"
        self.has_routing = number == "1.3"
        self.has_statistics = number != "1.3"

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Return all namespaces of this version that occur on the wire or in its WSDL."""
        common = (self.types, self.basic, self.faults, self.service)
        return (*common, self.routing, self.directive) if self.has_routing else common

    @staticmethod
    def of_namespace(uri: str | None) -> Version | None:
        """Return the version that a namespace belongs to; `None` for any other name."""
        return _BY_NAMESPACE.get(uri or "")


_BY_NAMESPACE = {uri: version for version in Version for uri in version.namespaces}
