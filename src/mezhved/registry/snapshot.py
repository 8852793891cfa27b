"""An immutable picture of the registry for the hot path: every lookup is one dictionary access.

Everything is denied unless the registry says otherwise: an unknown or disabled certificate has no
system, an unregistered element no type, a system without a right may not send.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from mezhved.smev3.codes import normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from lxml import etree

    from mezhved.gost import TrustStore
    from mezhved.infotypes import SchemaSet
    from mezhved.registry.periods import Period
    from mezhved.smev3.codes import RoutingExpression


class Direction(StrEnum):
    """What a root element is sent as."""

    REQUEST = "REQUEST"
    RESPONSE = "RESPONSE"
    BROADCAST = "BROADCAST"


class RoutingKind(StrEnum):
    """How the recipient of a request is found (MR 3.3 section 2.3; the last three since 1.3)."""

    FIXED = "fixed"
    XPATH = "xpath"
    DYNAMIC = "dynamic"
    IDENTIFIER = "identifier"
    REGISTRY = "registry"


BLOCK_KINDS = frozenset({RoutingKind.DYNAMIC, RoutingKind.IDENTIFIER, RoutingKind.REGISTRY})
"""What the sender says in the Routing block of 1.3."""
_OF_RECORDS = frozenset({RoutingKind.DYNAMIC, RoutingKind.IDENTIFIER})


@dataclass(frozen=True, slots=True)
class System:
    """An information system that may exchange; `id` owns its queues."""

    id: int
    mnemonic: str
    name: str
    participant_id: int
    environment: str


@dataclass(frozen=True, slots=True)
class InformationTypeInfo:
    """An information type with all its versions."""

    id: int
    code: str
    name: str
    owner_id: int
    broadcast: bool
    routing: RoutingKind
    more_routings: frozenset[RoutingKind] = frozenset()
    """Kinds of the Routing block (1.3) that are accepted besides `routing`."""
    personal_signature: bool = False
    """An official must have signed the business data of requests and broadcasts (EP-SP)."""
    personal_signature_response: bool = False
    """The same of responses."""
    personal_access: bool = False
    """The official who signed must have a right of their own; then `personal_signature` is set, too."""

    def accepts(self, kind: RoutingKind) -> bool:
        """Tell whether a Routing block may name recipients in this way; records may use both others."""
        kinds = self.more_routings | {self.routing}
        return kind in kinds or (kind in _OF_RECORDS and RoutingKind.REGISTRY in kinds)

    @property
    def by_block(self) -> bool:
        """Tell whether the recipients come from the Routing block alone."""
        return self.routing in BLOCK_KINDS


@dataclass(frozen=True, slots=True)
class TypeRoot:
    """One root element of one version of a type; `period` is when messages with it are accepted."""

    type: InformationTypeInfo
    version_id: int
    version: str
    direction: Direction
    namespace: str
    local_name: str
    period: Period

    @property
    def demands_personal_signature(self) -> bool:
        """Tell whether an official must have signed the business data in this direction."""
        if self.direction is Direction.RESPONSE:
            return self.type.personal_signature_response
        return self.type.personal_signature


@dataclass(frozen=True, slots=True)
class CertificateBinding:
    """A certificate's system and the term of the binding."""

    system: System
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The registry as of one revision. Immutable; shared by all threads of a node."""

    revision: int
    trust: TrustStore
    maintenance: bool = False
    systems_by_id: Mapping[int, System] = field(default_factory=dict)
    types_by_id: Mapping[int, InformationTypeInfo] = field(default_factory=dict)
    certificates: Mapping[bytes, CertificateBinding] = field(default_factory=dict)
    roots: Mapping[tuple[str, str], TypeRoot] = field(default_factory=dict)
    rights: Mapping[tuple[int, int], tuple[Period, ...]] = field(default_factory=dict)
    providers: Mapping[int, tuple[System, ...]] = field(default_factory=dict)
    providers_by_code: Mapping[tuple[int, str], tuple[System, ...]] = field(default_factory=dict)
    providers_by_identifier: Mapping[tuple[int, str], tuple[System, ...]] = field(default_factory=dict)
    personal_rights: Mapping[tuple[int, int, str], tuple[Period, ...]] = field(default_factory=dict)
    routes: Mapping[int, RoutingExpression] = field(default_factory=dict)
    schema_sets: Mapping[int, SchemaSet] = field(default_factory=dict)
    push_addresses: Mapping[int, str] = field(default_factory=dict)
    """Where enabled systems want to be told of messages, by system id."""

    @property
    def systems(self) -> tuple[System, ...]:
        """All enabled systems."""
        return tuple(self.systems_by_id.values())

    @property
    def types(self) -> tuple[InformationTypeInfo, ...]:
        """All enabled types."""
        return tuple(self.types_by_id.values())

    def type(self, type_id: int) -> InformationTypeInfo | None:
        """Return an enabled type by its id."""
        return self.types_by_id.get(type_id)

    def system_of(self, certificate_thumbprint: bytes, at: datetime) -> System | None:
        """Return the system a certificate (SHA-256 of its DER) is bound to at the moment `at`."""
        binding = self.certificates.get(certificate_thumbprint)
        return binding.system if binding is not None and binding.period.covers(at) else None

    def system(self, system_id: int) -> System | None:
        """Return an enabled system by its id."""
        return self.systems_by_id.get(system_id)

    def type_of(self, namespace: str, local_name: str, at: datetime | None = None) -> TypeRoot | None:
        """Return what is registered for a root element, of any version of a type.

        With `at`, only what is in force at that moment: for sending. Without, whatever is
        registered: for the filter of Get*, so that old messages can still be fetched.
        """
        root = self.roots.get((namespace, local_name))
        if root is None or (at is not None and not root.period.covers(at)):
            return None
        return root

    def may_send(self, system_id: int, type_id: int, at: datetime) -> bool:
        """Tell whether a system has the right to request (or broadcast) a type at the moment `at`."""
        return any(period.covers(at) for period in self.rights.get((system_id, type_id), ()))

    def may_answer(self, system_id: int, type_id: int) -> bool:
        """Tell whether a system is a provider of a type."""
        return any(system.id == system_id for system in self.providers.get(type_id, ()))

    def recipients(self, root: TypeRoot, business_element: etree._Element) -> tuple[System, ...]:
        """Return the systems a request goes to: none, one, or (an error unless broadcast) several.

        Routing kinds of 1.3 take their values from the signed Routing block: `recipients_by_value`.
        """
        if root.type.broadcast or root.type.routing is RoutingKind.FIXED:
            return self.providers.get(root.type.id, ())
        expression = self.routes.get(root.version_id)
        if root.type.routing is not RoutingKind.XPATH or expression is None:
            return ()
        found = {
            system.id: system
            for code in expression.codes(business_element)
            for system in self.recipients_by_code(root, code)
        }
        return tuple(found[each] for each in sorted(found))

    def recipients_by_code(self, root: TypeRoot, code: str) -> tuple[System, ...]:
        """Return the providers of a type that registered this routing code."""
        return self.providers_by_code.get((root.type.id, code), ())

    def recipients_by_value(self, root: TypeRoot, kind: RoutingKind, value: str) -> tuple[System, ...]:
        """Return the providers that one value of a Routing block (1.3) names.

        A registered code comes first; without one the value is taken for the mnemonic of a provider's
        system or for the OGRN of its participant. Nothing is found by a kind that the type does not accept.
        """
        wanted = normalised(value)
        if not wanted or not root.type.accepts(kind):
            return ()
        key = (root.type.id, wanted)
        return self.providers_by_code.get(key) or self.providers_by_identifier.get(key, ())

    def official_may_send(
        self, system_id: int, type_id: int, identifiers: Iterable[str], at: datetime
    ) -> bool:
        """Tell whether an official known by SNILS, OGRN or OGRNIP may request a type for a system."""
        return any(
            period.covers(at)
            for each in identifiers
            for period in self.personal_rights.get((system_id, type_id, each), ())
        )

    def schemas(self, root: TypeRoot) -> SchemaSet | None:
        """Return the XSD set of the root's version; None when none was registered."""
        return self.schema_sets.get(root.version_id)
