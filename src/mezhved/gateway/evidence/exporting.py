"""Writing a container: raw octets, files, certificates, revocation data, the chain, a readable protocol."""

from __future__ import annotations

import functools
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.errors import Conflict
from mezhved.gateway.evidence import archive
from mezhved.gateway.evidence.chain import LinkRow, Run, SignedPlace, write_chain
from mezhved.gateway.evidence.checkpoints import checkpoint_covering, written
from mezhved.gateway.evidence.judging import WIRE_KINDS, Judge
from mezhved.gateway.evidence.protocol import JudgedStep, protocol
from mezhved.gateway.files import open_file
from mezhved.gateway.journal import DUTY as SEALING
from mezhved.gateway.journal import DUTY_SECONDS, NOTHING, PERIOD_SECONDS, seal
from mezhved.gateway.models import Attachment, Carrier, Message, Step
from mezhved.gost import Verifier, sign_cms
from mezhved.service.blobs import BlobMissing
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.evidence.archive import Source
    from mezhved.gateway.evidence.judging import Found
    from mezhved.gateway.models import Checkpoint, Exchange

FORMAT = "mezhved-evidence"
VERSION = 1
LOOKS = 5
"""How often an export looks whether the sealer has come to its steps."""


def export(gateway: Gateway, exchange: Exchange, target: BinaryIO) -> None:
    """Write an exchange's container, signed by the organisation's key of its system.

    `target` is written to once, in pieces. Raises `Conflict` while steps wait for their place in the chain,
    `CannotSign`, `BrokenContainer` where 4 GiB do not hold it.
    """
    _seal(gateway, exchange)
    writing = _Writing(gateway, exchange)
    sources = writing.sources()
    signer = gateway.ring.signer(exchange.system)
    said = writing.manifest(sources) | {"signed_with": signer.certificate.thumbprint.hex()}
    manifest = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode()
    signature = sign_cms(manifest, signer, gateway.provider, at=gateway.clock())
    first = [writing.text("manifest.json", manifest), writing.text("manifest.p7s", signature)]
    archive.write(target, [*first, *sources])


def _seal(gateway: Gateway, exchange: Exchange) -> None:
    """See to it that every step has its place: by who seals, and by sealing here where nobody does."""
    unsealed = Step.objects.filter(exchange=exchange, position=None)
    owner = f"{gateway.owner[:40]}-export"  # not the name of this process, whose sealer may be at work
    for _ in range(LOOKS):
        if not unsealed.exists():
            return
        if take_duty(SEALING, owner, gateway.clock(), DUTY_SECONDS):
            try:
                while unsealed.exists():
                    seal(gateway)
            finally:
                leave(SEALING, owner)
            return
        gateway.news.wait(PERIOD_SECONDS)
    raise Conflict(
        Text(ru="журнал ещё не запечатан", en="the journal is not sealed yet"),
        where=str(exchange.uid),
        cure=Text(ru="повторите через секунду", en="try again in a second"),
    )


