"""XSD and WSDL of SMEV 3, of our own writing: the same elements, types and cardinalities as the official.

1.3 is its newest known revision. The first one differs in three places: no PersonalAccessDenied fault,
EndOfLifeReached without Code and Description, and four codes of routing status only.
"""

from __future__ import annotations

import threading
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from lxml import etree

from mezhved.smev3.messages.writing import escape_attribute
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.smev3.versions import Version

_PARTS = ("types", "basic", "faults")
_LATE_PARTS = ("routing", "directive")


class UnknownDocument(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """There is no schema file of this name."""

    def __init__(self, version: Version, name: str) -> None:
        super().__init__(
            Text(
                ru=f"у версии {version.value} нет файла схемы «{name[:80]}»",
                en=f'version {version.value} has no schema file "{name[:80]}"',
            )
        )


def names(version: Version) -> tuple[str, ...]:
    """Return the names of the version's XSD files, those of the official files."""
    parts = _PARTS + _LATE_PARTS if version.has_routing else _PARTS
    return tuple(f"smev-message-exchange-{part}-{version.value}.xsd" for part in parts)


def document(version: Version, name: str, xsd_base: str = "") -> bytes:
    """Return one XSD file; `UnknownDocument` for any other name.

    Its imports are relative to the file itself; `xsd_base` is put before their names when the files are
    served otherwise (such as `.../ws?xsd=`).
    """
    if name not in names(version):
        raise UnknownDocument(version, name)
    return _based(_read(version, name), xsd_base)


def wsdl(version: Version, address: str, xsd_base: str = "") -> bytes:
    """Return the WSDL with the service's `address`; `xsd_base` is put before the names of the XSD files.

    Without `xsd_base` the files are sought beside the WSDL: for `http://host/smev/v1.2/ws?wsdl` under
    `http://host/smev/v1.2/`.
    """
    octets = _based(_read(version, f"smev-message-exchange-service-{version.value}.wsdl"), xsd_base)
    before, tag, after = octets.partition(b"<soap:address location=")
    return before + tag + f'"{escape_attribute(address)}"'.encode() + after[after.index(b"/>") :]


def load(version: Version) -> etree.XMLSchema:
    """Return the compiled schema of all namespaces of a version, compiled once for each thread."""
    return _KEPT.load(version)


def _compiled(version: Version) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(_Files(version))
    imports = "".join(
        f'<xs:import namespace="{getattr(version, name.split("-")[3])}" schemaLocation="{name}"/>'
        for name in names(version)
    )
    schema = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(schema, parser))


class EnvelopeSchemas:
    """Compiled schemas, kept for each thread (an XMLSchema has one error log, so threads share none)."""

    def __init__(self) -> None:
        self._kept = threading.local()

    def load(self, version: Version) -> etree.XMLSchema:
        """Return the calling thread's compiled schema of a version."""
        schema: etree.XMLSchema | None = getattr(self._kept, version.name, None)
        if schema is None:
            schema = _compiled(version)
            setattr(self._kept, version.name, schema)
        return schema

    def errors(self, version: Version, element: etree._Element) -> tuple[str, ...]:
        """Return what is wrong with an operation by the schema's letter; nothing when it is valid."""
        schema = self.load(version)
        if schema.validate(element):
            return ()
        log: Any = schema.error_log  # lxml's stubs do not know that it can be walked
        return tuple(f"{error.line}: {error.message}" for error in log)


class _Files(etree.Resolver):
    """Gives the parser our own files and nothing else."""

    def __init__(self, version: Version) -> None:
        self._version = version

    def resolve(self, system_url: str, public_id: str, *contexts: Any) -> Any:  # noqa: ARG002
        """Answer a request for a schema by its file name."""
        name = system_url.rpartition("/")[2]
        resolve_string: Any = self.resolve_string
        return resolve_string(document(self._version, name), *contexts, base_url=name)


_KEPT = EnvelopeSchemas()


def _read(version: Version, name: str) -> bytes:
    return files(__package__).joinpath(version.value, name).read_bytes()


def _based(octets: bytes, xsd_base: str) -> bytes:
    if not xsd_base:
        return octets
    return octets.replace(b'schemaLocation="', f'schemaLocation="{escape_attribute(xsd_base)}'.encode())
