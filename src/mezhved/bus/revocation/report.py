"""How fresh the revocation data of every authority is: for the operator, the metrics and /healthz."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from mezhved.bus.metrics import DataAge
from mezhved.bus.times import SECOND, microseconds
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.gost import RevocationRules

NAME_DIGITS = 16


class Freshness(Enum):
    """What the age of an authority's data means."""

    FRESH = "fresh"
    """It counts."""

    GRACE = "grace"
    """It is out of date, or has not come yet, and is still relied on."""

    EXPIRED = "expired"
    """It is no longer relied on: certificates of the authority are refused."""

    ABSENT = "absent"
    """There is no source and no list: the setting `revocation_required` decides."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source: of how many records how many were never answered or fail now. Microseconds, 0 for never."""

    key: str
    records: int
    unanswered: int
    failing: int
    fetched_at: int
    next_at: int
    problem: Text | None


@dataclass(frozen=True, slots=True)
class AuthorityLine:
    """One authority, `name`d in logs and metrics by the beginning of its thumbprint.

    `issued` and `until` are of the data that counts, in microseconds, 0 where there is none; of data that
    is awaited `until` is since when.
    """

    name: str
    subject: str
    freshness: Freshness
    issued: int
    until: int
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True)
class _Age:
    issued: int
    until: int


class Board:
    """The newest report, for those who must not ask the database. Empty until the first."""

    def __init__(self) -> None:
        self.lines: tuple[AuthorityLine, ...] = ()


def ages(lines: Iterable[AuthorityLine], rules: RevocationRules, now: int) -> list[DataAge]:
    """Return the ages for the metrics; authorities without any source have none."""
    grace = int(rules.grace.total_seconds()) * SECOND
    return [
        DataAge(
            each.name,
            (now - each.issued) / SECOND if each.issued else None,
            (each.until + grace - now) / SECOND,
        )
        for each in lines
        if each.freshness is not Freshness.ABSENT
    ]


def troubles(lines: Iterable[AuthorityLine], rules: RevocationRules, now: int) -> list[Text]:
    """Say whose data is out of date, by the beginning of the authority's thumbprint."""
    grace = int(rules.grace.total_seconds())
    found = []
    for each in lines:
        left = (each.until - now) // SECOND + grace
        if each.freshness is Freshness.GRACE:
            found.append(
                Text(
                    ru=f"данные об отзыве УЦ {each.name} устарели; откажем через {left} с",
                    en=f"the revocation data of the authority {each.name} is stale; refused in {left} s",
                )
            )
        elif each.freshness is Freshness.EXPIRED:
            found.append(
                Text(
                    ru=f"данные об отзыве УЦ {each.name} устарели; отказываем уже {-left} с",
                    en=f"the revocation data of the authority {each.name} is stale; refused for {-left} s",
                )
            )
    return found


def revocation_report(rules: RevocationRules, now: int) -> tuple[AuthorityLine, ...]:
    """Read the state of all enabled authorities from the database. Django must be started."""
    from mezhved.registry.models import TrustedAuthority  # noqa: PLC0415 - needs a started Django

    loaded, sources = _loaded_ages(rules), _sources_by_authority()
    lines = []
    for row in TrustedAuthority.objects.filter(enabled=True).defer("der"):
        own = sources.get(row.pk, ())
        lists = [loaded[row.subject]] if row.subject in loaded else []
        lists += [_age(each, rules) for source, records in own if source.kind == "crl" for each in records]
        asked = [_age(each, rules) for source, records in own if source.kind == "ocsp" for each in records]
        age = _counting(lists, asked)
        lines.append(
            AuthorityLine(
                row.thumbprint[:NAME_DIGITS],
                row.subject,
                _freshness(age, rules, now),
                0 if age is None else age.issued,
                0 if age is None else age.until,
                tuple(_source_line(source, records) for source, records in own),
            )
        )
    return tuple(lines)


def _sources_by_authority() -> dict[int, list[tuple[Any, list[Any]]]]:
    from mezhved.registry.models import RevocationRecord, RevocationSource  # noqa: PLC0415

    records: defaultdict[int, list[Any]] = defaultdict(list)
    rows: Iterable[Any] = RevocationRecord.objects.defer("der", "certificate").order_by("pk")
    for each in rows:
        records[each.source_id].append(each)
    found: defaultdict[int, list[tuple[Any, list[Any]]]] = defaultdict(list)
    for source in RevocationSource.objects.filter(enabled=True).select_related("authority"):
        found[source.authority_id].append((source, records[source.pk]))
    return found


def _loaded_ages(rules: RevocationRules) -> dict[str, _Age]:
    """Return the age of the newest list of each issuer that was loaded by hand."""
    from mezhved.registry.models import RevocationList  # noqa: PLC0415

    found: dict[str, _Age] = {}
    rows = RevocationList.objects.order_by("this_update", "pk")
    for issuer, issued, until in rows.values_list("issuer", "this_update", "next_update"):
        at = microseconds(issued)
        found[issuer] = _Age(at, at + _term(rules) if until is None else microseconds(until))
    return found


def _term(rules: RevocationRules) -> int:
    return 0 if rules.without_term is None else int(rules.without_term.total_seconds()) * SECOND


def _age(record: Any, rules: RevocationRules) -> _Age:
    if not record.thumbprint:
        return _Age(0, record.asked_since)
    return _Age(record.this_update, record.next_update or record.this_update + _term(rules))


def _counting(lists: list[_Age], asked: list[_Age]) -> _Age | None:
    """Choose the age that counts: the newest list covers all, OCSP is as good as its oldest answer."""
    kinds = [max(lists, key=lambda each: each.issued)] if lists else []
    kinds += [min(asked, key=lambda each: each.until)] if asked else []
    return max(kinds, key=lambda each: (each.issued > 0, each.until), default=None)


def _freshness(age: _Age | None, rules: RevocationRules, now: int) -> Freshness:
    if age is None:
        return Freshness.ABSENT
    if age.issued and now <= age.until:
        return Freshness.FRESH
    grace = int(rules.grace.total_seconds()) * SECOND
    return Freshness.GRACE if now <= age.until + grace else Freshness.EXPIRED


def _source_line(source: Any, records: Iterable[Any]) -> SourceLine:
    own = list(records)
    failing = [each for each in own if each.failures]
    problem = Text(ru=failing[0].problem_ru, en=failing[0].problem_en) if failing else None
    return SourceLine(
        key=source.key,
        records=len(own),
        unanswered=sum(not each.thumbprint for each in own),
        failing=len(failing),
        fetched_at=max((each.fetched_at for each in own), default=0),
        next_at=min((each.next_at for each in own), default=0),
        problem=problem,
    )
