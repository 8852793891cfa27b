"""The signatures of a message in plain words: whose, over what, by which certificate, what it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.gateway.evidence.judging import FILE, WIRE_KINDS, Judge
from mezhved.gateway.files import open_file
from mezhved.gateway.models import Attachment, Message, Step, StepKind
from mezhved.gost import Verifier
from mezhved.infotypes.rendering import SignatureStamp
from mezhved.infotypes.rendering.stamp import number
from mezhved.service.blobs import BlobStoreError
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from typing import BinaryIO

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.evidence.judging import Found
    from mezhved.gateway.models import Exchange
    from mezhved.gost import Certificate, ChainChecker, ChainVerdict

HASHED_OCTETS: Final = 64 * 2**20
"""The content of a larger file is not hashed for a page; the evidence container does it."""
_READ_OCTETS: Final = 32 * 2**20
"""Of a step; the message itself has 5 MiB at most."""

_STEPS: Final = {
    StepKind.CALL: Text(ru="отправленное сообщение", en="the message sent"),
    StepKind.RECEIPT: Text(ru="квитанция СМЭВ о приёме", en="SMEV's receipt"),
    StepKind.FAULT: Text(ru="отказ СМЭВ", en="SMEV's refusal"),
    StepKind.RECEIVED: Text(ru="полученное сообщение", en="the message received"),
    StepKind.ACK: Text(ru="подтверждение получения", en="the acknowledgement"),
}
_PARTY: Final = {
    "smev": Text(ru="СМЭВ", en="SMEV"),
    "sender": Text(ru="ЭП-ОВ отправителя", en="the sender's (EP-OV)"),
    "official": Text(ru="ЭП-СП должностного лица", en="the official's (EP-SP)"),
}
_UNCHECKED: Final = Text(
    ru="отзыв не проверялся: данных об отзыве нет", en="revocation was not checked: there is no data of it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One signature as it is told; what is not known is empty. `chain` runs from the owner up to the root.

    `right`: the signature fits what was signed; `trusted`: the certificate was to be believed at `at`, None
    where no authority is known. `tone` is good, warn or bad.
    """

    whose: Text
    step: Text
    at: datetime
    right: bool
    trusted: bool | None
    verdict: Text
    tone: str
    over: str = ""
    owner: str = ""
    position: str = ""
    organisation: str = ""
    certificate: str = ""
    issuer: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    chain: tuple[str, ...] = ()
    revocation: Text | None = None
    found: Certificate | None = None

    @property
    def holds(self) -> bool:
        """Whether it is right and nothing speaks against its certificate."""
        return self.right and self.trusted is not False


def signatures_of(
    gateway: Gateway, message: Message, kinds: Iterable[str] = (StepKind.CALL, StepKind.RECEIVED)
) -> tuple[SignatureLine, ...]:
    """Check the signatures of a message anew, its files' included, at the time of each step.

    Where the octets are gone, what was found when they came is told. `kinds` are the steps that are looked
    at: receipts and acknowledgements have signatures of their own.
    """
    judging = _Judging(gateway, message)
    steps = Step.objects.filter(message=message, kind__in=[*kinds], octets__isnull=False).order_by("pk")
    lines = tuple(line for step in steps for line in judging.step(step))
    return lines or tuple(_kept(message))


def protocol_of(gateway: Gateway, exchange: Exchange) -> list[tuple[Message, tuple[SignatureLine, ...]]]:
    """Check all signatures of an exchange, message by message, receipts and acknowledgements included."""
    rows = Message.objects.select_related("exchange__type", "system__connection")
    messages = rows.defer("exchange__type__package").filter(exchange=exchange).order_by("pk")
    return [(each, signatures_of(gateway, each, sorted(WIRE_KINDS))) for each in messages]


def stamps(lines: Iterable[SignatureLine]) -> tuple[SignatureStamp, ...]:
    """Return the stamps that go onto paper: of signatures that hold and are those of a body or official."""
    found: dict[tuple[str, str], SignatureStamp] = {}
    for line in lines:
        if line.found is None or not line.holds or line.over:
            continue
        stamp = SignatureStamp.of(line.found, note=line.whose.ru)
        found.setdefault((stamp.certificate, stamp.note), stamp)
    return tuple(found.values())


