"""ReplyTo: the return address of a request, opaque to clients, in the form that the real server uses.

Base64 of JSON without blanks; absent fields are left out. A response carries it back, unchanged, as `To`.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_CHARACTERS = 4000
_NAMES = {
    "sid": "system_id",
    "mid": "message_id",
    "tcd": "transaction_code",
    "rid": "reference_id",
    "eol": "eol",
    "nid": "node_id",
    "slc": "selector",
    "mnm": "mnemonic",
}
_SPARED = ("tcd", "rid", "slc")


class MalformedReplyTo(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """The To of a response is not a return address that this bus gave (RecipientIsNotFound or SMEV-60)."""

    def __init__(self, value: str) -> None:
        super().__init__(
            Text(
                ru=f"обратный адрес «{value[:80]}» не читается",
                en=f'the return address "{value[:80]}" cannot be read',
            ),
            cure=Text(
                ru="скопируйте в To значение ReplyTo запроса без изменений",
                en="copy the request's ReplyTo into To without changes",
            ),
        )
        self.value = value


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where the response to a request goes.

    `system_id` numbers the sender's system, `message_id` is that of the request, `eol` the end of life in
    seconds since the epoch (0 = none), `selector` the information type (`selector_of`), `mnemonic` the
    sender's.
    """

    system_id: int | None = None
    message_id: str | None = None
    transaction_code: str | None = None
    reference_id: str | None = None
    eol: int = 0
    node_id: str | None = None
    selector: str | None = None
    mnemonic: str | None = None

    def encode(self) -> str:
        """Return the text of ReplyTo: within the 4000 characters of the schema.

        A field that would make it longer (a long TransactionCode in Cyrillic) is left out: the request
        that the address leads to knows it.
        """
        said = {key: getattr(self, name) for key, name in _NAMES.items()}
        present = {key: value for key, value in said.items() if value is not None}
        text = _written(present)
        for key in _SPARED:
            if len(text) > _MAX_CHARACTERS and present.pop(key, None) is not None:
                text = _written(present)
        return text

    @classmethod
    def decode(cls, text: str) -> ReplyTo:
        """Read a To; unknown fields and nulls are passed over. Raises `MalformedReplyTo`."""
        said = _said(text)
        values: dict[str, Any] = {}
        for field in fields(cls):
            key = next(key for key, name in _NAMES.items() if name == field.name)
            value = said.get(key)
            if value is None:
                continue
            kind = int if field.name in {"system_id", "eol"} else str
            if not isinstance(value, kind) or isinstance(value, bool) or _unwritable(value):
                raise MalformedReplyTo(text)
            values[field.name] = value
        return cls(**values)


def selector_of(namespace: str, root: str) -> str:
    """Return the name of an information type inside a ReplyTo: `urn://a/b` (or http) + `R` -> `a_b_R`."""
    scheme, mark, rest = namespace.partition("://")
    return f"{(rest if mark else scheme).replace('/', '_')}_{root}"


def _written(present: Mapping[str, int | str]) -> str:
    octets = json.dumps(present, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(octets).decode("ascii")


def _unwritable(value: int | str) -> bool:
    """Tell whether a text holds half a surrogate pair, which JSON can say and UTF-8 cannot."""
    return isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value)


def _said(text: str) -> dict[str, Any]:
    if len(text) > _MAX_CHARACTERS:
        raise MalformedReplyTo(text)
    try:
        octets = base64.b64decode("".join(text.split()), validate=True)
        said = json.loads(octets.decode())
    except (binascii.Error, ValueError, RecursionError):
        raise MalformedReplyTo(text) from None
    if not isinstance(said, dict):
        raise MalformedReplyTo(text)
    return said
