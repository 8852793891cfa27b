"""`Send`: what an adapter's client gives, taken into the outbox."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mezhved.gateway.adapter.describing import kept_words
from mezhved.gateway.adapter.faults import ValidationFault, invalid
from mezhved.gateway.adapter.model import MessageResult, QueryPart, RequestPart, Route, Sought
from mezhved.gateway.adapter.reading import whole_number
from mezhved.gateway.adapter.shapes import TYPES
from mezhved.gateway.adapter.storage import places, take_file
from mezhved.gateway.errors import NotAllowed
from mezhved.gateway.models import Direction, InformationType, Message, MessageKind
from mezhved.gateway.outbox import (
    RejectionDraft,
    RequestDraft,
    ResponseDraft,
    StatusDraft,
    take_rejection,
    take_request,
    take_response,
    take_status,
)
from mezhved.smev3 import mtom
from mezhved.smev3.messages.business_process import frgu_fragment
from mezhved.smev3.xml import parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.gateway.access import Act, Caller
    from mezhved.gateway.adapter.model import ClientMessage, Content, LinkedGroup, ResponsePart
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Exchange, InformationSystem
    from mezhved.gateway.outbox import FileDraft


@dataclass(frozen=True, slots=True)
class Sending:
    """For whom something is sent, and where its files are looked for."""

    gateway: Gateway
    system: InformationSystem
    caller: Caller | None = None
    """None: nobody had to say who calls, all is allowed."""
    parts: mtom.Parts = mtom.NO_PARTS
    folders: tuple[Path, ...] = ()
    """Looked into for files before the shared folders."""
    author: str = "adapter"

    def demand(self, act: Act, kind: int | None) -> None:
        """Raise `NotAllowed` where the caller may not do this."""
        if self.caller is not None and not self.caller.may(act, self.system.pk, kind):
            raise NotAllowed(
                Text(ru="у токена нет права на это", en="the token has no right to this"),
                where=self.system.mnemonic,
            )

    def files(self, content: Content) -> tuple[FileDraft, ...]:
        """Keep the files that a message names."""
        shared = places(self.gateway.settings, self.system, own_only=self.caller is not None)
        sources = (*self.folders, *shared)
        return tuple(
            take_file(self.gateway, self.system, each, sources, self.parts) for each in content.attachments
        )

    @property
    def who(self) -> str:
        """The author, as the exchange keeps it."""
        return self.author if self.caller is None else self.caller.name


def send(sending: Sending, message: ClientMessage) -> MessageResult:
    """Take a request or an answer. The same client's id with the same message gives the same MessageID.

    Raises `ValidationFault`, and what the outbox raises.
    """
    part = message.part
    if isinstance(part, QueryPart):
        return MessageResult(message.system, _wished(sending, part))
    if isinstance(part, RequestPart):
        taken = _request(sending, part, message.reply_to_queue)
    else:
        taken = _response(sending, part)
    return MessageResult(message.system, taken.message_id or str(taken.uid))


def _request(sending: Sending, part: RequestPart, queue: str | None) -> Message:
    kind = _type_of(part.content)
    sending.demand("ask", kind.pk)
    draft = RequestDraft(
        system=sending.system,
        kind=kind,
        content=part.content.primary,
        client_id=part.client_id,
        is_test=bool(part.is_test),
        author=sending.who,
        options=_options(sending.system, part) | {"adapter": kept_words(part, queue)},
        files=sending.files(part.content),
        personal_signature=part.content.personal_signature,
    )
    return take_request(sending.gateway, draft)


def _wished(sending: Sending, part: QueryPart) -> str:
    """Have the pollers of answers look now; what comes is handed out by `Get`. The same wish has one id."""
    gateway, system = sending.gateway, sending.system
    if part.sought is Sought.RESPONSE:
        sending.demand("ask", None)
        gateway.wakers.asked([system.pk], gateway.clock())
    else:
        sending.demand("answer", None)
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{TYPES} {system.mnemonic} {part.client_id}"))


def _response(sending: Sending, part: ResponsePart) -> Message:
    gateway, who = sending.gateway, sending.who
    exchange = _answered(sending.system, part)
    sending.demand("answer", exchange.type_id)
    if part.rejects:
        reasons = tuple((each.code, each.description) for each in part.rejects)
        return take_rejection(gateway, RejectionDraft(exchange, reasons, part.client_id, who))
    if part.status is not None:
        status = part.status
        code, pairs = _code(status.code), status.parameters
        return take_status(
            gateway, StatusDraft(exchange, code, status.description, pairs, part.client_id, who)
        )
    if part.content is None:
        raise invalid("нет данных ответа", "the answer has no data", "responseMessage/responseContent")
    answer = ResponseDraft(
        exchange=exchange,
        content=part.content.primary,
        client_id=part.client_id,
        author=who,
        options={"adapter": kept_words(part, None)},
        files=sending.files(part.content),
        personal_signature=part.content.personal_signature,
    )
    return take_response(gateway, answer)


def _type_of(content: Content) -> InformationType:
    namespace, _, name = str(parse(content.primary).tag).removeprefix("{").rpartition("}")
    kind = InformationType.objects.filter(namespace=namespace, request_root=name, is_active=True).first()
    if kind is None:
        raise ValidationFault(
            "UNKNOWN_TYPE",
            Text(
                ru=f"вид сведений {{{namespace}}}{name} в шлюз не внесён",
                en=f"the gateway has no information type {{{namespace}}}{name}",
            ),
            where="MessagePrimaryContent",
            cure=Text(ru="внесите его: mezhved gateway import", en="bring it in: mezhved gateway import"),
        )
    return kind


def _answered(system: InformationSystem, part: ResponsePart) -> Exchange:
    """Return the exchange of the request that is answered: by the id that `Get` gave, or by its MessageID."""
    asked = Message.objects.select_related("exchange__type", "exchange__system__connection").filter(
        system=system, direction=Direction.IN, kind=MessageKind.REQUEST
    )
    known = _uid(part.reply_to_client_id)
    found = None if known is None else asked.filter(uid=known).first()
    found = found or asked.filter(message_id=part.reply_to_client_id).first()
    if found is None:
        raise ValidationFault(
            "UNKNOWN_REQUEST",
            Text(
                ru="запроса, на который дан ответ, у этой системы нет",
                en="this system has no request that is answered here",
            ),
            where="replyToClientId",
            cure=Text(ru="укажите clientId, выданный Get", en="give the clientId that Get told"),
        )
    return found.exchange


def _options(system: InformationSystem, part: RequestPart) -> dict[str, Any]:
    """Return what goes into SMEV's message; the node stays with the gateway, which polls for all nodes."""
    chain = _chain(system, part.linked)
    process = [each.decode() for each in part.business_process]
    if part.group is not None:
        process.append(frgu_fragment(part.group.service_code).octets.decode())
    said = {
        "eol": None if part.eol is None else part.eol.isoformat(),
        "transaction_code": part.transaction_code or chain.get("transaction_code"),
        "reference_message_id": chain.get("reference_message_id"),
        "routing": _routing(part.route) if part.route is not None and part.route != Route() else None,
        "business_process": process,
    }
    return {name: value for name, value in said.items() if value}


