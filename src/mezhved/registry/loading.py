"""Reading a snapshot from the database.

Nothing here runs on the hot path: only the revision is asked every two seconds, and the whole is
read when it moved. What is costly to make is kept from one snapshot to the next by its digest:
parsed certificates and lists, compiled schemas, compiled expressions.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.infotypes import SchemaSet, set_digest
from mezhved.registry.periods import Period
from mezhved.registry.snapshot import (
    CertificateBinding,
    Direction,
    InformationTypeInfo,
    RoutingKind,
    Snapshot,
    System,
    TypeRoot,
)
from mezhved.registry.source import SnapshotSource
from mezhved.registry.trust_loading import TrustLoader
from mezhved.smev3.codes import RoutingExpression
from mezhved.smev3.xpath import BadRouting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.registry.models import TypeVersion


def load_snapshot() -> Snapshot:
    """Read the registry as it is now. Django must be started and the database migrated."""
    return SnapshotLoader().load()


def live_snapshots(interval: float = 2.0) -> SnapshotSource:
    """Return a source that follows the registry of Django's database; `interval` in seconds, at most 2."""
    return SnapshotSource(SnapshotLoader().load, current_revision, time.monotonic, interval)


def current_revision() -> int:
    """Ask the database for the registry's revision."""
    from mezhved.registry.models import Revision  # noqa: PLC0415 - needs a started Django

    with borrowed_connection():
        return Revision.current()


