"""What single values of the gateway's set-up must look like."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError

from mezhved.service.lazytext import lazy_text
from mezhved.texts import Text

_CODE = re.compile(r"[-a-zA-Z0-9_]+", re.ASCII)
_HOUR = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def check_code(value: str) -> None:
    """Refuse what is no short name of letters, digits, hyphens and underscores."""
    if not _CODE.fullmatch(value):
        text = Text(
            ru=f"код — латинские буквы, цифры, - и _: {value}",
            en=f"a code has Latin letters, digits, - and _: {value}",
        )
        raise ValidationError(lazy_text(text.ru, text.en))


def check_address(value: str, schemes: tuple[str, ...], example: str) -> None:
    """Refuse what is no address of these schemes: no call could ever be made to it."""
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        host, port = "", 0
    spaced = any(each.isspace() for each in value)
    if not host or port == 0 or parts.scheme not in schemes or spaced:
        told = " / ".join(f"{each}://" for each in schemes)
        raise ValidationError(
            lazy_text(
                ru=f"нужен адрес {told}, например {example}, а не {value!r}",
                en=f"an address {told} is needed, such as {example}: {value!r}",
            )
        )


def check_zone(value: str) -> None:
    """Refuse what is no name of a time zone."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(
            lazy_text(ru="нет такого часового пояса", en=f"no such time zone: {value}")
        ) from error


def check_hour(value: str) -> None:
    """Refuse what is no time of day such as 09:00."""
    if not _HOUR.fullmatch(value):
        raise ValidationError(
            lazy_text(ru=f"нужно время вида 09:00, а не {value}", en=f"a time such as 09:00: {value}")
        )


def check_texts(value: Any) -> None:
    """Refuse what is no list of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise ValidationError(lazy_text(ru="нужен список текстов", en="a list of texts is expected"))


def check_names(value: Any) -> None:
    """Refuse what is no mapping of prefixes to namespaces."""
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise ValidationError(lazy_text(ru="нужны имена и тексты", en="names and texts are expected"))


def check_weekdays(value: Any) -> None:
    """Refuse what is no list of days of the week from 1, Monday, to 7."""
    if not isinstance(value, list) or not all(type(each) is int and 1 <= each <= 7 for each in value):  # noqa: PLR2004
        raise ValidationError(lazy_text(ru="нужны дни недели от 1 до 7", en="days of the week from 1 to 7"))
