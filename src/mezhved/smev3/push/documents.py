"""XSD and WSDL of the participant's push service, of our own writing."""

from __future__ import annotations

from importlib.resources import files

from mezhved.smev3.messages.writing import escape_attribute

SCHEMA_NAME = "PushNotificationSchema.xsd"
_WSDL_NAME = "PushNotificationService.wsdl"
_ADDRESS = b"<soap:address location="


def schema() -> bytes:
    """Return the XSD."""
    return files(__package__).joinpath(SCHEMA_NAME).read_bytes()


def wsdl(address: str, schema_location: str = SCHEMA_NAME) -> bytes:
    """Return the WSDL with the service's address; `schema_location` is where it says the XSD lies."""
    octets = files(__package__).joinpath(_WSDL_NAME).read_bytes()
    octets = octets.replace(f'"{SCHEMA_NAME}"'.encode(), f'"{escape_attribute(schema_location)}"'.encode())
    before, tag, after = octets.partition(_ADDRESS)
    return before + tag + f'"{escape_attribute(address)}"'.encode() + after[after.index(b"/>") :]
