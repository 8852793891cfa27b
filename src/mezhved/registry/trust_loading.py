"""Reading whom the bus believes: authorities, revocation lists and OCSP answers, loaded by hand or fetched.

What was parsed is kept from one reading to the next by its thumbprint; lists may be of many megabytes.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mezhved.gost import Certificate, Crl, GostError, OcspResponse, TrustStore, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BATCH = 200


@dataclass(frozen=True, slots=True)
class _State:
    """What the trust store is made of; equal states make equal stores."""

    authorities: tuple[tuple[str, bool], ...]
    loaded: tuple[str, ...]
    fetched: tuple[tuple[str, str], ...]
    """Kind and thumbprint."""
    watched: tuple[tuple[str, Watch], ...]
    asked: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class TrustLoader:
    """Reads the trust store; gives the very same object while nothing changed. One thread at a time."""

    _authorities: dict[str, Certificate] = field(default_factory=dict)
    _lists: dict[str, Crl] = field(default_factory=dict)
    _answers: dict[str, OcspResponse] = field(default_factory=dict)
    _current: tuple[_State, TrustStore] | None = None

    def load(self) -> TrustStore:
        """Read it as it is now. Django must be started."""
        state = _read_state()
        if self._current is not None and self._current[0] == state:
            return self._current[1]
        self._authorities = {
            each: self._authorities.get(each) or _authority(each) for each, _ in state.authorities
        }
        self._read_lists(state)
        self._read_answers(state)
        store = TrustStore(
            roots=tuple(self._authorities[each] for each, root in state.authorities if root),
            intermediates=tuple(self._authorities[each] for each, root in state.authorities if not root),
            crls=tuple(self._lists.values()),
            statuses=tuple(self._answers.values()),
            watched={bytes.fromhex(each): watch for each, watch in state.watched},
            # Of two sources that ask about one certificate the earlier counts.
            asked={bytes.fromhex(each): _moment(since) for each, since in reversed(state.asked)},
        )
        self._current = (state, store)
        return store

    def _read_lists(self, state: _State) -> None:
        wanted: dict[str, Callable[[str], bytes]] = dict.fromkeys(state.loaded, _loaded)
        wanted |= {each: _fetched for kind, each in state.fetched if kind == "crl" and each not in wanted}
        kept: dict[str, Crl] = {}
        for each, read in wanted.items():
            known = self._lists.get(each)
            # What was stored parsed then; should it not now, the other data still counts.
            with suppress(GostError):
                kept[each] = known or Crl.parse(read(each))
        self._lists = kept

    def _read_answers(self, state: _State) -> None:
        wanted = [each for kind, each in state.fetched if kind == "ocsp"]
        kept = {each: self._answers[each] for each in wanted if each in self._answers}
        for each, octets in _fetched_answers([each for each in wanted if each not in kept]):
            with suppress(GostError):
                kept[each] = OcspResponse.parse(octets)
        self._answers = kept


def _read_state() -> _State:
    from mezhved.registry.models import (  # noqa: PLC0415 - needs a started Django
        RevocationList,
        RevocationRecord,
        RevocationSource,
        TrustedAuthority,
    )

    authorities = TrustedAuthority.objects.filter(enabled=True).order_by("id")
    sources = RevocationSource.objects.filter(enabled=True, authority__enabled=True).order_by("id")
    records = RevocationRecord.objects.filter(source__in=sources).order_by("id")
    watched: dict[str, Watch] = {}
    for thumbprint, kind, since in sources.values_list("authority__thumbprint", "kind", "added_at"):
        other = watched.get(thumbprint, Watch(since, lists=False))
        ocsp = kind == RevocationSource.Kind.OCSP
        watched[thumbprint] = Watch(
            min(since, other.since), lists=other.lists or not ocsp, ocsp=other.ocsp or ocsp
        )
    return _State(
        tuple(authorities.values_list("thumbprint", "root")),
        tuple(RevocationList.objects.values_list("thumbprint", flat=True).order_by("id")),
        tuple(records.exclude(thumbprint="").values_list("source__kind", "thumbprint")),
        tuple(watched.items()),
        tuple(
            records.exclude(subject="").order_by("asked_since", "id").values_list("subject", "asked_since")
        ),
    )


def _authority(thumbprint: str) -> Certificate:
    from mezhved.registry.models import TrustedAuthority  # noqa: PLC0415

    row: TrustedAuthority = TrustedAuthority.objects.get(thumbprint=thumbprint)
    return row.certificate()


def _loaded(thumbprint: str) -> bytes:
    from mezhved.registry.models import RevocationList  # noqa: PLC0415

    return bytes(RevocationList.objects.values_list("der", flat=True).get(thumbprint=thumbprint))


def _fetched(thumbprint: str) -> bytes:
    from mezhved.registry.models import RevocationRecord  # noqa: PLC0415

    rows = RevocationRecord.objects.filter(thumbprint=thumbprint).values_list("der", flat=True)
    return bytes(rows[:1].get())


def _fetched_answers(thumbprints: list[str]) -> Iterator[tuple[str, bytes]]:
    from mezhved.registry.models import RevocationRecord  # noqa: PLC0415

    for start in range(0, len(thumbprints), _BATCH):
        some = thumbprints[start : start + _BATCH]
        for thumbprint, octets in RevocationRecord.objects.filter(thumbprint__in=some).values_list(
            "thumbprint", "der"
        ):
            yield thumbprint, bytes(octets)


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
