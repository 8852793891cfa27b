"""REST as a WSGI application of its own: no sessions, no cookies, every answer of one make."""

from __future__ import annotations

import functools
import time
import traceback
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFilesSent,
)
from django.db import InterfaceError, InternalError, OperationalError, close_old_connections
from django.http import Http404, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException, UnreadablePostError
from django.urls import ResolverMatch, URLResolver, path
from django.urls.resolvers import RegexPattern
from ninja.errors import AuthenticationError, HttpError, ValidationError

from mezhved.gateway.access import Known
from mezhved.gateway.errors import Flaw
from mezhved.gateway.rest.access import Token
from mezhved.gateway.rest.api import build_api
from mezhved.gateway.rest.bodies import has_body, receive_body
from mezhved.gateway.rest.calls import Call, Shared
from mezhved.gateway.rest.documents import document_patterns, whole_document
from mezhved.gateway.rest.openapi import parameters_of, template_of
from mezhved.gateway.rest.pace import Pace
from mezhved.gateway.rest.problems import CONTENT_TYPE, Problem, problem_of, problem_response
from mezhved.gateway.rest.waiting import Waiting
from mezhved.gateway.rest.wording import flaws_of
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mezhved.gateway.assembly import Gateway

PREFIX: Final = "/api/"
_TOKEN: Final = Token()
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FRAMES: Final = 8
_TOO_LARGE: Final = Text(ru="запрос слишком большой", en="the request is too large")
_UNREADABLE: Final = Text(ru="тело запроса не читается", en="the body cannot be read")
_NO_TOKEN: Final = Text(
    ru="токена нет, он отозван или истёк", en="there is no token, or it is no longer in force"
)
_OF_FRAMEWORK: Final[tuple[tuple[tuple[type[Exception], ...], tuple[int, Text]], ...]] = (
    ((Http404,), (404, Text(ru="по этому адресу ничего нет", en="there is nothing at this address"))),
    (
        (DisallowedHost,),
        (400, Text(ru="под этим именем узла шлюз не отвечает", en="not a host name of the gateway")),
    ),
    ((RequestDataTooBig, TooManyFilesSent), (413, _TOO_LARGE)),
    (
        (MultiPartParserError, UnreadablePostError, RawPostDataException, BadRequest, SuspiciousOperation),
        (400, _UNREADABLE),
    ),
    (
        (OperationalError, InterfaceError, InternalError),  # the last: PostgreSQL takes no writes
        (503, Text(ru="база данных недоступна", en="the database cannot be reached")),
    ),
)


@dataclass(frozen=True, slots=True)
class Routes:
    """Where calls go, and which parameters the operations have."""

    resolver: URLResolver
    fixed: Mapping[str, ResolverMatch]
    """Addresses without variable parts."""
    parameters: Mapping[tuple[str, str], frozenset[str]]


@functools.cache
def routes() -> Routes:
    """Return the routes, made once: they know nothing of a gateway."""
    api = build_api(_failed)
    document = whole_document(api)
    operations = path("api/v1/", (api.urls[0], "rest", "rest"))
    resolver = URLResolver(RegexPattern(r"^/"), [*document_patterns(document), operations])
    plain = [f"/api/v1/{each.pattern}" for each in api.urls[0] if "<" not in str(each.pattern)]
    return Routes(resolver, {each: resolver.resolve(each) for each in plain}, parameters_of(document))


