"""Checking a container by itself: every octet, every signature, the chain. No database, no network."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, BinaryIO

from mezhved.gateway.evidence.archive import Archive
from mezhved.gateway.evidence.chain import LinkRow, checkpoint_text, proven, read_chain
from mezhved.gateway.evidence.errors import BrokenContainer
from mezhved.gateway.evidence.judging import WIRE_KINDS, Found, Judge
from mezhved.gost import (
    ChainChecker,
    Digest,
    GostError,
    RevocationPolicy,
    TrustStore,
    Verifier,
    assemble_cms,
    parse_cms,
)
from mezhved.gost.bundles import read_bundle, trust_store
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.gost import Certificate, Provider

MANIFEST, SIGNATURE, CHAIN = "manifest.json", "manifest.p7s", "chain.json"
AUTHORITIES, SMEV = "trust/authorities.pem", "trust/smev.pem"
MOST_STEPS = 10_000


class Verdict(StrEnum):
    """How one check ended."""

    RIGHT = "right"
    UNKNOWN = "unknown"
    """Nothing speaks against it, but something could not be known."""
    WRONG = "wrong"
    """The message itself is so: the container shows it as it was."""
    TAMPERED = "tampered"
    """The container is not as it was made."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    subject: Text
    verdict: Verdict
    detail: Text


@dataclass
class Report:
    """What was found; `intact` tells of the container, `holds` of what it holds as well."""

    checks: list[Check] = field(default_factory=list)
    exchange: dict[str, Any] = field(default_factory=dict)

    @property
    def intact(self) -> bool:
        """Whether the container is as it was made and signed."""
        return all(each.verdict is not Verdict.TAMPERED for each in self.checks)

    @property
    def holds(self) -> bool:
        """Whether it is intact and every signature in it is right."""
        return all(each.verdict in {Verdict.RIGHT, Verdict.UNKNOWN} for each in self.checks)

    def add(self, subject: Text, verdict: Verdict, ru: str, en: str) -> None:
        """Add a line."""
        self.checks.append(Check(subject, verdict, Text(ru=ru, en=en)))


_CONTAINER = Text(ru="контейнер", en="container")
_SIGNED = Text(ru="подпись контейнера", en="signature of the container")
_CHAINED = Text(ru="цепочка журнала", en="chain of the journal")


def verify_container(file: BinaryIO, provider: Provider, authorities: TrustStore | None = None) -> Report:
    """Check everything; nothing in the file makes it raise.

    `authorities` are those that the reader believes; without them only those that the container brings are
    there, and the report says so.
    """
    report = Report()
    try:
        _Checking(Archive(file), provider, authorities, report).run()
    except BrokenContainer as error:
        report.checks.append(Check(_CONTAINER, Verdict.TAMPERED, error.what))
    return report


