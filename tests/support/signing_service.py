"""The signing service as its users start it, and what lies in another process's memory."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.gost import PrivateKey

COMMAND = (sys.executable, "-m", "mezhved.cli.main", "gateway")
SECRET = "an invented secret of the tests, long enough"


@dataclass
class SigningService:
    """A service that is started and killed when the test says so."""

    address: str
    keys: Path
    process: subprocess.Popen[str] | None = None

    def start(self) -> SigningService:
        """Start it and wait until it serves."""
        self.process = subprocess.Popen(
            [*COMMAND, "signer", "serve"],
            env=os.environ | environment(self.address, self.keys),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert self.address in line, line
        return self

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.process.stdout is not None:
                self.process.stdout.close()
            self.process = None


@contextlib.contextmanager
def signing_service(address: str, keys: Path) -> Iterator[SigningService]:
    """Serve until the end of the block."""
    service = SigningService(address, keys).start()
    try:
        yield service
    finally:
        service.kill()


def environment(address: str, keys: Path | None = None) -> dict[str, str]:
    """Return the settings of either side."""
    said = {"MEZHVED_GATEWAY_SIGNER": address, "MEZHVED_GATEWAY_LOG_FORMAT": "json"}
    if keys is not None:
        said["MEZHVED_GATEWAY_SIGNER_KEYS"] = str(keys)
    if address.startswith("tcp"):
        said["MEZHVED_GATEWAY_SIGNER_SECRET"] = SECRET
    return said


def key_forms(key: PrivateKey) -> list[bytes]:
    """Return the octets as which a private key may lie in memory."""
    little = key.value.to_bytes(32, "little")
    digits = [key.value >> shift & (1 << 30) - 1 for shift in range(0, 256, 30)]
    number = b"".join(each.to_bytes(4, "little") for each in digits)  # a Python integer
    return [little, little[::-1], number]


def memory_holds(pid: int, wanted: list[bytes]) -> bool:
    """Tell whether any of the octets lie anywhere in a process's memory."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            start, end = (int(each, 16) for each in place.split("-"))
            memory.seek(start)
            with contextlib.suppress(OSError):
                octets = memory.read(end - start)
                if any(each in octets for each in wanted):
                    return True
    return False
