"""The `openssl` command with gost-engine as an independent judge; tests are skipped where it is absent."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_CONFIGURATION = """\
openssl_conf = main
[main]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
"""


@dataclass(frozen=True)
class OpenSsl:
    """The command with a configuration of its own, in a folder of the test."""

    command: str
    folder: Path

    def run(self, *arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run it; the caller judges the exit code."""
        return subprocess.run(
            [self.command, *arguments],
            input=data,
            capture_output=True,
            check=False,
            cwd=self.folder,
            env={
                "OPENSSL_CONF": str(self.folder / "openssl.cnf"),
                "PATH": "/usr/bin:/bin",
                "LANG": "C.UTF-8",
            },
            timeout=60,
        )

    def write(self, name: str, data: bytes | str) -> str:
        """Put a file into the folder."""
        path = self.folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return str(path)

    def read(self, name: str) -> bytes:
        """Read a file of the folder."""
        return (self.folder / name).read_bytes()


def openssl_with_gost(folder: Path) -> OpenSsl:
    """Find the command and its engine, else skip the test."""
    command = shutil.which("openssl")
    if command is None:
        pytest.skip("no openssl command on this machine")
    found = OpenSsl(command, folder)
    found.write("openssl.cnf", _CONFIGURATION)
    engine = found.run("engine", "-t", "gost")
    if engine.returncode != 0 or b"[ available ]" not in engine.stdout:
        pytest.skip("the openssl command here has no gost engine (Debian: libengine-gost-openssl)")
    return found
