"""Versions of a type's package: kept side by side, one of them applied."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Max

from mezhved.cabinet.models import TypeVersion
from mezhved.gateway.errors import InvalidMessage
from mezhved.gateway.models import InformationType
from mezhved.gateway.setup.changes import put
from mezhved.infotypes.documents import QName
from mezhved.infotypes.packages import load_package
from mezhved.service.blobs import new_key
from mezhved.smev3.xml import MalformedXml, parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.cabinet.access import Visit

OWN_SHEET: Final = "look/own.xsl"
"""Where a stylesheet of the participant's own lies in a package."""
MOST_SHEET: Final = 2 * 2**20
_XSL: Final = "http://www.w3.org/1999/XSL/Transform"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def add_type(visit: Visit, values: dict[str, Any], package: bytes, report: dict[str, Any]) -> InformationType:
    """Add a type with its first version; raises `BadSetup`."""
    row = InformationType()
    with transaction.atomic():
        put(row, {**values, "package": package, "package_digest": digest_of(package)})
        keep_version(visit, row, package, report)
    return row


def keep_version(
    visit: Visit, kind: InformationType, package: bytes, report: dict[str, Any] | None, note: str = ""
) -> TypeVersion:
    """Keep a package beside the others, unapplied; one that is there already is returned."""
    digest = digest_of(package)
    with transaction.atomic():
        InformationType.objects.select_for_update().only("pk").get(pk=kind.pk)
        known = TypeVersion.objects.filter(type=kind, digest=digest).first()
        if known is not None:
            return known
        last = TypeVersion.objects.filter(type=kind).aggregate(last=Max("number"))["last"] or 0
        key = new_key()
        visit.gateway.blobs.put(key, io.BytesIO(package))
        return TypeVersion.objects.create(
            type=kind,
            number=last + 1,
            package=key,
            digest=digest,
            size=len(package),
            at=visit.now,
            account=visit.account,
            note=note[:300],
            holds=report is None or bool(report.get("holds")),
            report=report,
        )


def apply_version(visit: Visit, version: TypeVersion) -> None:
    """Let a version be the type's package from now on; what was applied before is kept.

    Raises `InvalidMessage` where it lacks the type's root elements, `BadSetup`.
    """
    package = octets_of(visit, version)
    kind = InformationType.objects.get(pk=version.type_id)
    demand_roots(kind, version.report, package)
    with transaction.atomic():
        keep_version(visit, kind, bytes(kind.package), None, "до первой замены / before the first change")
        put(kind, {"package": package, "package_digest": digest_of(package)})


def demand_roots(kind: InformationType, report: dict[str, Any] | None, package: bytes) -> None:
    """Raise `InvalidMessage` unless the package declares what the type is asked and answered by."""
    if report is None:
        known = {root.clark for _, root in load_package(package).roots}
    else:
        known = {each["name"] for each in report["roots"]}
    for local in filter(None, (kind.request_root, kind.response_root)):
        if QName(kind.namespace, local).clark not in known:
            raise InvalidMessage(
                Text(
                    ru=f"в пакете нет элемента {local} вида сведений {kind.code}",
                    en=f"the package has no element {local} of the type {kind.code}",
                ),
                where=kind.namespace,
                cure=Text(
                    ru="другая версия пространства имён — это другой вид сведений: добавьте его отдельно",
                    en="another version of the namespace is another type: add it apart",
                ),
            )


def with_stylesheet(package: bytes, sheet: bytes) -> bytes:
    """Return a package with a stylesheet of the participant's own; empty octets take it out.

    Raises `InvalidMessage` for what is no stylesheet.
    """
    if sheet:
        _demand_sheet(sheet)
    files = {path: file.octets for path, file in load_package(package).files.items() if path != OWN_SHEET}
    return packed(files | ({OWN_SHEET: sheet} if sheet else {}))


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as a ZIP, the same octets for the same files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for path, octets in files.items():
            made.writestr(zipfile.ZipInfo(path, _EPOCH), octets, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _demand_sheet(sheet: bytes) -> None:
    try:
        root = QName.parse(str(parse(sheet).tag))
    except MalformedXml as error:
        raise InvalidMessage(error.what, where=error.where, cure=error.cure) from error
    if root.namespace != _XSL:
        raise InvalidMessage(Text(ru="это не таблица стилей XSLT", en="this is no XSLT stylesheet"))


def octets_of(visit: Visit, version: TypeVersion) -> bytes:
    """Return a version's package."""
    with visit.gateway.blobs.open(version.package) as file:
        return file.read()


def digest_of(package: bytes) -> str:
    """Return what a package is known by."""
    return hashlib.sha256(package).hexdigest()
