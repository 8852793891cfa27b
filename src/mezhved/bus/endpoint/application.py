"""The WSGI callable: routes by path, turns every outcome into an answer."""

from __future__ import annotations

import re
import time
import traceback
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError

from mezhved.bus.delivery.system_responses import code_at_once
from mezhved.bus.endpoint import pages
from mezhved.bus.endpoint.body import (
    Body,
    BodyEncoded,
    BodyTooLarge,
    BodyTruncated,
    announced_length,
    receive,
)
from mezhved.bus.endpoint.http import XML, Environ, HttpAnswer, StartResponse, WsgiApplication, text_answer
from mezhved.bus.operations import perform
from mezhved.bus.push.documents import push_document
from mezhved.bus.reception.reading import read_call
from mezhved.bus.records import CallRecord
from mezhved.bus.storage import StorageError
from mezhved.bus.transactions.endpoint import PATH, marker_service
from mezhved.service.blobs import BlobStoreError
from mezhved.smev3 import faults, mtom, soap
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.bus.assembly import Bus
    from mezhved.smev3.faults import Fault

_ENDPOINT = re.compile(r"(?:/smev/v(?P<version>1\.[123]))?/ws/?\Z")
_DOCUMENT = re.compile(r"(?:/smev/v(?P<version>1\.[123])|/ws)/(?P<name>[A-Za-z0-9.\-]{1,80}\.(?:xsd|wsdl))\Z")
_ALLOWED = (("Allow", "GET, HEAD, POST"),)
_NAMED_VERSION = re.compile(r"-(1\.[123])\.(?:xsd|wsdl)\Z")


class Application:
    """The bus as a WSGI application; what is not the bus's own goes to `site`."""

    def __init__(self, bus: Bus, site: WsgiApplication | None) -> None:
        self._bus = bus
        self._site = site

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request."""
        path = environ.get("PATH_INFO", "")
        endpoint = _ENDPOINT.match(path)
        if endpoint:
            named = endpoint["version"]
            version = Version(named) if named else pages.ALIAS_VERSION
            return self._endpoint(environ, version, path).send(start)
        own = self._guarded_page(environ, path)
        if own is not None:
            return own.send(start)
        if self._site is not None:
            return self._site(environ, start)
        return text_answer(HTTPStatus.NOT_FOUND, "404").send(start)

    def _guarded_page(self, environ: Environ, path: str) -> HttpAnswer | None:
        try:
            return self._own_page(environ, path)
        except Exception as error:  # noqa: BLE001 - a page must not end in silence
            self._log_defect(error)
            return text_answer(HTTPStatus.SERVICE_UNAVAILABLE, type(error).__name__)

    def _own_page(self, environ: Environ, path: str) -> HttpAnswer | None:
        if path == "/healthz":
            return pages.health(self._bus)
        if path == "/metrics":
            return pages.metrics(self._bus)
        if path == PATH:
            return marker_service(self._bus, environ)
        named = _DOCUMENT.match(path)
        if named:
            by_name = _NAMED_VERSION.search(named["name"])
            number = named["version"] or (by_name[1] if by_name else pages.ALIAS_VERSION.value)
            return pages.document(Version(number), named["name"])
        return push_document(path)

    def _endpoint(self, environ: Environ, version: Version, path: str) -> HttpAnswer:
        method = environ.get("REQUEST_METHOD", "")
        if method in {"GET", "HEAD"}:
            return pages.description(self._bus, environ, version, path)
        if method != "POST":
            return replace(text_answer(HTTPStatus.METHOD_NOT_ALLOWED, "POST"), more=_ALLOWED)
        return self._call(environ, version)

    def _call(self, environ: Environ, version: Version) -> HttpAnswer:
        started = time.perf_counter()
        record = CallRecord(version)
        try:
            answer = self._answer(environ, record)
            record.outcome = "ok"
        except SmevFaultError as error:
            answer = self._fault(error.fault, record)
        except BodyEncoded as error:
            record.reason = f"Content-Encoding {error.coding}"
            fault = self._fault(faults.smev_failure(), record)
            answer = replace(
                fault, status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE, more=(("Accept-Encoding", "identity"),)
            )
        except (StorageError, BlobStoreError, mtom.SpoolUnavailable) as error:
            self._bus.log.warning("storage_unavailable", reason=str(error))
            answer = self._fault(faults.smev_failure(), record)
        except Exception as error:  # noqa: BLE001 - a defect of ours must reach the client as a fault
            self._log_defect(error)
            answer = self._fault(faults.smev_failure(), record)
        self._account(record, time.perf_counter() - started)
        return answer

    def _answer(self, environ: Environ, record: CallRecord) -> HttpAnswer:
        with mtom.Spool(folder=self._bus.settings.temporary_folder) as spool:
            parts = self._parts(environ, spool, record)
            call = read_call(parts, record, strict=self._bus.settings.strict_xsd)
            reply = perform(self._bus, call, record)
        return HttpAnswer(HTTPStatus.OK, reply.content_type, reply.body)

    def _parts(self, environ: Environ, spool: mtom.Spool, record: CallRecord) -> mtom.Parts:
        announced = announced_length(environ.get("CONTENT_LENGTH"))
        try:
            body = Body(environ["wsgi.input"], announced, self._bus.settings.max_body_octets)
            body.demand_plain(environ.get("HTTP_CONTENT_ENCODING"))
            return receive(body, environ.get("CONTENT_TYPE") or "", spool)
        except mtom.MalformedContent as error:
            record.reason = str(error)
            raise SmevFaultError(faults.invalid_envelope()) from None
        except (soap.UnsupportedContentType, mtom.MalformedMultipart) as error:
            record.reason = str(error)
            raise SmevFaultError(faults.smev_failure()) from None
        except BodyTooLarge as error:
            permitted = self._bus.settings.attachment_limit
            raise SmevFaultError(faults.attachment_size_exceeded(permitted, error.octets)) from None
        except BodyTruncated:
            raise SmevFaultError(faults.smev_failure()) from None

    def _fault(self, fault: Fault, record: CallRecord) -> HttpAnswer:
        record.outcome = fault.kind.value if fault.kind is not None else "fault"
        body = soap.envelope(faults.fault_body(fault, record.version, code_at_once(self._bus, fault)))
        return HttpAnswer(HTTPStatus.INTERNAL_SERVER_ERROR, XML, body)

    def _log_defect(self, error: Exception) -> None:
        """Log type and place; the exception's text may quote the message."""
        if isinstance(error, (OperationalError, InterfaceError)):
            # The registry is read through Django: it lost the database before the store noticed.
            self._bus.log.warning("storage_unavailable", reason=type(error).__name__)
            return
        frames = "".join(traceback.format_tb(error.__traceback__))
        self._bus.log.critical("defect", error_type=type(error).__name__, frames=frames)

    def _account(self, record: CallRecord, seconds: float) -> None:
        self._bus.metrics.count_call(record.operation, record.version.value, record.outcome, seconds)
        self._bus.log.info(
            "call",
            operation=record.operation,
            version=record.version.value,
            outcome=record.outcome,
            message_id=record.message_id,
            system=record.system,
            reason=record.reason,
            ms=round(seconds * 1000, 3),
        )
