"""Taking over the files that a message refers to: out of the sender's area, checked, counted (MR 3.3, 5).

Taken files lie under keys that only the bus knows, so what was checked is what will be delivered. All of
it may be interrupted anywhere and begun anew by another process.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mezhved.bus.files.ledger import ANONYMOUS_AREA, Hold, Wanted
from mezhved.bus.inspection.attachments import FileSigners
from mezhved.gost import Digest, MalformedCms, hash_content, verify_cms
from mezhved.service.blobs import BlobMissing
from mezhved.smev3 import faults
from mezhved.smev3.filehash import functions_of, likely_function, others_of_length
from mezhved.smev3.signature import signing_certificate
from mezhved.smev3.xml import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mezhved.bus.assembly import Bus
    from mezhved.bus.files.ledger import TakenFile
    from mezhved.bus.storage import PlannedFile, Queue, Work
    from mezhved.gost import Certificate
    from mezhved.smev3.faults import Fault

_BATCH: Final = 500
_PATIENCE: Final = 60
"""Attempts, a minute apart after the first few, until a content that the store misses counts as lost."""
_NAME_LENGTH: Final = 200


def take_files(bus: Bus, work: Work) -> Fault | None:
    """Take the files over and check them; the reason to refuse the message, if there is one.

    Size, hash, PKCS#7, then the quota of a single recipient; those of many are asked by `within_quota`.
    """
    if not work.plan.files:
        return None
    fault = _taken(bus, work)
    outcome = "ok" if fault is None else fault.kind.value if fault.kind is not None else "refused"
    octets = _total(bus.ledger.files(work.message.message_id))
    bus.metrics.count_files("take", outcome, octets, len(work.plan.files))
    return fault


def _taken(bus: Bus, work: Work) -> Fault | None:
    planned, message = work.plan.files, work.message
    incorrect = faults.file_attachments_incorrect(str(message.message_id))
    wanted = [
        Wanted(position, each.uuid, each.file_name.strip("/") or None)
        for position, each in enumerate(planned)
    ]
    taken = bus.ledger.take(message.message_id, _areas(bus, work), wanted, bus.clock())
    if len(taken) != len(planned) or _total(taken) > bus.settings.files_message_limit:
        return incorrect
    certificate = _certificate(bus, message.signature)
    for file, each in zip(taken, planned, strict=True):
        fault: Fault | None = incorrect
        try:
            if bus.blobs.size(file.key) == file.size:
                fault = _judge(bus, work, file, each, certificate)
        except BlobMissing:
            # Its row is there, so the store lost it or is not mounted: no fault of the sender's, at first.
            if work.attempts < _PATIENCE:
                raise
            fault = incorrect
        if fault is not None:
            return fault
    if work.plan.many:
        return None
    _, refused = _hold(bus, work, work.plan.queues, _total(taken))
    return faults.quota_exceeded(refused[0][1], _total(taken)) if refused else None


def within_quota(
    bus: Bus, work: Work, queues: Sequence[Queue]
) -> tuple[tuple[Queue, ...], tuple[Queue, ...], Fault | None]:
    """Return the recipients with room for the message's files, those without, and the fault of these."""
    if not work.plan.files:
        return tuple(queues), (), None
    total = _total(bus.ledger.files(work.message.message_id))
    over: dict[int, int] = {}
    for first in range(0, len(queues), _BATCH):
        _, refused = _hold(bus, work, queues[first : first + _BATCH], total)
        over |= {hold.owner: left for hold, left in refused}
    fitting = tuple(each for each in queues if each.owner not in over)
    refused_queues = tuple(each for each in queues if each.owner in over)
    fault = faults.quota_exceeded(max(over.values()), total) if over else None
    return fitting, refused_queues, fault


def leased_by_size(bus: Bus, work: Work) -> Work:
    """Return the work with the message's lease factor, by the table of the settings."""
    if not work.plan.files:
        return work
    total = _total(bus.ledger.files(work.message.message_id))
    factor = bus.settings.lease_factor(total)
    return replace(work, message=replace(work.message, lease_factor=factor))


