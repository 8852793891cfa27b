"""The identifier that a request bears in its own data: many types want one, and no person can know it."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.forms import drafts
from mezhved.cabinet.forms.editing import field_at, put_value
from mezhved.cabinet.forms.places import Spot, root_spot
from mezhved.cabinet.forms.state import State
from mezhved.gateway.models import Message, MessageKind
from mezhved.infotypes.forms import NodeKind
from mezhved.infotypes.forms.lexical import allows
from mezhved.infotypes.values import read_value
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mezhved.cabinet.access import Visit
    from mezhved.cabinet.models import Draft
    from mezhved.gateway.models import Exchange, InformationType
    from mezhved.infotypes.forms import FormModel, Node

_CALLED: Final = re.compile(
    r"(?:уникальный\s+)?идентификатор\s+(?:запроса|сообщения|пакета|обращения|заявки)", re.IGNORECASE
)
_NAMES: Final = frozenset(
    {"иддок", "идзапрос", "идзапроса", "idrequest", "requestid", "reqid", "rqid", "messageid", "packageid"}
)


def fresh(visit: Visit, kind: InformationType, contents: str = "") -> str:
    """Return what a draft of a request begins with, under an identifier of its own.

    `contents` is what a template or another draft holds. Raises as `FormModel` does when it is made.
    """
    model = visit.gateway.catalogue.request_model(kind)
    state = State.parse(contents) if contents else State()
    name_anew(model, state, visit.gateway.randomness)
    return state.dump()


def name_anew(model: FormModel, state: State, randomness: Callable[[int], bytes]) -> bool:
    """Give a request a new identifier where its type demands one; tell whether it does."""
    spot = _spot(model)
    if spot is None or not spot.node.required:
        return False
    made = uuid.UUID(bytes=randomness(16), version=4)
    for writing in _writings(made):
        if allows(spot.node.simple, writing):
            put_value(state, spot, writing)
            return True
    return False


def renamed(visit: Visit, draft: Draft) -> Draft:
    """Give a draft that was made of another request an identifier of its own."""
    model = drafts.model_of(visit, draft)

    def edit(state: State) -> bool:
        return name_anew(model, state, visit.gateway.randomness)

    return drafts.change(visit, draft, None, edit)


def answering(visit: Visit, kind: InformationType, exchange: Exchange) -> str:
    """Return what the draft of an answer begins with: the identifier of the request that it answers."""
    state = State()
    name_answer(visit, kind, exchange, state)
    return state.dump()


def name_answer(visit: Visit, kind: InformationType, exchange: Exchange, state: State) -> None:
    """Put the identifier of a request into its answer, where the answer has a place for it."""
    said = _said(visit, kind, exchange)
    spot = _spot(visit.gateway.catalogue.response_model(kind))
    if said and spot is not None and allows(spot.node.simple, said):
        put_value(state, spot, said)


def _said(visit: Visit, kind: InformationType, exchange: Exchange) -> str:
    """Return the identifier that a request bears; empty for none, and for a request that does not read."""
    rows = Message.objects.filter(exchange=exchange, kind=MessageKind.REQUEST).order_by("pk")
    content = rows.values_list("content", flat=True).first()
    model = visit.gateway.catalogue.request_model(kind)
    spot = _spot(model)
    if not content or spot is None:
        return ""
    try:
        state = State(values=read_value(bytes(content), model).value)
    except MezhvedError:
        return ""
    value = state.value(field_at(state, spot))
    return value if isinstance(value, str) else ""


def _spot(model: FormModel) -> Spot | None:
    root = root_spot(model)
    return next((root.child(each) for each in model.children(root.node) if _is_identifier(each)), None)


def _is_identifier(node: Node) -> bool:
    if node.kind is not NodeKind.FIELD or node.occurs.many or node.fixed is not None or node.field is None:
        return False
    if node.field.options or node.address or node.identifier is not None or node.name is None:
        return False
    return bool(_CALLED.match(node.label.ru)) or node.name.local.replace("_", "").lower() in _NAMES


def _writings(made: uuid.UUID) -> Iterator[str]:
    """Give the writings that schemas take; an XML name begins with a letter."""
    yield str(made)
    yield f"I_{made}"
    yield made.hex