@dataclass
class _Writing:
    """One container in the making."""

    gateway: Gateway
    exchange: Exchange
    _judged: list[JudgedStep] = field(default_factory=list)
    _certificates: dict[str, bytes] = field(default_factory=dict)
    _steps: list[dict[str, Any]] = field(default_factory=list)
    _files: list[dict[str, Any]] = field(default_factory=list)

    def sources(self) -> list[Source]:
        """Return the entries, all but the manifest; what is large is opened when it is written."""
        stored = self._stored_files()
        found = [*self._raw_steps({uuid: each.open for uuid, each in stored.items()}), *stored.values()]
        found += self._trust()
        found += [
            self.text(f"certificates/{name}.cer", der) for name, der in sorted(self._certificates.items())
        ]
        found += self._chain()
        for language in ("ru", "en"):
            page = protocol(language, self._facts(), self._judged, self._files, self._unknown())
            found.append(self.text(f"protocol.{language}.html", page))
        return found

    def manifest(self, sources: Iterable[Source]) -> dict[str, Any]:
        """Return what is signed: facts, steps, files, and the hash of every entry."""
        return {
            "format": FORMAT,
            "version": VERSION,
            **self._facts(),
            "steps": self._steps,
            "attachments": self._files,
            "unknown": [{"ru": each.ru, "en": each.en} for each in self._unknown()],
            "files": {each.name: {"size": each.size, "digest": each.digest.hex()} for each in sources},
        }

    def text(self, name: str, octets: bytes) -> Source:
        """Return an entry of octets that are in memory."""
        return archive.measured(name, functools.partial(io.BytesIO, octets), self.gateway.provider)

    @functools.cached_property
    def _judge(self) -> Judge:
        trust = self.gateway.trusts.of(self.exchange.system.connection)
        pinned = frozenset(each.thumbprint for each in trust.pinned)
        return Judge(Verifier(self.gateway.provider), trust.chain, pinned)

    def _facts(self) -> dict[str, Any]:
        exchange, kind = self.exchange, self.exchange.type
        messages = Message.objects.filter(exchange=exchange).order_by("pk").defer("content")
        return {
            "made_at": written(self._now),
            "made_by": exchange.system.mnemonic,
            "environment": exchange.system.connection.environment,
            "exchange": {
                "uid": str(exchange.uid),
                "direction": exchange.direction,
                "state": exchange.state,
                "type": None if kind is None else kind.code,
                "title": "" if kind is None else kind.title,
                "message_id": exchange.message_id,
                "counterpart": exchange.counterpart,
                "counterpart_name": exchange.counterpart_name,
                "is_test": exchange.is_test,
                "created_at": written(exchange.created_at),
                "closed_at": None if exchange.closed_at is None else written(exchange.closed_at),
            },
            "messages": [
                {
                    "uid": str(each.uid),
                    "direction": each.direction,
                    "kind": each.kind,
                    "state": each.state,
                    "message_id": each.message_id,
                    "created_at": written(each.created_at),
                }
                for each in messages
            ],
        }

    @functools.cached_property
    def _now(self) -> Any:
        return self.gateway.clock()

    def _raw_steps(self, files: dict[str, Callable[[], BinaryIO]]) -> list[Source]:
        found = []
        rows = Step.objects.filter(exchange=self.exchange).select_related("message").order_by("position")
        for number, row in enumerate(rows.defer("octets", "message__content"), 1):
            octets = _octets(row.pk)
            name = None
            if octets is not None:
                suffix = _suffix(row)
                name = f"steps/{number:04}-{row.kind}.{suffix}"
                opener = functools.partial(_open_step, row.pk)
                found.append(archive.measured(name, opener, self.gateway.provider))
            said = {
                "number": number,
                "file": name,
                "position": row.position,
                "message": "" if row.message is None else str(row.message.uid),
                "kind": row.kind,
                "at": written(row.at),
                "content_type": row.content_type,
                "digest": bytes(row.digest).hex(),
            }
            self._steps.append(said)
            self._judge_step(said, row, octets, files)
        return found

    def _judge_step(
        self,
        said: dict[str, Any],
        row: Step,
        octets: bytes | None,
        files: dict[str, Callable[[], BinaryIO]],
    ) -> None:
        signatures: list[Found] = []
        problem = None
        if octets is not None and row.kind in WIRE_KINDS:

            def opened(uuid: str) -> BinaryIO | None:
                return files[uuid]() if uuid in files else None

            signatures, problem = self._judge.step(row.content_type, octets, row.at, opened)
        for each in signatures:
            if each.certificate is not None:
                self._certificates[each.certificate.thumbprint.hex()] = each.certificate.der
        self._judged.append(JudgedStep(said, tuple(signatures), problem))

    def _stored_files(self) -> dict[str, Source]:
        """Return the files that travelled through SMEV's store, by their UUID: no message holds them."""
        found: dict[str, Source] = {}
        rows = Attachment.objects.filter(message__exchange=self.exchange).select_related("message")
        for row in rows.order_by("message__pk", "number").defer("octets", "message__content"):
            uuid = (row.reference or {}).get("uuid") or row.wire_name
            name = None
            if row.carrier == Carrier.STORE and uuid and uuid not in found:
                name = f"files/{len(found) + 1}.bin"
                opener = functools.partial(open_file, self.gateway, row)
                try:
                    found[uuid] = archive.measured(name, opener, self.gateway.provider)
                except BlobMissing:
                    name = None
            self._files.append(
                {
                    "message": str(row.message.uid),
                    "number": row.number,
                    "name": row.name,
                    "mime_type": row.mime_type,
                    "size": row.size,
                    "digest": bytes(row.digest).hex(),
                    "carrier": row.carrier,
                    "uuid": uuid,
                    "file": name,
                }
            )
        return found

    def _trust(self) -> list[Source]:
        at = self.exchange.system.connection
        texts = {"trust/authorities.pem": at.authorities, "trust/smev.pem": at.smev_certificates}
        return [self.text(name, text.encode()) for name, text in texts.items() if text]

    def _unknown(self) -> list[Text]:
        """Tell what could not be known: authorities, revocation, contents that are gone."""
        told = []
        if self._judge.chain is None:
            told.append(
                Text(
                    ru="удостоверяющие центры не указаны: чьи сертификаты, не проверено",
                    en="no authority is named: whose the certificates are was not checked",
                )
            )
        without = {
            each.certificate.subject
            for step in self._judged
            for each in step.signatures
            if each.certificate is not None and each.data_of is None
        }
        told += [
            Text(
                ru=f"данных об отзыве сертификата не было: {subject}",
                en=f"there was no revocation data for the certificate of {subject}",
            )
            for subject in sorted(without)
        ]
        told += [
            Text(
                ru=f"содержимого шага {each['number']} больше нет, остался его хэш",
                en=f"the octets of step {each['number']} are gone, their hash remains",
            )
            for each in self._steps
            if each["file"] is None
        ]
        return told

    def _chain(self) -> list[Source]:
        system, runs = self.exchange.system, []
        places: dict[int, Checkpoint] = {}
        end = 0
        for position in sorted(each["position"] for each in self._steps):
            if position > end:
                checkpoint = checkpoint_covering(self.gateway, system, position)
                places[checkpoint.position] = checkpoint
                end = checkpoint.position
                runs.append(_run(position, end))
        signed = [
            SignedPlace(each.position, bytes(each.link), written(each.at), f"checkpoints/{each.position}.p7s")
            for each in places.values()
        ]
        said = json.dumps(write_chain(runs, signed), ensure_ascii=False, separators=(",", ":")).encode()
        signatures = [
            self.text(f"checkpoints/{each.position}.p7s", bytes(each.signature)) for each in places.values()
        ]
        return [self.text("chain.json", said), *signatures]


def _run(start: int, end: int) -> Run:
    before = Step.objects.filter(position=start - 1).values_list("link", flat=True).first()
    rows = Step.objects.filter(position__range=(start, end)).order_by("position")
    values = rows.values_list("position", "message__uid", "kind", "at", "digest")
    return Run(
        NOTHING if before is None else bytes(before),
        tuple(
            LinkRow(position or 0, "" if uid is None else str(uid), kind, written(at), bytes(digest).hex())
            for position, uid, kind, at, digest in values
        ),
    )


def _suffix(row: Step) -> str:
    if row.kind not in WIRE_KINDS:
        return "json"
    return "mime" if row.content_type.lower().startswith("multipart/") else "xml"


def _octets(step: int) -> bytes | None:
    octets = Step.objects.values_list("octets", flat=True).get(pk=step)
    return None if octets is None else bytes(octets)


def _open_step(step: int) -> BinaryIO:
    return io.BytesIO(_octets(step) or b"")
