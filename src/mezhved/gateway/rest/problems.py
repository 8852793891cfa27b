"""Every refusal as application/problem+json (RFC 9457), in the caller's language."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse

from mezhved.gateway.errors import (
    CannotSign,
    Conflict,
    Flaw,
    InvalidMessage,
    NotAllowed,
    NotFound,
    WrongContour,
)
from mezhved.infotypes.values import InvalidValue
from mezhved.service.blobs import BlobStoreError
from mezhved.smev3.xml import MalformedXml
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.gateway.rest.calls import Call

CONTENT_TYPE: Final = "application/problem+json"

_TITLES: Final[Mapping[int, tuple[str, Text]]] = {
    400: ("bad-request", Text(ru="Запрос не читается", en="The request cannot be read")),
    401: ("unauthorised", Text(ru="Нужен действующий токен", en="A token in force is needed")),
    403: ("forbidden", Text(ru="Нет права", en="No right to it")),
    404: ("not-found", Text(ru="Не найдено", en="Not found")),
    405: ("method", Text(ru="Метод здесь не действует", en="The method does not work here")),
    406: ("not-acceptable", Text(ru="В таком виде не отдаётся", en="Not given in this form")),
    409: ("conflict", Text(ru="Противоречит тому, что есть", en="In conflict with what is there")),
    410: ("gone", Text(ru="Удалено по сроку хранения", en="Deleted, its term being over")),
    411: ("length-required", Text(ru="Нужен заголовок Content-Length", en="Content-Length is needed")),
    413: ("too-large", Text(ru="Слишком большой запрос", en="The request is too large")),
    415: ("media-type", Text(ru="Такой вид тела не принимается", en="The media type is not taken")),
    422: ("invalid", Text(ru="В запросе ошибки", en="The request has errors")),
    429: ("too-many", Text(ru="Слишком часто", en="Too often")),
    500: ("defect", Text(ru="Ошибка шлюза", en="An error of the gateway")),
    503: ("unavailable", Text(ru="Шлюз временно не может", en="The gateway cannot at the moment")),
}
STATUSES: Final = tuple(_TITLES)


class Problem(Exception):  # noqa: N818 - named by what it is
    """A refusal: `detail` says what is wrong, `flaws` where and how to mend it."""

    def __init__(
        self,
        status: int,
        detail: Text,
        flaws: tuple[Flaw, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.flaws = flaws
        self.headers = headers or {}


def problem_response(call: Call, problem: Problem) -> HttpResponse:
    """Return the answer that tells the problem."""
    name, title = _TITLES.get(problem.status) or _other(problem.status)
    body = {
        "type": f"urn:mezhved:problem:{name}",
        "title": call.say(title),
        "status": problem.status,
        "detail": call.say(problem.detail),
        "errors": [
            {
                "path": each.path,
                "text": call.say(each.text),
                "cure": call.say(each.cure) if each.cure is not None else "",
            }
            for each in problem.flaws
        ],
    }
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=problem.status, content_type=CONTENT_TYPE
    )
    response.headers["Content-Language"] = call.language
    for header, value in problem.headers.items():
        response.headers[header] = value
    return response


def problem_of(error: MezhvedError) -> Problem | None:
    """Return what a caller is told of an error of ours; None for one that is no fault of the caller's."""
    if isinstance(error, InvalidValue):
        flaws = tuple(Flaw(each.path, each.text, each.cure) for each in error.problems)
        return Problem(422, _ERRORS_IN_CONTENT, flaws)
    if isinstance(error, InvalidMessage):
        return Problem(422, error.what, error.flaws)
    if isinstance(error, MalformedXml):
        return Problem(422, error.what, (Flaw(error.where, error.what, error.cure),))
    if isinstance(error, (CannotSign, BlobStoreError)):
        return Problem(503, error.what if isinstance(error, CannotSign) else _NO_STORE)
    for kind, status in ((NotFound, 404), (NotAllowed, 403), (Conflict, 409), (WrongContour, 409)):
        if isinstance(error, kind):
            flaws = (Flaw(error.where, error.what, error.cure),) if error.where or error.cure else ()
            return Problem(status, error.what, flaws)
    return None


def not_found(what: Text | None = None) -> Problem:
    """Return the refusal of what does not exist for this caller."""
    return Problem(404, what or Text(ru="по этому адресу ничего нет", en="there is nothing at this address"))


def bad(path: str, ru: str, en: str, cure: Text | None = None) -> Problem:
    """Return the refusal of one wrong value."""
    return Problem(422, Text(ru=ru, en=en), (Flaw(path, Text(ru=ru, en=en), cure),))


_ERRORS_IN_CONTENT: Final = Text(
    ru="содержание не соответствует виду сведений", en="the content is not what the type asks for"
)
_NO_STORE: Final = Text(ru="хранилище файлов недоступно", en="the store of files cannot be reached")


def _other(status: int) -> tuple[str, Text]:
    phrase = HTTPStatus(status).phrase
    return f"http-{status}", Text(ru=phrase, en=phrase)
