"""Names of subjects and issuers: reading those found in the field, writing our own.

Text form: RFC 2253 (the most specific first), with the Russian names OGRN, INN, SNILS, INNLE, OGRNIP
(order of the FSB of Russia No. 795 of 27.12.2011) in place of numbers.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.gost import der
from mezhved.gost.errors import GostError
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

LABELS: Final[Mapping[str, str]] = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.13": "description",
    "2.5.4.15": "businessCategory",
    "2.5.4.16": "postalAddress",
    "2.5.4.17": "postalCode",
    "2.5.4.20": "telephoneNumber",
    "2.5.4.41": "name",
    "2.5.4.42": "GN",
    "2.5.4.43": "initials",
    "2.5.4.44": "generationQualifier",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.2.840.113549.1.9.2": "unstructuredName",
    "1.2.840.113549.1.9.8": "unstructuredAddress",
    "1.2.643.100.1": "OGRN",
    "1.2.643.100.3": "SNILS",
    "1.2.643.100.4": "INNLE",
    "1.2.643.100.5": "OGRNIP",
    "1.2.643.3.131.1.1": "INN",
}

_MAX_PARTS: Final = 64
_SPECIAL: Final = frozenset(',+"\\<>;')


class InvalidName(GostError):  # noqa: N818
    """A name to be written has a value that the attribute cannot hold."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One value of a name: its type as dotted numbers, and the value as text."""

    oid: str
    value: str

    @property
    def label(self) -> str:
        """The attribute's short name (CN, OGRN...), else its dotted numbers."""
        return LABELS.get(self.oid, self.oid)


@dataclass(frozen=True, slots=True)
class DistinguishedName:
    """A name as read: relative names in the order of the encoding, each of one or more attributes."""

    relative: tuple[tuple[Attribute, ...], ...]

    @classmethod
    def read(cls, node: der.Node) -> DistinguishedName:
        """Read a Name (RFC 5280 4.1.2.4); raise `der.Asn1Error` when it is not one."""
        return cls(
            tuple(
                tuple(_attribute(pair) for pair in relative.expect(der.SET).children(limit=_MAX_PARTS))
                for relative in node.expect(der.SEQUENCE).children(limit=_MAX_PARTS)
            )
        )

    def get(self, label: str) -> str | None:
        """Return the value of the attribute with this label, the last in the encoding when there are many."""
        for relative in reversed(self.relative):
            for attribute in relative:
                if attribute.label == label:
                    return attribute.value
        return None

    @property
    def comparable(self) -> tuple[frozenset[tuple[str, str]], ...]:
        """What two encodings of one name have in common (RFC 5280 7.1: case and blanks do not count)."""
        return tuple(
            frozenset((attribute.oid, _folded(attribute.value)) for attribute in relative)
            for relative in self.relative
        )

    def has_parts_of(self, other: DistinguishedName) -> bool:
        """Tell whether both names have the same parts, in whatever order."""
        return Counter(self.comparable) == Counter(other.comparable)

    def __str__(self) -> str:
        return ",".join(
            "+".join(f"{attribute.label}={_escaped(attribute.value)}" for attribute in relative)
            for relative in reversed(self.relative)
        )


def _attribute(pair: der.Node) -> Attribute:
    fields = pair.expect(der.SEQUENCE).fields()
    oid = fields.take(der.OBJECT_IDENTIFIER, f"{pair.name}.type").oid()
    value = fields.any(f"{pair.name}.value")
    fields.end()
    return Attribute(oid, value.text() if value.is_text() else f"#{value.raw.hex().upper()}")


