"""Keeping the raw XML of every call that carried something."""

from __future__ import annotations

import re
import shutil
import threading
from typing import TYPE_CHECKING

from mezhved.smev3.client import HttpAnswer, RawAnswer, Transport

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# An answer to a poll that found nothing, and the answer to Ack, say nothing worth keeping.
_EMPTY = re.compile(rb"<(?:\w+:)?(?:Get(?:Request|Response|Status)Response|AckResponse)\b[^>]*/>")


class Recorder:
    """Numbers the calls of the running exchange and writes them into its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._current = folder
        self._number = 0

    def begin(self, name: str) -> Path:
        """Open a folder for the next exchange, empty."""
        with self._lock:
            self._current = self._folder / name
            shutil.rmtree(self._current, ignore_errors=True)
            self._current.mkdir(parents=True)
            self._number = 0
            return self._current

    def folder(self) -> Path:
        """Return the folder of the running exchange."""
        with self._lock:
            return self._current

    def keep(self, who: str, operation: str, call: RawAnswer, answer: RawAnswer) -> None:
        """Write a call and its answer, unless the answer is empty."""
        if _EMPTY.search(answer.body):
            return
        with self._lock:
            self._number += 1
            stem = f"{self._number:02d}-{who}-{operation}"
            for part, octets in (("call", call), ("answer", answer)):
                ending = "mime" if octets.content_type.startswith("multipart/") else "xml"
                (self._current / f"{stem}.{part}.{ending}").write_bytes(octets.dump())


class RecordingTransport:
    """A transport that tells a recorder what passed through it."""

    def __init__(self, inner: Transport, recorder: Recorder, who: str) -> None:
        self._inner = inner
        self._recorder = recorder
        self._who = who

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Carry the call."""
        answer = self._inner.post(url, body, headers)
        operation = headers["SOAPAction"].strip('"').removeprefix("urn:")
        self._recorder.keep(
            self._who,
            operation,
            RawAnswer(headers["Content-Type"], body),
            RawAnswer(answer.content_type, answer.body),
        )
        return answer
