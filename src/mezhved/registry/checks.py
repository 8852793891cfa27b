"""Validators of single fields, with texts in both languages."""

from __future__ import annotations

import re
from typing import Final

from django.core.exceptions import ValidationError

from mezhved.infotypes.identifiers import is_inn, is_ogrn, is_snils
from mezhved.service.lazytext import lazy_text

_MNEMONIC: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_LOGIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_NCNAME: Final = re.compile(r"[^\W\d][\w.\-·]*")
_BLANK: Final = re.compile(r"\s")


def check_ogrn(value: str) -> None:
    """Refuse a number that is no OGRN or OGRNIP."""
    if not is_ogrn(value):
        raise ValidationError(
            lazy_text(
                "Это не ОГРН (13 цифр) и не ОГРНИП (15 цифр): проверьте контрольную цифру.",
                "This is neither an OGRN (13 digits) nor an OGRNIP (15): check the last digit.",
            )
        )


def check_inn(value: str) -> None:
    """Refuse a number that is no INN."""
    if not is_inn(value):
        raise ValidationError(
            lazy_text(
                "Это не ИНН (10 или 12 цифр): проверьте контрольные цифры.",
                "This is no INN (10 or 12 digits): check the last digits.",
            )
        )


def check_kpp(value: str) -> None:
    """Refuse a text that is no KPP."""
    if not re.fullmatch(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}", value):
        raise ValidationError(lazy_text("Это не КПП (9 знаков).", "This is no KPP (9 characters)."))


def check_official(value: str) -> None:
    """Refuse a number by which no certificate knows an official."""
    if not is_snils(value) and not is_ogrn(value):
        raise ValidationError(
            lazy_text(
                "Это не СНИЛС (11 цифр), не ОГРН (13) и не ОГРНИП (15): проверьте контрольные цифры.",
                "This is neither a SNILS (11 digits) nor an OGRN (13) nor an OGRNIP (15): check the digits.",
            )
        )


def check_mnemonic(value: str) -> None:
    """Refuse what cannot stand in Sender/Mnemonic."""
    if not _MNEMONIC.fullmatch(value):
        raise ValidationError(
            lazy_text(
                "Мнемоника состоит из латинских букв, цифр и знаков _ . -",
                "A mnemonic consists of Latin letters, digits and the signs _ . -",
            )
        )


def check_login(value: str) -> None:
    """Refuse what cannot be a sender's login to the file store (one-time logins have 30 characters)."""
    if not _LOGIN.fullmatch(value) or value.lower() == "anonymous":
        raise ValidationError(
            lazy_text(
                "Логин состоит из латинских букв, цифр и знаков _ . - (не anonymous)",
                "A login consists of Latin letters, digits and the signs _ . - (not anonymous)",
            )
        )


def check_ncname(value: str) -> None:
    """Refuse what is no local name of an XML element."""
    if not _NCNAME.fullmatch(value):
        raise ValidationError(
            lazy_text("Это не имя элемента XML без префикса.", "This is no XML name without a prefix.")
        )


def check_namespace(value: str) -> None:
    """Refuse a namespace with blanks."""
    if _BLANK.search(value):
        raise ValidationError(lazy_text("В пространстве имён есть пробелы.", "The namespace has blanks."))


def check_relative_path(value: str) -> None:
    """Refuse a path that leaves its folder."""
    parts = value.split("/")
    if value.startswith("/") or "\\" in value or any(part in ("", ".", "..") for part in parts):
        raise ValidationError(
            lazy_text(
                "Нужен путь внутри набора: папки через /, без .. и без / в начале.",
                "A path inside the set is needed: folders by /, no .. and no leading /.",
            )
        )
