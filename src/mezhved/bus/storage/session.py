"""What the committer and the store ask of a database connection."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mezhved.bus.storage.records import State

Parameters = dict[str, Any]
Row = tuple[Any, ...]


class Trouble(Enum):
    """What an exception of the driver means for the transaction in which it came."""

    REPEAT = "repeat"  # another transaction was in the way
    LOST = "lost"  # the connection or the database is gone
    REFUSED = "refused"  # the statement itself is at fault


class Finished(NamedTuple):
    """The row of a message that left a queue, and whether it has many recipients."""

    message_pk: int
    many: bool


class Session(Protocol):
    """One connection, used by one thread at a time; each operation is part of the open transaction."""

    single: bool
    """Whether an operation is one statement, so that alone it needs no transaction around it."""

    def alive(self) -> bool:
        """Tell whether the connection looks open; costs no round trip and may be wrong."""

    def begin(self) -> None:
        """Begin a transaction that may write."""

    def commit(self) -> None:
        """Make the transaction durable: it is on disk when this returns."""

    def rollback(self) -> None:
        """Undo the transaction; never raises for a connection that is gone."""

    def close(self) -> None:
        """Close the connection."""

    def trouble(self, error: BaseException) -> Trouble | None:
        """Say what a driver's exception means, None for an exception that is not the driver's."""

    def rows(self, name: str, parameters: Parameters) -> list[Row]:
        """Run a statement that only reads and return its rows; outside a transaction too."""

    def read(self) -> None:
        """Begin a transaction that sees one state of the database and writes nothing."""

    def accept(self, message: Parameters, attachments: Sequence[Parameters]) -> bool:
        """Write message, content and queue entry; False when the id is known."""

    def keep(self, message: Parameters, attachments: Sequence[Parameters]) -> int | None:
        """Write a message and its content, in no queue; its row's id, None when the MessageID is known."""

    def lease(self, parameters: Parameters) -> Row | None:
        """Take the first message: queue id, leases, message's row id, then DELIVERY_COLUMNS.

        A message handed out again gets a line in its history.
        """

    def finish(self, statement: str, state: State, parameters: Parameters) -> Finished | None:
        """Take an entry off its queue and give its message, or the owner's share of it, a final state."""

    def event(self, parameters: Parameters) -> None:
        """Add a line to a message's history."""

    def write(self, name: str, parameters: Parameters) -> list[Row]:
        """Run a changing statement; what it returns, nothing for one that returns nothing."""


class Observer(Protocol):
    """Is told of each committed transaction, for metrics."""

    def committed(self, operations: int, seconds: float) -> None:
        """`operations` were made durable together in `seconds`, waiting for the database included."""

    def failed(self, operations: int) -> None:
        """`operations` found the database unavailable."""


class NoObserver:
    """Tells nobody."""

    def committed(self, operations: int, seconds: float) -> None:
        """Ignore it."""

    def failed(self, operations: int) -> None:
        """Ignore it."""


def attachment_rows(
    message_pk: int, owner: int, attachments: Sequence[Mapping[str, Any]]
) -> list[Parameters]:
    """Return the attachments' parameters with what they share."""
    return [{**attachment, "id": message_pk, "owner": owner} for attachment in attachments]
