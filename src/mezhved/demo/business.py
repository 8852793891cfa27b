"""Business data of the demonstration: written for the one side, read by the other."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from mezhved.demo.catalogue import (
    BULLETIN,
    CHARGE,
    EXTRACT,
    FUND,
    OKTMO,
    PASSPORT,
    SNILS,
    TARIFF,
    TOWN,
    DemoParticipant,
    DemoType,
)
from mezhved.smev3.xml import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

KNOWN_SNILS = "99000000153"
TWIN_FAMILY = "Двойников"
UNKNOWN_FAMILY = "Неизвестнов"
VALID = "VALID"


def document(namespace: str, root: str, fields: Mapping[str, str], identifier: str | None = None) -> bytes:
    """Return a root element with its fields in order; `identifier` makes it signable by an official."""
    attribute = "" if identifier is None else f' Id="{identifier}"'
    inner = "".join(f"<d:{name}>{escape(value)}</d:{name}>" for name, value in fields.items())
    return f'<d:{root} xmlns:d="{namespace}"{attribute}>{inner}</d:{root}>'.encode()


def request(kind: DemoType, fields: Mapping[str, str], identifier: str | None = None) -> bytes:
    """Return a request of a type."""
    return document(kind.namespace, kind.request_root, fields, identifier)


def response(kind: DemoType, fields: Mapping[str, str]) -> bytes:
    """Return an answer of a type."""
    return document(kind.namespace, kind.response_root, fields)


def fields_of(octets: bytes) -> dict[str, str]:
    """Return the texts of the root's children by local name."""
    root = parse(octets)
    return {str(child.tag).rpartition("}")[2]: child.text or "" for child in root.iterchildren("*")}


def snils_request(family: str = "Примеров", identifier: str | None = None) -> bytes:
    """Ask for a SNILS by name and date of birth."""
    return request(
        SNILS,
        {"FamilyName": family, "FirstName": "Пример", "BirthDate": "1980-01-31"},
        identifier,
    )


def broken_snils_request() -> bytes:
    """Ask without the date of birth, which the schema demands."""
    return request(SNILS, {"FamilyName": "Примеров", "FirstName": "Пример"})


def passport_request() -> bytes:
    """Ask whether a passport is valid."""
    return request(PASSPORT, {"Series": "9900", "Number": "000001", "IssueDate": "2015-05-20"})


def extract_request() -> bytes:
    """Ask for an extract on the fund."""
    return request(EXTRACT, {"Ogrn": FUND.ogrn})


def charge_request(uin: str = "99000000000000000013") -> bytes:
    """Tell of a charge of 350 roubles."""
    fields = {"Uin": uin, "PayeeInn": TOWN.inn, "Kopecks": "35000", "Purpose": "Пошлина (тестовая)"}
    return request(CHARGE, fields)


def tariff_request(provider: DemoParticipant) -> bytes:
    """Ask for the tariff of the territory that a provider answers for."""
    return request(TARIFF, {"Oktmo": OKTMO[provider.mnemonic]})


def tariff_response(mnemonic: str) -> bytes:
    """Tell the tariff, and who told it."""
    return response(TARIFF, {"Kopecks": "4200", "Provider": mnemonic})


def bulletin() -> bytes:
    """Tell everybody of a new tariff."""
    return request(BULLETIN, {"Text": "С 1 января действует новый тариф (тестовый)", "Since": "2027-01-01"})
