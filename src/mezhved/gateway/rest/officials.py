"""Officials' signatures made on their own machines, and evidence of an exchange."""

from __future__ import annotations

import base64
import binascii
import tempfile
import uuid  # noqa: TC003 - read by the framework
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal, cast

from django.http import HttpResponse  # noqa: TC002 - read by the framework
from ninja import Router, Schema
from pydantic import Field

from mezhved.gateway.evidence.exporting import export
from mezhved.gateway.models import MessageKind
from mezhved.gateway.officials import (
    FileCms,
    FileValue,
    Person,
    SignatureElement,
    SignatureValue,
    Signed,
    accept_signature,
    release,
    to_be_signed,
    withdraw,
)
from mezhved.gateway.rest.access import demand, exchange_of, message_of
from mezhved.gateway.rest.bodies import read_json
from mezhved.gateway.rest.calls import Call  # noqa: TC001
from mezhved.gateway.rest.kinds import Row  # noqa: TC001
from mezhved.gateway.rest.openapi import json_body, raw_answer
from mezhved.gateway.rest.problems import bad
from mezhved.gateway.rest.records import stream
from mezhved.gateway.rest.schemas import Given
from mezhved.gost import KeyAlgorithm

if TYPE_CHECKING:
    from mezhved.gateway.access import Act
    from mezhved.gateway.models import Message

router = Router(tags=["officials"])

_SPOOLED: Final = 4 * 1024 * 1024
_BASE64: Final = r"^[A-Za-z0-9+/\s]*={0,2}\s*$"
_LONGEST: Final = 400_000
_ALGORITHMS: Final = {
    "gost2012-256": KeyAlgorithm.GOST2012_256,
    "gost2012-512": KeyAlgorithm.GOST2012_512,
    "gost2001": KeyAlgorithm.GOST2001,
}


class FileToSignOut(Schema):
    """A file: a detached CMS over `digest`, or a plain signature over `attributes_digest`, is wanted."""

    number: int
    name: str
    mime_type: str
    size: int
    digest: str
    attributes: str
    attributes_digest: str


class ToBeSignedOut(Schema):
    """What an official signs; octets are base64, digests in their natural order."""

    message: uuid.UUID
    algorithm: str
    content: str
    content_id: str
    content_digest: str
    signed_info: str
    digest: str
    files: list[FileToSignOut]


class SignedFileIn(Given):
    """A file's signature: `cms`, or `value` over the offered `attributes` with the certificate."""

    number: Row
    cms: str | None = Field(None, pattern=_BASE64, max_length=_LONGEST)
    attributes: str | None = Field(None, pattern=_BASE64, max_length=_LONGEST)
    value: str | None = Field(None, pattern=_BASE64, max_length=1000)
    certificate: str | None = Field(None, pattern=_BASE64, max_length=_LONGEST)


class SignedIn(Given):
    """An official's signature, base64: a whole ds:Signature, or the value over SignedInfo (s||r)."""

    signature: str | None = Field(None, pattern=_BASE64, max_length=_LONGEST)
    value: str | None = Field(None, pattern=_BASE64, max_length=1000)
    certificate: str | None = Field(None, pattern=_BASE64, max_length=_LONGEST)
    files: list[SignedFileIn] = Field([], max_length=1000)
    snils: str = Field("", max_length=14, pattern=r"^[0-9 -]*$", description="Whose it has to be.")
    thumbprint: str = Field("", max_length=64, pattern=r"^[0-9A-Fa-f]*$")


class StateOut(Schema):
    """Where the message and its exchange stand now."""

    message: uuid.UUID
    state: str
    exchange_state: str


