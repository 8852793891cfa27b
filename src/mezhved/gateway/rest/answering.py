"""Answering incoming requests: with data, with a refusal, with an interim status."""

from __future__ import annotations

import uuid  # noqa: TC003 - read by the framework
from typing import TYPE_CHECKING, Any

from ninja import Router, Status
from ninja.params import Query  # noqa: TC002

from mezhved.gateway.outbox import (
    RejectionDraft,
    ResponseDraft,
    StatusDraft,
    take_rejection,
    take_response,
    take_status,
)
from mezhved.gateway.rest.access import demand, exchange_of
from mezhved.gateway.rest.bodies import JSON_TYPE, XML_TYPES, parse_json, read_json
from mezhved.gateway.rest.calls import Call  # noqa: TC001
from mezhved.gateway.rest.openapi import business_data_body, json_body
from mezhved.gateway.rest.problems import bad
from mezhved.gateway.rest.queries import AnswerQuery  # noqa: TC001
from mezhved.gateway.rest.schemas import AnswerIn, RefusalIn, StatusIn, Taken
from mezhved.gateway.rest.sending import content_of, is_known, received, taken
from mezhved.gateway.rest.uploads import kept_files

if TYPE_CHECKING:
    from mezhved.gateway.models import Exchange, Message
    from mezhved.gateway.rest.uploads import Parts

router = Router(tags=["answers"])
_TAKEN: dict[Any, Any] = {201: Taken, 200: Taken}


@router.post(
    "/exchanges/{uid}/answer",
    response=_TAKEN,
    operation_id="answer_exchange",
    summary="Answer a request",
    openapi_extra=business_data_body(AnswerIn),
)
def answer_exchange(request: Call, uid: uuid.UUID, query: Query[AnswerQuery]) -> Status[dict[str, Any]]:
    """Take a final answer; 200 when the same was taken before, 409 when another was."""
    exchange = _answerable(request, uid)
    with received(request) as parts:
        said = _said(request, query, parts)
        content = content_of(request, exchange.type, said.content, said.xml, answer=True)
        known = is_known(exchange.system_id, said.client_id)
        with kept_files(request.gateway, parts) as files:
            draft = ResponseDraft(
                exchange,
                content,
                said.client_id,
                request.auth.name,
                files=files,
                hold=said.hold,
                to_sign=said.sign,
            )
            message = take_response(request.gateway, draft, has_read=True)
    return _status(request, message, known=known)


@router.post(
    "/exchanges/{uid}/refusal",
    response=_TAKEN,
    operation_id="refuse_exchange",
    summary="Refuse a request",
    openapi_extra=json_body(RefusalIn),
)
def refuse_exchange(request: Call, uid: uuid.UUID) -> Status[dict[str, Any]]:
    """Take a final refusal: codes of SMEV's with words for people."""
    exchange = _answerable(request, uid)
    said = read_json(request, RefusalIn)
    known = is_known(exchange.system_id, said.client_id)
    reasons = tuple((each.code, each.text) for each in said.reasons)
    message = take_rejection(
        request.gateway, RejectionDraft(exchange, reasons, said.client_id, request.auth.name), has_read=True
    )
    return _status(request, message, known=known)


@router.post(
    "/exchanges/{uid}/status",
    response=_TAKEN,
    operation_id="tell_status",
    summary="Tell an interim status",
    openapi_extra=json_body(StatusIn),
)
def tell_status(request: Call, uid: uuid.UUID) -> Status[dict[str, Any]]:
    """Take an interim status: the request stays open."""
    exchange = _answerable(request, uid)
    said = read_json(request, StatusIn)
    known = is_known(exchange.system_id, said.client_id)
    parameters = tuple((each.name, each.value) for each in said.parameters)
    draft = StatusDraft(exchange, said.code, said.description, parameters, said.client_id, request.auth.name)
    return _status(request, take_status(request.gateway, draft, has_read=True), known=known)


def _answerable(request: Call, uid: uuid.UUID) -> Exchange:
    exchange = exchange_of(request, uid)
    demand(request, "answer", exchange)
    return exchange


def _status(request: Call, message: Message, *, known: bool) -> Status[dict[str, Any]]:
    return Status(200 if known else 201, taken(request, message))


def _said(request: Call, query: AnswerQuery, parts: Parts) -> AnswerIn:
    if request.content_type == JSON_TYPE:
        return parse_json(request.body, AnswerIn)
    if request.content_type in XML_TYPES:
        return query.as_answer(request.body)
    if parts.request is None:
        return query.as_answer(parts.xml)
    said = parse_json(parts.request, AnswerIn, "/request")
    if parts.xml is None:
        return said
    if said.xml is not None or said.content is not None:
        raise bad("/xml", "содержание указано дважды", "the content is given twice")
    return said.model_copy(update={"xml": parts.xml})