class _Judging:
    """Judges the steps of one message."""

    def __init__(self, gateway: Gateway, message: Message) -> None:
        trust = gateway.trusts.of(message.system.connection)
        self._gateway = gateway
        self._pinned = frozenset(each.thumbprint for each in trust.pinned)
        self._chain: ChainChecker | None = trust.chain
        self._judge = Judge(Verifier(gateway.provider), trust.chain, self._pinned)
        self._files: dict[str, Attachment] = {}
        for row in Attachment.objects.filter(message=message).order_by("number"):
            for name in (row.wire_name, (row.reference or {}).get("uuid")):
                if name:
                    self._files[name] = row

    def step(self, step: Step) -> Iterator[SignatureLine]:
        """Give the signatures of a step; for one that does not read, one line that says so."""
        octets = bytes(step.octets or b"")
        name = _STEPS.get(StepKind(step.kind), Text(ru=step.kind, en=step.kind))
        if len(octets) > _READ_OCTETS:
            return
        found, problem = self._judge.step(step.content_type, octets, step.at, self._open)
        if problem is not None:
            said = Text(ru=f"сообщение не читается: {problem.ru}", en=f"it does not read: {problem.en}")
            whose = Text(ru="подписи", en="signatures")
            yield SignatureLine(
                whose=whose, step=name, at=step.at, right=False, trusted=None, verdict=said, tone="bad"
            )
        for each in found:
            yield self._line(each, name, step.at)

    def _open(self, uuid: str) -> BinaryIO | None:
        row = self._files.get(uuid)
        if row is None or row.size > HASHED_OCTETS:
            return None
        try:
            return open_file(self._gateway, row)
        except BlobStoreError:
            return None

    def _line(self, found: Found, step: Text, at: datetime) -> SignatureLine:
        row = self._files.get(found.over)
        over = row.name if row is not None else found.over
        whose = Text(ru="ЭП-СП под файлом", en="of the file") if found.what == FILE else found.what
        verdict, tone = _verdict(found)
        certificate = found.certificate
        if certificate is None:
            return SignatureLine(
                whose=whose,
                step=step,
                at=at,
                right=found.right,
                trusted=found.trusted,
                verdict=verdict,
                tone=tone,
                over=over,
            )
        name = certificate.subject_name
        person = " ".join(each for each in (name.get("SN"), name.get("GN")) if each)
        common, organisation = name.get("CN") or "", name.get("O") or ""
        judged = self._chain.check(certificate, at) if self._chain is not None else None
        return SignatureLine(
            whose=whose,
            step=step,
            at=at,
            right=found.right,
            trusted=found.trusted,
            verdict=verdict,
            tone=tone,
            over=over,
            owner=person or common or certificate.subject,
            position=name.get("T") or "",
            organisation=organisation,
            certificate=number(certificate.serial),
            issuer=certificate.issuer_name.get("CN") or certificate.issuer,
            valid_from=certificate.not_before,
            valid_until=certificate.not_after,
            chain=_names(judged),
            revocation=_revocation(judged, found, pinned=certificate.thumbprint in self._pinned),
            found=certificate,
        )


def _names(judged: ChainVerdict | None) -> tuple[str, ...]:
    if judged is None:
        return ()
    return tuple(each.subject_name.get("CN") or each.subject for each in judged.chain)


def _revocation(judged: ChainVerdict | None, found: Found, *, pinned: bool) -> Text:
    if judged is not None and judged.crl_issued is not None:
        when = f"{judged.crl_issued:%d.%m.%Y %H:%M} UTC"
        return Text(ru=f"отзыв проверен по данным от {when}", en=f"revocation was checked by data of {when}")
    if pinned:
        return Text(
            ru="сертификат СМЭВ указан администратором прямо",
            en="SMEV's certificate is named by administrators",
        )
    if found.doubt is not None and judged is not None:
        return judged.reason
    return _UNCHECKED


def _verdict(found: Found) -> tuple[Text, str]:
    if not found.right:
        why = f": {found.reason.ru}" if found.reason is not None else ""
        why_en = f": {found.reason.en}" if found.reason is not None else ""
        return Text(ru=f"подпись неверна{why}", en=f"the signature is wrong{why_en}"), "bad"
    if found.certificate is None:
        return Text(ru="верно", en="right"), "good"
    if found.trusted is None:
        return Text(
            ru="подпись верна; чей это сертификат, не проверено: удостоверяющие центры не указаны",
            en="the signature is right; whose the certificate is was not checked: no authority is named",
        ), "warn"
    if found.trusted:
        return Text(
            ru="подпись верна, сертификат действовал и ему можно доверять",
            en="the signature is right, the certificate was in force and is trusted",
        ), "good"
    doubt = found.doubt or Text(ru="", en="")
    return Text(
        ru=f"подпись верна, но сертификату доверять нельзя: {doubt.ru}",
        en=f"the signature is right, but the certificate is not to be trusted: {doubt.en}",
    ), "bad"


def _kept(message: Message) -> Iterator[SignatureLine]:
    """Tell what was found when the message came: its octets are gone."""
    at = message.settled_at or message.created_at
    for key, said in (message.details.get("signatures") or {}).items():
        if key not in _PARTY or not said.get("present"):
            continue
        right = bool(said.get("valid"))
        gone = Text(
            ru=f"при получении подпись была {'верна' if right else 'неверна'}; самого сообщения больше нет",
            en=f"the signature was {'right' if right else 'wrong'} when it came; the message itself is gone",
        )
        yield SignatureLine(
            whose=_PARTY[key],
            step=_STEPS[StepKind.RECEIVED],
            at=at,
            right=right,
            trusted=None,
            verdict=gone,
            tone="warn" if right else "bad",
            owner=str(said.get("subject") or ""),
        )
