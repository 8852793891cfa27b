"""A participant's own push service as a WSGI callable."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mezhved.smev3 import soap
from mezhved.smev3.push.documents import schema, wsdl
from mezhved.smev3.push.messages import PushNotification, fault, response
from mezhved.smev3.xml import XmlLimits
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LARGEST = 256 * 1024
_DIGITS = 18
_LIMITS = XmlLimits(octets=_LARGEST, depth=32, attributes=64, markup=20_000)
_TEXT = "text/plain; charset=utf-8"


class PushListener:
    """Takes SMEV's notices and gives each to `take`; when that raises, SMEV is told and tries again.

    Mount it at the address that the registry of SMEV has. A notice only says that it is time to poll: it
    carries no signature, so nothing but a poll may follow from it.
    """

    def __init__(self, take: Callable[[PushNotification], None]) -> None:
        self._take = take

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one HTTP request: a notice by POST, WSDL and XSD by GET."""
        method = environ.get("REQUEST_METHOD", "")
        if method == "POST":
            status, body = self._notice(environ)
            return _send(start, status, soap.CONTENT_TYPE, soap.envelope(body))
        if method in {"GET", "HEAD"}:
            asked = environ.get("QUERY_STRING", "").lower()
            body = schema() if asked == "xsd" else wsdl(_address(environ), "?xsd")
            return _send(start, HTTPStatus.OK, soap.CONTENT_TYPE, body)
        return _send(start, HTTPStatus.METHOD_NOT_ALLOWED, _TEXT, b"POST\n")

    def _notice(self, environ: dict[str, Any]) -> tuple[HTTPStatus, bytes]:
        octets = _body(environ)
        if octets is None or len(octets) > _LARGEST:
            return HTTPStatus.INTERNAL_SERVER_ERROR, fault("Content-Length")
        try:
            envelope = soap.read(environ.get("CONTENT_TYPE"), octets, xml_limits=_LIMITS)
            notice = PushNotification.from_xml(envelope.body)
        except (MezhvedError, ValueError) as error:
            return HTTPStatus.INTERNAL_SERVER_ERROR, fault(_printable(str(error)))
        try:
            self._take(notice)
        except Exception as error:  # noqa: BLE001 - whatever the participant's code raises, SMEV is answered
            return HTTPStatus.INTERNAL_SERVER_ERROR, fault(type(error).__name__)
        return HTTPStatus.OK, response("OK")


def _body(environ: dict[str, Any]) -> bytes | None:
    """Return what was posted, up to one octet too many; None when nobody says where it ends.

    A body in chunks has no length; servers that take such ones say so by `wsgi.input_terminated`.
    """
    length = environ.get("CONTENT_LENGTH") or ""
    known = length.isascii() and length.isdigit() and len(length) <= _DIGITS
    if not known and not environ.get("wsgi.input_terminated"):
        return None
    left = min(int(length) if known else _LARGEST + 1, _LARGEST + 1)
    pieces = []
    while left and (piece := environ["wsgi.input"].read(left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _send(start: Callable[..., Any], status: HTTPStatus, kind: str, body: bytes) -> list[bytes]:
    start(f"{status.value} {status.phrase}", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def _address(environ: dict[str, Any]) -> str:
    host = environ.get("HTTP_HOST") or f"{environ.get('SERVER_NAME')}:{environ.get('SERVER_PORT')}"
    place = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
    return f"{environ.get('wsgi.url_scheme', 'http')}://{_printable(host)}{_printable(place)}"


def _printable(text: str) -> str:
    """Return the text without what XML cannot carry."""
    return "".join(sign for sign in text if sign.isprintable())[:500]
