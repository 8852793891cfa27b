"""Names of subjects: their text and their octets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gost import DistinguishedName, InvalidName, Name, der
from tests.support.examples import examples


def read(octets: bytes) -> DistinguishedName:
    return DistinguishedName.read(der.read(octets, "name"))


def name_of(*relative: tuple[str, bytes]) -> DistinguishedName:
    return read(der.sequence(*(der.set_of([der.sequence(der.oid(oid), value)]) for oid, value in relative)))


def test_the_text_of_a_name_has_the_russian_labels_the_most_specific_first() -> None:
    name = Name(
        common_name="ИС «Проба»",
        organization="Тестовый орган",
        ogrn="1027700000019",
        ogrnip="304770000000019",
        innle="7700000016",
        inn="770000000082",
        snils="00100100112",
    )
    assert str(read(name.der())) == (
        "CN=ИС «Проба»,SNILS=00100100112,INN=770000000082,INNLE=7700000016,"
        "OGRNIP=304770000000019,OGRN=1027700000019,O=Тестовый орган,C=RU"
    )


def test_an_inn_of_ten_digits_is_written_with_two_zeros_before_it() -> None:
    assert read(Name(common_name="x", inn="7700000016").der()).get("INN") == "007700000016"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ogrn", "102770000001"),
        ("ogrn", "10277000000x9"),
        ("ogrn", "١٠٢٧٧٠٠٠٠٠٠١٩"),
        ("ogrnip", "1027700000019"),
        ("innle", "77000000160"),
        ("inn", "77000000008"),
        ("snils", "001-001-001 12"),
        ("country", "RUS"),
        ("country", "РФ"),
        ("email", "без собаки"),
        ("common_name", "две\nстроки"),
    ],
)
def test_a_value_that_its_attribute_cannot_hold_is_refused(field: str, value: str) -> None:
    with pytest.raises(InvalidName):
        Name(**{field: value}).der()


@pytest.mark.parametrize(
    ("tag", "octets", "text"),
    [
        (der.UTF8_STRING, "Тест".encode(), "Тест"),
        (der.UTF8_STRING, "Тест".encode("cp1251"), "Тест"),
        (der.BMP_STRING, "Тест".encode("utf-16-be"), "Тест"),
        (der.BMP_STRING, b"\x04\x22\x04", "Т\ufffd"),
        (der.UNIVERSAL_STRING, "Тест".encode("utf-32-be"), "Тест"),
        (der.T61_STRING, b"Test", "Test"),
        (der.T61_STRING, "Тест".encode("cp1251"), "Тест"),
        (der.PRINTABLE_STRING, "Тест".encode(), "Тест"),
        (der.NUMERIC_STRING, b"007700000016", "007700000016"),
        (der.IA5_STRING, b"a@b.example", "a@b.example"),
    ],
)
def test_strings_of_every_kind_are_read_as_they_were_meant(tag: int, octets: bytes, text: str) -> None:
    assert name_of(("2.5.4.3", der.tlv(tag, octets))).get("CN") == text


def test_special_characters_are_escaped_as_rfc_2253_says() -> None:
    value = der.tlv(der.UTF8_STRING, b' #a,b+c"d\\e<f>g;h ')
    assert str(name_of(("2.5.4.3", value))) == 'CN=\\ #a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h\\ '


def test_a_control_character_cannot_break_a_line_of_a_log() -> None:
    assert str(name_of(("2.5.4.3", der.tlv(der.UTF8_STRING, b"a\r\nb\0")))) == "CN=a\\0D\\0Ab\\00"


def test_an_unknown_attribute_keeps_its_number_and_its_text() -> None:
    assert str(name_of(("1.2.643.99.7", der.tlv(der.UTF8_STRING, b"x")))) == "1.2.643.99.7=x"


def test_a_value_that_is_no_string_is_shown_as_the_hex_of_its_octets() -> None:
    assert str(name_of(("2.5.4.3", der.integer(5)))) == "CN=#020105"


def test_a_relative_name_of_two_attributes_is_joined_by_plus() -> None:
    pairs = [
        der.sequence(der.oid("2.5.4.3"), der.tlv(0x0C, b"a")),
        der.sequence(der.oid("2.5.4.4"), der.tlv(0x0C, b"b")),
    ]
    assert str(read(der.sequence(der.set_of(pairs)))) == "CN=a+SN=b"


def test_names_compare_without_case_blanks_and_kind_of_string() -> None:
    one = name_of(("2.5.4.10", der.tlv(der.UTF8_STRING, "ООО  Ромашка".encode())))
    other = name_of(("2.5.4.10", der.tlv(der.BMP_STRING, "ооо РОМАШКА ".encode("utf-16-be"))))
    assert one.comparable == other.comparable
    assert (
        one.comparable != name_of(("2.5.4.11", der.tlv(der.UTF8_STRING, "ООО Ромашка".encode()))).comparable
    )


def test_the_order_of_relative_names_counts() -> None:
    a, b = ("2.5.4.10", der.tlv(0x0C, b"a")), ("2.5.4.3", der.tlv(0x0C, b"b"))
    assert name_of(a, b).comparable != name_of(b, a).comparable


@examples(60)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40))
def test_what_is_written_is_read(text: str) -> None:
    assert read(Name(common_name=text).der()).get("CN") == text
