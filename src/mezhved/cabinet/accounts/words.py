"""What roles and states of accounts are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.cabinet.models import Assignment, Role
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.cabinet.models import Account

ROLES: Final[Mapping[str, Text]] = {
    Role.ADMINISTRATOR: Text(ru="администратор", en="administrator"),
    Role.SECURITY_OFFICER: Text(ru="офицер безопасности", en="security officer"),
    Role.HEAD: Text(ru="руководитель", en="head"),
    Role.OFFICIAL: Text(ru="сотрудник", en="official"),
    Role.OBSERVER: Text(ru="наблюдатель", en="observer"),
}
ROLE_HINTS: Final[Mapping[str, Text]] = {
    Role.ADMINISTRATOR: Text(
        ru="настраивает шлюз и заводит учётные записи; запросы видит только в журнале сообщений",
        en="sets the gateway up and makes accounts; opens no requests but in the journal of messages",
    ),
    Role.SECURITY_OFFICER: Text(
        ru="видит журнал действий и все сеансы, блокирует учётные записи",
        en="sees the audit and all sessions, locks accounts",
    ),
    Role.HEAD: Text(
        ru="запрашивает, отвечает и распределяет запросы в подразделении и ниже",
        en="asks, answers and assigns requests in the department and below",
    ),
    Role.OFFICIAL: Text(ru="запрашивает и отвечает в подразделении", en="asks and answers in the department"),
    Role.OBSERVER: Text(
        ru="только смотрит, в подразделении и ниже", en="only looks, in the department and below"
    ),
}
WHOLE: Final = Text(ru="вся организация", en="the whole organisation")


def roles_in_words(account: Account) -> list[tuple[Text, str]]:
    """Return the roles of an account, each with the department's name; empty: the whole organisation."""
    rows = Assignment.objects.filter(account=account).select_related("department").order_by("pk")
    return [(ROLES[each.role], each.department.name if each.department else "") for each in rows]


def state_of(account: Account) -> tuple[str, Text]:
    """Return how an account stands: the kind of chip, and the word."""
    if not account.user.is_active:
        return "", Text(ru="выключена", en="disabled")
    if account.locked_at is not None:
        return "bad", Text(ru="заблокирована", en="locked")
    if account.temporary_until is not None:
        return "warn", Text(ru="ждёт смены пароля", en="waits for a new password")
    return "good", Text(ru="действует", en="active")
