"""Forgetting one exchange: its data go, what they were and when they went stays.

Kept are times, states, identifiers of messages, codes, hashes and verdicts on signatures: the journal's
chain of hashes holds, and it can be shown later whether a certain document was the one exchanged.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mezhved.gateway.adapter.describing import file_id
from mezhved.gateway.adapter.storage import storage_root
from mezhved.gateway.files import clean_name, wipe
from mezhved.gateway.journal import note_step
from mezhved.gateway.models import (
    Attachment,
    AutoAnswer,
    Exchange,
    Forgetting,
    Handling,
    Message,
    Step,
    StepKind,
    Subject,
)
from mezhved.gateway.retention.due import due, rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.retention.due import Rule

KEPT_OPTIONS: Final = ("transaction_code", "reference_message_id", "sent_at", "eol", "node_id")
_KEPT_DETAILS: Final = ("signatures", "category", "code")
_KEPT_PROBLEM: Final = ("name", "code")
TRACE_TYPE: Final = "application/json"


@dataclass(slots=True)
class _Tally:
    """What goes."""

    messages: int = 0
    files: int = 0
    octets: int = 0
    digests: dict[str, str] = field(default_factory=dict)


def forget_due(gateway: Gateway, limit: int, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Forget up to `limit` exchanges whose term is over; return how many."""
    done = 0
    for rule in rules(gateway.settings):
        for key in list(due(rule, gateway.clock()).values_list("pk", flat=True)[: limit - done]):
            if stopping():
                return done
            done += forget(gateway, key, rule)
        if done >= limit:
            break
    return done


def forget(gateway: Gateway, key: int, rule: Rule) -> bool:
    """Delete the personal data of an exchange and note it, in one transaction.

    Tells whether it was done: another process, or something that came meanwhile, may have changed it.
    """
    with transaction.atomic():
        rows = due(rule, gateway.clock()).select_for_update()
        exchange = rows.select_related(None).filter(pk=key).first()
        if exchange is None:
            return False
        tally = _Tally()
        _forget_files(gateway, exchange, tally)
        _forget_messages(gateway, exchange, tally)
        _forget_steps(exchange, tally)
        _forget_words(exchange)
        _note(gateway, exchange, rule, tally)
    gateway.log.info("exchange_forgotten", exchange=str(exchange.uid), rule=rule.name, octets=tally.octets)
    return True


def _forget_files(gateway: Gateway, exchange: Exchange, tally: _Tally) -> None:
    """Delete contents and names, here and in the folder shared with the system."""
    rows = Attachment.objects.select_related("message__system").filter(message__exchange=exchange)
    files = list(rows.order_by("pk"))
    root = storage_root(gateway.settings)
    for each in files:
        tally.files += 1
        tally.octets += each.size
        copied = root / clean_name(each.message.system.mnemonic) / "in" / file_id(each)
        transaction.on_commit(lambda folder=copied: shutil.rmtree(folder, ignore_errors=True))  # type: ignore[misc]
        each.name, each.pkcs7, each.reference, each.header = _nameless(each), None, None, None
        each.save(update_fields=["name", "pkcs7", "reference", "header"])
    wipe(gateway, files)


def _nameless(attachment: Attachment) -> str:
    """Return a name that tells nothing of a person."""
    extension = attachment.name.rpartition(".")[2]
    tail = f".{extension}" if extension != attachment.name and extension.isalnum() else ""
    return f"{attachment.number}{tail[:20]}"


def _forget_messages(gateway: Gateway, exchange: Exchange, tally: _Tally) -> None:
    for each in Message.objects.filter(exchange=exchange).order_by("pk"):
        tally.messages += 1
        if each.content is not None:
            content = bytes(each.content)
            tally.octets += len(content)
            tally.digests[str(each.uid)] = gateway.digest(content).hex()
        each.content = each.personal_signature = each.unread_since = None
        each.options = {name: each.options[name] for name in KEPT_OPTIONS if name in each.options}
        each.details = _codes(each.details)
        each.problem = None if each.problem is None else _only(each.problem, _KEPT_PROBLEM)
        each.save(
            update_fields=["content", "personal_signature", "unread_since", "options", "details", "problem"]
        )


def _codes(details: dict[str, Any]) -> dict[str, Any]:
    """Return what was said without its words: those of a provider may name a person."""
    kept = _only(details, _KEPT_DETAILS)
    if "reasons" in details:
        kept["reasons"] = [[code, ""] for code, _ in details["reasons"]]
    if "parameters" in details:
        kept |= {"description": "", "parameters": []}
    return kept


def _only(said: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: said[name] for name in names if name in said}


def _forget_steps(exchange: Exchange, tally: _Tally) -> None:
    steps = Step.objects.filter(exchange=exchange).exclude(kind=StepKind.FORGOTTEN)
    for octets in steps.exclude(octets=None).values_list("octets", flat=True).iterator(chunk_size=10):
        tally.octets += len(bytes(octets or b""))
    steps.update(octets=None)


def _forget_words(exchange: Exchange) -> None:
    """Delete what people and rules wrote about the exchange, and what it is found by."""
    Subject.objects.filter(exchange=exchange).delete()
    Handling.objects.filter(exchange=exchange).update(note="")
    AutoAnswer.objects.filter(exchange=exchange).update(problem=None)
    exchange.case_number = ""
    if exchange.routing:
        exchange.routing = _only(exchange.routing, ("rule",))


def _note(gateway: Gateway, exchange: Exchange, rule: Rule, tally: _Tally) -> None:
    """Keep the trace, and put it into the journal's chain as a step of its own."""
    now = gateway.clock()
    Forgetting.objects.create(
        exchange=exchange,
        at=now,
        rule=rule.name[:200],
        messages=tally.messages,
        files=tally.files,
        octets=tally.octets,
        digests=tally.digests,
    )
    exchange.forgotten_at = now
    exchange.save(update_fields=["forgotten_at", "routing", "case_number"])
    trace = {
        "exchange": str(exchange.uid),
        "at": now.isoformat(),
        "rule": rule.name,
        "messages": tally.messages,
        "files": tally.files,
        "octets": tally.octets,
        "digests": tally.digests,
    }
    first = Message.objects.select_related("exchange").filter(exchange=exchange).order_by("pk").first()
    octets = json.dumps(trace, ensure_ascii=False, sort_keys=True).encode()
    note_step(gateway, StepKind.FORGOTTEN, TRACE_TYPE, octets, first)
