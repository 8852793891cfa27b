"""The parts of the OpenAPI document that the framework cannot make by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from mezhved.gateway.rest.problems import CONTENT_TYPE, STATUSES
from mezhved.gateway.rest.schemas import ProblemOut

if TYPE_CHECKING:
    from ninja import NinjaAPI
    from pydantic import BaseModel

PREFIX: Final = "/api/v1"
_CONVERTER: Final = re.compile(r"<(?:\w+:)?(\w+)>")
_PLACE: Final = "#/components/schemas/{model}"
_XML: Final[dict[str, Any]] = {
    "schema": {"type": "string", "description": "The business data, by the type's XSD."}
}


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """Return what tells of a JSON body."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": _reference(model)}}}}


def business_data_body(model: type[BaseModel]) -> dict[str, Any]:
    """Return what tells of a body that is JSON, XML or either with files."""
    parts = {
        "type": "object",
        "properties": {
            "request": _reference(model),
            "xml": {"type": "string", "description": "The business data, in place of request.xml."},
            "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
            "signatures": {
                "type": "array",
                "items": {"type": "string", "format": "binary"},
                "description": "Detached PKCS#7 of files, named as the file and .sig, .p7s or .sgn.",
            },
        },
        "additionalProperties": False,
    }
    content = {
        "application/json": {"schema": _reference(model)},
        "application/xml": _XML,
        "text/xml": _XML,
        "multipart/form-data": {
            "schema": parts,
            "encoding": {"request": {"contentType": "application/json"}},
        },
    }
    return {"requestBody": {"required": True, "content": content}}


def raw_answer(*media_types: str) -> dict[str, Any]:
    """Return what tells of an answer that is octets."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {"responses": {200: {"description": "OK", "content": dict.fromkeys(media_types, schema)}}}


def openapi_document(api: NinjaAPI, models: tuple[type[BaseModel], ...]) -> dict[str, Any]:
    """Return the whole document."""
    document: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX.strip("/") + "/"))
    schemas = document["components"]["schemas"]
    told: tuple[type[BaseModel], ...] = (*models, ProblemOut)
    for model in told:
        made = model.model_json_schema(ref_template=_PLACE)
        schemas.update(made.pop("$defs", {}))
        schemas[model.__name__] = made
    problem = {"description": "A refusal", "content": {CONTENT_TYPE: {"schema": _reference(ProblemOut)}}}
    document["components"]["responses"] = {"Problem": problem}
    for operations in document["paths"].values():
        for operation in operations.values():
            for status in STATUSES:
                operation["responses"][str(status)] = {"$ref": "#/components/responses/Problem"}
            operation["responses"] = {str(name): told for name, told in operation["responses"].items()}
    return document


def parameters_of(document: dict[str, Any]) -> dict[tuple[str, str], frozenset[str]]:
    """Return the names of the query's parameters, by method and path."""
    return {
        (method.upper(), place): frozenset(
            each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"
        )
        for place, operations in document["paths"].items()
        for method, operation in operations.items()
    }


def template_of(route: str) -> str:
    """Return the path of the document that a route of the framework stands for."""
    return "/" + _CONVERTER.sub(r"{\1}", route)


def _reference(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": _PLACE.format(model=model.__name__)}
