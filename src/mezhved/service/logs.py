"""Structured logs: one JSON line an event, message ids and mnemonics, never personal data."""

from __future__ import annotations

import atexit
import json
import logging
import math
import sys
import threading
import time
from collections import deque
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Literal, TextIO

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

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


class JsonLines:
    """The structlog processor that makes an event one line of JSON, level and time included.

    It does what the library's own processors do one after another, in a tenth of their time: a line is
    written for every call. `clock` gives nanoseconds since the epoch.
    """

    def __init__(self, clock: Callable[[], int] = time.time_ns) -> None:
        self._clock = clock
        self._second = (-1, "")

    def __call__(self, _logger: object, method: str, event: MutableMapping[str, Any]) -> str:
        """Render one event."""
        pairs = [
            f'"{key}": {encode_basestring(value) if type(value) is str else _json_of(value)}'
            for key, value in event.items()
        ]
        pairs.append(f'"level": "{method}", "timestamp": "{self._now()}"')
        return f"{{{', '.join(pairs)}}}"

    def _now(self) -> str:
        """Return the time in UTC, to the microsecond; the second is written once."""
        seconds, microseconds = divmod(self._clock() // 1000, 1_000_000)
        second, text = self._second
        if second != seconds:
            text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
            self._second = (seconds, text)
        return f"{text}.{microseconds:06d}Z"


def _json_of(value: object) -> str:
    if type(value) is float and math.isfinite(value):
        return repr(value)
    return json.dumps(value, ensure_ascii=False, default=repr)


class _Lines:
    """What structlog gives its lines to."""

    def __init__(self, stream: BatchedStream) -> None:
        self._write = stream.write

    def msg(self, line: str) -> None:
        self._write(f"{line}\n")

    debug = info = warning = error = critical = msg


def configure_logs(level: str, form: Literal["json", "text"], stream: TextIO | None = None) -> None:
    """Send structured events to `stream` (standard error) in the chosen form."""
    target = stream or sys.stderr
    lines = _Lines(BatchedStream(target))
    structlog.configure(
        processors=[JsonLines()] if form == "json" else _for_people(colors=target.isatty()),
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=target, level=max(LEVELS[level], logging.WARNING))


def _for_people(*, colors: bool) -> list[Processor]:
    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.dev.ConsoleRenderer(colors=colors),
    ]


def bus_log() -> FilteringBoundLogger:
    """Return the logger of the bus."""
    logger: FilteringBoundLogger = structlog.get_logger("mezhved.bus")
    return logger