class SnapshotLoader:
    """Reads snapshots and keeps what is costly between them. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._schemas: dict[bytes, SchemaSet] = {}
        self._routes: dict[tuple[str, str, str], RoutingExpression] = {}
        self._trust = TrustLoader()

    def load(self) -> Snapshot:
        """Read one consistent picture."""
        with self._lock, borrowed_connection(), _one_picture():
            return self._load()

    def _load(self) -> Snapshot:
        systems = _systems()
        types = _types()
        providers = _providers(systems)
        roots, routes, schemas = self._versions(types)
        return Snapshot(
            revision=current_revision(),
            trust=self._trust.load(),
            maintenance=_maintenance(),
            systems_by_id=systems,
            types_by_id=types,
            certificates=_certificates(systems),
            roots=roots,
            rights=_rights(),
            providers=providers.by_type,
            providers_by_code=providers.by_code,
            providers_by_identifier=providers.by_identifier,
            personal_rights=_personal_rights(),
            routes=routes,
            schema_sets=schemas,
            push_addresses=_push_addresses(systems),
        )

    def _versions(
        self, types: dict[int, InformationTypeInfo]
    ) -> tuple[dict[tuple[str, str], TypeRoot], dict[int, RoutingExpression], dict[int, SchemaSet]]:
        from mezhved.registry.models import TypeVersion  # noqa: PLC0415

        roots: dict[tuple[str, str], TypeRoot] = {}
        routes: dict[int, RoutingExpression] = {}
        kept: dict[tuple[str, str, str], RoutingExpression] = {}
        for row in TypeVersion.objects.filter(enabled=True, type__enabled=True).select_related("type"):
            info = types[row.type_id]
            for each in _roots(row, info):
                roots[each.namespace, each.local_name] = each
            if info.routing is RoutingKind.XPATH:
                key = (row.xpath.strip() or row.type.xpath, repr(row.type.xpath_namespaces), row.namespace)
                expression = self._routes.get(key) or _expression(row)
                if expression is not None:
                    kept[key] = routes[row.pk] = expression
        self._routes = kept
        return roots, routes, self._schema_sets()

    def _schema_sets(self) -> dict[int, SchemaSet]:
        from mezhved.registry.models import SchemaFile  # noqa: PLC0415

        files: defaultdict[int, dict[str, bytes]] = defaultdict(dict)
        for version, path, sha256 in SchemaFile.objects.values_list("version_id", "path", "sha256"):
            files[version][path] = bytes.fromhex(sha256)
        digests = {version: set_digest(each) for version, each in files.items()}
        kept: dict[bytes, SchemaSet] = {}
        for version, digest in digests.items():
            if digest not in kept:
                kept[digest] = self._schemas.get(digest) or _read_set(version)
        self._schemas = kept
        return {version: kept[digest] for version, digest in digests.items()}


@contextmanager
def borrowed_connection() -> Iterator[None]:
    """Leave the thread's connection as it was: opened for this only, it is closed again.

    The threads of a node thus hold no idle connections, and none that a restart of the server broke.
    """
    from django.db import connection  # noqa: PLC0415

    opened_here = connection.connection is None
    try:
        yield
    finally:
        if opened_here:
            connection.close()


@contextmanager
def _one_picture() -> Iterator[None]:
    """Make all reads see one state: a reading transaction that takes no lock of writers."""
    from django.db import connection  # noqa: PLC0415

    if connection.in_atomic_block:
        yield
        return
    begin = (
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        if connection.vendor == "postgresql"
        else "BEGIN DEFERRED"
    )
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _maintenance() -> bool:
    from mezhved.registry.models import Maintenance  # noqa: PLC0415

    return Maintenance.current() is not None


def _systems() -> dict[int, System]:
    from mezhved.registry.models import InformationSystem  # noqa: PLC0415

    rows = InformationSystem.objects.filter(enabled=True, participant__enabled=True)
    return {
        row.pk: System(
            id=row.pk,
            mnemonic=row.mnemonic,
            name=row.name,
            participant_id=row.participant_id,
            environment=row.environment,
        )
        for row in rows
    }


def _certificates(systems: dict[int, System]) -> dict[bytes, CertificateBinding]:
    from mezhved.registry.models import SystemCertificate  # noqa: PLC0415

    rows = SystemCertificate.objects.filter(enabled=True).defer("der")
    return {
        bytes.fromhex(row.thumbprint): CertificateBinding(
            system=systems[row.system_id], period=Period(row.bound_from, row.bound_to)
        )
        for row in rows
        if row.system_id in systems
    }


def _push_addresses(systems: dict[int, System]) -> dict[int, str]:
    from mezhved.registry.models import PushAddress  # noqa: PLC0415

    rows = PushAddress.objects.filter(enabled=True).values_list("system_id", "address")
    return {system: address for system, address in rows if system in systems}


def _types() -> dict[int, InformationTypeInfo]:
    from mezhved.registry.models import InformationType  # noqa: PLC0415

    return {
        row.pk: InformationTypeInfo(
            id=row.pk,
            code=row.code,
            name=row.name,
            owner_id=row.owner_id,
            broadcast=row.broadcast,
            routing=RoutingKind(row.routing),
            more_routings=frozenset(RoutingKind(each) for each in row.more_routings),
            personal_signature=row.personal_signature or row.personal_access,
            personal_signature_response=row.personal_signature_response,
            personal_access=row.personal_access,
        )
        for row in InformationType.objects.filter(enabled=True)
    }


def _roots(row: TypeVersion, info: InformationTypeInfo) -> Iterator[TypeRoot]:
    period = Period.of_days(row.valid_from, row.valid_to).within(
        Period.of_days(row.type.valid_from, row.type.valid_to)
    )
    asked = Direction.BROADCAST if info.broadcast else Direction.REQUEST
    for direction, (namespace, name) in zip((asked, Direction.RESPONSE), row.roots, strict=False):
        yield TypeRoot(
            type=info,
            version_id=row.pk,
            version=row.version,
            direction=direction,
            namespace=namespace,
            local_name=name,
            period=period,
        )


@dataclass(slots=True)
class _Providers:
    """Who provides each type, and by what each is found."""

    by_type: dict[int, tuple[System, ...]]
    by_code: dict[tuple[int, str], tuple[System, ...]]
    by_identifier: dict[tuple[int, str], tuple[System, ...]]


def _providers(systems: dict[int, System]) -> _Providers:
    from mezhved.registry.models import TypeProvider  # noqa: PLC0415

    by_type: defaultdict[int, dict[int, System]] = defaultdict(dict)
    by_code: defaultdict[tuple[int, str], dict[int, System]] = defaultdict(dict)
    by_identifier: defaultdict[tuple[int, str], dict[int, System]] = defaultdict(dict)
    rows = TypeProvider.objects.filter(enabled=True).order_by("system_id")
    named = rows.values_list(
        "type_id", "system_id", "routing_code", "system__mnemonic", "system__participant__ogrn"
    )
    for type_id, system_id, code, *identifiers in named:
        if system_id not in systems:
            continue
        by_type[type_id][system_id] = systems[system_id]
        by_code[type_id, code][system_id] = systems[system_id]
        for each in identifiers:
            by_identifier[type_id, each][system_id] = systems[system_id]
    return _Providers(
        {each: tuple(found.values()) for each, found in by_type.items()},
        {each: tuple(found.values()) for each, found in by_code.items()},
        {each: tuple(found.values()) for each, found in by_identifier.items()},
    )


def _rights() -> dict[tuple[int, int], tuple[Period, ...]]:
    from mezhved.registry.models import AccessRight  # noqa: PLC0415

    found: defaultdict[tuple[int, int], list[Period]] = defaultdict(list)
    for row in AccessRight.objects.all():
        found[row.system_id, row.type_id].append(Period.of_days(row.valid_from, row.valid_to))
    return {each: tuple(periods) for each, periods in found.items()}


def _personal_rights() -> dict[tuple[int, int, str], tuple[Period, ...]]:
    from mezhved.registry.models import PersonalAccess  # noqa: PLC0415

    found: defaultdict[tuple[int, int, str], list[Period]] = defaultdict(list)
    for row in PersonalAccess.objects.all():
        period = Period.of_days(row.valid_from, row.valid_to)
        found[row.system_id, row.type_id, row.official].append(period)
    return {each: tuple(periods) for each, periods in found.items()}


def _expression(row: TypeVersion) -> RoutingExpression | None:
    """Compile; what does not compile routes nowhere, and stops nothing else."""
    text = row.xpath.strip() or row.type.xpath
    with suppress(BadRouting):
        return RoutingExpression.compile(text, row.type.xpath_namespaces, row.namespace)
    return None


def _read_set(version: int) -> SchemaSet:
    from mezhved.registry.models import SchemaFile  # noqa: PLC0415

    rows = SchemaFile.objects.filter(version_id=version).values_list("path", "content")
    return SchemaSet({path: bytes(content) for path, content in rows})
