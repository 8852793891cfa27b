"""The adapter's address on the gateway's port: `/ws` in SOAP and JSON, `/ws/send|get|find` in JSON.

The official adapter serves SOAP at `/ws` of port 7575 and JSON at `/ws/<method>` of port 7590. It knows its
callers by the network alone; here that holds on the loopback only, unless a token is demanded there too.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.db import close_old_connections

from mezhved.gateway.access import recognise
from mezhved.gateway.adapter import documents, soap
from mezhved.gateway.adapter.calls import bounded, demand_plain, in_utf8, is_local, media_type, read, token
from mezhved.gateway.adapter.faults import (
    AdapterFault,
    SystemFault,
    Unauthorised,
    ValidationFault,
    description,
    fault_of,
    invalid,
    unforeseen,
)
from mezhved.gateway.adapter.json_form import normalised, pick, read_json, written
from mezhved.gateway.adapter.service import Adapter
from mezhved.gateway.adapter.shapes import ARGUMENTS, MESSAGES, SMEV_METADATA
from mezhved.smev3 import mtom
from mezhved.smev3.soap import CONTENT_TYPE, is_multipart
from mezhved.smev3.xml import WIRE_LIMITS
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.gateway.access import Caller
    from mezhved.gateway.adapter.calls import Environ
    from mezhved.gateway.adapter.shapes import Operation, Tree
    from mezhved.gateway.assembly import Gateway

PATH: Final = "/ws"
_METHODS: Final[dict[str, Operation]] = {"/ws/send": "Send", "/ws/get": "Get", "/ws/find": "Find"}
_JSON: Final = "application/json"
_JSON_ANSWER: Final = "application/json; charset=utf-8"
_HOST: Final = re.compile(r"[A-Za-z0-9.:_\[\]-]{1,255}")
_CHALLENGES: Final = (
    ("WWW-Authenticate", 'Basic realm="gateway", charset="UTF-8"'),
    ("WWW-Authenticate", "Bearer"),
)

_SIMPLE: Final = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"}
"""What a page of another site may make a browser send without asking."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: HTTPStatus
    content_type: str
    body: bytes
    more: tuple[tuple[str, str], ...] = ()