def _total(files: Sequence[TakenFile]) -> int:
    return sum(each.size for each in files)


def _areas(bus: Bus, work: Work) -> tuple[int, ...]:
    own = () if work.message.sender is None else (work.message.sender,)
    return (*own, ANONYMOUS_AREA) if bus.settings.ftp_anonymous else own


def _hold(
    bus: Bus, work: Work, queues: Sequence[Queue], total: int
) -> tuple[list[Hold], list[tuple[Hold, int]]]:
    holds = [Hold(each.owner, work.message.type_id or 0, total) for each in queues]
    return bus.ledger.hold(work.message.message_id, holds, bus.settings.files_recipient_quota)


def _judge(
    bus: Bus, work: Work, file: TakenFile, planned: PlannedFile, certificate: Certificate | None
) -> Fault | None:
    """Check hash and PKCS#7 in one reading of the file."""
    incorrect = faults.file_attachments_incorrect(str(work.message.message_id))
    name = file.name[:_NAME_LENGTH]
    pkcs7 = base64.b64decode(planned.signature)
    try:
        expected = base64.b64decode("".join(planned.hash.split()), validate=True)
        signed = functions_of(pkcs7) if pkcs7 else frozenset[Digest]()
    except binascii.Error:
        return incorrect
    except MalformedCms:
        return faults.attachment_signature_invalid(name)
    likely = likely_function(certificate, len(expected))
    if likely is None:
        return incorrect
    digests = _digests(bus, file, signed | {likely})
    if digests[likely] != expected and not _other_hash(bus, file, likely, expected, digests):
        return incorrect
    return _judge_signature(bus, file, pkcs7, digests, certificate) if pkcs7 else None


def _judge_signature(
    bus: Bus, file: TakenFile, pkcs7: bytes, digests: Mapping[Digest, bytes], certificate: Certificate | None
) -> Fault | None:
    """Check the PKCS#7 against the digest that is known already (facts: messageDigest is the Hash)."""
    name = file.name[:_NAME_LENGTH]
    known = () if certificate is None else (certificate,)
    functions = functions_of(pkcs7)
    if len(functions) == 1:
        digest = digests[next(iter(functions))]
        verdict = verify_cms(
            pkcs7, None, bus.provider, content_digest=digest, certificates=known, verifier=bus.verifier
        )
    else:
        with bus.blobs.open(file.key) as content:
            verdict = verify_cms(pkcs7, content, bus.provider, certificates=known, verifier=bus.verifier)
    return FileSigners(bus, bus.registry.current(), certificate, bus.clock()).fault(verdict, name)


def _other_hash(
    bus: Bus, file: TakenFile, likely: Digest, expected: bytes, digests: Mapping[Digest, bytes]
) -> bool:
    """Tell whether the hash is that of another function of the same length: clients mix generations."""
    others = others_of_length(likely)
    known = {each: digests[each] for each in others & digests.keys()}
    return expected in (known | _digests(bus, file, others - known.keys())).values()


def _digests(bus: Bus, file: TakenFile, functions: frozenset[Digest]) -> dict[Digest, bytes]:
    """Return the hashes; the file is read unless its hash was computed while it came."""
    known = {each: octets for each, octets in _known(file).items() if each in functions}
    if not functions - known.keys():
        return known
    with bus.blobs.open(file.key) as content:
        return known | hash_content(content, functions - known.keys(), bus.provider)


def _known(file: TakenFile) -> dict[Digest, bytes]:
    oid, _, digest = file.digest.partition(":")
    return {each: bytes.fromhex(digest) for each in Digest if each.oid == oid}


def _certificate(bus: Bus, signature: bytes) -> Certificate | None:
    """Return the certificate of the system's signature, which was verified when the message came."""
    return signing_certificate(parse(signature), bus.verifier) if signature else None
