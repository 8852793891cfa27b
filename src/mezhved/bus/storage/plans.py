"""What is left to do with a message that has its receipt already."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from mezhved.bus.storage.records import Box, NewMessage, Queue

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file that the sender has put into its area of the file store, as the message's header tells of it.

    `uuid` names its directory; `hash` and `signature` are base64 as they came, empty where none came.
    """

    uuid: str
    hash: str
    mime_type: str
    signature: str = ""
    file_name: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The queues that a message goes to when its files are taken over; one, unless it is to `many`.

    The queues of a message to many differ by owner alone. A broadcast to one subscriber is to many too.
    """

    queues: tuple[Queue, ...]
    files: tuple[PlannedFile, ...] = ()
    many: bool = False

    def __post_init__(self) -> None:
        if not self.queues or (len(self.queues) > 1 and not self.many):
            raise ValueError("a plan names one queue, or is to many")
        alike(self.queues)

    def to_json(self) -> str:
        """Return the plan as its row holds it."""
        first = self.queues[0]
        return json.dumps(
            {
                "box": first.box.value,
                "node": first.node,
                "owners": [each.owner for each in self.queues],
                "many": self.many,
                "files": [asdict(each) for each in self.files],
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Read what `to_json` wrote."""
        read = json.loads(text)
        box, node = Box(read["box"]), read["node"]
        return cls(
            tuple(Queue(owner, box, node) for owner in read["owners"]),
            tuple(PlannedFile(**each) for each in read["files"]),
            read["many"],
        )


@dataclass(frozen=True, slots=True)
class Work:
    """A received message in the hands of one process.

    `pk` and `owner` are of the message's row; `attempts` counts the processes that began and tells this
    one's claim from a later one: after that the store refuses what this one asks.
    """

    pk: int
    owner: int
    message: NewMessage
    plan: Plan
    attempts: int


def alike(queues: Sequence[Queue]) -> None:
    """Raise ValueError unless the queues differ by owner alone, each owner once."""
    if len({(each.box, each.node) for each in queues}) > 1:
        raise ValueError("the queues of one message differ by owner alone")
    if len({each.owner for each in queues}) != len(queues):
        raise ValueError("a recipient is named once")
