"""The work that goes on in every process of the gateway, beside the calls."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.db import connection

from mezhved.gateway.evidence.checkpoints import Checkpointer
from mezhved.gateway.files.cleaning import Janitor
from mezhved.gateway.files.uploading import Uploader
from mezhved.gateway.folders import Watcher
from mezhved.gateway.inbox import Poller, queues
from mezhved.gateway.inbox.overdue import Overdue
from mezhved.gateway.journal import Sealer
from mezhved.gateway.keys.letters import by_mail
from mezhved.gateway.keys.warnings import KeyWatch
from mezhved.gateway.outbox import Sender
from mezhved.gateway.provider.loops import provider_loops
from mezhved.gateway.retention import Keeper
from mezhved.gateway.watching.counting import Counter
from mezhved.gateway.watching.standing import StandingCounter
from mezhved.gateway.webhooks.delivering import Notifier
from mezhved.gateway.webhooks.planning import of_keys
from mezhved.service import Repeating

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.inbox import Queue

LOOK_SECONDS = 5.0
END_SECONDS = 20.0
"""How long a stop waits for calls in hand; a kill then loses nothing either."""


class Loops(Repeating):
    """Starts what the gateway does by itself, and `more`; systems added or taken away meanwhile count too."""

    def __init__(self, gateway: Gateway, more: Sequence[Repeating] = ()) -> None:
        super().__init__("loops")
        self._gateway = gateway
        self._standing: list[Repeating] = [Sealer(gateway), Counter(gateway), Notifier(gateway)]
        self._standing += [Sender(gateway, number) for number in range(gateway.settings.senders)]
        self._standing += provider_loops(gateway)
        self._standing += [Uploader(gateway), Janitor(gateway), Overdue(gateway)]
        self._standing += [Watcher(gateway), Keeper(gateway), StandingCounter(gateway)]
        self._standing += [KeyWatch(gateway, [by_mail(gateway), of_keys]), Checkpointer(gateway), *more]
        self._pollers: dict[Queue, Poller] = {}
        for each in self._standing:
            each.start()

    def tick(self) -> float:
        """Bring the pollers after the systems in work."""
        wanted = set(queues(self._gateway.settings.pollers))
        for gone in set(self._pollers) - wanted:
            poller = self._pollers.pop(gone)
            self._gateway.wakers.remove(gone.system, poller)
            poller.stop()
        for new in wanted - set(self._pollers):
            poller = self._pollers[new] = Poller(self._gateway, new)
            if new.kind == "response":
                self._gateway.wakers.add(new.system, poller)
            poller.start()
        return LOOK_SECONDS

    def ended(self) -> None:
        """Leave the database."""
        connection.close()

    def troubled(self, error: Exception) -> float:
        """Log the trouble and look again later; a connection that broke is left."""
        connection.close_if_unusable_or_obsolete()
        self._gateway.log.error("loops_failed", error_type=type(error).__name__)
        return LOOK_SECONDS

    def threads(self) -> tuple[Repeating, ...]:
        """Return the threads that have to be alive."""
        return (self, *self._standing, *self._pollers.values())

    def end(self) -> None:
        """Stop everything, and wait until it has finished what is in hand."""
        threads = self.threads()
        for each in threads:
            each.stop()
        deadline = time.monotonic() + END_SECONDS
        for each in threads:
            each.join(max(0.0, deadline - time.monotonic()))
