"""Running stylesheets of others: in processes of their own, a few, used again and again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from mezhved.infotypes.encodings import read_text
from mezhved.infotypes.stylesheets.errors import (
    StylesheetError,
    StylesheetFailed,
    StylesheetOverflow,
    StylesheetTimeout,
)
from mezhved.infotypes.stylesheets.frames import BrokenFrame, frame, read_frame
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

_START: Final = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from mezhved.infotypes.stylesheets.worker import main; main(int(sys.argv[2]))"
)
_DECLARATION: Final = re.compile(r"\A\s*<\?xml\s[^>]*\?>")
START_SECONDS: Final = 30.0
"""How long a process may take to load; it takes 0.2 s where the machine is free."""
RUNS_OF_A_PROCESS: Final = 500
"""After so many runs a process is replaced, so that what one leaves behind never adds up."""


@dataclass(frozen=True, slots=True)
class RunnerLimits:
    """What one run may take."""

    seconds: float = 10.0
    """Of the clock, for one stylesheet or one set of XPath expressions."""
    megabytes: int = 512
    """Of memory, the processor's own 100 included."""
    result_octets: int = 32 * 2**20
    """Of the result."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """An XPath expression and the prefixes in it."""

    xpath: str
    namespaces: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Which pattern is true of a document (its number), and the patterns that do not work and why."""

    number: int | None
    broken: tuple[tuple[int, str], ...]


