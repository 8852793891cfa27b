"""Taking in bodies: bounded before they are read, files straight to the disk."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pydantic

from mezhved.gateway.rest.problems import Problem
from mezhved.gateway.rest.wording import flaws_of
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gateway.rest.calls import Call

Model = TypeVar("Model", bound=pydantic.BaseModel)

PLAIN_OCTETS: Final = 16 * 1024 * 1024
"""A body without files: SMEV takes 5 MiB, JSON and its escapes need more."""
_DRAINED_OCTETS: Final = 64 * 1024 * 1024
_PIECE: Final = 1024 * 1024
_DIGITS: Final = 18
MULTIPART: Final = "multipart/form-data"
XML_TYPES: Final = ("application/xml", "text/xml")
JSON_TYPE: Final = "application/json"


def has_body(environ: dict[str, Any]) -> bool:
    """Tell whether the call says that a body follows."""
    announced = environ.get("CONTENT_LENGTH")
    return bool(environ.get("HTTP_TRANSFER_ENCODING")) or (bool(announced) and announced != "0")


def receive_body(call: Call, environ: dict[str, Any]) -> None:
    """Read a plain body, leave one with files for later; raise `Problem` for what is too large."""
    coding = environ.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if coding not in {"", "identity"}:
        raise Problem(
            415,
            Text(ru="сжатые тела не принимаются", en="compressed bodies are not taken"),
            headers={"Accept-Encoding": "identity"},
        )
    announced = _announced(environ.get("CONTENT_LENGTH"))
    stream = environ["wsgi.input"]
    if call.content_type == MULTIPART:
        if announced is None:
            raise Problem(
                411, Text(ru="у тела с файлами должна быть длина", en="a body with files needs a length")
            )
        _demand_within(stream, announced, call.gateway.settings.max_body_octets)
        return
    if announced is not None:
        _demand_within(stream, announced, PLAIN_OCTETS)
    chunked = announced is None and environ.get("HTTP_TRANSFER_ENCODING")
    wanted = PLAIN_OCTETS + 1 if chunked else announced or 0
    octets = _read(stream, wanted)
    if len(octets) > PLAIN_OCTETS:
        raise _too_large(PLAIN_OCTETS)
    if announced is not None and len(octets) < announced:
        raise Problem(400, Text(ru="тело оборвано", en="the body broke off"))
    call.take_body(octets)


def read_json(call: Call, model: type[Model]) -> Model:
    """Return the body as a model says; raise `Problem`."""
    if call.content_type != JSON_TYPE:
        raise unsupported(JSON_TYPE)
    return parse_json(call.body, model)


def parse_json(octets: bytes, model: type[Model], place: str = "/") -> Model:
    """Return JSON as a model says; raise `Problem` with a pointer for each error."""
    try:
        return model.model_validate_json(octets.removeprefix(codecs.BOM_UTF8))
    except pydantic.ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        malformed = errors[0]["type"] == "json_invalid"
        detail = (
            Text(ru="тело не JSON", en="the body is no JSON")
            if malformed
            else Text(ru="в запросе ошибки", en="the call has errors")
        )
        raise Problem(400 if malformed else 422, detail, flaws_of(errors, place)) from None


def unsupported(*taken: str) -> Problem:
    """Return the refusal of a body's media type."""
    names = ", ".join(taken)
    return Problem(
        415,
        Text(ru=f"тело здесь бывает таким: {names}", en=f"a body may be of these types here: {names}"),
        headers={"Accept": names},
    )


def _announced(value: str | None) -> int | None:
    if value and value.isascii() and value.isdigit() and len(value) <= _DIGITS:
        return int(value)
    return None


def _demand_within(stream: Any, announced: int, limit: int) -> None:
    if announced > limit:
        # A client that is still sending would lose the answer with its connection.
        _drain(stream, min(announced, _DRAINED_OCTETS))
        raise _too_large(limit)


def _drain(stream: Any, octets: int) -> None:
    while octets > 0 and (piece := stream.read(min(_PIECE, octets))):
        octets -= len(piece)


def _read(stream: Any, wanted: int) -> bytes:
    pieces = []
    while wanted > 0 and (piece := stream.read(min(_PIECE, wanted))):
        pieces.append(piece)
        wanted -= len(piece)
    return b"".join(pieces)


def _too_large(limit: int) -> Problem:
    mebibytes = limit // 1024 // 1024
    return Problem(
        413,
        Text(ru=f"тело больше {mebibytes} МиБ", en=f"the body is larger than {mebibytes} MiB"),
    )
