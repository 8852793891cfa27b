"""A client of the gateway's REST: calls the WSGI application, or a server over HTTP."""

from __future__ import annotations

import io
import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from mezhved.gateway.access import RightDraft, issue
from mezhved.gateway.application import Application
from mezhved.gateway.models import InformationType
from tests.support.registry import CONSUMER, PROVIDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.support.gateways import GatewayUnderTest


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class RestClient:
    """Calls with one token."""

    application: Application
    token: str = ""
    language: str = "en"
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Any = None, **query: Any) -> Answer:
        octets = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        return self.call("POST", path, octets, "application/json", query)

    def post_xml(self, path: str, xml: bytes, **query: Any) -> Answer:
        return self.call("POST", path, xml, "application/xml", query)

    def post_parts(self, path: str, parts: Iterable[Part], **query: Any) -> Answer:
        boundary = uuid.uuid4().hex
        body = b"".join(each.octets(boundary) for each in parts) + f"--{boundary}--\r\n".encode()
        return self.call("POST", path, body, f"multipart/form-data; boundary={boundary}", query)

    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        content_type: str = "",
        query: Mapping[str, Any] | None = None,
        **environ: Any,
    ) -> Answer:
        said: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path if path.startswith("/") else f"/api/v1/{path}",
            "QUERY_STRING": urlencode(query or {}, doseq=True),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_ACCEPT_LANGUAGE": self.language,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
        }
        if content_type:
            said["CONTENT_TYPE"] = content_type
        if self.token:
            said["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        said |= self.headers | environ
        told: list[Any] = []
        pieces = self.application(
            {name: value for name, value in said.items() if value is not None},
            lambda status, headers: told.extend((status, headers)),
        )
        try:
            octets = b"".join(pieces)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        return Answer(int(told[0].split()[0]), dict(told[1]), octets)


@dataclass(frozen=True)
class Part:
    """One part of a multipart body."""

    name: str
    content: bytes
    filename: str = ""
    content_type: str = ""

    def octets(self, boundary: str) -> bytes:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{self.name}"'
        if self.filename:
            head += f'; filename="{self.filename}"'
        if self.content_type:
            head += f"\r\nContent-Type: {self.content_type}"
        return head.encode() + b"\r\n\r\n" + self.content + b"\r\n"


def rest_client(
    under_test: GatewayUnderTest,
    *rights: tuple[str, str, str],
    name: str = "",
    application: Application | None = None,
) -> RestClient:
    """Return a client with a token of these rights (system, type or *, acts); by default of all."""
    systems = {CONSUMER: under_test.consumer, PROVIDER: under_test.provider}
    wanted = rights or ((CONSUMER, "*", "ask,read"), (PROVIDER, "*", "answer,read"))
    drafts = [
        RightDraft(
            systems[system],
            None if kind == "*" else InformationType.objects.get(code=kind),
            frozenset(acts.split(",")),  # type: ignore[arg-type]
        )
        for system, kind, acts in wanted
    ]
    gateway = under_test.gateway
    now = gateway.clock()
    token = issue(
        name or f"system-{uuid.uuid4().hex[:8]}",
        drafts,
        now=now,
        randomness=gateway.randomness,
        expires_at=now + timedelta(days=365),
    )
    return RestClient(application or Application(gateway, _no_pages), token)


def _no_pages(_environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    start("404 Not Found", [])
    return []
