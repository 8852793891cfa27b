"""Bringing the gateway's set-up in from a YAML document: the same twice changes nothing."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Any

import yaml
from django.db import transaction

from mezhved.gateway.errors import InvalidMessage
from mezhved.gateway.models import Connection, InformationSystem, InformationType, SigningKey
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FIXED = (1980, 1, 1, 0, 0, 0)


def import_setup(document: str, folder: Path) -> dict[str, int]:
    """Bring in `connections`, `systems` (with `keys`) and `types`; return how many of each.

    Files are named relative to `folder`. Raises `InvalidMessage` for a document that says something else.
    """
    try:
        said = yaml.safe_load(document) or {}
        with transaction.atomic():
            return {
                "connections": sum(_connection(each, folder) for each in said.get("connections", [])),
                "systems": sum(_system(each, folder) for each in said.get("systems", [])),
                "types": sum(_type(each, folder) for each in said.get("types", [])),
            }
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, OSError, Connection.DoesNotExist) as error:
        raise InvalidMessage(
            Text(ru=f"документ не читается: {error}", en=f"the document does not read: {error}")
        ) from error


def _connection(said: Mapping[str, Any], folder: Path) -> int:
    Connection.objects.update_or_create(
        name=said["name"],
        defaults={
            "environment": said["environment"],
            "version": str(said["version"]),
            "url": said["url"],
            "reserve_url": said.get("reserve_url", ""),
            "smev_certificates": _texts(said.get("smev_certificates", []), folder),
            "authorities": _texts(said.get("authorities", []), folder),
            "file_store_url": said.get("file_store_url", ""),
            "file_store_login": said.get("file_store_login", ""),
            "file_store_password": said.get("file_store_password", ""),
        },
    )
    return 1


def _system(said: Mapping[str, Any], folder: Path) -> int:
    system, _ = InformationSystem.objects.update_or_create(
        mnemonic=said["mnemonic"],
        connection=Connection.objects.get(name=said["connection"]),
        defaults={
            "name": said.get("name", ""),
            "node_id": said.get("node_id", ""),
            "polls_requests": said.get("polls_requests", True),
            "polls_responses": said.get("polls_responses", True),
            "polled_types": said.get("polled_types", []),
        },
    )
    for key in said.get("keys", []):
        SigningKey.objects.update_or_create(
            system=system,
            name=key["name"],
            defaults={
                "purpose": key.get("purpose", "organisation"),
                "key_file": str((folder / key["key_file"]).resolve()) if key.get("key_file") else "",
                "password_file": str((folder / key["password_file"]).resolve())
                if key.get("password_file")
                else "",
                "certificate": (folder / key["certificate"]).read_text(encoding="ascii"),
                "use_from": key.get("use_from"),
            },
        )
    return 1


def _type(said: Mapping[str, Any], folder: Path) -> int:
    source = folder / said["package"]
    package = _zip_of(source) if source.is_dir() else source.read_bytes()
    InformationType.objects.update_or_create(
        code=said["code"],
        defaults={
            "title": said.get("title", ""),
            "namespace": said["namespace"],
            "request_root": said["request_root"],
            "response_root": said.get("response_root", ""),
            "package": package,
            "package_digest": hashlib.sha256(package).hexdigest(),
            "is_broadcast": said.get("is_broadcast", False),
            "needs_personal_signature": said.get("needs_personal_signature", False),
            "retention_days": said.get("retention_days", 0),
        },
    )
    return 1


def _zip_of(folder: Path) -> bytes:
    """Pack a folder, the same octets for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _FIXED)
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _texts(names: list[str], folder: Path) -> str:
    return "".join((folder / each).read_text(encoding="ascii") for each in names)
