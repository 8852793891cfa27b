"""Numbers of people, organisations, payments and things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.infotypes.identifiers import (
    IDENTIFIERS,
    identifier,
    is_account,
    is_inn,
    is_ogrn,
    is_okpo,
    is_snils,
    is_uin,
)


@pytest.mark.parametrize(
    "number",
    ["7707083893", "7736050003", "1111111117", "6449013711", "500100732259", "123456789047", "635277570478"],
)
def test_a_right_inn_is_accepted(number: str) -> None:
    assert is_inn(number)


@pytest.mark.parametrize(
    "number",
    ["1111111111", "1234567895", "100000000000", "635277570473", "", "77070838", "770708389O", "٧٧٠٧٠٨٣٨٩٣"],
)
def test_a_wrong_inn_is_refused(number: str) -> None:
    assert not is_inn(number)


@pytest.mark.parametrize("number", ["1027700132195", "304500116000157", "1027700000019"])
def test_a_right_ogrn_is_accepted(number: str) -> None:
    assert is_ogrn(number)


@pytest.mark.parametrize(
    "number", ["1027700280938", "304500116000154", "", "102770013219", "9027700132195", "10277001321 5"]
)
def test_a_wrong_ogrn_is_refused(number: str) -> None:
    assert not is_ogrn(number)


@given(st.sampled_from(["7707083893", "6449013711"]), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_of_an_inn_is_mostly_seen(number: str, place: int, shift: int) -> None:
    digit = (int(number[place]) + shift) % 10
    changed = number[:place] + str(digit) + number[place + 1 :]
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    total = sum(int(each) * weight for each, weight in zip(changed, weights, strict=False))

    assert is_inn(changed) == (total % 11 % 10 == int(changed[9]))


@pytest.mark.parametrize(
    "number", ["11223344595", "08765430300", "02773319862", "00101998900", "00299998900"]
)
def test_a_right_snils_is_accepted(number: str) -> None:
    assert is_snils(number)


@pytest.mark.parametrize("number", ["11111111111", "11223344596", "1122334459", "112-233-445 95", ""])
def test_a_wrong_snils_is_refused(number: str) -> None:
    assert not is_snils(number)


def test_numbers_before_the_first_checked_snils_have_no_check_digits() -> None:
    assert is_snils("00000011100")


@pytest.mark.parametrize(
    ("number", "right"),
    [("47296611", True), ("60419873", True), ("0194265277", True), ("1194265277", False), ("4729661", False)],
)
def test_okpo_is_checked_with_its_second_pass(number: str, right: bool) -> None:
    assert is_okpo(number) is right


@pytest.mark.parametrize(
    ("account", "bik", "right"),
    [
        ("40802840442034415249", "044525068", True),
        ("30101810400000000225", "044525225", True),
        ("40702810801400016513", "044525593", True),
        ("40702810938000060473", "044525225", False),
        ("40802840442034415249", "044525", False),
    ],
)
def test_an_account_belongs_to_its_bank(account: str, bik: str, right: bool) -> None:
    assert is_account(account, bik) is right


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("32117072411021588933", True),
        ("32116102414550976332", True),
        ("18817072416285972102", True),
        ("0355431000000000011629713", True),
        ("32100000000000000143", True),
        ("32100000000000000760", True),
        ("10510127180813022130", False),
        ("1051012718081302213", False),
        ("32177777777777777778", False),
    ],
)
def test_a_uin_is_checked_with_both_passes(number: str, right: bool) -> None:
    assert is_uin(number) is right


@pytest.mark.parametrize("code", list(IDENTIFIERS))
def test_every_example_is_without_a_flaw(code: str) -> None:
    kind = identifier(code)
    assert kind.flaw(kind.example) is None


@pytest.mark.parametrize("code", [code for code, kind in IDENTIFIERS.items() if kind.mask])
def test_a_shown_number_compacts_to_itself(code: str) -> None:
    kind = identifier(code)
    compact = kind.compact(kind.example)
    assert kind.compact(kind.shown(compact)) == compact


def test_a_wrong_form_is_certain_and_a_wrong_check_digit_is_not() -> None:
    snils = identifier("snils")
    form, check = snils.flaw("112-233-445"), snils.flaw("112-233-445 96")
    assert form is not None
    assert form.certain
    assert check is not None
    assert not check.certain


def test_latin_twins_in_a_number_plate_are_folded() -> None:
    assert identifier("plate").flaw("o111oo 799".upper()) is None
    assert identifier("plate").compact("O111OO799") == "О111ОО799"
    assert identifier("plate").flaw("О000ОО799") is not None


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("kpp", "7714010О1"),
        ("cadastral", "47:14:12030:814"),
        ("cadastral", "47:14:12О3001:814"),
        ("payer", "200111111111777140100"),
        ("issuer_code", "77-001"),
        ("oktmo", "453800000"),
    ],
)
def test_a_wrong_form_is_told(code: str, wrong: str) -> None:
    flaw = identifier(code).flaw(wrong)
    assert flaw is not None
    assert flaw.certain
