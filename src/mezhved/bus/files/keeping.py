"""Keeping the file store's process running beside the workers."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMAND: Final = (sys.executable, "-m", "mezhved.bus.files.process")
_STOP_SECONDS: Final = 20
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
_STEADY_SECONDS: Final = 60.0


class Keeper:
    """Starts a process, starts it anew when it dies, and stops it.

    A process that dies soon after its start is given longer and longer pauses, half a minute at most.
    """

    def __init__(
        self,
        command: Sequence[str] = COMMAND,
        monotonic: Callable[[], float] = time.monotonic,
        rest: Callable[[float], object] | None = None,
    ) -> None:
        """`rest` makes a pause of some seconds; without it one that `stop` cuts short."""
        self._command = tuple(command)
        self._monotonic = monotonic
        self._stopping = threading.Event()
        self._rest = rest or self._stopping.wait
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="mezhved-keeper", daemon=True)

    def start(self) -> None:
        """Start the process; it inherits the environment and writes to this process's standard error."""
        self._launch()
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end, wait while transfers end, kill it after that."""
        with self._lock:
            self._stopping.set()
            process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def pid(self) -> int | None:
        """The process's number now."""
        return self._process.pid if self._process is not None else None

    def _launch(self) -> None:
        with self._lock:
            if not self._stopping.is_set():
                # A session of its own: an interrupt from the terminal comes to it through `stop` alone.
                self._process = subprocess.Popen(  # noqa: S603 - this program itself
                    self._command, stdin=subprocess.DEVNULL, start_new_session=True
                )

    def _keep(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            started = self._monotonic()
            if self._process is not None:
                self._process.wait()
            if self._monotonic() - started >= _STEADY_SECONDS:
                pause = _FIRST_PAUSE
            self._rest(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            self._launch()
