"""What a participant builds its push service from, served by the bus."""

from __future__ import annotations

from http import HTTPStatus

from mezhved.bus.endpoint.http import XML, HttpAnswer
from mezhved.smev3 import push

_WSDL = "/push/PushNotificationService.wsdl"
_SCHEMA = f"/push/{push.SCHEMA_NAME}"
_ADDRESS = "http://participant.example/push"


def push_document(path: str) -> HttpAnswer | None:
    """Answer with the description of a participant's push service, or its schema; None for other paths."""
    if path == _WSDL:
        return HttpAnswer(HTTPStatus.OK, XML, push.wsdl(_ADDRESS))
    return HttpAnswer(HTTPStatus.OK, XML, push.schema()) if path == _SCHEMA else None
