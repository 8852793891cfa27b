"""The OpenAPI document and a page that shows it, both without anything from elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path

from mezhved.gateway.rest.api import BODIES
from mezhved.gateway.rest.openapi import openapi_document

if TYPE_CHECKING:
    from django.urls import URLPattern
    from ninja import NinjaAPI

_PAGE: Final = """<!DOCTYPE html>
<html lang="ru"><head><meta charset="utf-8"><title>Mezhved REST</title>
<link rel="stylesheet" href="/static/ninja/swagger-ui.css"></head>
<body><script type="application/json" id="swagger-settings">
{"url": "/api/v1/openapi.json", "layout": "BaseLayout", "deepLinking": true, "validatorUrl": null}
</script><div id="swagger-ui"></div>
<script src="/static/ninja/swagger-ui-bundle.js"></script>
<script src="/static/ninja/swagger-ui-init.js"></script></body></html>
"""
_POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
)


def document_patterns(document: dict[str, Any]) -> list[URLPattern]:
    """Return the addresses of the document and of its page."""
    octets = json.dumps(document, ensure_ascii=False).encode()

    def give_document(request: HttpRequest) -> HttpResponse:
        return _given(request, octets, "application/json")

    def give_page(request: HttpRequest) -> HttpResponse:
        response = _given(request, _PAGE.encode(), "text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    return [path("api/v1/openapi.json", give_document), path("api/v1/docs", give_page)]


def whole_document(api: NinjaAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the API."""
    return openapi_document(api, BODIES)


def _given(request: HttpRequest, octets: bytes, content_type: str) -> HttpResponse:
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    return HttpResponse(octets, content_type=content_type)
