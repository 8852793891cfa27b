"""Telling an account something, once, the way it wants to be told."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from mezhved.cabinet.models import ByMail, Notice, NoticeKind, NoticePreference
from mezhved.gateway.provider.letters import plain_line
from mezhved.texts import Text

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.cabinet.models import Account

LENGTH: Final = 500
KINDS: Final = {
    NoticeKind.ANSWER: Text(ru="Пришёл ответ на мой запрос", en="An answer to a request of mine came"),
    NoticeKind.REFUSAL: Text(ru="На мой запрос отказали", en="A request of mine was refused"),
    NoticeKind.FAULT: Text(ru="СМЭВ не приняла запрос или ответ", en="SMEV refused a request or an answer"),
    NoticeKind.UNSENT: Text(ru="Не удалось отправить", en="Something could not be sent"),
    NoticeKind.ASSIGNED: Text(ru="Запрос поручен мне", en="A request was given to me"),
    NoticeKind.QUESTION: Text(ru="Коллега спрашивает", en="A colleague asks"),
    NoticeKind.TERM: Text(ru="Срок близко или истёк", en="A term is near or over"),
    NoticeKind.KEY: Text(
        ru="Кончается срок ключа подписи (администраторам)", en="A signing key runs out (administrators)"
    ),
    NoticeKind.JOB: Text(ru="Долгая работа закончена", en="Long work is done"),
    NoticeKind.REPORT: Text(ru="Готов отчёт по расписанию", en="A scheduled report is ready"),
}
BY_MAIL: Final = {
    ByMail.NEVER: Text(ru="Нет", en="No"),
    ByMail.NOW: Text(ru="Сразу", en="At once"),
    ByMail.DAILY: Text(ru="Раз в день, одним письмом", en="Once a day, in one letter"),
}
_DEFAULTS: Final = {
    NoticeKind.ASSIGNED: ByMail.NOW,
    NoticeKind.QUESTION: ByMail.NOW,
    NoticeKind.REPORT: ByMail.NOW,
}


def notify(
    account: Account,
    text: Text,
    link: str = "",
    *,
    kind: str = NoticeKind.JOB,
    at: datetime | None = None,
    about: str = "",
) -> None:
    """Tell an account something, in the transaction at hand, if there is one.

    `link` is a path of the cabinet; neither it nor the text holds personal data. What is told `about` the
    same thing again is not told again. ValueError for a link that leads elsewhere.
    """
    if link and (not link.startswith("/") or link.startswith(("//", "/\\")) or plain_line(link) != link):
        raise ValueError("a notice leads to a page of the cabinet")
    in_page, by_mail = wish(account, kind)
    if not in_page and by_mail == ByMail.NEVER:
        return
    moment = at or timezone.now()
    said = f"{kind}\n{about or f'{moment.isoformat()} {text.ru} {link}'}"
    key = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
    if Notice.objects.filter(account=account, key=key).exists():
        return
    try:
        with transaction.atomic():
            Notice.objects.create(
                account=account,
                kind=kind,
                key=key,
                at=moment,
                text_ru=plain_line(text.ru)[:LENGTH],
                text_en=plain_line(text.en)[:LENGTH],
                link=link,
                in_page=in_page,
                mail=by_mail,
            )
    except IntegrityError:
        return  # another process told it meanwhile


def wish(account: Account, kind: str) -> tuple[bool, str]:
    """Return whether an account wants a kind in the page, and when by mail."""
    row = NoticePreference.objects.filter(account=account, kind=kind).first()
    if row is not None:
        return row.in_page, row.by_mail
    return True, _DEFAULTS.get(NoticeKind(kind), ByMail.NEVER).value


def wishes(account: Account) -> list[tuple[NoticeKind, bool, str]]:
    """Return what an account wants, by kind."""
    return [(kind, *wish(account, kind)) for kind in KINDS]


def keep_wish(account: Account, kind: str, *, in_page: bool, by_mail: str) -> None:
    """Keep what an account wants; ValueError for words that are none."""
    NoticePreference.objects.update_or_create(
        account=account,
        kind=NoticeKind(kind).value,
        defaults={"in_page": in_page, "by_mail": ByMail(by_mail).value},
    )


def unread(account: Account) -> int:
    """Return how many notices of the page an account has not read."""
    return Notice.objects.filter(account=account, in_page=True, read_at=None).count()
