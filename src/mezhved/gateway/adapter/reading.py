"""From a tree of names to what a client says; every value that the schema bounds is checked here."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from mezhved.gateway.adapter.faults import invalid
from mezhved.gateway.adapter.model import (
    ArchivedFile,
    AttachmentHeader,
    ByClientId,
    ClientMessage,
    Content,
    Criterion,
    FindQuery,
    LinkedGroup,
    MessageQuery,
    NewGroup,
    Period,
    QueryPart,
    RecordRoute,
    Reject,
    RequestPart,
    ResponsePart,
    Route,
    Sought,
    Status,
)
from mezhved.smev3.messages import BeyondCalendar, read_time
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gateway.adapter.shapes import Tree

SHORT, CODE, WORDS, LONG, LONGEST = 50, 20, 1000, 1500, 4000
ARCHIVE_LIMIT: Final = 1000
FILES_LIMIT: Final = 1000
PATH_LIMIT: Final = 4096
ROUTES_LIMIT: Final = 1000
ROUTE_LIMIT: Final = 500
REJECTS: Final = frozenset({"ACCESS_DENIED", "FAILURE", "NO_DATA", "UNKNOWN_REQUEST_DESCRIPTION"})
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_NUMBER: Final = re.compile(r"\s*([+-]?\d{1,10})\s*", re.ASCII)
_ZONE: Final = re.compile(r"([+-]\d\d)(\d\d)\Z", re.ASCII)
"""Java's libraries write zones without a colon into JSON."""
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}
_INT: Final = range(-(2**31), 2**31)


class Said:
    """One object of a tree, with the way to it for what is wrong with it."""

    __slots__ = ("_tree", "path")

    def __init__(self, tree: Tree, path: str) -> None:
        self._tree = tree
        self.path = path

    def __contains__(self, name: str) -> bool:
        return name in self._tree

    def at(self, name: str) -> str:
        """Return the way to a member."""
        return f"{self.path}/{name}" if self.path else name

    def text(self, name: str, limit: int = SHORT) -> str:
        """Return a text that must be there and say something."""
        value = self.optional(name, limit)
        if value is None or not value.strip():
            raise invalid(
                "обязательное значение не задано",
                "a required value is missing",
                self.at(name),
                Text(ru="заполните его", en="fill it in"),
            )
        return value

    def optional(self, name: str, limit: int = SHORT) -> str | None:
        """Return a text; None where it is absent."""
        value = self._tree.get(name)
        if value is not None and len(value) > limit:
            raise invalid(
                f"значение длиннее {limit} знаков", f"longer than {limit} characters", self.at(name)
            )
        return value

    def some(self, name: str, limit: int = SHORT) -> str | None:
        """Return a text; None where it is absent or empty."""
        return self.optional(name, limit) or None

    def flag(self, name: str) -> bool | None:
        """Return xs:boolean; None where it is absent or empty."""
        value = self._tree.get(name)
        if value is None or not value.strip():
            return None
        if value.strip() not in _FLAGS:
            raise invalid("нужно true или false", "true or false is needed", self.at(name))
        return _FLAGS[value.strip()]

    def number(self, name: str) -> int:
        """Return xs:int."""
        found = whole_number(self.text(name))
        if found is None:
            raise invalid("нужно целое число", "a whole number is needed", self.at(name))
        return found

    def count(self, name: str) -> int:
        """Return a number from 0 up; 0 where it is absent."""
        if not self._tree.get(name):
            return 0
        found = self.number(name)
        if found < 0:
            raise invalid("нужно число не меньше нуля", "a number from 0 up is needed", self.at(name))
        return found

    def moment(self, name: str) -> datetime | None:
        """Return xs:dateTime in UTC, None where it is absent or empty; without a zone it is Moscow's.

        What lies beyond the calendar, such as the least moment of .NET by Moscow's time, is its first or its
        last moment.
        """
        value = self._tree.get(name)
        if value is None or not value.strip():
            return None
        try:
            return read_time(_ZONE.sub(r"\1:\2", value.strip()))
        except BeyondCalendar:
            return _FIRST if value.strip().startswith("0001") else _LAST
        except ValueError as error:
            raise invalid("нужны дата и время", "a date and time are needed", self.at(name)) from error

    def inner(self, name: str) -> Said:
        """Return an object that must be there."""
        found = self.maybe(name)
        if found is None:
            raise invalid("обязательный элемент отсутствует", "a required element is missing", self.at(name))
        return found

    def maybe(self, name: str) -> Said | None:
        """Return an object; None where it is absent."""
        return Said(self._tree[name], self.at(name)) if name in self._tree else None

    def octets(self, name: str) -> bytes | None:
        """Return foreign XML."""
        found: bytes | None = self._tree.get(name)
        return found

    def every(self, name: str, limit: int) -> list[Any]:
        """Return a list."""
        found: list[Any] = self._tree.get(name, [])
        if len(found) > limit:
            raise invalid(f"в списке больше {limit}", f"the list has more than {limit}", self.at(name))
        return found

    def objects(self, name: str, limit: int) -> list[Said]:
        """Return a list of objects."""
        return [
            Said(each, f"{self.at(name)}[{number}]") for number, each in enumerate(self.every(name, limit), 1)
        ]


