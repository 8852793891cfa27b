"""The adapter's WSDL and schemas, of our own writing: the same elements, types and cardinalities."""

from __future__ import annotations

from importlib.resources import files

from mezhved.smev3.messages.writing import escape_attribute

SCHEMAS = ("smev-service-adapter-types.xsd", "smev-service-adapter-faults.xsd")
_ADDRESS = 'location="http://127.0.0.1:7575/ws"'
_NUMBERED = {"1": "smev-service-adapter-faults.xsd", "2": "smev-service-adapter-types.xsd"}
"""How the official adapter calls its schemas (`?xsd=1`): a WSDL that a client saved asks for them so."""


def schema(name: str, base: str = "") -> bytes | None:
    """Return a schema by the name of its file, or the official adapter's number of it; None for any other.

    `base` is put before the names of the files that it imports.
    """
    name = _NUMBERED.get(name, name)
    return _based(name, base).encode() if name in SCHEMAS else None


def wsdl(address: str, base: str = "") -> bytes:
    """Return the WSDL with the service's address; `base` as in `schema`."""
    text = _based("adapter.wsdl", base)
    return text.replace(_ADDRESS, f'location="{escape_attribute(address)}"').encode()


def _based(name: str, base: str) -> str:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return text.replace('schemaLocation="', f'schemaLocation="{escape_attribute(base)}')
