"""Packages of schemas made for tests: small schemas, and the ZIPs they come in."""

from __future__ import annotations

import io
import stat
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
TYPE = "urn://test/passport-check/1.0.0"
COMMON = "urn://test/commons/1.0.0"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP with UTF-8 names."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return octets.getvalue()


def zipped_as(files: Mapping[str, bytes], encoding: str) -> bytes:
    """Return a ZIP whose names are octets of a code page, as old Windows programs write them."""
    names = {path: path.encode(encoding) for path in files}
    stand_ins = {path: f"{number:0{len(names[path])}}" for number, path in enumerate(files, start=1)}
    octets = zipped({stand_ins[path]: content for path, content in files.items()})
    for path, stand_in in stand_ins.items():
        octets = octets.replace(stand_in.encode(), names[path])
    return octets


def zipped_link(path: str, target: str) -> bytes:
    """Return a ZIP with a symbolic link."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        info = zipfile.ZipInfo(path)
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, target)
    return octets.getvalue()


def common_schema(name: str = "Серия", pattern: str = r"\d{4}", namespace: str = COMMON) -> str:
    """Return a schema with one simple type."""
    return (
        f'<xs:schema {XS} targetNamespace="{namespace}"><xs:simpleType name="{name}">'
        f'<xs:restriction base="xs:string"><xs:pattern value="{pattern}"/></xs:restriction>'
        f"</xs:simpleType></xs:schema>"
    )


def request_schema(
    head: str = f'<xs:import namespace="{COMMON}" schemaLocation="commons.xsd"/>',
    series: str = "c:Серия",
    *,
    namespace: str = TYPE,
    common: str = COMMON,
    root: str = "Запрос",
    extra: str = "",
) -> str:
    """Return the schema of a request for a check of a passport."""
    return (
        f'<xs:schema {XS} xmlns:t="{namespace}" xmlns:c="{common}" targetNamespace="{namespace}" '
        f'elementFormDefault="qualified">{head}<xs:element name="{root}"><xs:complexType><xs:sequence>'
        f'<xs:element name="Серия" type="{series}"><xs:annotation><xs:documentation>Серия паспорта'
        f"</xs:documentation></xs:annotation></xs:element></xs:sequence>"
        f'<xs:attribute name="СНИЛС" type="xs:string"/></xs:complexType></xs:element>{extra}</xs:schema>'
    )


def request(series: str = "4405", namespace: str = TYPE, root: str = "Запрос", attributes: str = "") -> str:
    """Return a request."""
    return f'<{root} xmlns="{namespace}"{attributes}><Серия>{series}</Серия></{root}>'
