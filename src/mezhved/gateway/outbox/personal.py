"""Which messages wait for an official, and the Id that their signature needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from mezhved.gateway.errors import InvalidMessage
from mezhved.gateway.models import KeyPurpose, MessageKind
from mezhved.gateway.outbox.drafts import RequestDraft
from mezhved.smev3.client import with_identifier
from mezhved.smev3.fragments import Source
from mezhved.smev3.xml import MalformedXml, parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import InformationSystem, InformationType, Message
    from mezhved.gateway.outbox.drafts import ResponseDraft
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

    A message that needs EP-SP is signed by the official's server key where there is one; its root gets an
    Id where none is there. Raises `InvalidMessage` where it may be signed and the schema has no room for
    the Id: afterwards nobody could send it any more.
    """
    if kind is None or draft.personal_signature is not None:
        return draft, draft.content
    sort = MessageKind.REQUEST if isinstance(draft, RequestDraft) else MessageKind.ANSWER
    needed = kind.official_signs(sort)
    if not needed and not draft.to_sign:
        return draft, draft.content
    content = identified(gateway, kind, sort, draft.content)
    waits = draft.hold or draft.to_sign or not gateway.ring.has(system, KeyPurpose.OFFICIAL)
    return replace(draft, hold=waits), content


def identified(gateway: Gateway, kind: InformationType, sort: MessageKind, content: bytes) -> bytes:
    """Return content whose root has the Id that a signature over it names; one without is given one.

    Raises `InvalidMessage`: in the schema's words where the content is wrong by itself, else because the
    schema has no room for the Id.
    """
    try:
        made = with_identifier(content)
        if parse(content).get("Id"):
            return made
    except MalformedXml:
        return content  # the schemas will refuse it in their words
    root, today = kind.request_root, gateway.clock().date()
    if sort is not MessageKind.REQUEST:
        root = kind.response_root
    try:
        gateway.catalogue.demand_valid(kind, made, root, today)
    except InvalidMessage as error:
        gateway.catalogue.demand_valid(kind, content, root, today)
        raise InvalidMessage(
            Text(
                ru="корню содержания нужен атрибут Id для подписи, а схема вида сведений его не допускает",
                en="the content's root needs an attribute Id to be signed, and the type's schema allows none",
            ),
            where=error.where,
            cure=Text(
                ru="спросите у поставщика, какой элемент подписывает должностное лицо",
                en="ask the provider which element the official signs",
            ),
        ) from error
    return made


def server_official(gateway: Gateway, message: Message) -> Signer | None:
    """Return the official's server key that has to sign a message and its files; None where none has to.

    What an official signed elsewhere is not signed again. Raises `CannotSign`.
    """
    kind = message.exchange.type
    if kind is None or not kind.official_signs(message.kind) or message.personal_signature is not None:
        return None
    name = (message.options.get("official") or {}).get("key", "")
    return gateway.ring.signer(message.system, KeyPurpose.OFFICIAL, name)
