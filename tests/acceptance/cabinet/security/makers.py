"""Values for the arguments of addresses: objects that belong to the department `other` and its people.

A new address with an argument needs a maker, found by "url name:argument" (with * and ?), else by the
argument's name alone. `common=True`: what it names belongs to no department (a type, a dictionary).
"""

from __future__ import annotations

import fnmatch
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mezhved.cabinet.models import (
    Account,
    Assignment,
    Card,
    CardKind,
    Draft,
    Job,
    Purpose,
    RequestTemplate,
    Role,
    SavedFilter,
    Session,
)
from mezhved.cabinet.models.batches import Batch
from mezhved.cabinet.models.notices import Notice, NoticeKind
from mezhved.cabinet.models.reports import SavedReport
from mezhved.gateway.models import (
    Attachment,
    Carrier,
    Direction,
    Exchange,
    ExchangeState,
    Message,
    MessageKind,
    MessageState,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cabinets import CabinetUnderTest


@dataclass
class Foreign:
    """Whose objects are asked for: an official of `other`; what was made is made once."""

    cabinet: CabinetUnderTest
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def now(self) -> Any:
        return self.cabinet.under_test.clock()

    @property
    def account(self) -> Account:
        return self.cabinet.member(Role.OFFICIAL, "other")

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    def exchange(self, direction: Direction) -> Exchange:
        tested = self.cabinet.under_test
        state = ExchangeState.NEW if direction == Direction.IN else ExchangeState.ANSWERED

        def make() -> Exchange:
            return Exchange.objects.create(
                system=tested.provider if direction == Direction.IN else tested.consumer,
                direction=direction,
                type=tested.plain,
                state=state,
                department=self.cabinet.department("other"),
                created_at=self.now,
            )

        found: Exchange = self.once(f"exchange {direction}", make)
        return found

    def message(self) -> Message:
        exchange = self.exchange(Direction.OUT)

        def make() -> Message:
            message = Message.objects.create(
                exchange=exchange,
                system=exchange.system,
                direction=Direction.IN,
                kind=MessageKind.ANSWER,
                state=MessageState.RECEIVED,
                content=b"<PlainResponse/>",
                created_at=self.now,
                settled_at=self.now,
            )
            Attachment.objects.create(
                message=message,
                number=1,
                name="a.txt",
                mime_type="text/plain",
                carrier=Carrier.MESSAGE,
                size=1,
                octets=b"1",
            )
            return message

        found: Message = self.once("message", make)
        return found


@dataclass(frozen=True)
class Maker:
    pattern: str
    common: bool
    make: Callable[[Foreign], Any]


MAKERS: list[Maker] = []


def maker(
    pattern: str, *, common: bool = False
) -> Callable[[Callable[[Foreign], Any]], Callable[[Foreign], Any]]:
    """Register a maker of a value."""

    def wrap(function: Callable[[Foreign], Any]) -> Callable[[Foreign], Any]:
        MAKERS.append(Maker(pattern, common, function))
        return function

    return wrap


def maker_of(name: str, argument: str) -> Maker | None:
    """Return the maker for an argument of an address; None: there is none yet."""
    wanted = f"{name.removeprefix('cabinet:')}:{argument}"
    for each in MAKERS:
        if ":" in each.pattern and fnmatch.fnmatch(wanted, each.pattern):
            return each
    return next((each for each in MAKERS if each.pattern == argument), None)


@maker("request*:uid")
def own_request(foreign: Foreign) -> uuid.UUID:
    return foreign.exchange(Direction.OUT).uid


@maker("incoming_sign:uid")
@maker("asking_sign:uid")
@maker("message_*:uid")
def message(foreign: Foreign) -> uuid.UUID:
    return foreign.message().uid


@maker("incoming_*:uid")
def incoming_request(foreign: Foreign) -> uuid.UUID:
    return foreign.exchange(Direction.IN).uid


@maker("asking_template_*:uid")
def template(foreign: Foreign) -> uuid.UUID:
    def make() -> RequestTemplate:
        return RequestTemplate.objects.create(
            name="Пробный",
            account=foreign.account,
            kind=foreign.cabinet.under_test.plain,
            created_at=foreign.now,
        )

    found: uuid.UUID = foreign.once("template", make).uid
    return found


@maker("asking_*:uid")
@maker("form_*:uid")
def draft(foreign: Foreign) -> uuid.UUID:
    def make() -> Draft:
        return Draft.objects.create(
            account=foreign.account,
            department=foreign.cabinet.department("other"),
            kind=foreign.cabinet.under_test.plain,
            root="PlainRequest",
            purpose=Purpose.ASK,
            created_at=foreign.now,
            updated_at=foreign.now,
        )

    found: uuid.UUID = foreign.once("draft", make).uid
    return found


@maker("batch*:uid")
def batch(foreign: Foreign) -> uuid.UUID:
    def make() -> Batch:
        return Batch.objects.create(
            account=foreign.account,
            author=foreign.account.name,
            department=foreign.cabinet.department("other"),
            kind=foreign.cabinet.under_test.plain,
            system=foreign.cabinet.under_test.consumer,
            digest="0" * 64,
            created_at=foreign.now,
        )

    found: uuid.UUID = foreign.once("batch", make).uid
    return found


@maker("job*:uid")
def job(foreign: Foreign) -> uuid.UUID:
    def make() -> Job:
        return Job.objects.create(
            kind="tests.none",
            title={"ru": "Пробная", "en": "Test"},
            account=foreign.account,
            created_at=foreign.now,
        )

    found: uuid.UUID = foreign.once("job", make).uid
    return found


@maker("list_drop:uid")
def saved_filter(foreign: Foreign) -> uuid.UUID:
    def make() -> SavedFilter:
        return SavedFilter.objects.create(account=foreign.account, view="requests", name="Пробный")

    found: uuid.UUID = foreign.once("filter", make).uid
    return found


@maker("report_*:uid")
def saved_report(foreign: Foreign) -> uuid.UUID:
    def make() -> SavedReport:
        return SavedReport.objects.create(account=foreign.account, name="Пробный", created_at=foreign.now)

    found: uuid.UUID = foreign.once("report", make).uid
    return found


@maker("notice_open:key")
def notice(foreign: Foreign) -> int:
    def make() -> Notice:
        return Notice.objects.create(
            account=foreign.account,
            kind=NoticeKind.JOB,
            key="tests",
            at=foreign.now,
            text_ru="Пробное",
            text_en="Test",
        )

    found: int = foreign.once("notice", make).pk
    return found


@maker("card*:uid")
def card(foreign: Foreign) -> uuid.UUID:
    def make() -> Card:
        return Card.objects.create(
            department=foreign.cabinet.department("other"),
            kind=CardKind.PERSON,
            title="Пробный человек",
            folded="",
            added_at=foreign.now,
            changed_at=foreign.now,
            keep_until=foreign.now,
        )

    found: uuid.UUID = foreign.once("card", make).uid
    return found


@maker("account_session_end:uid")
@maker("session_end:uid")
def session(foreign: Foreign) -> uuid.UUID:
    """Made anew for each call: whoever may end it ends it."""
    made = Session.objects.create(
        uid=uuid.uuid4(), account=foreign.account, started_at=foreign.now, seen_at=foreign.now
    )
    return made.uid


@maker("account_*:number")
def account(foreign: Foreign) -> int:
    return int(foreign.account.pk)


@maker("account_role_remove:assignment")
def assignment(foreign: Foreign) -> int:
    found, _ = Assignment.objects.get_or_create(
        account=foreign.account, role=Role.OBSERVER, department=foreign.cabinet.department("other")
    )
    return int(found.pk)


@maker("number", common=True)
def number(foreign: Foreign) -> int:
    return 1


@maker("list_*:code", common=True)
def list_code(foreign: Foreign) -> str:
    return "requests"


@maker("code", common=True)
def type_code(foreign: Foreign) -> str:
    return foreign.cabinet.under_test.plain.code


@maker("message_inner:place", common=True)
def place(foreign: Foreign) -> str:
    return "0"


@maker("incoming_do:what", common=True)
def what(foreign: Foreign) -> str:
    return "take"


@maker("*_file:form", common=True)
def sheet(foreign: Foreign) -> str:
    return "xlsx"


@maker("card_new:kind", common=True)
def card_kind(foreign: Foreign) -> str:
    return "person"


@maker("director*:name", common=True)
def directory(foreign: Foreign) -> str:
    return "okved"


@maker("journal_*:uid")
def in_the_journal(foreign: Foreign) -> uuid.UUID:
    foreign.message()
    return foreign.exchange(Direction.OUT).uid


@maker("webhook:uid", common=True)
@maker("delivery_again:uid", common=True)
@maker("type_report:uid", common=True)
def of_nothing(foreign: Foreign) -> uuid.UUID:
    """Set-up belongs to the whole organisation: these rows need not be there."""
    return uuid.UUID(int=1)


@maker("type_*:key", common=True)
def type_key(foreign: Foreign) -> int:
    return int(foreign.cabinet.under_test.plain.pk)


@maker("key", common=True)
@maker("step", common=True)
@maker("right", common=True)
def row(foreign: Foreign) -> int:
    return 1


@maker("slug", common=True)
def section(foreign: Foreign) -> str:
    return "departments"


@maker("year", common=True)
def year(foreign: Foreign) -> int:
    return 2026


@maker("month", common=True)
def month(foreign: Foreign) -> int:
    return 11


@maker("day", common=True)
def day(foreign: Foreign) -> int:
    return 22
