"""Two addresses of one SMEV, and letting one that is away rest."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mezhved.smev3.client import HttpAnswer, NotConnected, TransportError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from structlog.typing import FilteringBoundLogger

    from mezhved.smev3.client import Transport

RETURN = timedelta(seconds=60)
"""How long the reserve is asked before the main address is tried again."""
FIRST_REST = timedelta(seconds=1)
LONGEST_REST = timedelta(seconds=60)
_AWAY = frozenset({502, 503, 504})


class Reserve:
    """Asks the reserve address when the main one gives no answer; the octets are the same.

    Both lead to one SMEV, which takes a MessageID once, so asking twice sends nothing twice. Once the
    reserve has answered it is asked first for a minute; then the main address is tried again.
    """

    def __init__(
        self,
        transport: Transport,
        reserve: str,
        clock: Callable[[], datetime],
        log: FilteringBoundLogger,
    ) -> None:
        self._transport = transport
        self._reserve = reserve
        self._clock = clock
        self._log = log
        self._until: datetime | None = None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Send to the address that answered last, then to the other.

        Raises `NotConnected` where neither took an octet, `TransportError` where one may have.
        """
        if not self._reserve:
            return self._transport.post(url, body, headers)
        on_reserve = self._until is not None and self._clock() < self._until
        first, second = (self._reserve, url) if on_reserve else (url, self._reserve)
        try:
            answer = self._transport.post(first, body, headers)
        except TransportError as failure:
            answer = self._other(second, body, headers, failure)
            self._prefer(reserve=not on_reserve)
            return answer
        if answer.status not in _AWAY or b"Envelope" in answer.body:
            if not on_reserve and self._until is not None:
                self._prefer(reserve=False)
            return answer
        try:
            other = self._transport.post(second, body, headers)
        except TransportError:
            return answer
        self._prefer(reserve=not on_reserve)
        return other

    def _other(
        self, address: str, body: bytes, headers: Mapping[str, str], failure: TransportError
    ) -> HttpAnswer:
        """Ask the other address; where it is away too, what the first one did is what is known."""
        try:
            return self._transport.post(address, body, headers)
        except NotConnected:
            raise failure from None

    def _prefer(self, *, reserve: bool) -> None:
        if reserve:
            if self._until is None:
                self._log.warning("reserve_address_in_use", address=self._reserve)
            self._until = self._clock() + RETURN
        elif self._until is not None:
            self._log.info("main_address_in_use", reserve=self._reserve)
            self._until = None


@dataclass(slots=True)
class _Rest:
    until: datetime
    pause: timedelta


class Resting:
    """Which addresses of SMEV give no answer now: the others' messages do not wait behind theirs."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._rests: dict[int, _Rest] = {}
        self._lock = threading.Lock()

    def failed(self, connection: int) -> None:
        """Let the connection rest, longer each time."""
        now = self._clock()
        with self._lock:
            known = self._rests.get(connection)
            if known is not None and now < known.until:
                return
            pause = FIRST_REST if known is None else min(LONGEST_REST, known.pause * 2)
            self._rests[connection] = _Rest(now + pause, pause)

    def answered(self, connection: int) -> None:
        """End its rest."""
        if connection in self._rests:
            with self._lock:
                self._rests.pop(connection, None)

    def now(self) -> tuple[int, ...]:
        """Return the connections that rest."""
        if not self._rests:
            return ()
        now = self._clock()
        with self._lock:
            return tuple(pk for pk, rest in self._rests.items() if now < rest.until)
