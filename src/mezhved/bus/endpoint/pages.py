"""What the endpoint answers besides calls: WSDL, schemas, health, metrics."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from mezhved.bus.endpoint.http import XML, HttpAnswer, text_answer
from mezhved.bus.metrics import age_figures, queue_figures
from mezhved.bus.revocation.report import ages, troubles
from mezhved.smev3 import schemas
from mezhved.smev3.versions import Version
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.endpoint.http import Environ

_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}\Z")
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
JSON = "application/json"

# The alias has no version in its address; real contours served 1.1 there first.
ALIAS_VERSION = Version.V1_1


def description(bus: Bus, environ: Environ, version: Version, path: str) -> HttpAnswer:
    """Answer GET on an endpoint: `?wsdl`, `?xsd=NAME`, else what the address is for."""
    query = environ.get("QUERY_STRING", "")
    if query.lower() in {"wsdl", "wsdl="}:
        address = service_address(bus.settings.public_address, environ, path)
        return HttpAnswer(HTTPStatus.OK, XML, schemas.wsdl(version, address))
    if query.lower().startswith("xsd="):
        return document(version, query[4:])
    return text_answer(
        HTTPStatus.METHOD_NOT_ALLOWED,
        str(
            Text(
                ru=f"Сервис СМЭВ {version.value}: сообщения SOAP 1.1 методом POST; описание: {path}?wsdl",
                en=f"SMEV {version.value} service: POST SOAP 1.1 messages here; description: {path}?wsdl",
            )
        ),
    )


def document(version: Version, name: str) -> HttpAnswer:
    """Answer with a schema or the WSDL of a version by its file name."""
    try:
        return HttpAnswer(HTTPStatus.OK, XML, schemas.document(version, name))
    except schemas.UnknownDocument as error:
        return text_answer(HTTPStatus.NOT_FOUND, str(error))


def service_address(public: str, environ: Environ, path: str) -> str:
    """Return the address for `soap:address`: the configured one, else the one that was asked."""
    if public:
        return public.rstrip("/") + path
    host = environ.get("HTTP_HOST", "")
    if not _HOST.match(host):
        host = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return f"{environ['wsgi.url_scheme']}://{host}{path}"


def health(bus: Bus) -> HttpAnswer:
    """Answer 200 when the bus can sign and store, else 503 with what it cannot.

    `warnings` are what the bus works with all the same, such as stale revocation data of an authority.
    """
    problems = bus.problems()
    status = HTTPStatus.SERVICE_UNAVAILABLE if problems else HTTPStatus.OK
    stale = troubles(bus.revocation.lines, bus.chains.rules, bus.clock())
    body = {
        "status": "unavailable" if problems else "ok",
        "problems": [str(text) for text in problems],
        "warnings": [str(text) for text in stale],
    }
    return HttpAnswer(status, JSON, json.dumps(body, ensure_ascii=False).encode())


def metrics(bus: Bus) -> HttpAnswer:
    """Answer with the metrics of all workers."""
    names = {system.id: system.mnemonic for system in bus.registry.current().systems}
    old = ages(bus.revocation.lines, bus.chains.rules, bus.clock())
    told = bus.metrics.exposition([*queue_figures(bus.store.lengths(), names), *age_figures(old)])
    return HttpAnswer(HTTPStatus.OK, METRICS_TYPE, told)
