"""Which messages wait for an official, and the Id that their signature needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from mezhved.gateway.models import KeyPurpose
from mezhved.smev3.client import with_identifier
from mezhved.smev3.fragments import Source
from mezhved.smev3.xml import MalformedXml, parse

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import InformationSystem, InformationType, Message
    from mezhved.gateway.outbox.drafts import RequestDraft, ResponseDraft
    from mezhved.gost import Signer

Draft = TypeVar("Draft", "RequestDraft", "ResponseDraft")


def root_alone(content: bytes) -> bytes:
    """Return the root element's own octets: a declaration and what surrounds the root go.

    What is kept is embedded as it is, in SMEV's envelope and in the adapter's answers. Raises `MalformedXml`.
    """
    if content[:1] == b"<" and content[1:2] not in {b"?", b"!"} and content[-1:] == b">":
        return content
    root = parse(content)
    return Source(content, root).cut(root).octets


def for_official(
    gateway: Gateway, system: InformationSystem, kind: InformationType | None, draft: Draft
) -> tuple[Draft, bytes]:
    """Return the draft, held where only an official's machine can sign it, and its content to be kept.

    A type that demands EP-SP is signed by the official's server key where there is one. The content's root
    gets an Id where it is needed and none is there; the type's schema judges it then.
    """
    needed = kind is not None and kind.needs_personal_signature
    if draft.personal_signature is not None or not needed:
        return draft, draft.content
    try:
        content = with_identifier(draft.content)
    except MalformedXml:
        return draft, draft.content  # the schemas will refuse it in their words
    waits = draft.hold or not gateway.ring.has(system, KeyPurpose.OFFICIAL)
    return replace(draft, hold=waits), content


def server_official(gateway: Gateway, message: Message) -> Signer | None:
    """Return the official's server key that has to sign a message and its files; None where none has to.

    What an official signed elsewhere is not signed again. Raises `CannotSign`.
    """
    kind = message.exchange.type
    if kind is None or not kind.needs_personal_signature or message.personal_signature is not None:
        return None
    name = (message.options.get("official") or {}).get("key", "")
    return gateway.ring.signer(message.system, KeyPurpose.OFFICIAL, name)
