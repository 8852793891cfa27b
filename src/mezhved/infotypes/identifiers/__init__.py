"""Numbers of people, organisations, payments and things: their forms, masks and check digits."""

from __future__ import annotations

from mezhved.infotypes.identifiers.catalogue import IDENTIFIERS, identifier
from mezhved.infotypes.identifiers.model import Flaw, Identifier
from mezhved.infotypes.identifiers.organisations import is_inn, is_ogrn, is_okpo
from mezhved.infotypes.identifiers.payments import is_account, is_uin
from mezhved.infotypes.identifiers.people import is_snils

__all__ = [
    "IDENTIFIERS",
    "Flaw",
    "Identifier",
    "identifier",
    "is_account",
    "is_inn",
    "is_ogrn",
    "is_okpo",
    "is_snils",
    "is_uin",
]
