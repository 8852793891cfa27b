"""Structured logs: one JSON line an event, message ids and mnemonics, never personal data."""

from __future__ import annotations

import atexit
import logging
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING, Literal, TextIO, cast

import structlog

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger, Processor

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_WRITE_EVERY_SECONDS = 0.2


class BatchedStream:
    """A text stream whose lines are written together by a thread of its own.

    A call that writes its line itself gives up the interpreter for a system call; at a thousand calls a
    second that costs more than the signatures. The lines of the last moment are lost when the process is
    killed; an ordinary end writes them.
    """

    def __init__(self, stream: TextIO, period: float = _WRITE_EVERY_SECONDS) -> None:
        self._stream = stream
        self._lines: deque[str] = deque()
        self._period = period
        self._writing = threading.Lock()
        self._pause = threading.Event()
        threading.Thread(target=self._run, name="mezhved-log", daemon=True).start()
        atexit.register(self.drain)

    def write(self, text: str) -> int:
        """Take a line; it is written within the period."""
        self._lines.append(text)
        return len(text)

    def flush(self) -> None:
        """Do nothing: the library flushes every line, the thread writes them together."""

    def drain(self) -> None:
        """Write what is waiting."""
        with self._writing:
            lines = [self._lines.popleft() for _ in range(len(self._lines))]
            if lines:
                self._stream.write("".join(lines))
                self._stream.flush()

    def _run(self) -> None:
        while not self._pause.wait(self._period):
            self.drain()


def configure_logs(level: str, form: Literal["json", "text"], stream: TextIO | None = None) -> None:
    """Send structured events to `stream` (standard error) in the chosen form."""
    target = stream or sys.stderr
    processors: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=target.isatty())
    )
    structlog.configure(
        processors=[*processors, last],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", BatchedStream(target))),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=target, level=max(LEVELS[level], logging.WARNING))


def bus_log() -> FilteringBoundLogger:
    """Return the logger of the bus."""
    logger: FilteringBoundLogger = structlog.get_logger("mezhved.bus")
    return logger
