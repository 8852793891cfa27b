"""Who is asked about: the records that each source must have, and sources that certificates name."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from mezhved.bus.times import SECOND, moment
from mezhved.gost import Certificate, MalformedCertificate
from mezhved.gost.cache import BoundedCache
from mezhved.registry.acting import Actor, acting
from mezhved.registry.models import (
    Revision,
    RevocationRecord,
    RevocationSource,
    SystemCertificate,
    TrustedAuthority,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.gost import Provider

SEEN_AGAIN: Final = 3600 * SECOND
"""How often it is noted that a certificate is still met."""

_BATCH: Final = 500
_REMEMBERED: Final = 65536
_MOST_ADDRESSES: Final = 8
"""Addresses of one kind that an authority's certificates may name."""
_BY_PROGRAM: Final = Actor(name="revocation", via="program")


class Roster:
    """Keeps the records of sources in step with the registry. One thread at a time."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._issuers: BoundedCache[tuple[bytes, bytes], bool] = BoundedCache(_REMEMBERED)
        self._certificates: dict[str, Certificate] = {}

    def renew(self, now: int) -> None:
        """Give every source its records: one for a list, for OCSP one for each registered certificate.

        Records of certificates that are registered no longer, and were not met in a message, go.
        """
        sources = list(RevocationSource.objects.filter(enabled=True).select_related("authority"))
        registered: list[Certificate] | None = None
        wanted: list[RevocationRecord] = []
        for source in sources:
            have = set(RevocationRecord.objects.filter(source=source).values_list("subject", flat=True))
            if source.kind == RevocationSource.Kind.CRL:
                if "" not in have:
                    wanted.append(RevocationRecord(source=source, asked_since=now, next_at=now))
                continue
            if registered is None:
                registered = self._registered(now)
            authority = source.authority.certificate()
            own = [each for each in registered if self._is_issued(each, authority)]
            wanted += [_record(source, each, now) for each in own if each.thumbprint.hex() not in have]
            self._forget(source, {each.thumbprint.hex() for each in own})
        _add(wanted)

    def note_met(self, met: Iterable[Certificate], now: int, most: int) -> None:
        """Have OCSP asked about certificates met in messages; of each source at most so many, the latest."""
        certificates = list(met)
        if not certificates:
            return
        sources = RevocationSource.objects.filter(
            enabled=True, kind=RevocationSource.Kind.OCSP, authority__enabled=True
        )
        for source in sources.select_related("authority"):
            authority = source.authority.certificate()
            own = [each for each in certificates if self._is_issued(each, authority)]
            if own:
                self._note(source, own, now, most)

    def _note(self, source: RevocationSource, own: list[Certificate], now: int, most: int) -> None:
        records = RevocationRecord.objects.filter(source=source)
        names = [each.thumbprint.hex() for each in own]
        known = set(records.filter(subject__in=names).values_list("subject", flat=True))
        old = records.filter(subject__in=names, last_seen__gt=0, last_seen__lt=now - SEEN_AGAIN)
        old.update(last_seen=now)
        _add([_record(source, each, now, now) for each in own if each.thumbprint.hex() not in known])
        seen = records.filter(last_seen__gt=0)
        surplus = seen.count() - most
        if surplus > 0:
            last = list(seen.order_by("last_seen", "pk").values_list("pk", flat=True)[:surplus])
            _remove(last)

    def _forget(self, source: RevocationSource, wanted: set[str]) -> None:
        records = RevocationRecord.objects.filter(source=source, last_seen=0).exclude(subject="")
        gone = [pk for pk, subject in records.values_list("pk", "subject") if subject not in wanted]
        _remove(gone)

    def _is_issued(self, certificate: Certificate, authority: Certificate) -> bool:
        """Tell whether the authority's key signed the certificate; of namesakes only one did."""
        if certificate.issuer_name.comparable != authority.subject_name.comparable:
            return False
        key = certificate.thumbprint, authority.thumbprint
        known = self._issuers.get(key)
        if known is None:
            known = certificate != authority and certificate.is_signed_by(authority, self._provider)
            self._issuers.put(key, known)
        return known

    def _registered(self, now: int) -> list[Certificate]:
        """Return the certificates of systems and authorities that are registered and not expired."""
        kept: dict[str, Certificate] = {}
        for model in (SystemCertificate, TrustedAuthority):
            rows = model.objects.filter(enabled=True, not_after__gt=moment(now))
            names = list(rows.values_list("thumbprint", flat=True))
            kept |= {each: self._certificates[each] for each in names if each in self._certificates}
            fresh = [each for each in names if each not in kept]
            for start in range(0, len(fresh), _BATCH):
                kept |= _parsed(rows.filter(thumbprint__in=fresh[start : start + _BATCH]))
        self._certificates = kept
        return list(kept.values())

    def add_named_sources(self, now: int) -> int:
        """Register the addresses that registered certificates name; return how many were new.

        Only certificates that the operator registered are read, systems' and authorities', and an address
        that was disabled or is there already stays as it is.
        """
        authorities = [(row, row.certificate()) for row in TrustedAuthority.objects.filter(enabled=True)]
        added = 0
        with acting(_BY_PROGRAM):
            for certificate in self._registered(now):
                for row, authority in authorities:
                    if self._is_issued(certificate, authority):
                        lists, responders = certificate.crl_urls, certificate.ocsp_urls
                        added += sum(_add_source(row, RevocationSource.Kind.CRL, url) for url in lists)
                        added += sum(_add_source(row, RevocationSource.Kind.OCSP, url) for url in responders)
        return added


def _add_source(authority: TrustedAuthority, kind: str, address: str) -> bool:
    if not address.startswith(("http://", "https://")):
        return False
    same = RevocationSource.objects.filter(authority=authority, kind=kind)
    if same.filter(address=address).exists() or same.filter(from_certificate=True).count() >= _MOST_ADDRESSES:
        return False
    try:
        RevocationSource(authority=authority, kind=kind, address=address, from_certificate=True).save()
    except (ValidationError, IntegrityError):
        # An address that nobody can fetch, or another node was quicker.
        return False
    return True


def _parsed(rows: Any) -> dict[str, Certificate]:
    found = {}
    for thumbprint, octets in rows.values_list("thumbprint", "der"):
        with suppress(MalformedCertificate):
            found[thumbprint] = Certificate.parse(bytes(octets))
    return found


def _record(source: RevocationSource, certificate: Certificate, now: int, seen: int = 0) -> RevocationRecord:
    return RevocationRecord(
        source=source,
        subject=certificate.thumbprint.hex(),
        certificate=certificate.der,
        asked_since=now,
        last_seen=seen,
        next_at=now,
    )


def _add(records: list[RevocationRecord]) -> None:
    """Put records in; another node may have done so meanwhile."""
    if records:
        with transaction.atomic():
            Revision.hold()
            RevocationRecord.objects.bulk_create(records, batch_size=_BATCH, ignore_conflicts=True)
            Revision.bump()


def _remove(numbers: list[int]) -> None:
    if numbers:
        with transaction.atomic():
            Revision.hold()
            for start in range(0, len(numbers), _BATCH):
                RevocationRecord.objects.filter(pk__in=numbers[start : start + _BATCH]).delete()
            Revision.bump()
