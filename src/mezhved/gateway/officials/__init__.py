"""EP-SP: an official signs on a machine of their own, or the gateway signs with the official's server key.

What is held as a draft is offered to be signed (`to_be_signed`), the signature is taken back and verified
(`accept_signature`), and the message goes on its way. The key never comes near the gateway.
"""

from __future__ import annotations

from mezhved.gateway.officials.accepting import accept_signature, release, withdraw
from mezhved.gateway.officials.offering import FileToSign, ToBeSigned, to_be_signed
from mezhved.gateway.officials.signed import (
    FileCms,
    FileValue,
    Person,
    SignatureElement,
    SignatureValue,
    Signed,
)

__all__ = [
    "FileCms",
    "FileToSign",
    "FileValue",
    "Person",
    "SignatureElement",
    "SignatureValue",
    "Signed",
    "ToBeSigned",
    "accept_signature",
    "release",
    "to_be_signed",
    "withdraw",
]
