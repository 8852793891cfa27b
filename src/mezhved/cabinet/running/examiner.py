"""Examining a package in a process of its own: schemas from outside may take any time and memory.

The process is given the package as its input and says a report in JSON. Before it looks at the package it
loads all that it may need and shuts itself in: it can open no file and no connection, and its memory and its
time have an end.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import suppress
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
_CPU_MORE: Final = 5
"""Seconds of the processor beyond those of the clock, for loading."""
_SMALL: Final = {
    "a.xsd": """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:a"
 xmlns:a="urn:a" elementFormDefault="qualified"><xs:import namespace="http://www.w3.org/XML/1998/namespace"/>
<xs:element name="Request"><xs:complexType><xs:sequence>
<xs:element name="Day" type="xs:date"/>
<xs:element name="Word" maxOccurs="9"><xs:simpleType><xs:restriction base="xs:string">
<xs:pattern value="\\p{L}+"/>
</xs:restriction></xs:simpleType></xs:element></xs:sequence><xs:attribute ref="xml:lang"/></xs:complexType>
<xs:unique name="u"><xs:selector xpath="a:Word"/><xs:field xpath="."/></xs:unique></xs:element>
</xs:schema>""",
    "Request.xml": '<Request xmlns="urn:a"><Day>2026-01-01</Day><Word>a</Word><Word>1</Word></Request>',
}
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
    # A pipe would not do: what it does not take at once is never written after a look at the time.
    with tempfile.TemporaryFile() as given:
        given.write(package)
        given.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            [*command, str(limits.megabytes), str(limits.seconds)],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,
        ) as process:
            said = _heard(process, limits.seconds, stopping)
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


def _heard(process: subprocess.Popen[bytes], seconds: int, stopping: Callable[[], bool]) -> bytes | None:
    ends = time.monotonic() + seconds
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=_LOOK_SECONDS)[0]
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
    from datetime import date  # noqa: PLC0415 - only where the process is

    from mezhved.infotypes.examining import examine_package  # noqa: PLC0415 - slow to import
    from mezhved.infotypes.packages import load_package  # noqa: PLC0415

    answers = os.dup(1)
    os.dup2(2, 1)
    shut_in(megabytes, seconds + _CPU_MORE)
    try:
        package = load_package(sys.stdin.buffer.read())
        report = _report(package, examine_package(package, today=date.fromisoformat(today)))
    except MezhvedError as error:
        report = {"refused": {"ru": error.what.ru, "en": error.what.en, "where": error.where}}
    with os.fdopen(answers, "wb") as pipe:
        pipe.write(json.dumps(report, ensure_ascii=False).encode())


def shut_in(megabytes: int, cpu_seconds: int) -> bool:
    """Load what an examination needs and examine a small package; from then on no file can be opened.

    Tell whether the kernel itself shut the process in.
    """
    from datetime import date  # noqa: PLC0415 - only where the process is

    import elementpath  # noqa: PLC0415
    import lxml  # noqa: PLC0415
    import xmlschema  # noqa: PLC0415

    import mezhved.infotypes  # noqa: PLC0415
    from mezhved.infotypes.confinement import confine, load_all  # noqa: PLC0415
    from mezhved.infotypes.examining import examine_package  # noqa: PLC0415
    from mezhved.infotypes.packages import load_package  # noqa: PLC0415

    load_all((mezhved.infotypes, xmlschema, elementpath, lxml))
    _report(package := load_package(_small_package()), examine_package(package, today=date(2026, 1, 1)))
    return confine(megabytes, cpu_seconds)


def _small_package() -> bytes:
    """Return a package whose examination goes through what every other one's does."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in _SMALL.items():
            archive.writestr(name, text)
    return target.getvalue()


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