def _folded(value: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _escaped(value: str) -> str:
    """Escape as RFC 2253 2.4 says; control characters as the hex of their octets."""
    plain = value.isprintable() and _SPECIAL.isdisjoint(value)
    if plain and value[:1] not in {" ", "#"} and value[-1:] != " ":
        return value
    pieces = [
        f"\\{character}"
        if character in _SPECIAL
        else "".join(f"\\{octet:02X}" for octet in character.encode("utf-8", errors="replace"))
        if unicodedata.category(character) in {"Cc", "Cs"}
        else character
        for character in value
    ]
    if value.startswith((" ", "#")) and not _is_hex(value):
        pieces[0] = f"\\{pieces[0]}"
    if len(value) > 1 and value.endswith(" "):
        pieces[-1] = "\\ "
    return "".join(pieces)


def _is_hex(value: str) -> bool:
    return (
        value.startswith("#") and len(value) > 1 and all(digit in "0123456789ABCDEF" for digit in value[1:])
    )


@dataclass(frozen=True, slots=True)
class Name:
    """The name to be written into a certificate; empty fields are left out.

    `ogrn` has 13 digits, `ogrnip` 15, `innle` (of an organisation) 10, `inn` 12 (10 digits of an organisation
    get two zeros in front, as was the custom before INNLE), `snils` 11 without blanks.
    """

    common_name: str = ""
    organization: str = ""
    organizational_unit: str = ""
    title: str = ""
    surname: str = ""
    given_name: str = ""
    email: str = ""
    country: str = "RU"
    region: str = ""
    locality: str = ""
    street: str = ""
    ogrn: str = ""
    ogrnip: str = ""
    innle: str = ""
    inn: str = ""
    snils: str = ""

    def der(self) -> bytes:
        """Write the Name; raise `InvalidName` for a value that its attribute cannot hold."""
        inn = f"00{self.inn}" if len(self.inn) == 10 else self.inn  # noqa: PLR2004
        fields = (
            ("2.5.4.6", _country(self.country)),
            ("2.5.4.8", _utf8("region", self.region)),
            ("2.5.4.7", _utf8("locality", self.locality)),
            ("2.5.4.9", _utf8("street", self.street)),
            ("2.5.4.10", _utf8("organization", self.organization)),
            ("2.5.4.11", _utf8("organizational_unit", self.organizational_unit)),
            ("2.5.4.12", _utf8("title", self.title)),
            ("1.2.643.100.1", _digits("OGRN", self.ogrn, 13)),
            ("1.2.643.100.5", _digits("OGRNIP", self.ogrnip, 15)),
            ("1.2.643.100.4", _digits("INNLE", self.innle, 10)),
            ("1.2.643.3.131.1.1", _digits("INN", inn, 12)),
            ("1.2.643.100.3", _digits("SNILS", self.snils, 11)),
            ("2.5.4.4", _utf8("surname", self.surname)),
            ("2.5.4.42", _utf8("given_name", self.given_name)),
            ("1.2.840.113549.1.9.1", _email(self.email)),
            ("2.5.4.3", _utf8("common_name", self.common_name)),
        )
        return der.sequence(
            *(der.set_of([der.sequence(der.oid(oid), value)]) for oid, value in fields if value is not None)
        )


def _invalid(field: str, value: str) -> InvalidName:
    return InvalidName(
        Text(
            ru=f"значение «{value}» не подходит полю имени {field}",
            en=f'the value "{value}" does not fit the name field {field}',
        ),
        cure=Text(
            ru="ОГРН — 13 цифр, ОГРНИП — 15, ИНН ЮЛ — 10, ИНН — 12, СНИЛС — 11; страна — две латинские буквы",
            en="OGRN has 13 digits, OGRNIP 15, INNLE 10, INN 12, SNILS 11; a country is two Latin letters",
        ),
    )


def _utf8(field: str, value: str) -> bytes | None:
    if not value:
        return None
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        raise _invalid(field, value)
    return der.tlv(der.UTF8_STRING, value.encode())


def _digits(field: str, value: str, count: int) -> bytes | None:
    if not value:
        return None
    if len(value) != count or not value.isascii() or not value.isdigit():
        raise _invalid(field, value)
    return der.tlv(der.NUMERIC_STRING, value.encode())


def _country(value: str) -> bytes | None:
    if not value:
        return None
    if len(value) != 2 or not value.isascii() or not value.isalpha():  # noqa: PLR2004
        raise _invalid("country", value)
    return der.tlv(der.PRINTABLE_STRING, value.upper().encode())


def _email(value: str) -> bytes | None:
    if not value:
        return None
    if "@" not in value or not value.isascii() or not value.isprintable():
        raise _invalid("email", value)
    return der.tlv(der.IA5_STRING, value.encode())
