"""The WSDL of the transaction-code service, of our own writing; its types are inside it."""

from __future__ import annotations

from importlib.resources import files

from mezhved.smev3.messages.writing import escape_attribute

_WSDL_NAME = "MarkerService.wsdl"
_ADDRESS = b"<soap:address location="


def wsdl(address: str) -> bytes:
    """Return the WSDL with the service's address."""
    before, tag, after = files(__package__).joinpath(_WSDL_NAME).read_bytes().partition(_ADDRESS)
    return before + tag + f'"{escape_attribute(address)}"'.encode() + after[after.index(b"/>") :]
