"""The supplementary types of SMEV, of our own writing: persons, identity documents, numbers, texts.

Nearly every agency's schema imports them, and many packages leave the file out. Names, patterns and lengths
are those of the files in circulation (1.0.1 in its widest revision, and 1.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping

_XS: Final = "http://www.w3.org/2001/XMLSchema"
_DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"

# name: base, facets in order, what it is
_NUMBERS: Final = (
    ("SNILSType", 11, r"\d{11}", "СНИЛС"),
    ("PhysicalPersonINNType", 12, r"\d{12}", "ИНН физического лица"),
    ("LegalPersonINNType", 10, r"\d{10}", "ИНН юридического лица"),
    ("OGRNSoleProprietorType", 15, r"3\d{14}", "ОГРНИП"),
    ("OGRNCompanyType", 13, r"[125]\d{12}", "ОГРН"),
    ("KPPType", 9, r"\d{9}", "КПП"),
    ("PostalCodeRFType", 6, r"\d{6}", "Почтовый индекс"),
    ("PhoneNumberRFType", 10, r"\d{10}", "Телефон"),
    ("digits-2", 2, r"\d{2}", ""),
    ("digits-4", 4, r"\d{4}", ""),
    ("digits-6", 6, r"\d{6}", ""),
    ("digits-7", 7, r"\d{7}", ""),
)
_PATTERNS: Final = (
    (
        "RFC2046MimeTypesType",
        None,
        r"(text|image|audio|video|application)/[a-zA-Z0-9\-+.]*",
        "Вид файла (MIME)",
    ),
    (
        "EmailAddressType",
        100,
        r"[0-9a-zA-Z_.\-]{2,50}@[0-9a-zA-Z_./\-]{2,50}[.][a-zA-Z]{2,5}",
        "Адрес электронной почты",
    ),
    ("OKATOType", 11, r"\d{1,11}", "Код ОКАТО"),
)
_LENGTHS: Final = (50, 100, 200, 500)
_STRINGS: Final = (10, 20, 50, 100, 200, 500)
_FREE: Final = "NotRestrictedDocumentType"
_DOCUMENTS: Final[Mapping[str, tuple[tuple[str, str, str], ...]]] = {
    "PrimaryIdentityDocument-ModelGroup": (
        ("PassportRF", "PassportRFType", "Паспорт гражданина РФ"),
        ("ForeignPassport", _FREE, "Паспорт иностранного гражданина"),
        ("ResidencePermitRF", "InternationalPassportRFType", "Вид на жительство в РФ"),
    ),
    "WeakIdentityDocument-ModelGroup": (
        ("InternationalPassportRF", "InternationalPassportRFType", "Заграничный паспорт гражданина РФ"),
        ("MilitaryPassport", "MilitaryPassportDocumentType", "Военный билет"),
        ("SailorPassport", "MilitaryPassportDocumentType", "Паспорт моряка"),
        ("SovietPassport", "SovietPassportType", "Паспорт гражданина СССР"),
        ("BirthCertificate", "SovietPassportType", "Свидетельство о рождении"),
        ("DrivingLicenseRF", "DrivingLicenseRFType", "Водительское удостоверение"),
    ),
    "TemporaryIdentityDocument-ModelGroup": (
        ("ReleaseCertificate", _FREE, "Справка об освобождении"),
        ("PassportLossCertificate", _FREE, "Справка об утрате паспорта"),
        ("Form9Certificate", _FREE, "Справка по форме № 9"),
        ("TemporaryIdentityCardRF", _FREE, "Временное удостоверение личности"),
    ),
}
_SERIES: Final = (
    ("PassportRFType", 'type="t:digits-4"', "", 'type="t:digits-6"', ""),
    ("SovietPassportType", 'type="t:SovietStyleDocumentSeriesType"', "", 'type="t:digits-6"', ""),
    ("InternationalPassportRFType", 'type="t:digits-2"', "", 'type="t:digits-7"', ""),
    ("MilitaryPassportDocumentType", "", r"[А-Я]{2}", 'type="t:digits-7"', ""),
    ("DrivingLicenseRFType", "", r"[0-9]{2}([0-9]{2}|[А-Я]{2})", 'type="t:digits-6"', ""),
    (_FREE, 'type="t:string-20" minOccurs="0"', "", "", r"[0-9а-яА-ЯA-Za-z]{1,25}"),
)


def _note(text: str) -> str:
    if not text:
        return ""
    return f"<xs:annotation><xs:documentation>{escape(text)}</xs:documentation></xs:annotation>"


def _restricted(base: str, pattern: str = "", *, length: int | None = None, most: int | None = None) -> str:
    facets = f'<xs:length value="{length}"/>' if length is not None else ""
    facets += f'<xs:maxLength value="{most}"/>' if most is not None else ""
    facets += f"<xs:pattern value={quoteattr(pattern)}/>" if pattern else ""
    return f'<xs:restriction base="{base}">{facets}</xs:restriction>'


def _simple(name: str, restriction: str, text: str = "") -> str:
    return f'<xs:simpleType name="{name}">{_note(text)}{restriction}</xs:simpleType>'


def _field(name: str, kind: str, text: str, pattern: str = "") -> str:
    inner = f"<xs:simpleType>{_restricted('xs:string', pattern)}</xs:simpleType>" if pattern else ""
    return f'<xs:element name="{name}" {kind}>{_note(text)}{inner}</xs:element>'


def _sequence(*parts: str) -> str:
    return f"<xs:sequence>{''.join(parts)}</xs:sequence>"


def _choice(*parts: str) -> str:
    return f"<xs:choice>{''.join(parts)}</xs:choice>"


def _group(name: str, body: str) -> str:
    return f'<xs:group name="{name}">{body}</xs:group>'


def _of_group(name: str) -> str:
    return f'<xs:group ref="t:{name}"/>'


def _persons() -> str:
    name = "PhysicalPersonQualifiedName-ModelGroup"
    return (
        _group(
            name,
            _sequence(
                _field("FamilyName", 'type="t:rus-100"', "Фамилия"),
                _field("FirstName", 'type="t:rus-100"', "Имя"),
                _field("Patronymic", 'type="t:rus-100" minOccurs="0"', "Отчество"),
            ),
        )
        + _group(
            "PhysicalPersonIdentificationInformation-ModelGroup",
            _sequence(
                _of_group(name),
                _field("BirthDate", 'type="xs:date"', "Дата рождения"),
                _field("BirthPlace", 'type="t:rus-and-num-500"', "Место рождения"),
            ),
        )
        + '<xs:simpleType name="GenderType"><xs:restriction base="xs:string">'
        f'<xs:enumeration value="Male">{_note("Мужской")}</xs:enumeration>'
        f'<xs:enumeration value="Female">{_note("Женский")}</xs:enumeration>'
        "</xs:restriction></xs:simpleType>"
    )


def _documents(*, by_reference: bool) -> str:
    """Return the identity documents, each an element of its own too; groups of 1.2 refer to those."""
    groups, elements = "", ""
    for group, kinds in _DOCUMENTS.items():
        declared = [_field(name, f'type="t:{kind}"', text) for name, kind, text in kinds]
        elements += "".join(declared)
        if by_reference:
            declared = [f'<xs:element ref="t:{name}"/>' for name, _, _ in kinds]
        groups += _group(group, _choice(*declared))
    types = "".join(
        f'<xs:complexType name="{name}">'
        + _sequence(
            _field("Series", series, "Серия", series_pattern),
            _field("Number", number, "Номер", number_pattern),
            _field("IssueDate", 'type="xs:date"', "Дата выдачи"),
            _field("Issuer", 'type="t:rus-and-num-200"', "Кем выдан"),
        )
        + "</xs:complexType>"
        for name, series, series_pattern, number, number_pattern in _SERIES
    )
    kind = "IdentityDocument"
    primary = f"Primary{kind}"
    return (
        f"{groups}{elements}{types}"
        + _field(kind, f'type="t:Any{kind}Type"', "Документ, удостоверяющий личность")
        + f'<xs:complexType name="Any{kind}Type">{_choice(*map(_of_group, _DOCUMENTS))}</xs:complexType>'
        + _field(primary, f'type="t:{primary}Type"', "Основной документ, удостоверяющий личность")
        + f'<xs:complexType name="{primary}Type">{_of_group(f"{primary}-ModelGroup")}</xs:complexType>'
    )


def _attachments() -> str:
    text = _note("Идентификатор вложения")
    return (
        _field("AttachmentRef", 'type="t:AttachmentRefType"', "Вложение")
        + '<xs:complexType name="AttachmentRefType">'
        + f'<xs:attribute name="attachmentId" type="xs:string">{text}</xs:attribute>'
        + "</xs:complexType>"
        + '<xs:complexType name="XMLDSigSignatureType"><xs:sequence>'
        + f'<xs:any namespace="{_DSIG}" processContents="lax"/></xs:sequence></xs:complexType>'
    )


def _texts(version: str) -> str:
    """Return the Russian texts: 1.0.1 bounds how they begin, 1.2 what they hold."""
    found = ""
    for name, digits in (("rus", ""), ("rus-and-num", "0-9")):
        if version == "1.2":
            found += "".join(
                _simple(
                    f"{name}-{most}",
                    _restricted("xs:string", rf"[а-яА-ЯёЁ\-\s,.{digits}]{{1,{most}}}", most=most),
                )
                for most in _LENGTHS
            )
            continue
        start = rf"[а-яА-ЯёЁ\-0-9][а-яА-ЯёЁ\-\s',.{digits}]*"
        found += _simple(name, _restricted("xs:string", start))
        found += "".join(_simple(f"{name}-{most}", _restricted(f"t:{name}", most=most)) for most in _LENGTHS)
    return found + "".join(
        _simple(f"string-{most}", _restricted("xs:string", most=most)) for most in _STRINGS
    )


def _schema(space: str, version: str) -> bytes:
    newest = version == "1.2"
    cadastral = r"[0-9]{2,3}[/:][0-9/:]{1,40}" if newest else r"\d{2}:\d{2}:\d{6,7}:\d{1,}"
    soviet = r"[IVXLCDM]{1,3}-[А-Я]{2}" if newest else r"[IVXLCDM]{1,10}-[А-Я]{2}"
    body = (
        _persons()
        + _documents(by_reference=newest)
        + _attachments()
        + "".join(
            _simple(name, _restricted("xs:string", pattern, length=length), text)
            for name, length, pattern, text in _NUMBERS
        )
        + "".join(
            _simple(name, _restricted("xs:string", pattern, most=most), text)
            for name, most, pattern, text in _PATTERNS
        )
        + _simple("CadastralNumberType", _restricted("xs:string", cadastral, most=44), "Кадастровый номер")
        + _simple("SovietStyleDocumentSeriesType", _restricted("xs:string", soviet, most=13), "Серия")
        + _texts(version)
    )
    if not newest:
        okpo = '<xs:restriction base="xs:string"><xs:minLength value="2"/><xs:maxLength value="11"/>'
        body += _simple("OKTMOType", f"{okpo}</xs:restriction>", "Код ОКТМО")
    head = f'<xs:schema xmlns:xs="{_XS}" xmlns:t="{space}" targetNamespace="{space}"'
    return f'{head} elementFormDefault="qualified">{body}</xs:schema>'.encode()


SUPPLEMENTARY: Final[Mapping[str, bytes]] = {
    space: _schema(space, version)
    for space, version in (
        ("urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1", "1.0.1"),
        ("urn://x-artefacts-smev-gov-ru/supplementary/commons/1.2", "1.2"),
        ("urn://x-artefacts-smev-gov-ru/commons/1.2", "1.2"),
    )
}
"""The schemas by namespace; the third is what the ministry of the interior calls the second."""
