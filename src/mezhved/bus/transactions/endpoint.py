"""The service's own address: `generateMark` by POST, its WSDL by GET."""

from __future__ import annotations

import ipaddress
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from mezhved.bus.endpoint.body import Body, BodyTooLarge, BodyTruncated, announced_length
from mezhved.bus.endpoint.http import XML, HttpAnswer, text_answer
from mezhved.bus.endpoint.pages import service_address
from mezhved.smev3 import soap
from mezhved.smev3.messages.writing import escape
from mezhved.smev3.transactions import read_generate_mark, write_marker, wsdl
from mezhved.smev3.versions import SOAP11
from mezhved.smev3.xml import XmlLimits
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.endpoint.http import Environ

PATH = "/tm/Marker"
"""As in the official WSDL."""

_LARGEST = 64 * 1024
_LIMITS = XmlLimits(octets=_LARGEST, depth=32, attributes=64, markup=2000)
_ALLOWED = (("Allow", "GET, HEAD, POST"),)
_OFF = Text(
    ru="Сервис кодов транзакций выключен: у шины нет ключа для него (transaction_key).",
    en="The transaction-code service is off: the bus has no key for it (transaction_key).",
)
_FOREIGN = Text(
    ru="Из этой сети коды транзакций не выдаются.",
    en="No transaction codes are issued to this network.",
)
_TOO_LARGE = Text(ru=f"Запрос больше {_LARGEST} байт.", en=f"The call exceeds {_LARGEST} octets.")
_CUT = Text(ru="Запрос оборвался.", en="The call was cut off.")


class _Refused(Exception):  # noqa: N818 - a fault about to be written
    def __init__(self, code: str, text: Text, outcome: str) -> None:
        super().__init__(outcome)
        self.code = code
        self.text = text
        self.outcome = outcome


def marker_service(bus: Bus, environ: Environ) -> HttpAnswer:
    """Answer one HTTP request to the service; whatever is wrong with a call becomes a SOAP fault.

    The description of the service has no signature, so whoever reaches it from a permitted network may
    ask. Of what was asked only the outcome is logged: descriptions may hold personal data.
    """
    method = environ.get("REQUEST_METHOD", "")
    if method in {"GET", "HEAD"}:
        return _description(bus, environ)
    if method != "POST":
        refusal = text_answer(HTTPStatus.METHOD_NOT_ALLOWED, "POST")
        return HttpAnswer(refusal.status, refusal.content_type, refusal.body, _ALLOWED)
    started = time.perf_counter()
    outcome = "ok"
    try:
        answer = HttpAnswer(HTTPStatus.OK, XML, soap.envelope(_marker(bus, environ)))
    except _Refused as refused:
        outcome = refused.outcome
        answer = HttpAnswer(
            HTTPStatus.INTERNAL_SERVER_ERROR, XML, soap.envelope(_fault(refused.code, refused.text))
        )
    bus.metrics.count_call("generateMark", "1.0", outcome, time.perf_counter() - started)
    bus.log.info("transaction_code", outcome=outcome)
    return answer


def _marker(bus: Bus, environ: Environ) -> bytes:
    if bus.transactions is None:
        raise _Refused("Server", _OFF, "off")
    if not _permitted(bus.settings.transaction_networks, environ.get("REMOTE_ADDR", "")):
        raise _Refused("Client", _FOREIGN, "forbidden")
    try:
        call = soap.read(environ.get("CONTENT_TYPE"), _body(environ), xml_limits=_LIMITS)
        information = read_generate_mark(call.body)
    except MezhvedError as error:
        raise _Refused("Client", error.what, "invalid") from error
    return write_marker(bus.transactions.issue(information.service_code))


def _body(environ: Environ) -> bytes:
    try:
        body = Body(environ["wsgi.input"], announced_length(environ.get("CONTENT_LENGTH")), _LARGEST)
        return body.read(_LARGEST + 1)
    except BodyTooLarge as error:
        raise _Refused("Client", _TOO_LARGE, "invalid") from error
    except BodyTruncated as error:
        raise _Refused("Client", _CUT, "invalid") from error


def _permitted(networks: tuple[str, ...], caller: str) -> bool:
    if not networks:
        return True
    try:
        address = ipaddress.ip_address(caller.partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in ipaddress.ip_network(each) for each in networks)


def _description(bus: Bus, environ: Environ) -> HttpAnswer:
    path = environ.get("PATH_INFO", PATH)
    if environ.get("QUERY_STRING", "").lower() in {"wsdl", "wsdl="}:
        address = service_address(bus.settings.public_address, environ, path)
        return HttpAnswer(HTTPStatus.OK, XML, wsdl(address))
    return text_answer(
        HTTPStatus.METHOD_NOT_ALLOWED,
        str(
            Text(
                ru=f"Сервис кодов транзакций: generateMark методом POST; описание: {path}?wsdl",
                en=f"Service of transaction codes: POST generateMark here; description: {path}?wsdl",
            )
        ),
    )


def _fault(code: str, text: Text) -> bytes:
    told = escape("".join(sign for sign in text.ru if sign.isprintable()))
    return (
        f'<soap:Fault xmlns:soap="{SOAP11}"><faultcode>soap:{code}</faultcode>'
        f"<faultstring>{told}</faultstring></soap:Fault>"
    ).encode()