@dataclass
class _Checking:
    archive: Archive
    provider: Provider
    authorities: TrustStore | None
    report: Report

    def run(self) -> None:
        manifest = _object(self.archive.read(MANIFEST))
        exchange = manifest.get("exchange")
        self.report.exchange = exchange if isinstance(exchange, dict) else {}
        self._files(manifest)
        self.judge = self._judge()
        self._signature(manifest)
        steps = _listed(manifest, "steps")
        self._chain(steps, {str(each.get("uid")) for each in _listed(manifest, "messages")})
        uuids = {
            str(each.get("uuid")): str(each.get("file"))
            for each in _listed(manifest, "attachments")
            if each.get("file")
        }
        for each in steps:
            self._step(each, uuids)
        for each in _listed(manifest, "unknown"):
            self.report.add(
                Text(ru="неизвестно", en="unknown"),
                Verdict.UNKNOWN,
                str(each.get("ru", "")),
                str(each.get("en", "")),
            )

    def _files(self, manifest: Mapping[str, Any]) -> None:
        """Compare every entry with the hash that the manifest gives it."""
        listed = manifest.get("files")
        if not isinstance(listed, dict) or {MANIFEST, SIGNATURE, *listed} != set(self.archive.entries):
            raise BrokenContainer(
                Text(
                    ru="состав контейнера не тот, что в описи", en="the entries are not those of the manifest"
                )
            )
        for name, said in listed.items():
            hasher = self.provider.hasher(Digest.STREEBOG256)
            for piece in self.archive.pieces(self.archive.entries[name]):
                hasher.update(piece)
            if not isinstance(said, dict) or hasher.digest().hex() != said.get("digest"):
                raise BrokenContainer(Text(ru=f"{name} изменён", en=f"{name} was changed"))
        self.report.add(
            _CONTAINER,
            Verdict.RIGHT,
            f"файлов: {len(listed)}, хэши верны",
            f"{len(listed)} entries, hashes right",
        )

    def _judge(self) -> Judge:
        store, pinned = self.authorities, frozenset[bytes]()
        if store is None:
            bundles = self._bundles(AUTHORITIES)
            store = trust_store(bundles) if bundles else None
            self.report.add(
                Text(ru="доверие", en="trust"),
                Verdict.UNKNOWN,
                "удостоверяющие центры взяты из самого контейнера; свои дайте через --authorities",
                "the authorities are those of the container itself; give your own by --authorities",
            )
            pinned = frozenset(
                each.thumbprint for bundle in self._bundles(SMEV) for each in bundle.certificates
            )
        else:
            # Revocation data of the container is signed by the authorities: it goes with anybody's trust.
            own = trust_store(self._bundles(AUTHORITIES))
            store = TrustStore(
                store.roots,
                (*store.intermediates, *own.authorities),
                (*store.crls, *own.crls),
                (*store.statuses, *own.statuses),
            )
        chain = None
        if store is not None:
            chain = ChainChecker(self.provider, store, policy=RevocationPolicy.LENIENT)
        return Judge(Verifier(self.provider), chain, pinned)

    def _bundles(self, name: str) -> list[Any]:
        if name not in self.archive.entries:
            return []
        try:
            return [read_bundle(self.archive.read(name))]
        except GostError as error:
            raise BrokenContainer(Text(ru=f"{name} не читается", en=f"{name} does not read")) from error

    def _signature(self, manifest: Mapping[str, Any]) -> None:
        at = _moment(manifest.get("made_at"))
        found = self._signed(SIGNATURE, self.archive.read(MANIFEST), at)
        its = found.certificate
        self.report.checks.append(_line(_SIGNED, found, "" if its is None else its.subject))
        # The signature does not cover the certificate that stands beside it: the manifest names it.
        if not found.right or its is None or its.thumbprint.hex() != manifest.get("signed_with"):
            raise BrokenContainer(
                Text(ru="подпись контейнера неверна", en="the container's signature is wrong")
            )

    def _signed(self, name: str, text: bytes, at: datetime) -> Found:
        """Judge a detached signature; one that could be written otherwise and say the same is refused."""
        octets = self.archive.read(name)
        found = self.judge.cms(octets, text, at, "")
        if found.right and found.certificate is not None and octets != _rewritten(octets, found.certificate):
            reason = Text(ru="подпись записана не по форме", en="the signature is not in its form")
            return Found(found.what, right=False, reason=reason, certificate=found.certificate)
        return found

    def _chain(self, steps: list[dict[str, Any]], messages: set[str]) -> None:
        """See that each step is where the chain has it, and that none of these messages was left out."""
        runs, places = read_chain(_object(self.archive.read(CHAIN)))
        signed = {}
        for each in places:
            found = self._signed(
                each.signature, checkpoint_text(each.position, each.link, each.at), _moment(each.at)
            )
            what = Text(ru=f"отметка {each.position}", en=f"checkpoint {each.position}")
            self.report.checks.append(_line(what, found, each.at))
            if not found.right:
                raise BrokenContainer(
                    Text(ru="подпись отметки неверна", en="a checkpoint's signature is wrong")
                )
            signed[each.position] = each.link
        rows = proven(self.provider, runs, signed)
        for step in steps:
            if rows.get(_number(step.get("position"))) != _row(step):
                raise BrokenContainer(
                    Text(
                        ru=f"шаг {step.get('number')} не на своём месте в цепочке",
                        en=f"step {step.get('number')} is not in its place of the chain",
                    )
                )
        shown = {_number(step.get("position")) for step in steps}
        for row in rows.values():
            if row.message in messages and row.position not in shown:
                raise BrokenContainer(
                    Text(
                        ru=f"шаг на месте {row.position} цепочки не показан",
                        en=f"the step at place {row.position} of the chain is not shown",
                    )
                )
        self.report.add(
            _CHAINED,
            Verdict.RIGHT,
            f"шагов: {len(steps)}, звеньев проверено: {len(rows)}",
            f"{len(steps)} steps, {len(rows)} links checked",
        )

    def _step(self, said: dict[str, Any], uuids: Mapping[str, str]) -> None:
        what = Text(
            ru=f"шаг {said.get('number')} ({said.get('kind')})",
            en=f"step {said.get('number')} ({said.get('kind')})",
        )
        name = said.get("file")
        if name is None:
            self.report.add(
                what,
                Verdict.UNKNOWN,
                "содержимого нет, есть его хэш",
                "the octets are gone, their hash remains",
            )
            return
        octets = self.archive.read(str(name))
        if self.provider.digest(Digest.STREEBOG256, octets).hex() != said.get("digest"):
            raise BrokenContainer(
                Text(ru=f"{name}: хэш не тот, что в цепочке", en=f"{name}: the hash is not the chain's")
            )

        if said.get("kind") not in WIRE_KINDS:
            self.report.add(what, Verdict.RIGHT, "запись шлюза", "the gateway's own record")
            return

        def opened(uuid: str) -> BinaryIO | None:
            entry = self.archive.entries.get(uuids.get(uuid, ""))
            return None if entry is None else self.archive.open(entry)

        at = _moment(said.get("at"))
        found, problem = self.judge.step(str(said.get("content_type", "")), octets, at, opened)
        if problem is not None:
            self.report.checks.append(Check(what, Verdict.WRONG, problem))
        if not found and problem is None:
            self.report.add(what, Verdict.UNKNOWN, "подписей нет", "no signatures")
        for each in found:
            subject = "" if each.certificate is None else each.certificate.subject
            self.report.checks.append(_line(what, each, subject, wrong=Verdict.WRONG))


