"""The yardstick: what the cryptography and XML of one exchange cost alone, on the messages just exchanged."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from mezhved import gost
from mezhved.smev3 import soap
from mezhved.smev3.client import HttpAnswer, HttpTransport
from mezhved.smev3.fragments import Source
from mezhved.smev3.signature import Place, find_signatures, sign, verify
from mezhved.smev3.xml import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mezhved.gost import Signer
    from mezhved.smev3.client import Transport

_ROUNDS = 150
_WRITERS = {Place.CALLER, Place.SMEV}


@dataclass(frozen=True, slots=True)
class Exchanged:
    """Octets of one call and its answer."""

    content_type: str
    request: bytes
    answer: HttpAnswer


@dataclass(slots=True)
class Recorder:
    """A transport that keeps what goes through it."""

    inner: Transport = field(default_factory=HttpTransport)
    calls: list[Exchanged] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Carry the call and keep it."""
        answer = self.inner.post(url, body, headers)
        self.calls.append(Exchanged(headers["Content-Type"], body, answer))
        return answer


@dataclass(frozen=True, slots=True)
class Limit:
    """CPU time of the cryptography and XML of one exchange with all cores at it, milliseconds."""

    cores: int
    client_ms: float
    server_ms: float

    @property
    def exchanges_per_second(self) -> float:
        """Return what the machine could carry if nothing else cost anything."""
        return self.cores * 1000 / (self.client_ms + self.server_ms)


def measure_limit(calls: list[Exchanged], signer: Signer, provider: gost.Provider, cores: int) -> Limit:
    """Measure both sides of every call: parsing, transforms, digests, signatures made and verified.

    The caller signs its part and checks all signatures of the answer; the server checks the caller's and
    signs what it answers with. As many processes measure at once as there are cores: two threads of one
    core are slower together than either alone, and the bus has no machine to itself either.
    """
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    workers = [
        context.Process(target=lambda: results.put(_both_sides(calls, signer, provider)))
        for _ in range(cores)
    ]
    for worker in workers:
        worker.start()
    costs: list[tuple[float, float]] = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    client = sum(cost[0] for cost in costs) / cores
    server = sum(cost[1] for cost in costs) / cores
    return Limit(cores, round(client * 1000, 3), round(server * 1000, 3))


def _both_sides(calls: list[Exchanged], signer: Signer, provider: gost.Provider) -> tuple[float, float]:
    verifier = gost.Verifier(provider)
    client = server = 0.0
    for call in calls:
        made = _own_parts(call.content_type, call.request)
        answered = _own_parts(call.answer.content_type, call.answer.body)
        client += _cost(partial(_sign_all, made, signer, provider))
        client += _cost(partial(_check, call.answer.content_type, call.answer.body, verifier))
        server += _cost(partial(_check, call.content_type, call.request, verifier))
        server += _cost(partial(_sign_all, answered, signer, provider))
    return client, server


def _own_parts(content_type: str, octets: bytes) -> list[bytes]:
    """Return the elements that the writer of this message signed itself."""
    message = soap.read(content_type, octets)
    source = Source(message.octets, message.root)
    return [
        source.cut(target).octets
        for place, _, target in find_signatures(message.root)
        if target is not None and place in _WRITERS
    ]


def _sign_all(parts: list[bytes], signer: Signer, provider: gost.Provider) -> None:
    for part in parts:
        sign(parse(part), signer, provider)


def _check(content_type: str, octets: bytes, verifier: gost.Verifier) -> None:
    message = soap.read(content_type, octets)
    for place, holder, target in find_signatures(message.root):
        verify(holder, target, verifier, place)


def _cost(work: Callable[[], None]) -> float:
    work()
    began = time.process_time()
    for _ in range(_ROUNDS):
        work()
    return (time.process_time() - began) / _ROUNDS