def whole_number(text: str) -> int | None:
    """Return what an xs:int says; None for what is none."""
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found is not None and int(found[1]) in _INT else None


def client_message(tree: Tree) -> ClientMessage:
    """Read what `Send` takes; raise `ValidationFault`."""
    said = Said(tree, "")
    system, queue = said.text("itSystem"), said.some("replyToQueue", LONG)
    there = [(inner, read) for name, read in _READERS.items() if (inner := said.maybe(name)) is not None]
    if len(there) != 1:
        raise invalid(
            "нужно одно сообщение: запрос, ответ или опрос очереди",
            "one message is needed: a request, an answer or a query",
            "ClientMessage",
        )
    ((inner, read),) = there
    return ClientMessage(system, read(inner), queue)


def message_query(tree: Tree) -> MessageQuery:
    """Read what `Get` takes; raise `ValidationFault`."""
    said = Said(tree, "")
    specific = said.maybe("specificQuery")
    sought = None
    if specific is not None and specific.some("messageTypeCriteria"):
        sought = _one_of(Sought, specific, "messageTypeCriteria")
    return MessageQuery(
        said.text("itSystem"), sought, said.some("nodeId"), said.some("routerExtraQueue", LONG)
    )


def find_query(tree: Tree) -> FindQuery:
    """Read what `Find` takes; raise `ValidationFault`. The client's id comes before the period.

    A count of 0 is no bound: programs made of the schema write it where nothing was said.
    """
    said = Said(tree, "")
    specific = said.inner("specificQuery")
    limit, offset = specific.count("messageCountToReturn") or None, specific.count("messageOffset")
    named, period = specific.maybe("messageClientIdCriteria"), specific.maybe("messagePeriodCriteria")
    if named is not None:
        criterion = _one_of(Criterion, named, "clientIdCriteria")
        by = ByClientId(named.text("clientId"), criterion)
        return FindQuery(said.text("itSystem"), by, limit, offset)
    if period is None:
        raise invalid("не задано, что искать", "nothing is said to be found", "specificQuery")
    start, end = period.moment("from"), period.moment("to")
    if start is None:
        raise invalid("обязательное значение не задано", "a required value is missing", period.at("from"))
    return FindQuery(said.text("itSystem"), Period(start, end), limit, offset)


def _request(said: Said) -> RequestPart:
    about, inside = said.inner("requestMetadata"), said.inner("requestContent")
    process = tuple(about.every("businessProcessMetadata", ROUTES_LIMIT))
    original = inside.optional("originalContent", 2**24)
    return request_part(about, _content(inside.inner("content")), process, original)


def _wish(said: Said) -> QueryPart:
    return QueryPart(said.text("clientId"), _one_of(Sought, said, "queryType"))


def request_part(
    about: Said, content: Content, business_process: tuple[bytes, ...], original: str | None
) -> RequestPart:
    """Read RequestMetadata, and put it together with the rest of a request."""
    linked, group = about.maybe("linkedGroupIdentity"), about.maybe("createGroupIdentity")
    route = about.maybe("routingInformation")
    return RequestPart(
        client_id=about.text("clientId"),
        content=content,
        linked=None if linked is None else LinkedGroup(linked.some("refClientId"), linked.some("refGroupId")),
        group=None if group is None else _group(group),
        node_id=about.some("nodeId"),
        eol=about.moment("eol"),
        is_test=about.flag("testMessage"),
        transaction_code=about.some("transactionCode", LONG),
        business_process=business_process,
        route=None if route is None else _route(route),
        original=original,
    )


def _group(said: Said) -> NewGroup:
    return NewGroup(
        said.text("frguServiceCode", CODE),
        said.some("frguServiceDescription", WORDS),
        said.some("frguServiceRecipientDescription", WORDS),
    )


def _route(said: Said) -> Route:
    registry = said.maybe("registryRouting")
    records = () if registry is None else registry.objects("registryRecordRouting", ROUTES_LIMIT)
    return Route(
        _values(said, "dynamic"),
        _values(said, "identifier"),
        tuple(
            RecordRoute(
                each.number("recordId"),
                _needed_flag(each, "useGeneralRouting"),
                _values(each, "dynamic"),
                _values(each, "identifier"),
            )
            for each in records
        ),
    )