def _line(what: Text, found: Found, detail: str, wrong: Verdict = Verdict.TAMPERED) -> Check:
    """Return the line of a signature."""
    over = f" ({found.over})" if found.over else ""
    known = (None if found.right else found.reason, found.doubt, _revocation(found))
    reasons = [each for each in known if each is not None]
    ru = "; ".join((f"{found.what.ru}{over}", *(each.ru for each in reasons), detail))
    en = "; ".join((f"{found.what.en}{over}", *(each.en for each in reasons), detail))
    verdict = Verdict.RIGHT if found.trusted else Verdict.UNKNOWN
    if found.chained and found.data_of is None:
        verdict = Verdict.UNKNOWN
    if not found.right:
        verdict = wrong
    elif found.trusted is False:
        verdict = Verdict.WRONG
    return Check(what, verdict, Text(ru=ru, en=en))


def _revocation(found: Found) -> Text | None:
    """Tell of what day it is known that a certificate that leads to an authority was not revoked."""
    if not found.chained:
        return None
    if found.data_of is None:
        return Text(ru="отозван ли сертификат, неизвестно", en="whether it was revoked is not known")
    at = f"{found.data_of:%Y-%m-%d %H:%M} UTC"
    return Text(ru=f"отзыв по данным от {at}", en=f"revocation data of {at}")


def _rewritten(octets: bytes, certificate: Certificate) -> bytes:
    """Return the only form in which the container writes this signature."""
    signer = parse_cms(octets).signers[0]
    attributes = signer.attributes
    if attributes is None:
        return b""
    return assemble_cms(attributes.encodings[0], signer.signature, certificate)


def _object(octets: bytes) -> dict[str, Any]:
    try:
        said = json.loads(octets.decode())
        json.dumps(said, ensure_ascii=False).encode()  # halves of surrogates, escaped, are no text
    except (ValueError, RecursionError) as error:
        raise BrokenContainer(Text(ru="JSON не читается", en="the JSON does not read")) from error
    if not isinstance(said, dict):
        raise BrokenContainer(Text(ru="JSON не тот", en="another JSON was expected"))
    return said


def _listed(manifest: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    said = manifest.get(name)
    if (
        not isinstance(said, list)
        or len(said) > MOST_STEPS
        or not all(isinstance(each, dict) for each in said)
    ):
        raise BrokenContainer(Text(ru=f"в описи нет {name}", en=f"the manifest has no {name}"))
    return said


def _moment(said: Any) -> datetime:
    moment = None
    if isinstance(said, str):
        with contextlib.suppress(ValueError):
            moment = datetime.fromisoformat(said)
    if moment is None or moment.tzinfo is None:
        raise BrokenContainer(Text(ru="время записано неверно", en="a time is malformed"))
    return moment


def _number(said: Any) -> int:
    return said if isinstance(said, int) else 0


def _row(said: Mapping[str, Any]) -> LinkRow:
    return LinkRow(
        _number(said.get("position")),
        str(said.get("message", "")),
        str(said.get("kind", "")),
        str(said.get("at", "")),
        str(said.get("digest", "")),
    )
