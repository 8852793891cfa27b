"""Letters of terms: no personal data, only what is late and by when; written once, in two forms."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.utils.html import format_html, format_html_join

from mezhved.gateway.models import Mail, ReminderKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezhved.configuration import GatewaySettings
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Exchange

_SUBJECT_LIMIT: Final = 150
_SUBJECTS: Final = {
    ("near", "ru"): "Срок ответа истекает {due}: {what}",
    ("near", "en"): "An answer is due on {due}: {what}",
    ("over", "ru"): "Срок ответа истёк {due}: {what}",
    ("over", "en"): "An answer was due on {due}: {what}",
}
_OPENINGS: Final = {
    ("near", "ru"): "Скоро истечёт срок ответа на межведомственный запрос.",
    ("near", "en"): "An answer to an interagency request is due soon.",
    ("over", "ru"): "Срок ответа на межведомственный запрос истёк, ответа нет.",
    ("over", "en"): "An answer to an interagency request is overdue.",
}
_WORDS: Final = {
    "ru": ("Вид сведений", "Кто запросил", "Получен", "Срок", "Подразделение", "Номер в шлюзе", "Шлюз"),
    "en": ("Type", "Asked by", "Received", "Due", "Department", "Number in the gateway", "Gateway"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written to people."""

    subject: str
    plain: str
    html: str


def letter_of(settings: GatewaySettings, exchange: Exchange, kind: ReminderKind) -> Letter:
    """Write the letter of a request whose term is near or over, in the language of the settings."""
    language, department = settings.language, exchange.department
    zone = ZoneInfo("Europe/Moscow" if department is None else department.time_zone)
    due = "" if exchange.due_at is None else f"{exchange.due_at.astimezone(zone):%d.%m.%Y %H:%M}"
    what = "?" if exchange.type is None else f"{exchange.type.code} {exchange.type.title}"
    values = (
        what,
        exchange.counterpart,
        f"{exchange.created_at.astimezone(zone):%d.%m.%Y %H:%M}",
        due,
        "" if department is None else department.name,
        str(exchange.uid),
        settings.public_address,
    )
    rows = [(word, plain_line(value)) for word, value in zip(_WORDS[language], values, strict=True) if value]
    code = exchange.counterpart if exchange.type is None else exchange.type.code
    subject = _SUBJECTS[kind.value, language].format(due=due[:10], what=code)
    return _letter(subject, _OPENINGS[kind.value, language], rows)


def _letter(subject: str, opening: str, rows: Sequence[tuple[str, str]]) -> Letter:
    table = format_html_join("", "<tr><th align=left>{}</th><td>{}</td></tr>", rows)
    html = format_html(
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head>'
        "<body><p>{}</p><table>{}</table></body></html>",
        opening,
        table,
    )
    plain = "\n".join([opening, "", *(f"{word}: {value}" for word, value in rows), ""])
    return Letter(subject, plain, str(html))


def plain_line(text: str) -> str:
    """Return a text as one line without anything that does not print, so that no header can be added."""
    return " ".join("".join(each if is_plain(each) else " " for each in text).split())


def is_plain(character: str) -> bool:
    """Tell whether a character neither ends a line nor controls anything."""
    return unicodedata.category(character) not in {"Cc", "Zl", "Zp", "Cs"}


def put(gateway: Gateway, about: str, address: str, letter: Letter) -> None:
    """Keep a letter that is to be sent, in the transaction at hand; one about the same is kept once."""
    now = gateway.clock()
    key = hashlib.sha256(f"{about}\n{address}".encode()).hexdigest()
    domain = gateway.settings.mail_from.rpartition("@")[2].strip("<> ") or "localhost"
    Mail.objects.get_or_create(
        key=key,
        defaults={
            "address": address,
            "subject": plain_line(letter.subject)[:_SUBJECT_LIMIT],
            "plain": letter.plain,
            "html": letter.html,
            "message_id": f"<{key[:40]}@{domain}>",
            "created_at": now,
            "send_after": now,
        },
    )