class Endpoint:
    """Serves the adapter's paths, and no others."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._adapter = Adapter(gateway)

    @staticmethod
    def serves(path: str) -> bool:
        """Tell whether a path is the adapter's: clients name the SOAP service below it as they like."""
        return path == PATH or path.startswith(f"{PATH}/")

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer one call."""
        close_old_connections()
        try:
            answer = self._answer(environ)
        finally:
            close_old_connections()
        length = ("Content-Length", str(len(answer.body)))
        headers = [("Content-Type", answer.content_type), length, ("Cache-Control", "no-store"), *answer.more]
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [answer.body]

    def _answer(self, environ: Environ) -> Answer:
        path = environ.get("PATH_INFO", "").rstrip("/")
        if environ.get("REQUEST_METHOD") in {"GET", "HEAD"}:
            return self._description(environ) if path not in _METHODS else _not_allowed()
        if environ.get("REQUEST_METHOD") != "POST":
            return _not_allowed()
        speaks_json = path in _METHODS or media_type(environ) == _JSON
        try:
            caller = self._caller(environ)
            demand_plain(environ)
            if speaks_json:
                return self._json(environ, path, caller)
            self._gateway.settings.folder.mkdir(parents=True, exist_ok=True)
            with mtom.Spool(folder=self._gateway.settings.folder) as spool:
                body = soap.serve(self._adapter, self._parts(environ, spool), caller)
            return Answer(HTTPStatus.OK, CONTENT_TYPE, body)
        except MezhvedError as error:
            return self._refusal(fault_of(error), speaks_json=speaks_json)
        except Exception as error:  # noqa: BLE001 - a client has to hear something of whatever went wrong
            return self._refusal(self._unforeseen(error), speaks_json=speaks_json)

    def _unforeseen(self, error: Exception) -> AdapterFault:
        self._gateway.log.error("adapter_call_failed", error_type=type(error).__name__)
        return unforeseen()

    def _json(self, environ: Environ, path: str, caller: Caller | None) -> Answer:
        said = read_json(read(environ, WIRE_LIMITS.octets))
        wrapped = path in _METHODS
        operation = _METHODS.get(path) or _operation(said)
        tree = normalised(said, ARGUMENTS[operation])
        told: Any
        if operation == "Send":
            told = self._adapter.send(tree, caller)
        elif operation == "Get":
            found = self._adapter.get(tree, caller)
            told = {} if found is None else _told(found, wrapped=wrapped)
        else:
            results = self._adapter.find(tree, caller)
            told = {"queryResult": [_told(each, wrapped=wrapped) for each in results]}
        return Answer(HTTPStatus.OK, _JSON_ANSWER, _dumped(told))

    def _parts(self, environ: Environ, spool: mtom.Spool) -> mtom.Parts:
        kind = environ.get("CONTENT_TYPE", "")
        if media_type(environ) in _SIMPLE:
            raise invalid(
                "нужен text/xml, multipart/related или application/json",
                "text/xml, multipart/related or application/json is needed",
                "Content-Type",
            )
        octets = b""
        if not media_type(environ).startswith("multipart/"):
            octets, kind = in_utf8(read(environ, WIRE_LIMITS.octets), kind)
        if not is_multipart(kind):
            return mtom.Parts(octets, {})
        limit = self._gateway.settings.max_body_octets
        return mtom.receive(kind, bounded(environ, limit), spool, mtom.MtomLimits(octets=limit))

    def _caller(self, environ: Environ) -> Caller | None:
        """Return who calls; None on the loopback, where the network itself is believed."""
        given = token(environ.get("HTTP_AUTHORIZATION", ""))
        settings = self._gateway.settings
        if given is None:
            if is_local(environ, settings.allowed_hosts) and not settings.adapter_demands_token:
                return None
            raise Unauthorised(
                "UNAUTHORISED",
                Text(ru="нужен токен", en="a token is needed"),
                cure=Text(
                    ru="передайте его паролем HTTP Basic или Bearer",
                    en="give it as HTTP Basic's password or Bearer",
                ),
            )
        caller = recognise(given, self._gateway.clock())
        if caller is None:
            raise Unauthorised(
                "UNAUTHORISED", Text(ru="токен неизвестен или отозван", en="the token is unknown or revoked")
            )
        return caller

    def _refusal(self, fault: AdapterFault, *, speaks_json: bool) -> Answer:
        self._gateway.log.info("adapter_call_refused", code=fault.code)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        more: tuple[tuple[str, str], ...] = ()
        if isinstance(fault, Unauthorised):
            status, more = HTTPStatus.UNAUTHORIZED, _CHALLENGES
        if not speaks_json:
            return Answer(status, CONTENT_TYPE, soap.write_fault(fault), more)
        if isinstance(fault, ValidationFault):
            status = HTTPStatus.BAD_REQUEST
        words = description(fault)
        name = "systemFault" if isinstance(fault, SystemFault) else "validationFault"
        told = {name: {"code": fault.code, "description": words}, "error": words}
        return Answer(status, _JSON_ANSWER, _dumped(told), more)

    def _description(self, environ: Environ) -> Answer:
        query = environ.get("QUERY_STRING", "")
        address = self._address(environ)
        if query.lower() in {"wsdl", "wsdl=", "singlewsdl"}:
            return Answer(HTTPStatus.OK, CONTENT_TYPE, documents.wsdl(address, f"{address}?xsd="))
        if query.lower().startswith("xsd="):
            schema = documents.schema(query[4:], f"{address}?xsd=")
            if schema is not None:
                return Answer(HTTPStatus.OK, CONTENT_TYPE, schema)
            return _plain(HTTPStatus.NOT_FOUND, Text(ru="такой схемы нет", en="there is no such schema"))
        return _plain(
            HTTPStatus.OK if not query else HTTPStatus.NOT_FOUND,
            Text(
                ru=f"Сервис адаптера СМЭВ: SOAP 1.1 и JSON методом POST; описание: {PATH}?wsdl",
                en=f"The SMEV adapter's service: POST SOAP 1.1 or JSON; description: {PATH}?wsdl",
            ),
        )

    def _address(self, environ: Environ) -> str:
        public = self._gateway.settings.public_address
        if public:
            return public.rstrip("/") + PATH
        host = environ.get("HTTP_HOST", "")
        if not _HOST.fullmatch(host):
            host = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        return f"{environ['wsgi.url_scheme']}://{host}{PATH}"


def _operation(said: Tree) -> Operation:
    """Tell the operation by what the object holds."""
    if any(pick(said, name) is not None for name in ("requestMessage", "responseMessage", "queryMessage")):
        return "Send"
    query = pick(said, "specificQuery")
    if isinstance(query, dict) and pick(query, "messageTypeCriteria") is None and query:
        return "Find"
    return "Get"


def _told(found: Tree, *, wrapped: bool) -> Tree:
    return {
        "smevMetadata": written(found["smevMetadata"], SMEV_METADATA.holds, wrapped=wrapped),
        "message": written(found["message"], MESSAGES[found["type"]], wrapped=wrapped),
    }


def _dumped(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def _plain(status: HTTPStatus, text: Text) -> Answer:
    return Answer(status, "text/plain; charset=utf-8", f"{text}\n".encode())


def _not_allowed() -> Answer:
    text = Text(ru="нужен POST", en="POST is needed")
    answer = _plain(HTTPStatus.METHOD_NOT_ALLOWED, text)
    return Answer(answer.status, answer.content_type, answer.body, (("Allow", "GET, POST"),))
