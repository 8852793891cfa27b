"""What is wrong with a field is told in the writing of the form."""

from __future__ import annotations

import tests.support.databases  # noqa: F401 - starts Django

# isort: split
import pytest

from mezhved.cabinet.forms.wording import in_words
from mezhved.texts import Text

OTHERWISE = "записано не так, как требует схема: проверьте знаки и их число"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("не подходит под шаблон [А-ЯЁа-яё\\- ]+", "допустимы только русские буквы, дефис, пробел"),
        ("не подходит под шаблон [A-Z0-9/]{2,5}", "допустимы только заглавные латинские буквы, цифры, /"),
        ("не подходит под шаблон [0-9]{3}-[0-9]{3}", OTHERWISE),
        ("не подходит под шаблон [^a]+", OTHERWISE),
        ("не подходит под шаблон [\\p{L}]+", OTHERWISE),
        ("не подходит под шаблон [", OTHERWISE),
        ("нужна дата вида 2026-12-31", "такой даты нет: нужна дата вида 31.12.2026"),
        ("не короче 3, сейчас 1", "не короче 3, сейчас 1"),
    ],
)
def test_neither_patterns_nor_the_dates_of_xml_are_shown_to_people(told: str, said: str) -> None:
    assert in_words(Text(ru=told, en="")).ru == said
