"""One large file from a participant's system to another's, through two gateways and a bus beside them."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import time
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from mezhved.bench.gateway import SETTINGS, Caller, token_of
from mezhved.bench.gateways import installed_gateway
from mezhved.bench.installation import CONSUMER, HOST, PROVIDER, REQUEST, CannotMeasure, installed
from mezhved.bench.load import business_data
from mezhved.bench.memory import Memory
from mezhved.bench.processes import family
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mezhved.bench.gateways import GatewayInstallation
    from mezhved.bench.installation import Installation

MEGABYTE: Final = 1_000_000
_WARM_MEGABYTES: Final = 6
"""More than fits into a message: it takes the way of the large one."""
_PIECE: Final = 1 << 20
_SEED: Final = 20_261_122
_PATIENCE_SECONDS: Final = 900.0
_PAUSE_SECONDS: Final = 0.2
_EVENTS_WAIT: Final = 2
_BOUNDARY: Final = "mezhved-bench-b7a1c2"
_CREATED, _OK = 201, 200


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be sent: no two pieces of it are alike."""

    path: Path
    octets: int
    sha256: bytes

    @classmethod
    def made(cls, path: Path, octets: int) -> Source:
        """Write the file; the same size gives the same content."""
        numbers, hasher, left = random.Random(_SEED), hashlib.sha256(), octets  # noqa: S311 - no secret
        with path.open("wb") as file:
            while left:
                piece = numbers.randbytes(min(_PIECE, left))
                hasher.update(piece)
                left -= file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        return cls(path, octets, hasher.digest())


@dataclass(slots=True)
class Way:
    """The way of files from the consumer's system to the provider's, as streams on both ends."""

    bus: Installation
    consumer: GatewayInstallation
    provider: GatewayInstallation
    ask: str
    """The token of the consumer's system."""
    answer: str
    """The token of the provider's system."""
    after: int = 0
    """The last event of the provider that was seen."""

    def carry(self, source: Source) -> tuple[dict[str, float], str, str]:
        """Carry one file; return the seconds of each leg, its carrier, the MessageID of its message.

        Raises `CannotMeasure` where another file came, or none.
        """
        started = time.monotonic()
        self._send(source)
        sent = time.monotonic()
        message, file = self._awaited()
        kept = time.monotonic()
        self._read_back(file["url"], source)
        read = time.monotonic()
        seconds = {
            "rest_in": sent - started,
            "kept_at_provider": kept - sent,
            "rest_out": read - kept,
            "end_to_end": read - started,
        }
        return seconds, file["carrier"], message

    def hand_outs(self, message: str) -> int:
        """Return how often the bus handed a message out until it was acknowledged: once, if all is well.

        Raises `CannotMeasure` where it was not acknowledged at all.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            known = json.loads(self.bus.command("bus", "message", message, "--json"))
            if known["state"] == "DELIVERED":
                return int(known["hand_outs"])
            time.sleep(_PAUSE_SECONDS)
        raise CannotMeasure(Text(ru="сообщение не подтверждено", en="the message was not acknowledged"))

    def _send(self, source: Source) -> None:
        head = (
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="xml"\r\n\r\n'.encode()
            + business_data(REQUEST)
            + f'\r\n--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="large.bin"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n".encode()
        )
        tail = f"\r\n--{_BOUNDARY}--\r\n".encode()

        def body() -> Iterator[bytes]:
            yield head
            with source.path.open("rb") as file:
                while piece := file.read(_PIECE):
                    yield piece
            yield tail

        headers = {
            "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
            "Content-Length": str(len(head) + source.octets + len(tail)),
        }
        with _called(self.consumer, self.ask, "/api/v1/requests", body(), headers) as answer:
            octets = answer.read()
            if answer.status != _CREATED:
                raise _refused(answer.status, octets)

    def _awaited(self) -> tuple[str, dict[str, Any]]:
        """Return the MessageID and the file of the request that the provider's gateway keeps next."""
        caller = Caller(self.provider, self.answer)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        try:
            while time.monotonic() < deadline:
                page = caller.get(f"/events?after={self.after}&wait={_EVENTS_WAIT}")
                self.after = page["next"]
                for each in page["items"]:
                    if each["kind"] == "request_received":
                        [message] = caller.get(f"/exchanges/{each['exchange']}")["messages"]
                        [file] = message["files"]
                        return message["message_id"], file
        finally:
            caller.close()
        raise CannotMeasure(Text(ru="файл не дошёл", en="the file did not arrive"))

    def _read_back(self, path: str, source: Source) -> None:
        hasher, octets = hashlib.sha256(), 0
        with _called(self.provider, self.answer, path) as answer:
            if answer.status != _OK:
                raise _refused(answer.status, answer.read())
            while piece := answer.read(_PIECE):
                hasher.update(piece)
                octets += len(piece)
        if (octets, hasher.digest()) != (source.octets, source.sha256):
            raise CannotMeasure(Text(ru="пришёл другой файл", en="another file came"))