def _values(said: Said, name: str) -> tuple[str, ...]:
    held = said.maybe(f"{name}Routing")
    if held is None:
        return ()
    values = held.every(f"{name}Value", ROUTES_LIMIT)
    if any(len(each) > ROUTE_LIMIT for each in values):
        raise invalid(
            f"значение длиннее {ROUTE_LIMIT} знаков", f"longer than {ROUTE_LIMIT} characters", held.path
        )
    return tuple(values)


def _needed_flag(said: Said, name: str) -> bool:
    value = said.flag(name)
    if value is None:
        raise invalid("обязательное значение не задано", "a required value is missing", said.at(name))
    return value


def _response(said: Said) -> ResponsePart:
    about, inside = said.inner("responseMetadata"), said.inner("responseContent")
    content, status = inside.maybe("content"), inside.maybe("status")
    rejects = tuple(_reject(each) for each in inside.objects("rejects", ROUTES_LIMIT))
    if sum((content is not None, bool(rejects), status is not None)) != 1:
        raise invalid(
            "нужно одно: данные, отказ или состояние",
            "one is needed: data, a refusal or a status",
            inside.path,
        )
    return ResponsePart(
        client_id=about.text("clientId"),
        reply_to_client_id=about.text("replyToClientId"),
        reply_to=about.some("replyTo", LONGEST),
        content=None if content is None else _content(content),
        rejects=rejects,
        status=None if status is None else _status(status),
        original=inside.optional("originalContent", 2**24),
    )


def _reject(said: Said) -> Reject:
    code = said.text("code")
    if code not in REJECTS:
        allowed = ", ".join(sorted(REJECTS))
        raise invalid(f"код отказа — один из {allowed}", f"the code is one of {allowed}", said.at("code"))
    return Reject(code, said.text("description", LONGEST))


def _status(said: Said) -> Status:
    parameters = said.objects("parameter", ROUTES_LIMIT)
    pairs = tuple((each.text("key", LONGEST), each.optional("value", LONGEST) or "") for each in parameters)
    return Status(said.text("code"), said.text("description", LONGEST), pairs)


def _content(said: Said) -> Content:
    primary = said.octets("messagePrimaryContent")
    if primary is None:
        raise invalid("нет бизнес-данных", "there are no business data", said.at("messagePrimaryContent"))
    files = said.maybe("attachmentHeaderList")
    headers = () if files is None else _headers(files)
    return Content(primary, said.octets("personalSignature"), headers)


def attachment_headers(trees: list[Tree]) -> tuple[AttachmentHeader, ...]:
    """Read headers of files."""
    return _headers(Said({"attachmentHeader": trees}, "attachmentHeaderList"))


def _headers(said: Said) -> tuple[AttachmentHeader, ...]:
    return tuple(_header(each) for each in said.objects("attachmentHeader", FILES_LIMIT))


def _header(said: Said) -> AttachmentHeader:
    identifier, method = said.some("id"), said.some("transferMethod")
    if identifier is not None and _UUID.fullmatch(identifier) is None:
        raise invalid("нужен UUID строчными буквами", "a UUID in small letters is needed", said.at("id"))
    if method not in {None, "MTOM", "REFERENCE"}:
        raise invalid("нужно MTOM или REFERENCE", "MTOM or REFERENCE is needed", said.at("transferMethod"))
    archive = said.maybe("archive")
    files = () if archive is None else archive.objects("file", ARCHIVE_LIMIT)
    return AttachmentHeader(
        path=said.text("filePath", PATH_LIMIT),
        id=identifier,
        passport_id=said.some("passportId", LONGEST),
        pkcs7=_base64(said, "signaturePKCS7"),
        method=method,
        reusable=said.flag("reusableAttachment"),
        archive=tuple(
            ArchivedFile(each.text("name", PATH_LIMIT), each.text("passportId", LONGEST)) for each in files
        ),
    )


def _base64(said: Said, name: str) -> bytes | None:
    value = said.some(name, 2**20)
    if value is None or not value.strip():
        return None
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid("нужны данные base64", "base64 is needed", said.at(name)) from error


def _one_of(kind: Any, said: Said, name: str) -> Any:
    value = said.text(name)
    try:
        return kind(value)
    except ValueError as error:
        allowed = ", ".join(kind)
        raise invalid(f"нужно одно из {allowed}", f"one of {allowed} is needed", said.at(name)) from error


_READERS: Final[dict[str, Callable[[Said], RequestPart | ResponsePart | QueryPart]]] = {
    "requestMessage": _request,
    "responseMessage": _response,
    "queryMessage": _wish,
}
