"""What answers a request without people says: business data, refusals, an interim status, or "later"."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.scenarios import read_answer
from mezhved.infotypes.values import to_xml
from mezhved.smev3.messages import RejectionReason
from mezhved.smev3.messages.writing import find_illegal
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.infotypes.forms import FormModel
    from mezhved.infotypes.scenarios import Answer

MOST_REASONS: Final = 20
TEXT_LIMIT: Final = 4000
_INT: Final = range(-(2**31), 2**31)
_CODES: Final = frozenset(each.value for each in RejectionReason)


class NoReply(MezhvedError):  # noqa: N818 - named by what it is
    """What came is no answer. `again` tells that another attempt may help."""

    def __init__(self, what: Text, *, again: bool = False, where: str = "", cure: Text | None = None) -> None:
        super().__init__(what, where=where, cure=cure)
        self.again = again


@dataclass(frozen=True, slots=True)
class Reply:
    """Exactly one of: `content`, `reasons`, `status`; none of them: it will be answered later."""

    content: bytes | None = None
    reasons: tuple[tuple[str, str], ...] = ()
    status: tuple[int, str, tuple[tuple[str, str], ...]] | None = None
    again_seconds: float | None = None
    """When to ask again, for what is no final answer; None: the answer comes through the API."""


def of_answer(answer: Answer, octets: bytes | None = None) -> Reply:
    """Return what an XML answer says; `octets` are those that it was read from."""
    if answer.rejections:
        return _reasons([(each.code, each.description) for each in answer.rejections])
    if answer.status is not None:
        status = answer.status
        return Reply(status=(status.code, status.description, status.parameters))
    plain = answer.content == answer.octets and octets is not None
    return Reply(content=octets if plain else answer.content)


def of_xml(octets: bytes, name: str) -> Reply:
    """Read an answer in XML: business data, or `RequestRejected` and `RequestStatus` of SMEV 3."""
    try:
        return of_answer(read_answer(name, octets), octets)
    except NoReply:
        raise
    except MezhvedError as error:
        raise NoReply(error.what, where=name) from error


def of_json(octets: bytes, model: Callable[[], FormModel]) -> Reply:
    """Read an answer in JSON: `answer` (by the type's form), `xml`, `rejections` or `status`.

    Raises `NoReply`, with the field's path where a value is wrong.
    """
    try:
        said = json.loads(octets)
    except (ValueError, RecursionError) as error:
        raise NoReply(Text(ru="ответ — не JSON", en="the answer is no JSON")) from error
    given = [
        each for each in ("answer", "xml", "rejections", "status") if isinstance(said, dict) and each in said
    ]
    if len(given) != 1:
        raise NoReply(
            Text(
                ru="в ответе должно быть одно из: answer, xml, rejections, status",
                en="the answer must have one of: answer, xml, rejections, status",
            )
        )
    value = said[given[0]]
    if given[0] == "answer":
        return Reply(content=_content(value, model))
    if given[0] == "xml":
        return of_xml(_text(value, "xml").encode(), "xml")
    if given[0] == "rejections":
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(each, dict) for each in listed):
            raise _wrong("rejections")
        return _reasons([(each.get("code"), each.get("description")) for each in listed])
    return Reply(status=_status(value))


def _content(value: Any, model: Callable[[], FormModel]) -> bytes:
    if not isinstance(value, dict):
        raise _wrong("answer")
    try:
        return to_xml(value, model())
    except MezhvedError as error:
        raise NoReply(error.what, where=f"answer{error.where}", cure=error.cure) from error


def _reasons(pairs: list[tuple[Any, Any]]) -> Reply:
    if not 1 <= len(pairs) <= MOST_REASONS:
        raise _wrong("rejections")
    for code, _ in pairs:
        if not isinstance(code, str) or code not in _CODES:
            raise NoReply(
                Text(ru="нет такого кода отказа", en="there is no such code of refusal"),
                where="rejections.code",
                cure=Text(ru=", ".join(sorted(_CODES)), en=", ".join(sorted(_CODES))),
            )
    return Reply(reasons=tuple((code, _text(text, "rejections.description")) for code, text in pairs))


def _status(value: Any) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    if not isinstance(value, dict) or type(value.get("code")) is not int or value["code"] not in _INT:
        raise _wrong("status.code")
    parameters = value.get("parameters", {})
    if not isinstance(parameters, dict):
        raise _wrong("status.parameters")
    named = tuple(
        (_text(name, "status.parameters"), _text(each, "status.parameters"))
        for name, each in parameters.items()
    )
    return value["code"], _text(value.get("description", ""), "status.description"), named


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or (where != "xml" and len(value) > TEXT_LIMIT):
        raise _wrong(where)
    if find_illegal(value) is not None:
        raise _wrong(where)
    return value


def _wrong(where: str) -> NoReply:
    return NoReply(Text(ru="ответ не понятен", en="the answer is not understood"), where=where)
