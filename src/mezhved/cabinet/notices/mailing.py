"""Letters of notices: one at once, or all of a day in one; a line each and a link, no personal data."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.html import format_html, format_html_join

from mezhved.cabinet.models import Account, ByMail, Notice
from mezhved.gateway.provider.letters import Letter, put
from mezhved.gateway.queries import Prepared
from mezhved.gateway.readers import has_come, reader_of
from mezhved.gateway.watching.summing import MOSCOW
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from mezhved.gateway.assembly import Gateway

BATCH: Final = 100
_NOTICES: Final = Prepared[Notice]()
MOST_LINES: Final = 200
HOUR: Final = time(8)
"""When the letter of the day goes, by Moscow time."""
READER: Final = "letters of the day"
"""Its position is a day's number."""
_MANY: Final = Text(ru="Уведомления за день: {count}", en="Notices of the day: {count}")
_MORE: Final = Text(ru="и ещё {count} — в кабинете", en="and {count} more in the cabinet")
_FOOT: Final = Text(
    ru="Что присылать, выбирается в кабинете: Уведомления, Настройки.",
    en="What is sent is chosen in the cabinet: Notices, Settings.",
)


def send_now(gateway: Gateway) -> int:
    """Write a letter of each notice that is to go at once; return how many there were."""
    found = _NOTICES.rows(_to_go_now)
    for row in found:
        with transaction.atomic():
            if Notice.objects.filter(pk=row.pk, mail=ByMail.NOW).update(mail=ByMail.NEVER):
                _put(gateway, row.account, f"notice {row.pk}", [row])
    return len(found)


def _to_go_now() -> QuerySet[Notice]:
    waiting = Notice.objects.filter(mail=ByMail.NOW)
    return waiting.select_related("account__user").order_by("pk")[:BATCH]


def send_daily(gateway: Gateway) -> bool:
    """Write the letters of the day when their hour has come; tell whether it was done now."""
    now = gateway.clock().astimezone(MOSCOW)
    at = datetime.combine(now.date(), HOUR, MOSCOW)
    day = now.date().toordinal()
    reader = reader_of(READER, day - (now < at))
    if now < at or reader.position >= day:
        return False
    due = Notice.objects.filter(mail=ByMail.DAILY, at__lt=at)
    for key in list(due.order_by().values_list("account", flat=True).distinct()):
        with transaction.atomic():
            rows = list(due.filter(account=key).select_related("account__user").order_by("pk"))
            if rows:
                _put(gateway, rows[0].account, f"digest {key} {now.date()}", rows)
                Notice.objects.filter(pk__in=[each.pk for each in rows]).update(mail=ByMail.NEVER)
    has_come(reader, day)
    return True


def letter_of(gateway: Gateway, account: Account, rows: Sequence[Notice]) -> Letter:
    """Write the letter of notices in the account's language."""
    language = account.language or gateway.settings.language

    def say(text: Text) -> str:
        return text.en if language == "en" else text.ru

    lines = [(say(each.text), _address(gateway, each.link)) for each in rows[:MOST_LINES]]
    if len(rows) > MOST_LINES:
        lines.append((say(_MORE).format(count=len(rows) - MOST_LINES), _address(gateway, "/notices/")))
    subject = lines[0][0] if len(rows) == 1 else say(_MANY).format(count=len(rows))
    plain = "\n".join(f"{text}\n{address}\n" if address else f"{text}\n" for text, address in lines)
    items = format_html_join("", "<li>{}</li>", ((_linked(text, address),) for text, address in lines))
    html = format_html(
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><ul>{}</ul><p>{}</p></body></html>',
        items,
        say(_FOOT),
    )
    return Letter(subject, f"{plain}\n{say(_FOOT)}\n", str(html))


def _put(gateway: Gateway, account: Account, about: str, rows: Sequence[Notice]) -> None:
    """Keep the letter; none where there is no mail, nobody to write to, or the account was closed."""
    address = account.user.email
    if not gateway.settings.mail_host or not account.may_enter(gateway.clock()) or not _is_address(address):
        return
    put(gateway, about, address, letter_of(gateway, account, rows))


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _address(gateway: Gateway, link: str) -> str:
    public = gateway.settings.public_address.rstrip("/")
    return f"{public}{link}" if public and link else ""


def _linked(text: str, address: str) -> str:
    return format_html('<a href="{}">{}</a>', address, text) if address else text