class _Process:
    """One process and its pipes."""

    def __init__(self, limits: RunnerLimits) -> None:
        self.owner = os.getpid()
        self.runs = 0
        self._limit = limits.result_octets + 2**16
        command = [sys.executable, "-I", "-c", _START, json.dumps(sys.path), str(limits.megabytes)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,
            bufsize=0,
        )
        try:
            self._timed(b"", START_SECONDS)
        except StylesheetError as error:
            self.end()
            raise _no_process() from error

    def ask(self, head: dict[str, Any], parts: Sequence[bytes], seconds: float) -> Any:
        """Return what the process answers; it has ended when this raises."""
        self.runs += 1
        return self._timed(frame({**head, "seconds": seconds}, parts), seconds)

    def _timed(self, question: bytes, seconds: float) -> tuple[dict[str, Any], list[bytes]]:
        """Say and listen, and kill the process when the time is over: a pipe then ends by itself."""
        late = threading.Event()

        def end() -> None:
            late.set()
            self._process.kill()

        watch = threading.Timer(seconds, end)
        watch.daemon = True
        watch.start()
        try:
            return self._exchange(question)
        except (BrokenFrame, OSError) as error:
            raise (_timeout(seconds) if late.is_set() else _overflow()) from error
        finally:
            watch.cancel()

    def _exchange(self, question: bytes) -> tuple[dict[str, Any], list[bytes]]:
        pipes = self._process
        if pipes.stdin is None or pipes.stdout is None:
            raise BrokenFrame
        rest = memoryview(question)
        while rest:
            rest = rest[pipes.stdin.write(rest) or 0 :]
        return read_frame(pipes.stdout.read, self._limit)

    def end(self) -> None:
        """End the process; it may have ended before."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        if self.owner == os.getpid():
            self._process.kill()
            self._process.wait()


class StylesheetRunner:
    """Runs stylesheets and XPath expressions from outside, each in a process that can reach nothing.

    No files, no network, no environment, a time and a memory limit (`RunnerLimits`). Processes start
    when first needed, at most `processes` of them, and are used again; one that had to be ended is
    replaced. Safe for threads; a process forked from ours starts its own. Use as a context, or `close()`.
    """

    def __init__(self, limits: RunnerLimits | None = None, *, processes: int = 2) -> None:
        self._limits = limits or RunnerLimits()
        self._places = threading.BoundedSemaphore(processes)
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._closed = False

    def transform(self, stylesheet: bytes, document: bytes) -> bytes:
        """Return what the stylesheet makes of the document: UTF-8, without an XML declaration.

        XSLT 1.0 by libxslt, 2.0 and 3.0 by Saxon. Raises `StylesheetFailed`, `StylesheetTimeout`,
        `StylesheetOverflow`.
        """
        _, parts = self._run(
            {"do": "transform", "octets": self._limits.result_octets}, [_utf8(stylesheet), _utf8(document)]
        )
        if len(parts) != 1:
            raise _overflow()
        return parts[0]

    def choose(self, document: bytes, patterns: Sequence[Pattern]) -> Choice:
        """Return the first pattern that is true of the document.

        XPath 1.0 by libxml2; what is none is taken for XPath 3.1. An expression that does not work does
        not keep the others from being tried. Raises `StylesheetTimeout`, `StylesheetOverflow`, and
        `StylesheetFailed` when the document is no XML.
        """
        told = [(each.xpath, dict(each.namespaces)) for each in patterns]
        head, _ = self._run({"do": "choose", "patterns": told}, [_utf8(document)])
        number, broken = head.get("chosen"), head.get("broken")
        if not (number is None or (type(number) is int and 0 <= number < len(told))):
            raise _overflow()
        said = broken if isinstance(broken, dict) else {}
        return Choice(number, tuple((int(key), str(why)) for key, why in said.items()))

    def close(self) -> None:
        """End the processes; a run under way in another thread ends its own process after it."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for process in idle:
            process.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, head: dict[str, Any], parts: Sequence[bytes]) -> tuple[dict[str, Any], list[bytes]]:
        with self._places:
            process = self._take()
            try:
                answer: tuple[dict[str, Any], list[bytes]] = process.ask(head, parts, self._limits.seconds)
            except BaseException:
                process.end()
                raise
            self._give_back(process)
        error = answer[0].get("error")
        if error == "overflow":
            raise _overflow()
        if error is not None:
            message = str(answer[0].get("message", ""))
            raise StylesheetFailed(
                Text(
                    ru=f"таблица стилей не сработала: {message}", en=f"the stylesheet did not work: {message}"
                )
            )
        return answer

    def _take(self) -> _Process:
        with self._lock:
            own = [each for each in self._idle if each.owner == os.getpid()]
            foreign = [each for each in self._idle if each.owner != os.getpid()]
            self._idle = own
            found = own.pop() if own else None
        for each in foreign:
            each.end()
        return found or _Process(self._limits)

    def _give_back(self, process: _Process) -> None:
        with self._lock:
            kept = not self._closed and process.runs < RUNS_OF_A_PROCESS
            if kept:
                self._idle.append(process)
        if not kept:
            process.end()


def _utf8(octets: bytes) -> bytes:
    """Return the document in UTF-8: the process can load no table of another encoding."""
    return _DECLARATION.sub("", read_text(octets)[0]).encode("utf-8", "replace")


def _timeout(seconds: float) -> StylesheetTimeout:
    return StylesheetTimeout(
        Text(
            ru=f"таблица стилей не закончила работу за {seconds:g} с",
            en=f"the stylesheet did not end within {seconds:g} s",
        ),
        cure=Text(
            ru="проверьте её на бесконечное повторение или большой документ",
            en="look for an endless loop in it, or a large document",
        ),
    )


def _overflow() -> StylesheetOverflow:
    return StylesheetOverflow(
        Text(
            ru="таблица стилей заняла слишком много памяти или написала слишком много",
            en="the stylesheet took too much memory or wrote too much",
        ),
        cure=Text(
            ru="проверьте её на бесконечное повторение или большой документ",
            en="look for an endless loop in it, or a large document",
        ),
    )


def _no_process() -> StylesheetError:
    return StylesheetError(
        Text(ru="процесс для таблиц стилей не начался", en="the process for stylesheets did not start"),
        cure=Text(ru="установите mezhved[infotypes]", en="install mezhved[infotypes]"),
    )