class RestApplication:
    """Answers everything below `/api/`."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        routes()
        settings = gateway.settings
        pace = Pace(settings.rest_calls_per_minute)
        self._shared = Shared(gateway, Waiting(settings.threads), pace, Known())

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Serve one call."""
        started = time.perf_counter()
        close_old_connections()
        method = environ.get("REQUEST_METHOD", "")
        seen = environ | {"REQUEST_METHOD": "GET"} if method == "HEAD" else environ
        call = Call(seen, self._shared)
        route = "unknown"
        try:
            call.get_host()
            ways = routes()
            match = ways.fixed.get(call.path_info) or ways.resolver.resolve(call.path_info)
            route = match.route or route
            _demand_known(call, route)
            if has_body(environ):
                _recognise(call)
            receive_body(call, environ)
            response = match.func(call, *match.args, **match.kwargs)
        except Exception as error:  # noqa: BLE001 - a caller always gets an answer
            response = _failed(call, error)
        response = _of_one_make(call, response)
        known = method if method in _METHODS else "other"
        self._gateway.metrics.count_call(
            f"{known} {route}", response.status_code, time.perf_counter() - started
        )
        return _sent(response, start, with_body=method != "HEAD")


def _recognise(call: Call) -> None:
    """Raise `AuthenticationError` for a stranger: nobody waits for what such a one sends, or does not."""
    call.recognised = _TOKEN(call)
    if call.recognised is None:
        raise AuthenticationError


def _demand_known(call: Call, route: str) -> None:
    """Refuse parameters that the operation does not have: a filter misspelt must not filter nothing."""
    known = routes().parameters.get((call.method or "", template_of(route)))
    unknown = [] if known is None else sorted(set(call.GET) - known)
    if unknown:
        said = Text(ru="такого параметра нет", en="there is no such parameter")
        cure = Text(
            ru="есть: " + ", ".join(sorted(known or ())), en="known: " + ", ".join(sorted(known or ()))
        )
        flaws = tuple(Flaw(f"query.{each[:100]}", said, cure) for each in unknown[:20])
        raise Problem(422, said, flaws)


def _failed(call: Call, error: Exception) -> HttpResponse:
    problem = _problem(error)
    if problem is None:
        number = uuid.uuid4().hex
        call.gateway.log.error(
            "rest_failed", error_type=type(error).__name__, number=number, places=_places(error)
        )
        problem = Problem(
            500,
            Text(
                ru=f"ошибка шлюза, в его журнале она под номером {number}",
                en=f"an error of the gateway, number {number} in its log",
            ),
        )
    return problem_response(call, problem)


def _places(error: Exception) -> list[str]:
    """Return where an error came from: never what it says, which may quote personal data."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in frames]


def _problem(error: Exception) -> Problem | None:
    """Return what a caller is told of an error; None for a defect of ours."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, MezhvedError):
        return problem_of(error)
    if isinstance(error, ValidationError):
        return Problem(422, Text(ru="в запросе ошибки", en="the call has errors"), flaws_of(error.errors))
    if isinstance(error, AuthenticationError):
        return Problem(401, _NO_TOKEN, headers={"WWW-Authenticate": "Bearer"})
    if isinstance(error, HttpError):
        return Problem(error.status_code, _UNREADABLE)
    told = next((each for kinds, each in _OF_FRAMEWORK if isinstance(error, kinds)), None)
    return Problem(*told) if told is not None else None


def _of_one_make(call: Call, response: HttpResponse) -> HttpResponse:
    """Make refusals that the framework wrote into problems, and forbid guessing of content types."""
    if response.status_code >= 400 and response.headers.get("Content-Type") != CONTENT_TYPE:  # noqa: PLR2004
        allow = response.headers.get("Allow")
        problem = Problem(
            response.status_code,
            Text(
                ru=f"метод {call.method} здесь не действует" if allow else "отказано",
                en=f"the method {call.method} does not work here" if allow else "refused",
            ),
            headers={"Allow": allow} if allow else {},
        )
        response = problem_response(call, problem)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _sent(response: HttpResponse, start: Any, *, with_body: bool) -> Iterable[bytes]:
    if not response.streaming and not response.headers.get("Content-Length"):
        response.headers["Content-Length"] = str(len(response.content))
    start(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    if response.streaming and with_body:
        return response
    # Nothing hangs on the end of such an answer: Django's signal of it would cost more than the writing.
    return [response.content] if with_body else _nothing(response)


def _nothing(response: HttpResponse) -> list[bytes]:
    response.close()
    return []
