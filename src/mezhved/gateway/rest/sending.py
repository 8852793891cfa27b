"""Sending a request: XML as the body, JSON, or either with files."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse  # noqa: TC002 - read by the framework
from ninja import Router, Status
from ninja.params import Query  # noqa: TC002

from mezhved.gateway.models import InformationType, Message
from mezhved.gateway.outbox import RequestDraft, take_request
from mezhved.gateway.queries import Prepared
from mezhved.gateway.rest.access import system_for, type_of
from mezhved.gateway.rest.bodies import (
    JSON_TYPE,
    MULTIPART,
    PLAIN_OCTETS,
    XML_TYPES,
    parse_json,
    unsupported,
)
from mezhved.gateway.rest.calls import Call  # noqa: TC001
from mezhved.gateway.rest.openapi import business_data_body
from mezhved.gateway.rest.problems import bad, not_found
from mezhved.gateway.rest.queries import RequestQuery  # noqa: TC001
from mezhved.gateway.rest.schemas import RequestIn, Taken
from mezhved.gateway.rest.uploads import Parts, kept_files, received_parts
from mezhved.gateway.rest.words import state_words
from mezhved.infotypes.forms import QName
from mezhved.infotypes.values import InvalidValue, ValueProblem, to_xml
from mezhved.smev3.xml import parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

    from mezhved.infotypes.forms import FormModel

router = Router(tags=["requests"])

_KNOWN: Final = Prepared[Message]()
NO_PARTS: Final = Parts(None, None, (), ())


@router.post(
    "/requests",
    response={201: Taken, 200: Taken},
    operation_id="send_request",
    summary="Send a request",
    openapi_extra=business_data_body(RequestIn),
)
def send_request(request: Call, response: HttpResponse, query: Query[RequestQuery]) -> Status[dict[str, Any]]:
    """Take a request to be sent: durable when this answers 201; 200 when the same was taken before."""
    with received(request) as parts:
        said = _said(request, query, parts)
        kind = type_of(request, said.type) if said.type else _type_by_root(request, said)
        system = system_for(request, kind, said.system)
        content = content_of(request, kind, said.content, said.xml)
        known = is_known(system.pk, said.client_id)
        with kept_files(request.gateway, parts) as files:
            message = take_request(
                request.gateway,
                RequestDraft(
                    system,
                    kind,
                    content,
                    client_id=said.client_id,
                    is_test=said.test,
                    author=request.auth.name,
                    case_number=said.case_number,
                    options=_options(said),
                    files=files,
                    hold=said.hold,
                    to_sign=said.sign,
                ),
            )
    response.headers["Location"] = f"/api/v1/exchanges/{message.exchange.uid}"
    return Status(200 if known else 201, taken(request, message))


@contextlib.contextmanager
def received(request: Call) -> Iterator[Parts]:
    """Give the parts of a body with files, none for a plain one."""
    if request.content_type == MULTIPART:
        with received_parts(request, PLAIN_OCTETS) as parts:
            yield parts
    elif request.content_type in {JSON_TYPE, *XML_TYPES}:
        yield NO_PARTS
    else:
        raise unsupported(JSON_TYPE, *XML_TYPES, MULTIPART)


def taken(request: Call, message: Message) -> dict[str, Any]:
    """Tell of a message that was taken."""
    exchange = message.exchange
    return {
        "id": exchange.uid,
        "message": message.uid,
        "client_id": message.client_id,
        "state": exchange.state,
        "state_text": request.say(state_words(exchange.state)),
        "created_at": message.created_at,
    }


def is_known(system: int, client_id: str | None) -> bool:
    """Tell whether something was taken under this id before."""
    return client_id is not None and bool(_KNOWN.tuples(_of_client, system, client_id))


def _of_client(system: int, client_id: str) -> QuerySet[Message, Any]:
    return Message.objects.filter(system=system, client_id=client_id).values_list("pk")[:1]


def content_of(
    request: Call,
    kind: InformationType | None,
    value: Mapping[str, Any] | None,
    xml: str | bytes | None,
    *,
    answer: bool = False,
) -> bytes:
    """Return the business data, from XML or from JSON by the type; raise `Problem`, `InvalidValue`."""
    if (value is None) == (xml is None):
        raise bad("/content", "укажите одно из двух: content или xml", "give one of the two: content or xml")
    if xml is not None:
        return xml if isinstance(xml, bytes) else xml.encode()
    if kind is None:
        raise bad("/content", "вид сведений неизвестен: укажите xml", "the type is unknown: give xml")
    catalogue = request.gateway.catalogue
    model = catalogue.response_model(kind) if answer else catalogue.request_model(kind)
    return _converted(value or {}, model)


def _converted(value: Mapping[str, Any], model: FormModel) -> bytes:
    try:
        return to_xml(value, model)
    except InvalidValue as error:
        problems = tuple(
            ValueProblem(f"/content{each.path}", each.text, each.cure) for each in error.problems
        )
        raise InvalidValue(problems) from None


def _said(request: Call, query: RequestQuery, parts: Parts) -> RequestIn:
    """Return what is asked for: from JSON, or from the address where the body is the XML itself."""
    if request.content_type == JSON_TYPE:
        return parse_json(request.body, RequestIn)
    if request.content_type in XML_TYPES:
        return query.as_request(request.body)
    said = (
        parse_json(parts.request, RequestIn, "/request")
        if parts.request is not None
        else query.as_request(None)
    )
    if parts.xml is None:
        return said
    if said.xml is not None or said.content is not None:
        raise bad("/xml", "содержание указано дважды", "the content is given twice")
    return said.model_copy(update={"xml": parts.xml})


def _type_by_root(request: Call, said: RequestIn) -> InformationType:
    """Return the type whose request has the root of the XML."""
    if said.xml is None:
        raise bad("/type", "укажите вид сведений", "name the information type")
    xml: str | bytes = said.xml
    root = QName.parse(str(parse(xml if isinstance(xml, bytes) else xml.encode()).tag))
    found = request.shared.known.type_of_root(root.namespace, root.local)
    if found is None or not request.auth.knows_type(found.pk):
        raise not_found(
            Text(
                ru=f"нет вида сведений с запросом {root.clark[:200]}",
                en=f"no type has the request {root.clark[:200]}",
            )
        )
    return found


def _options(said: RequestIn) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if said.eol is not None:
        options["eol"] = said.eol.isoformat()
    if said.transaction_code:
        options["transaction_code"] = said.transaction_code
    if said.reference_message_id is not None:
        options["reference_message_id"] = str(said.reference_message_id)
    if said.node_id:
        options["node_id"] = said.node_id
    return options
