"""Calling the participant's own system for an answer: signed, bounded in time and size, no redirects."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import json
import math
import ssl
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from mezhved.gateway.models import Attachment, CallForm
from mezhved.gateway.provider.replies import NoReply, Reply, of_json, of_xml
from mezhved.gateway.webhooks.telling import signature
from mezhved.infotypes.values import to_json
from mezhved.service.bounded import BoundedHttp, ForbiddenAddress
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import AnswerService, Exchange, Message

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LARGEST_ANSWER: Final = 64 * 2**20
LONGEST_LATER: Final = 24 * 3600.0
_PASSING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


def call(gateway: Gateway, service: AnswerService, request: Message) -> Reply:
    """Give a request to a system and return what it says. Raises `NoReply`.

    2xx with XML or JSON is the answer; 202 without one means later, `Retry-After` seconds later where the
    system says so, otherwise through the API. The request has the same Idempotency-Key however often it
    is given.
    """
    exchange = request.exchange
    body, content_type = _body(gateway, service, request)
    moment = int(gateway.clock().timestamp())
    headers = {
        "Content-Type": content_type,
        "Accept": "application/json, application/xml, text/xml",
        "User-Agent": "mezhved-gateway",
        "Idempotency-Key": exchange.message_id,
        "Mezhved-Exchange": str(exchange.uid),
        "Mezhved-Message": str(request.uid),
        "Mezhved-Type": "" if exchange.type is None else _latin(exchange.type.code),
        "Mezhved-Sender": _latin(exchange.counterpart),
        "Mezhved-Test": "true" if exchange.is_test else "false",
    }
    if service.secret:
        headers["Mezhved-Signature"] = signature(service.secret, moment, body)
    status, kind, later, octets = _post(gateway, service, body, headers)
    if status == HTTPStatus.ACCEPTED and not octets.strip():
        return Reply(again_seconds=_seconds(later))
    return _read(gateway, exchange, kind, octets)


def _body(gateway: Gateway, service: AnswerService, request: Message) -> tuple[bytes, str]:
    exchange, content = request.exchange, bytes(request.content or b"")
    if service.form == CallForm.XML:
        return content, "application/xml; charset=utf-8"
    said: dict[str, Any] = {
        "exchange": str(exchange.uid),
        "message": str(request.uid),
        "message_id": exchange.message_id,
        "system": exchange.system.mnemonic,
        "type": None if exchange.type is None else exchange.type.code,
        "sender": exchange.counterpart,
        "sender_name": exchange.counterpart_name,
        "test": exchange.is_test,
        "received_at": exchange.created_at.isoformat(),
        "due_at": None if exchange.due_at is None else exchange.due_at.isoformat(),
        "request": None,
        "xml": content.decode("utf-8", "replace"),
        "files": [_file(request, each) for each in _files(request)],
    }
    if exchange.type is not None:
        with contextlib.suppress(MezhvedError):  # what its form has no place for is there as XML still
            said["request"] = to_json(content, gateway.catalogue.request_model(exchange.type))
    return json.dumps(said, ensure_ascii=False).encode(), "application/json"


def _files(request: Message) -> Iterable[Attachment]:
    return Attachment.objects.filter(message=request).defer("octets", "pkcs7").order_by("number")


def _file(request: Message, file: Attachment) -> dict[str, Any]:
    """Tell of a file; its content is fetched through REST."""
    return {
        "number": file.number,
        "name": file.name,
        "mime_type": file.mime_type,
        "size": file.size,
        "url": f"/api/v1/messages/{request.uid}/files/{file.number}",
    }


def _post(
    gateway: Gateway, service: AnswerService, body: bytes, headers: dict[str, str]
) -> tuple[int, str, str, bytes]:
    http_client = BoundedHttp(
        float(service.timeout_seconds),
        allowed(gateway.settings.service_networks),
        tls=_tls(service) if service.authorities else None,
    )
    try:
        with http_client.exchange("POST", service.url, body, headers) as answer:
            octets = answer.read(LARGEST_ANSWER + 1)
            status, kind = answer.status, answer.headers.get("Content-Type", "")
            later = answer.headers.get("Retry-After", "")
    except ForbiddenAddress as error:
        raise NoReply(
            Text(ru="адрес системы вне разрешённых сетей", en="the system is outside the networks allowed"),
            where="service_networks",
        ) from error
    except TimeoutError as error:
        seconds = service.timeout_seconds
        raise NoReply(
            Text(ru=f"система не ответила за {seconds} с", en=f"the system gave no answer in {seconds} s"),
            again=True,
        ) from error
    except (OSError, http.client.HTTPException, ValueError, UnicodeError) as error:
        kind = type(error).__name__
        raise NoReply(
            Text(ru=f"система недоступна: {kind}", en=f"the system cannot be reached: {kind}"), again=True
        ) from error
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        again = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING
        raise NoReply(
            Text(ru=f"система ответила HTTP {status}", en=f"the system said HTTP {status}"), again=again
        )
    if len(octets) > LARGEST_ANSWER:
        raise NoReply(Text(ru="ответ больше 64 МиБ", en="the answer exceeds 64 MiB"))
    return status, kind, later, octets


def _read(gateway: Gateway, exchange: Exchange, kind: str, octets: bytes) -> Reply:
    media = kind.partition(";")[0].strip().lower()
    if media in {"application/xml", "text/xml"} or media.endswith("+xml"):
        return of_xml(octets, "xml")
    if media == "application/json" or media.endswith("+json"):
        if exchange.type is None:
            return of_json(octets, _no_type)
        information_type = exchange.type
        return of_json(octets, lambda: gateway.catalogue.response_model(information_type))
    raise NoReply(
        Text(ru="ответ системы — не XML и не JSON", en="the system's answer is neither XML nor JSON"),
        where="Content-Type",
    )


def allowed(networks: Sequence[str]) -> Callable[[Address], bool]:
    """Return the judge of addresses: the networks named, or any but those of the node itself."""
    known = [ipaddress.ip_network(each) for each in networks]

    def may(address: Address) -> bool:
        if known:
            return any(address.version == each.version and address in each for each in known)
        return not (address.is_link_local or address.is_multicast or address.is_unspecified)

    return may


def _tls(service: AnswerService) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=service.authorities)
    except (ssl.SSLError, ValueError) as error:
        raise NoReply(
            Text(
                ru="сертификаты удостоверяющих центров системы не читаются", en="its authorities do not read"
            ),
            where=service.code,
        ) from error


def _seconds(later: str) -> float | None:
    """Return `Retry-After` in seconds, within a second and a day; a date is not understood."""
    try:
        seconds = float(later)
    except ValueError:
        return None
    return min(max(seconds, 1.0), LONGEST_LATER) if math.isfinite(seconds) else None


def _latin(text: str) -> str:
    """Return what a header can carry: ASCII that prints."""
    return "".join(each if each.isascii() and each.isprintable() else "?" for each in text)


def _no_type() -> Any:
    raise NoReply(Text(ru="вид сведений не заведён", en="the type is not known"), where="answer")
