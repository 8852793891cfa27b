"""The adapter's three operations on trees of names: the same for SOAP and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.gateway.access import find_system
from mezhved.gateway.adapter import reading
from mezhved.gateway.adapter.faults import ValidationFault
from mezhved.gateway.adapter.fetching import find, get
from mezhved.gateway.adapter.sending import Sending, send
from mezhved.gateway.adapter.writing import found_tree
from mezhved.gateway.errors import NotFound
from mezhved.smev3 import mtom
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gateway.access import Caller
    from mezhved.gateway.adapter.shapes import Tree
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import InformationSystem


class Adapter:
    """The operations for one gateway; all raise `ValidationFault` and errors of the gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def send(self, tree: Tree, caller: Caller | None, parts: mtom.Parts = mtom.NO_PARTS) -> Tree:
        """Take ClientMessage; return MessageResult."""
        message = reading.client_message(tree)
        system = self._system(message.system)
        result = send(Sending(self._gateway, system, caller, parts), message)
        return {"itSystem": result.system, "messageId": result.message_id}

    def get(self, tree: Tree, caller: Caller | None) -> Tree | None:
        """Take MessageQuery; return what `found_tree` gives, None when nothing waits."""
        query = reading.message_query(tree)
        found = get(self._gateway, self._system(query.system), query, caller)
        return None if found is None else found_tree(found)

    def find(self, tree: Tree, caller: Caller | None) -> list[Tree]:
        """Take FindMessageQuery; return what was found."""
        query = reading.find_query(tree)
        return [found_tree(each) for each in find(self._gateway, self._system(query.system), query, caller)]

    def _system(self, name: str) -> InformationSystem:
        try:
            system = find_system(name)
        except NotFound as error:
            raise ValidationFault("UNKNOWN_SYSTEM", error.what, where="itSystem", cure=error.cure) from error
        if not system.is_active:
            raise ValidationFault(
                "UNKNOWN_SYSTEM",
                Text(ru="система отключена", en="the system is switched off"),
                where="itSystem",
            )
        return system
