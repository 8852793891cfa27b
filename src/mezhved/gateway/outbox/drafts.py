"""What a participant's system or official wants to be sent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mezhved.gateway.files.drafts import FileDraft

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

    from mezhved.gateway.models import Department, Exchange, InformationSystem, InformationType


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """A request. `client_id` is the caller's own id, unique in the system; `options` go into the message.

    Options: `eol` (ISO 8601), `transaction_code`, `reference_message_id`, `node_id`, `routing` (dynamic,
    identifiers, records: lists), `business_process` (elements, texts), `adapter` (what its client said).
    """

    system: InformationSystem
    kind: InformationType
    content: bytes
    client_id: str | None = None
    is_test: bool = False
    author: str = ""
    account: User | None = None
    """The account of the author, where a person asks."""
    department: Department | None = None
    """The department that asks: its people see the request."""
    case_number: str = ""
    """The office's own number of the case, as typed; SMEV never gets it, so it is no part of `digest`."""
    options: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[FileDraft, ...] = ()
    hold: bool = False
    """Keep it as a draft: it waits for its author to let it go."""
    to_sign: bool = False
    """Keep it as a draft that an official signs elsewhere; taken only where the schema allows it."""
    personal_signature: bytes | None = None
    """An official's ds:Signature over the content that was made elsewhere, octets."""

    @property
    def digest(self) -> str:
        """What tells two requests under one caller's id apart."""
        return _digest(self.content, self.kind.code, self.is_test, dict(self.options), self.files)


@dataclass(frozen=True, slots=True)
class ResponseDraft:
    """A final answer to an incoming request; `options`: `adapter` (what its client said)."""

    exchange: Exchange
    content: bytes
    client_id: str | None = None
    author: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[FileDraft, ...] = ()
    hold: bool = False
    to_sign: bool = False
    personal_signature: bytes | None = None
    """All three as in `RequestDraft`."""

    @property
    def digest(self) -> str:
        """What tells two answers under one caller's id apart."""
        return _digest(self.content, str(self.exchange.uid), files=self.files)


@dataclass(frozen=True, slots=True)
class RejectionDraft:
    """A final refusal: pairs of a `RejectionReason` and a text of up to 4000 characters."""

    exchange: Exchange
    reasons: tuple[tuple[str, str], ...]
    client_id: str | None = None
    author: str = ""

    @property
    def digest(self) -> str:
        """What tells two refusals under one caller's id apart."""
        return _digest(b"", str(self.exchange.uid), [list(each) for each in self.reasons])


@dataclass(frozen=True, slots=True)
class StatusDraft:
    """An interim status; its codes are defined by the type's passport."""

    exchange: Exchange
    code: int
    description: str
    parameters: tuple[tuple[str, str], ...] = ()
    client_id: str | None = None
    author: str = ""

    @property
    def digest(self) -> str:
        """What tells two statuses under one caller's id apart."""
        return _digest(
            b"", str(self.exchange.uid), self.code, self.description, [list(p) for p in self.parameters]
        )


def _digest(content: bytes, *said: Any, files: tuple[FileDraft, ...] = ()) -> str:
    names = [[each.name, each.mime_type, each.digest.hex()] for each in files]
    head = json.dumps([*said, names], ensure_ascii=False, sort_keys=True, default=_file_key).encode()
    return hashlib.sha256(head + b"\0" + content).hexdigest()


def _file_key(value: object) -> str:
    if isinstance(value, FileDraft):
        return f"{value.name} {value.digest.hex()}"
    return str(value)
