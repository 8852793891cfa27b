"""Examining a package in a process of its own: schemas from outside may take any time and memory.

The process gets the package through a pipe and says a report in JSON; it writes no file. Its memory and its
time end with it. It may read files: tables of encodings are loaded when a schema first names one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

_START: Final = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from mezhved.cabinet.running.examiner import serve; "
    "serve(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))"
)
_LOOK_SECONDS: Final = 0.5
_MOST_SAID: Final = 16 * 2**20
_KEPT_FINDINGS: Final = 20
_KEPT_LINES: Final = 300


class NotExamined(MezhvedError):  # noqa: N818 - named by what it is
    """The package could not be looked at to the end."""


@dataclass(frozen=True, slots=True)
class ExaminerLimits:
    """What one examination may take."""

    seconds: int = 180
    megabytes: int = 1536


def examine_apart(
    package: bytes, today: date, limits: ExaminerLimits, stopping: Callable[[], bool]
) -> dict[str, Any] | None:
    """Return the report of a package, None where it was told to stop; raise `NotExamined`."""
    command = [sys.executable, "-I", "-c", _START, json.dumps(sys.path), today.isoformat()]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
        [*command, str(limits.megabytes), str(limits.seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        start_new_session=True,
    ) as process:
        said = _heard(process, package, limits.seconds, stopping)
    if said is None:
        return None
    try:
        report = json.loads(said) if len(said) <= _MOST_SAID else None
    except ValueError:
        report = None
    if not isinstance(report, dict):
        raise _too_much()
    if "refused" in report:
        refused = report["refused"]
        raise NotExamined(Text(ru=str(refused["ru"]), en=str(refused["en"])), where=str(refused["where"]))
    return report


def _heard(
    process: subprocess.Popen[bytes], package: bytes, seconds: int, stopping: Callable[[], bool]
) -> bytes | None:
    ends = time.monotonic() + seconds
    given: bytes | None = package
    while True:
        try:
            return process.communicate(given, timeout=_LOOK_SECONDS)[0]
        except subprocess.TimeoutExpired:
            given = None
        if stopping():
            process.kill()
            return None
        if time.monotonic() >= ends:
            process.kill()
            raise NotExamined(
                Text(
                    ru=f"схемы не собрались за {seconds} с",
                    en=f"the schemas did not compile within {seconds} s",
                ),
                cure=Text(
                    ru="обычный пакет проверяется за секунды: спросите того, кто его выпустил",
                    en="a usual package takes seconds: ask those who published it",
                ),
            )


def _too_much() -> NotExamined:
    return NotExamined(
        Text(ru="пакет требует слишком много памяти", en="the package takes too much memory"),
        cure=Text(
            ru="обычный пакет невелик: спросите того, кто его выпустил",
            en="a usual package is small: ask those who published it",
        ),
    )


def serve(today: str, megabytes: int, seconds: int) -> None:
    """Be the process: read a package, say the report."""
    import resource  # noqa: PLC0415 - only where the process is
    from datetime import date  # noqa: PLC0415

    from mezhved.infotypes.examining import examine_package  # noqa: PLC0415 - slow to import
    from mezhved.infotypes.packages import load_package  # noqa: PLC0415

    answers = os.dup(1)
    os.dup2(2, 1)
    octets = megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (octets, octets))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 5, seconds + 5))
    try:
        package = load_package(sys.stdin.buffer.read())
        report = _report(package, examine_package(package, today=date.fromisoformat(today)))
    except MezhvedError as error:
        report = {"refused": {"ru": error.what.ru, "en": error.what.en, "where": error.where}}
    with os.fdopen(answers, "wb") as pipe:
        pipe.write(json.dumps(report, ensure_ascii=False).encode())


def _report(package: Any, examined: Any) -> dict[str, Any]:
    """Return what pages need; of thousands of findings the first ones."""
    from mezhved.infotypes.reporting import examination_record  # noqa: PLC0415

    record = examination_record(examined)
    for sample in record["samples"]:
        sample["more"] = max(0, len(sample["findings"]) - _KEPT_FINDINGS)
        sample["findings"] = sample["findings"][:_KEPT_FINDINGS]
    for name in ("samples", "problems", "failures"):
        record[f"more_{name}"] = max(0, len(record[name]) - _KEPT_LINES)
        record[name] = record[name][:_KEPT_LINES]
    return record | {
        "files": len(package.files),
        "stylesheets": [each.path for each in package.stylesheets],
        "manuals": [each.path for each in package.manuals],
    }
