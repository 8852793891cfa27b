"""What the administration consists of, in groups, each page for who may open it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.urls import reverse

from mezhved.cabinet.access import Permission
from mezhved.cabinet.running.sections import SECTIONS
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.cabinet.access import Visit


class Entry(NamedTuple):
    """A page: its name, and the name of its address; `section:` leads to a section of the set-up."""

    address: str
    text: Text | None = None
    permission: Permission = Permission.SETUP


GROUPS: Final = (
    (
        Text(ru="Обмен", en="Exchange"),
        (
            Entry("first_steps", Text(ru="Первые шаги", en="First steps")),
            Entry("section:connections"),
            Entry("section:systems"),
            Entry("keys", Text(ru="Ключи и сертификаты", en="Keys and certificates")),
            Entry("check", Text(ru="Проверка связи", en="Check of the way")),
            Entry("section:types"),
        ),
    ),
    (
        Text(ru="Входящие запросы", en="Incoming requests"),
        (
            Entry("section:departments"),
            Entry("section:people"),
            Entry("section:rules"),
            Entry("section:services"),
            Entry("section:terms"),
            Entry("calendar", Text(ru="Производственный календарь", en="Production calendar")),
        ),
    ),
    (
        Text(ru="Наблюдение", en="Watching"),
        (
            Entry("queues", Text(ru="Очереди", en="Queues")),
            Entry("journal", Text(ru="Журнал сообщений", en="Journal of messages"), Permission.JOURNAL),
            Entry("all_jobs", Text(ru="Фоновые работы", en="Background jobs")),
            Entry("health", Text(ru="Состояние шлюза", en="Health of the gateway")),
            Entry("retention", Text(ru="Хранение данных", en="Retention of data")),
        ),
    ),
    (
        Text(ru="Люди и системы", en="People and systems"),
        (
            Entry("account_list", Text(ru="Учётные записи", en="Accounts"), Permission.ACCOUNTS),
            Entry("security_accounts", Text(ru="Блокировки", en="Locks"), Permission.SECURITY),
            Entry("session_list", Text(ru="Сеансы", en="Sessions"), Permission.SECURITY),
            Entry("audit_list", Text(ru="Журнал действий", en="Audit"), Permission.SECURITY),
            Entry("tokens", Text(ru="Токены своих систем", en="Tokens of own systems")),
            Entry("webhooks", Text(ru="Уведомления систем", en="Notices to systems")),
            Entry("setup_document", Text(ru="Настройка файлом", en="The set-up as a file")),
        ),
    ),
)


def groups(visit: Visit) -> Iterator[tuple[Text, list[tuple[Text, str]]]]:
    """Give the groups with the pages that the account may open."""
    for title, entries in GROUPS:
        links = [_link(each) for each in entries if visit.access.may(each.permission)]
        if links:
            yield title, links


def _link(entry: Entry) -> tuple[Text, str]:
    kind, _, slug = entry.address.partition(":")
    if slug:
        return SECTIONS[slug].title, SECTIONS[slug].address
    return entry.text or Text(kind, kind), reverse(f"cabinet:{kind}")
