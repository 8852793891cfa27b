"""The catalogue: systems and information types that the token may use, their schemas and examples."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Literal

from ninja import Router
from ninja.params import Query  # noqa: TC002
from pydantic import BaseModel, ConfigDict

from mezhved.gateway.models import InformationSystem, InformationType
from mezhved.gateway.rest.access import type_of
from mezhved.gateway.rest.calls import Call  # noqa: TC001
from mezhved.gateway.rest.kinds import Code  # noqa: TC001
from mezhved.gateway.rest.problems import not_found
from mezhved.gateway.rest.queries import YesNo
from mezhved.gateway.rest.schemas import ExampleOut, SystemOut, TypeOut
from mezhved.infotypes.forms import describe
from mezhved.infotypes.values import InvalidValue, example, json_schema, to_xml
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.infotypes.forms import FormModel

router = Router(tags=["types"])

_ACTS: tuple[Literal["ask", "answer", "read"], ...] = ("ask", "answer", "read")
_EXAMPLE_SEED = 1


class PartQuery(BaseModel):
    """Which part of a type is meant."""

    model_config = ConfigDict(extra="forbid")

    part: Literal["request", "answer"] = "request"
    full: YesNo = "false"


@router.get("/systems", response=list[SystemOut], operation_id="list_systems", summary="Own systems")
def list_systems(request: Call) -> list[dict[str, Any]]:
    """Return the systems that the token has rights in."""
    rows = InformationSystem.objects.select_related("connection").filter(pk__in=request.auth.systems)
    return [
        {
            "mnemonic": each.mnemonic,
            "connection": each.connection.name,
            "environment": each.connection.environment,
            "name": each.name,
        }
        for each in rows.order_by("mnemonic", "pk")
    ]


@router.get("/types", response=list[TypeOut], operation_id="list_types", summary="Information types")
def list_types(request: Call) -> list[dict[str, Any]]:
    """Return the types that the token may use."""
    rows = InformationType.objects.defer("package").filter(is_active=True).order_by("code")
    return [_type(request, each) for each in rows if request.auth.knows_type(each.pk)]


@router.get("/types/{code}", response=TypeOut, operation_id="get_type", summary="One information type")
def get_type(request: Call, code: Code) -> dict[str, Any]:
    """Return a type."""
    return _type(request, type_of(request, code))


@router.get(
    "/types/{code}/schema",
    response=dict[str, Any],
    operation_id="get_type_schema",
    summary="The JSON Schema of a type",
)
def get_type_schema(request: Call, code: Code, query: Query[PartQuery]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the type's request or answer."""
    return json_schema(_model(request, type_of(request, code), query))


@router.get(
    "/types/{code}/form",
    response=dict[str, Any],
    operation_id="get_type_form",
    summary="The fields of a type for a form",
)
def get_type_form(request: Call, code: Code, query: Query[PartQuery]) -> dict[str, Any]:
    """Return the fields with their labels, hints, masks and bounds; with full, ten levels of them."""
    root = _model(request, type_of(request, code), query).root
    return describe(root, 10 if query.full == "true" else 3, request.language)


@router.get(
    "/types/{code}/example",
    response=ExampleOut,
    operation_id="get_type_example",
    summary="An example of a type",
    by_alias=True,
)
def get_type_example(request: Call, code: Code, query: Query[PartQuery]) -> dict[str, Any]:
    """Return an invented example, as JSON and as XML; with full, optional fields too."""
    model = _model(request, type_of(request, code), query)
    value = example(model, random.Random(_EXAMPLE_SEED), full=query.full == "true")  # noqa: S311 - not a secret
    try:
        xml: str | None = to_xml(value, model).decode()
    except InvalidValue:
        xml = None
    return {"json": value, "xml": xml}


def _model(request: Call, kind: InformationType, query: PartQuery) -> FormModel:
    catalogue = request.gateway.catalogue
    if query.part == "request":
        return catalogue.request_model(kind)
    if not kind.response_root:
        raise not_found(Text(ru="у вида сведений нет ответа", en="the type has no answer"))
    return catalogue.response_model(kind)


def _type(request: Call, kind: InformationType) -> dict[str, Any]:
    rights = [each for each in request.auth.rights if each.type in {None, kind.pk} and each.acts]
    systems = InformationSystem.objects.filter(pk__in=[each.system for each in rights])
    return {
        "code": kind.code,
        "title": kind.title,
        "namespace": kind.namespace,
        "request_root": kind.request_root,
        "response_root": kind.response_root,
        "is_broadcast": kind.is_broadcast,
        "official_signs_request": kind.official_signs_request,
        "official_signs_answer": kind.official_signs_answer,
        "systems": sorted(systems.values_list("mnemonic", flat=True)),
        "acts": [act for act in _ACTS if any(act in each.acts for each in rights)],
    }
