"""Addresses of SMEV, systems with their keys, information types: their part of the document."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Any

from mezhved.gateway.models import Connection, InformationSystem, InformationType, SigningKey
from mezhved.gateway.setup.bringing import found, missing, unreadable
from mezhved.gateway.setup.telling import without_defaults

if TYPE_CHECKING:
    from mezhved.gateway.setup.bringing import Bringing
    from mezhved.gateway.setup.telling import Telling
    from mezhved.service.documents import Entry

_FIXED = (1980, 1, 1, 0, 0, 0)


def bring_connection(bringing: Bringing, entry: Entry, _number: int) -> None:
    """Write an address of SMEV."""
    name = entry.text("name")
    row = Connection.objects.filter(name=name).first() or Connection(name=name)
    values = {
        "environment": entry.text("environment"),
        "version": entry.text("version", "1.2"),
        "url": entry.text("url"),
        "reserve_url": entry.text("reserve_url", ""),
        "smev_certificates": bringing.pem(entry, "smev_certificates"),
        "authorities": bringing.pem(entry, "authorities"),
        "file_store_url": entry.text("file_store_url", ""),
        "file_store_login": entry.text("file_store_login", ""),
        "file_store_password": bringing.secret(entry, "file_store_password", row.file_store_password),
        "is_active": entry.flag("is_active", default=True),
    }
    bringing.put("connections", row, values, entry)


def tell_connection(telling: Telling, row: Connection) -> dict[str, Any]:
    """Return what the document says of an address."""
    return without_defaults(
        {
            "name": row.name,
            "environment": row.environment,
            "version": row.version,
            "url": row.url,
            "reserve_url": row.reserve_url,
            "smev_certificates": row.smev_certificates,
            "authorities": row.authorities,
            "file_store_url": row.file_store_url,
            "file_store_login": row.file_store_login,
            "file_store_password": telling.secret(row.file_store_password),
            "is_active": row.is_active,
        },
        is_active=True,
    )


def bring_system(bringing: Bringing, entry: Entry, _number: int) -> None:
    """Write a system with its keys."""
    mnemonic = entry.text("mnemonic")
    connection = found(Connection, entry, "connection", "name")
    if connection is None:
        raise missing("connection", entry.where)
    row = InformationSystem.objects.filter(mnemonic=mnemonic, connection=connection).first()
    row = row or InformationSystem(mnemonic=mnemonic, connection=connection)
    values = {
        "name": entry.text("name", ""),
        "node_id": entry.text("node_id", ""),
        "polls_requests": entry.flag("polls_requests", default=True),
        "polls_responses": entry.flag("polls_responses", default=True),
        "polled_types": entry.strings("polled_types"),
        "is_active": entry.flag("is_active", default=True),
    }
    bringing.put("systems", row, values, entry)
    for each in entry.entries("keys"):
        _bring_key(bringing, each, row)


def tell_system(_telling: Telling, row: InformationSystem) -> dict[str, Any]:
    """Return what the document says of a system."""
    return without_defaults(
        {
            "mnemonic": row.mnemonic,
            "connection": row.connection.name,
            "name": row.name,
            "node_id": row.node_id,
            "polls_requests": row.polls_requests,
            "polls_responses": row.polls_responses,
            "polled_types": row.polled_types,
            "is_active": row.is_active,
            "keys": [_tell_key(each) for each in SigningKey.objects.filter(system=row).order_by("name")],
        },
        polls_requests=True,
        polls_responses=True,
        is_active=True,
    )


def _bring_key(bringing: Bringing, entry: Entry, system: InformationSystem) -> None:
    name = entry.text("name")
    row = SigningKey.objects.filter(system=system, name=name).first() or SigningKey(system=system, name=name)
    files = {each: entry.text(each, "") for each in ("key_file", "password_file")}
    values = {
        "purpose": entry.text("purpose", "organisation"),
        **{each: _key_place(bringing, path) for each, path in files.items()},
        "certificate": bringing.pem(entry, "certificate"),
        "use_from": entry.moment("use_from"),
        "is_active": entry.flag("is_active", default=True),
    }
    bringing.put("keys", row, values, entry)


def _key_place(bringing: Bringing, path: str) -> str:
    """Return where a key lies: the file is not read here, so it may be named from elsewhere too."""
    if not path or bringing.folder is None:
        return path
    return str((bringing.folder / path).resolve())


def _tell_key(row: SigningKey) -> dict[str, Any]:
    return without_defaults(
        {
            "name": row.name,
            "purpose": row.purpose,
            "key_file": row.key_file,
            "password_file": row.password_file,
            "certificate": row.certificate,
            "use_from": row.use_from and row.use_from.isoformat(),
            "is_active": row.is_active,
        },
        purpose="organisation",
        is_active=True,
    )


def bring_type(bringing: Bringing, entry: Entry, _number: int) -> None:
    """Write an information type with its package."""
    code = entry.text("code")
    row = InformationType.objects.filter(code=code).first() or InformationType(code=code)
    package = _package(bringing, entry)
    values = {
        "title": entry.text("title", ""),
        "namespace": entry.text("namespace"),
        "request_root": entry.text("request_root"),
        "response_root": entry.text("response_root", ""),
        "package": package,
        "package_digest": hashlib.sha256(package).hexdigest(),
        "environment": entry.text("environment", ""),
        "is_broadcast": entry.flag("is_broadcast", default=False),
        "official_signs_request": entry.flag("official_signs_request", default=False),
        "official_signs_answer": entry.flag("official_signs_answer", default=False),
        "retention_days": entry.whole("retention_days", 0),
        "is_active": entry.flag("is_active", default=True),
    }
    bringing.put("types", row, values, entry)


def tell_type(telling: Telling, row: InformationType) -> dict[str, Any]:
    """Return what the document says of a type."""
    return without_defaults(
        {
            "code": row.code,
            "title": row.title,
            "namespace": row.namespace,
            "request_root": row.request_root,
            "response_root": row.response_root,
            "package": telling.file(f"{row.code}.zip", bytes(row.package)),
            "environment": row.environment,
            "is_broadcast": row.is_broadcast,
            "official_signs_request": row.official_signs_request,
            "official_signs_answer": row.official_signs_answer,
            "retention_days": row.retention_days,
            "is_active": row.is_active,
        },
        is_broadcast=False,
        official_signs_request=False,
        official_signs_answer=False,
        retention_days=0,
        is_active=True,
    )


def _package(bringing: Bringing, entry: Entry) -> bytes:
    given = entry.raw("package")
    if isinstance(given, bytes):
        return given
    folder = bringing.place(entry.text("package"), f"{entry.where}.package")
    if not folder.is_dir():
        return bringing.octets(entry, "package")
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(each for each in folder.rglob("*") if each.is_file()):
                told = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _FIXED)
                archive.writestr(told, path.read_bytes(), zipfile.ZIP_DEFLATED)
    except OSError as error:
        raise unreadable(error, f"{entry.where}.package") from error
    return packed.getvalue()
