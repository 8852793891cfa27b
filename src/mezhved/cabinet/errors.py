"""Pages that tell of an error; none of them needs the database."""

from __future__ import annotations

import traceback
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.template import loader

from mezhved.cabinet.access.visits import VISIT_KEY
from mezhved.gateway.application import GATEWAY_KEY
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

_WORDS: Final[Mapping[HTTPStatus, tuple[Text, Text]]] = {
    HTTPStatus.BAD_REQUEST: (
        Text(ru="Запрос не понят", en="The request is not understood"),
        Text(
            ru="Ничего не сохранено. Вернитесь назад, обновите страницу и повторите.",
            en="Nothing was saved. Go back, reload the page and try again.",
        ),
    ),
    HTTPStatus.FORBIDDEN: (
        Text(ru="Эта страница вам не открыта", en="This page is not open to you"),
        Text(
            ru="Доступ даёт администратор: попросите у него нужную роль.",
            en="An administrator gives access: ask for the role that you need.",
        ),
    ),
    HTTPStatus.NOT_FOUND: (
        Text(ru="Такой страницы нет", en="There is no such page"),
        Text(
            ru="Её нет, или она в другом подразделении.",
            en="It does not exist, or belongs to another department.",
        ),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        Text(ru="Файл слишком большой", en="The file is too large"),
        Text(
            ru="Ничего не сохранено. Наибольший размер задаёт администратор.",
            en="Nothing was saved. An administrator sets the greatest size.",
        ),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        Text(ru="Что-то пошло не так", en="Something went wrong"),
        Text(
            ru="Ошибка записана. Повторите позже; если не поможет, скажите администратору, что вы делали.",
            en="The error is written down. Try again later; if that does not help, tell an administrator "
            "what you did.",
        ),
    ),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Tell that a call is malformed, or is meant for another host."""
    return told(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Tell that something is not allowed."""
    return told(request, HTTPStatus.FORBIDDEN)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Tell that a form came without its token, as pages that were open for too long send it."""
    return render(request, "cabinet/stale_form.html", status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Tell that there is no such thing within reach."""
    return told(request, HTTPStatus.NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """Tell that the program failed; log where, without the error's own words: they may carry anything."""
    gateway, error = request.META.get(GATEWAY_KEY), _error_at_hand()
    if gateway is not None and error is not None:
        match = request.resolver_match
        frames = traceback.extract_tb(error.__traceback__)
        last = next((each for each in reversed(frames) if "mezhved/" in each.filename), frames[-1])
        gateway.log.error(
            "page_failed",
            page=match.view_name if match is not None else "",
            error_type=type(error).__name__,
            place=f"{last.filename.rpartition('mezhved/')[2].rpartition('site-packages/')[2]}:{last.lineno}",
        )
    return told(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def told(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """Return the page of an error, with the menu where a visit was going on."""
    heading, words = _WORDS[status]
    context: dict[str, Any] = {"heading": heading, "told": words}
    whole = status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
    if whole:
        context["visit"] = request.META.get(VISIT_KEY)
    # Without the request nothing asks the database, which may be what failed.
    body = loader.render_to_string("cabinet/problem.html", context, request if whole else None)
    return HttpResponse(body, status=status)


def _error_at_hand() -> BaseException | None:
    import sys  # noqa: PLC0415 - of this one function

    return sys.exc_info()[1]
