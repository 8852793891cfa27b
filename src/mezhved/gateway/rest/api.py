"""All operations of the API, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from mezhved.gateway.rest import (
    answering,
    events,
    exchanges,
    officials,
    provider,
    records,
    sending,
    statistics,
    types,
    webhooks,
)
from mezhved.gateway.rest.access import Token
from mezhved.gateway.rest.officials import SignedIn
from mezhved.gateway.rest.schemas import AnswerIn, RefusalIn, RequestIn, StatusIn, WebhookIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from pydantic import BaseModel

VERSION: Final = "1"
BODIES: Final[tuple[type[BaseModel], ...]] = (
    RequestIn,
    AnswerIn,
    RefusalIn,
    StatusIn,
    WebhookIn,
    SignedIn,
    *provider.BODIES,
)
"""Bodies that operations read themselves: the document has to be told of them."""
_TITLE: Final = "Mezhved: REST шлюза участника / the participant's gateway"
_ABOUT: Final = (
    "Ответы об ошибках — application/problem+json на языке Accept-Language (ru, en). "
    "Чего токену видеть нельзя, того для него нет (404).\n\n"
    "Refusals are application/problem+json in the language of Accept-Language (ru, en). "
    "What a token may not see does not exist for it (404)."
)
_ROUTERS: Final = (
    sending.router,
    exchanges.router,
    answering.router,
    provider.router,
    records.router,
    officials.router,
    events.router,
    webhooks.router,
    types.router,
    statistics.router,
)


def build_api(failed: Callable[[Any, Any], HttpResponse]) -> NinjaAPI:
    """Return the API; `failed` answers whatever goes wrong in an operation."""
    api = NinjaAPI(
        title=_TITLE,
        version=VERSION,
        description=_ABOUT,
        openapi_url=None,
        docs_url=None,
        urls_namespace="rest",
        auth=Token(),
    )
    for router in _ROUTERS:
        api.add_router("", router)
    for kind in (Exception, HttpError, AuthenticationError, ValidationError):
        api.add_exception_handler(kind, failed)
    return api