@router.get(
    "/messages/{uid}/to-be-signed",
    response=ToBeSignedOut,
    operation_id="get_to_be_signed",
    summary="What an official has to sign",
)
def get_to_be_signed(
    request: Call,
    uid: uuid.UUID,
    algorithm: Literal["gost2012-256", "gost2012-512", "gost2001"] = "gost2012-256",
) -> dict[str, Any]:
    """Return the data of a held message with the octets and digests that a key has to sign."""
    offered = to_be_signed(request.gateway, _own(request, uid), _ALGORITHMS[algorithm])
    return {
        "message": uid,
        "algorithm": algorithm,
        "content": _written(offered.content),
        "content_id": offered.content_id,
        "content_digest": _written(offered.content_digest),
        "signed_info": _written(offered.signed_info),
        "digest": _written(offered.digest),
        "files": [
            {
                "number": each.number,
                "name": each.name,
                "mime_type": each.mime_type,
                "size": each.size,
                "digest": _written(each.digest),
                "attributes": _written(each.attributes),
                "attributes_digest": _written(each.attributes_digest),
            }
            for each in offered.files
        ],
    }


@router.post(
    "/messages/{uid}/signature",
    response=StateOut,
    operation_id="give_signature",
    summary="An official's signature",
    openapi_extra=json_body(SignedIn),
)
def give_signature(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Verify the signature of a held message and send it; what is wrong leaves the message held."""
    message = _own(request, uid)
    said = read_json(request, SignedIn)
    person = Person(said.snils, said.thumbprint)
    return _state(accept_signature(request.gateway, message, _signed(said), person))


@router.post(
    "/messages/{uid}/release", response=StateOut, operation_id="release_message", summary="Send a draft"
)
def release_message(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Send a held message that needs no official; 409 where its type demands EP-SP."""
    return _state(release(request.gateway, _own(request, uid)))


@router.post(
    "/messages/{uid}/withdraw", response=StateOut, operation_id="withdraw_message", summary="Give a draft up"
)
def withdraw_message(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Give a held message up; an incoming request may be answered anew then."""
    return _state(withdraw(request.gateway, _own(request, uid)))


@router.get(
    "/exchanges/{uid}/evidence",
    operation_id="get_evidence",
    summary="Everything of an exchange, signed",
    openapi_extra=raw_answer("application/octet-stream"),
)
def get_evidence(request: Call, uid: uuid.UUID) -> HttpResponse:
    """Return a container (ZIP) that `mezhved evidence verify` checks offline."""
    exchange = exchange_of(request, uid)
    spooled = cast("BinaryIO", tempfile.SpooledTemporaryFile(_SPOOLED))  # noqa: SIM115 - the answer closes it
    try:
        export(request.gateway, exchange, spooled)
        size = spooled.tell()
        spooled.seek(0)
    except BaseException:
        spooled.close()
        raise
    return stream(spooled, size, f"{uid}.zip")


def _own(request: Call, uid: uuid.UUID) -> Message:
    """Return a message that the caller may have signed and sent."""
    message = message_of(request, uid)
    act: Act = "ask" if message.kind == MessageKind.REQUEST else "answer"
    demand(request, act, message.exchange)
    return message


def _signed(said: SignedIn) -> Signed:
    content: SignatureElement | SignatureValue
    if said.signature is not None and said.value is None:
        content = SignatureElement(_read(said.signature, "/signature"))
    elif said.value is not None and said.certificate is not None and said.signature is None:
        content = SignatureValue(_read(said.value, "/value"), _read(said.certificate, "/certificate"))
    else:
        raise bad(
            "/signature", "нужна signature либо value с certificate", "signature, or value with certificate"
        )
    return Signed(content, {each.number: _file(each, f"/files/{at}") for at, each in enumerate(said.files)})


def _file(said: SignedFileIn, where: str) -> FileCms | FileValue:
    if said.cms is not None:
        return FileCms(_read(said.cms, f"{where}/cms"))
    if said.attributes is None or said.value is None or said.certificate is None:
        raise bad(
            where, "нужна cms либо attributes, value и certificate", "cms, or attributes, value, certificate"
        )
    return FileValue(
        _read(said.attributes, f"{where}/attributes"),
        _read(said.value, f"{where}/value"),
        _read(said.certificate, f"{where}/certificate"),
    )


def _read(text: str, where: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise bad(where, "это не base64", "this is no base64") from error


def _written(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _state(message: Message) -> dict[str, Any]:
    return {"message": message.uid, "state": message.state, "exchange_state": message.exchange.state}
