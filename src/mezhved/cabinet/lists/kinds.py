"""The lists there are: of what, for whom, with which columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.access import Permission
from mezhved.gateway.models import Direction
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

CREATED: Final = "created"
TERM: Final = "term"


@dataclass(frozen=True, slots=True)
class Tab:
    """A way of looking at a list, one click away: its words and its query string."""

    title: Text
    query: str


@dataclass(frozen=True, slots=True)
class View:
    """A list. `direction` is empty for both; `start` is the query string that it is opened with."""

    code: str
    title: Text
    permission: Permission
    direction: str
    url: str
    """The name of its address."""
    row_url: str
    """The name of the address of a row."""
    columns: tuple[str, ...]
    tabs: tuple[Tab, ...]
    empty: Text
    """What to do where there is nothing yet."""
    start: str = ""

    @property
    def file_columns(self) -> tuple[str, ...]:
        """The columns of a file: what a page says under the type has one of its own there."""
        after = self.columns.index("type") + 1
        return (*self.columns[:after], "case", *self.columns[after:])


REQUESTS: Final = View(
    "requests",
    Text(ru="Запросы", en="Requests"),
    Permission.SEE,
    Direction.OUT,
    "cabinet:getting",
    "cabinet:request",
    ("type", "counterpart", "state", "term", "author", "department", "created", "closed"),
    (
        Tab(Text(ru="Все", en="All"), "all=1"),
        Tab(Text(ru="Мои", en="Mine"), "mine=1"),
        Tab(Text(ru="Ждём ответа", en="Waiting"), "open=1"),
        Tab(Text(ru="Новые ответы", en="New answers"), "unread=1"),
        Tab(Text(ru="Просроченные", en="Overdue"), "late=1"),
    ),
    Text(
        ru="Запросов пока нет. Начните с «Новый запрос» в меню.",
        en="There are no requests yet. Begin with “New request” in the menu.",
    ),
)
INCOMING: Final = View(
    "incoming",
    Text(ru="Входящие запросы", en="Incoming requests"),
    Permission.SEE,
    Direction.IN,
    "cabinet:answering",
    "cabinet:incoming_work",
    ("type", "counterpart", "term", "executor", "department", "state", "created"),
    (
        Tab(Text(ru="Ждут ответа", en="To be answered"), "open=1&sort=term"),
        Tab(Text(ru="Мои", en="Mine"), "mine=1&open=1&sort=term"),
        Tab(Text(ru="Никем не взяты", en="Taken by nobody"), "executor=nobody&open=1&sort=term"),
        Tab(Text(ru="Просроченные", en="Overdue"), "late=1&sort=term"),
        Tab(Text(ru="Вопросы ко мне", en="Questions to me"), "asked=1"),
        Tab(Text(ru="Непрочитанные", en="Unread"), "unread=1"),
        Tab(Text(ru="Все", en="All"), "all=1"),
    ),
    Text(
        ru="Входящих запросов пока нет: они появятся здесь сами, обновлять страницу каждую минуту не нужно.",
        en="There are no incoming requests yet: they will appear here by themselves.",
    ),
    start="open=1&sort=term",
)
JOURNAL: Final = View(
    "journal",
    Text(ru="Журнал обменов", en="Journal of exchanges"),
    Permission.JOURNAL,
    "",
    "cabinet:journal",
    "cabinet:journal_exchange",
    (
        "direction",
        "type",
        "counterpart",
        "state",
        "term",
        "executor",
        "department",
        "system",
        "message_id",
        "created",
        "closed",
    ),
    (
        Tab(Text(ru="Все", en="All"), "all=1"),
        Tab(Text(ru="Незакрытые", en="Open"), "open=1"),
        Tab(Text(ru="Просроченные", en="Overdue"), "late=1"),
        Tab(Text(ru="Не приняты СМЭВ", en="Refused by SMEV"), "state=faulted&state=unsent"),
    ),
    Text(
        ru="Обменов ещё не было. Проверьте подключение: mezhved gateway check.",
        en="There have been no exchanges. Check the connection: mezhved gateway check.",
    ),
)
VIEWS: Final[Mapping[str, View]] = {each.code: each for each in (REQUESTS, INCOMING, JOURNAL)}


def view_of(code: str) -> View | None:
    """Return the list of a code."""
    return VIEWS.get(code)
