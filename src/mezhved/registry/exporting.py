"""The registry as one YAML document: importing it into an empty registry gives the same registry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from mezhved.registry.documents import FORMAT, dump_document
from mezhved.registry.models import (
    AccessRight,
    InformationSystem,
    InformationType,
    Participant,
    PersonalAccess,
    PushAddress,
    RevocationList,
    RevocationSource,
    SchemaFile,
    SystemCertificate,
    TrustedAuthority,
    TypeProvider,
    TypeVersion,
)
from mezhved.registry.schemas import SUFFIX

if TYPE_CHECKING:
    from pathlib import Path

_PLAIN: Final = re.compile("[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*")
"""Texts that YAML gives back as they were (it has line breaks of its own); others are written as octets."""


def export_registry(folder: Path | None = None) -> str:
    """Return the whole registry; with `folder`, schemas go into files below it instead."""
    document = {
        "format": FORMAT,
        "participants": [_participant(row) for row in Participant.objects.order_by("ogrn")],
        "types": [_type(row, folder) for row in InformationType.objects.order_by("code")],
        "authorities": [_authority(row) for row in TrustedAuthority.objects.order_by("-root", "thumbprint")],
        "crls": [{"pem": row.crl().pem} for row in RevocationList.objects.order_by("thumbprint")],
    }
    return dump_document({name: value for name, value in document.items() if value})


def _participant(row: Participant) -> dict[str, Any]:
    systems = InformationSystem.objects.filter(participant=row).order_by("mnemonic")
    return _without_defaults(
        {
            "ogrn": row.ogrn,
            "inn": row.inn,
            "kpp": row.kpp,
            "name": row.name,
            "short_name": row.short_name,
            "kind": row.kind,
            "enabled": row.enabled,
            "systems": [_system(each) for each in systems],
        }
    )


def _system(row: InformationSystem) -> dict[str, Any]:
    certificates = SystemCertificate.objects.filter(system=row).order_by("not_before", "thumbprint")
    return _without_defaults(
        {
            "mnemonic": row.mnemonic,
            "name": row.name,
            "environment": row.environment,
            "file_login": row.file_login,
            "file_password_hash": row.file_password,
            "enabled": row.enabled,
            "certificates": [_certificate(each) for each in certificates],
            "push": _push_address(PushAddress.objects.filter(system=row).first()),
        }
    )


def _push_address(row: PushAddress | None) -> dict[str, Any]:
    return {} if row is None else _without_defaults({"address": row.address, "enabled": row.enabled})


def _certificate(row: SystemCertificate) -> dict[str, Any]:
    return _without_defaults(
        {
            "pem": row.certificate().pem,
            "from": row.bound_from and row.bound_from.isoformat(),
            "to": row.bound_to and row.bound_to.isoformat(),
            "enabled": row.enabled,
        }
    )


def _type(row: InformationType, folder: Path | None) -> dict[str, Any]:
    providers = TypeProvider.objects.filter(type=row).select_related("system")
    rights = AccessRight.objects.filter(type=row).select_related("system")
    officials = PersonalAccess.objects.filter(type=row).select_related("system")
    return _without_defaults(
        {
            "code": row.code,
            "name": row.name,
            "description": row.description,
            "owner": row.owner.ogrn,
            "broadcast": row.broadcast or None,
            "routing": row.routing,
            "xpath": row.xpath,
            "namespaces": row.xpath_namespaces,
            "more_routings": row.more_routings,
            "personal_signature": row.personal_signature or None,
            "personal_signature_response": row.personal_signature_response or None,
            "personal_access": row.personal_access or None,
            **_days(row),
            "enabled": row.enabled,
            "versions": [
                _version(each, folder) for each in TypeVersion.objects.filter(type=row).order_by("version")
            ],
            "providers": [
                _without_defaults(
                    {"system": each.system.mnemonic, "code": each.routing_code, "enabled": each.enabled}
                )
                for each in providers.order_by("system__mnemonic", "routing_code")
            ],
            "access": [
                _without_defaults({"system": each.system.mnemonic, **_days(each)})
                for each in rights.order_by("system__mnemonic", "valid_from")
            ],
            "officials": [
                _without_defaults({"system": each.system.mnemonic, "official": each.official, **_days(each)})
                for each in officials.order_by("system__mnemonic", "official", "valid_from")
            ],
        }
    )


def _version(row: TypeVersion, folder: Path | None) -> dict[str, Any]:
    files = {
        path: bytes(content)
        for path, content in SchemaFile.objects.filter(version=row)
        .order_by("path")
        .values_list("path", "content")
    }
    return _without_defaults(
        {
            "version": row.version,
            "namespace": row.namespace,
            "request_root": row.request_root,
            "response_root": row.response_root,
            "response_namespace": row.response_namespace,
            "xpath": row.xpath,
            **_days(row),
            "enabled": row.enabled,
            "schemas": _schemas(row, files, folder),
        }
    )


def _schemas(row: TypeVersion, files: dict[str, bytes], folder: Path | None) -> Any:
    if folder is None or not all(path.lower().endswith(SUFFIX) for path in files):
        return {path: _text_or_octets(content) for path, content in files.items()}
    if not files:
        return None
    own = "schemas/" + re.sub(r"[^\w.-]", "_", f"{row.type.code}-{row.version}")
    for old in (folder / own).rglob("*"):
        if old.is_file() and old.suffix.lower() == SUFFIX:
            old.unlink()
    for path, content in files.items():
        target = folder / own / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return own


def _authority(row: TrustedAuthority) -> dict[str, Any]:
    sources = RevocationSource.objects.filter(authority=row).order_by("kind", "address")
    return _without_defaults(
        {
            "pem": row.certificate().pem,
            "root": row.root or None,
            "enabled": row.enabled,
            "sources": [_source(each) for each in sources],
        }
    )


def _source(row: RevocationSource) -> dict[str, Any]:
    return _without_defaults(
        {
            "kind": row.kind,
            "address": row.address,
            "period": row.period_seconds,
            "hash": row.function,
            "from_certificate": row.from_certificate or None,
            "enabled": row.enabled,
        }
    )


def _days(row: InformationType | TypeVersion | AccessRight | PersonalAccess) -> dict[str, Any]:
    return {
        "from": row.valid_from and row.valid_from.isoformat(),
        "to": row.valid_to and row.valid_to.isoformat(),
    }


def _without_defaults(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what importing would put in by itself."""
    return {
        name: value
        for name, value in values.items()
        if value not in (None, "", [], {}) and not (name == "enabled" and value is True)
    }


def _text_or_octets(content: bytes) -> str | bytes:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    return text if _PLAIN.fullmatch(text) else content
