"""Dictionaries, addresses and cards of persons and organisations that fill forms."""

from __future__ import annotations

from mezhved.cabinet.directories import cards
from mezhved.cabinet.directories.addresses import Address, address, find_addresses
from mezhved.cabinet.directories.dictionaries import Entry, entry, find, known
from mezhved.cabinet.directories.recognition import kind_of, value_for

__all__ = [
    "Address",
    "Entry",
    "address",
    "cards",
    "entry",
    "find",
    "find_addresses",
    "kind_of",
    "known",
    "value_for",
]
