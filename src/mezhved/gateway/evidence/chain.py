"""The journal's hash chain, as a container brings it: runs of links that end at signed checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mezhved.gateway.evidence.errors import BrokenContainer
from mezhved.gost import Digest
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mezhved.gost import Provider

STEPS_BETWEEN: Final = 1000
"""Links at most from a step to the checkpoint that covers it: what verifying one step may cost."""
MOST_LINKS: Final = 200_000
_HASH_OCTETS: Final = 32


class LinkRow(NamedTuple):
    """What a link covers beside the link before it."""

    position: int
    message: str
    """The message's uid, empty for a step that belongs to none."""
    kind: str
    at: str
    """ISO 8601 with microseconds, UTC."""
    digest: str
    """Hexadecimal."""

    @property
    def covered(self) -> bytes:
        """The octets that are hashed."""
        return "\n".join((str(self.position), self.message, self.kind, self.at, self.digest)).encode()


def next_link(provider: Provider, before: bytes, row: LinkRow) -> bytes:
    """Return the link of a row: GOST R 34.11-2012 (256 bits) over the link before it and the row."""
    return provider.digest(Digest.STREEBOG256, before + row.covered)


def checkpoint_text(position: int, link: bytes, at: str) -> bytes:
    """Return what an organisation signs at a place of the chain."""
    return f"mezhved journal checkpoint\n{position}\n{link.hex()}\n{at}\n".encode()


@dataclass(frozen=True, slots=True)
class Run:
    """Links in a row: the one before the first, and what each of them covers."""

    before: bytes
    rows: tuple[LinkRow, ...]


@dataclass(frozen=True, slots=True)
class SignedPlace:
    """A checkpoint: its text is signed by the file of that name."""

    position: int
    link: bytes
    at: str
    signature: str


def write_chain(runs: Iterable[Run], places: Iterable[SignedPlace]) -> dict[str, Any]:
    """Return the chain as JSON has it."""
    return {
        "runs": [{"before": each.before.hex(), "rows": [list(row) for row in each.rows]} for each in runs],
        "checkpoints": [
            {
                "position": each.position,
                "link": each.link.hex(),
                "at": each.at,
                "signature": each.signature,
            }
            for each in places
        ],
    }


def read_chain(said: Any) -> tuple[tuple[Run, ...], tuple[SignedPlace, ...]]:
    """Read what `write_chain` wrote; raise `BrokenContainer`."""
    try:
        runs = tuple(
            Run(_hash(each["before"]), tuple(_row(row) for row in each["rows"])) for each in said["runs"]
        )
        places = tuple(
            SignedPlace(
                _number(each["position"]), _hash(each["link"]), str(each["at"]), str(each["signature"])
            )
            for each in said["checkpoints"]
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenContainer(Text(ru="цепочка записана неверно", en="the chain is malformed")) from error
    if sum(len(each.rows) for each in runs) > MOST_LINKS:
        raise BrokenContainer(Text(ru="цепочка слишком длинна", en="the chain is too long"))
    return runs, places


def proven(provider: Provider, runs: Iterable[Run], places: Mapping[int, bytes]) -> dict[int, LinkRow]:
    """Return the rows, by position, that lead to a link of `places` (signed ones, by position).

    Each link is computed once. A run proves the rows up to its last signed place, if its links agree there.
    """
    found: dict[int, LinkRow] = {}
    for run in runs:
        link, waiting = run.before, []
        expected: int | None = None
        for row in run.rows:
            if expected is not None and row.position != expected:
                break
            expected = row.position + 1
            link = next_link(provider, link, row)
            waiting.append(row)
            signed = places.get(row.position)
            if signed is None:
                continue
            if signed != link:
                break
            found |= {each.position: each for each in waiting}
            waiting = []
    return found


def _row(said: Any) -> LinkRow:
    position, message, kind, at, digest = said
    _hash(digest)
    row = LinkRow(_number(position), str(message), str(kind), str(at), str(digest))
    if any("\n" in each for each in row[1:]):
        raise ValueError("a line break inside a row")
    return row


def _hash(said: Any) -> bytes:
    octets = bytes.fromhex(said)
    if len(octets) != _HASH_OCTETS:
        raise ValueError("no hash of 256 bits")
    return octets


def _number(said: Any) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or said < 1:
        raise ValueError("no position")
    return said