def measure_gateway_file(megabytes: int, folder: Path, postgres: str | None) -> dict[str, Any]:
    """Send one file of so many MB from REST to REST and return the figures, ready for JSON.

    A small file takes the same way before: what the growth of memory counts from. The processes are none
    that anything else was measured on.
    """
    with (
        installed(folder / "bus", postgres=postgres, workers=1, ftp=True) as bus,
        _gateway(folder / "consumer", bus, postgres, CONSUMER) as consumer,
        _gateway(folder / "provider", bus, postgres, PROVIDER) as provider,
    ):
        warm = Source.made(folder / "warm.bin", _WARM_MEGABYTES * MEGABYTE)
        source = Source.made(folder / "large.bin", megabytes * MEGABYTE)
        tokens = token_of(consumer, CONSUMER, "ask,read"), token_of(provider, PROVIDER, "answer,read")
        with bus.serving() as first, consumer.serving() as second, provider.serving() as third:
            way = Way(bus, consumer, provider, *tokens)
            way.carry(warm)
            parts = {
                "bus": family(first.pid),
                "consumer_gateway": family(second.pid),
                "provider_gateway": family(third.pid),
                "load": [os.getpid()],
            }
            memory = Memory()
            with memory.watched([pid for each in parts.values() for pid in each]):
                seconds, carrier, message = way.carry(source)
            hand_outs = way.hand_outs(message)
    return {
        "megabytes": megabytes,
        "carrier": carrier,
        "hand_outs": hand_outs,
        "seconds": {name: round(each, 2) for name, each in seconds.items()},
        "mb_per_second": {name: round(megabytes / each, 1) for name, each in seconds.items()},
        "memory_growth_mb": {name: memory.growth_of(each) for name, each in parts.items()},
    }


def _gateway(folder: Path, bus: Installation, postgres: str | None, system: str) -> Any:
    return installed_gateway(folder, bus, postgres=postgres, systems=(system,), settings=SETTINGS)


@contextmanager
def _called(
    gateway: GatewayInstallation,
    token: str,
    path: str,
    body: Iterator[bytes] | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[http.client.HTTPResponse]:
    """Call REST over a connection of its own, the body and the answer as streams."""
    connection = http.client.HTTPConnection(HOST, gateway.port, timeout=_PATIENCE_SECONDS)
    try:
        method = "GET" if body is None else "POST"
        connection.request(method, path, body, {"Authorization": f"Bearer {token}", **headers})
        yield connection.getresponse()
    finally:
        connection.close()


def _refused(status: int, octets: bytes) -> CannotMeasure:
    return CannotMeasure(
        Text(ru=f"шлюз отказал: {status}", en=f"the gateway refused: {status}"),
        where=octets[:500].decode("utf-8", "replace"),
    )