def _chain(system: InformationSystem, linked: LinkedGroup | None) -> dict[str, Any]:
    """Return the code and the first MessageID of the chain that the request goes on with.

    What is unknown here (such as a request that another adapter sent) is kept, and begins a new chain.
    """
    for name in () if linked is None else (linked.client_id, linked.group_id):
        before = None if name is None else named(system, name)
        if before is not None:
            said = before.options
            return {
                "transaction_code": said.get("transaction_code"),
                "reference_message_id": said.get("reference_message_id") or before.message_id,
            }
    return {}


def named(system: InformationSystem, client_id: str) -> Message | None:
    """Return the request of the system that has this client's id, its own or the gateway's."""
    rows = Message.objects.filter(system=system, kind=MessageKind.REQUEST)
    known = _uid(client_id)
    found = rows.filter(client_id=client_id).first()
    return rows.filter(uid=known).first() if found is None and known is not None else found


def _uid(client_id: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(client_id)
    except ValueError:
        return None


def _routing(route: Route) -> dict[str, Any]:
    return {
        "dynamic": list(route.dynamic),
        "identifiers": list(route.identifiers),
        "records": [
            {
                "record_id": each.record_id,
                "general": each.general,
                "dynamic": list(each.dynamic),
                "identifiers": list(each.identifiers),
            }
            for each in route.records
        ],
    }


def _code(said: str) -> int:
    code = whole_number(said)
    if code is None:
        raise invalid(
            "код состояния в СМЭВ — целое число", "a status code of SMEV is a whole number", "status/code"
        )
    return code
