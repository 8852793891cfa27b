"""How `mezhved bus chain` shows the messages of a business chain."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from mezhved.registry.models import InformationSystem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.bus.storage import StoredMessage


def show_chain(messages: list[StoredMessage], *, as_json: bool) -> None:
    """Print a line for each message, or all of them as JSON."""
    names = dict(InformationSystem.objects.values_list("pk", "mnemonic"))
    rows = [_row(each, names) for each in messages]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(
            f"{row['accepted']}  {row['message_id']}  {row['kind']:8} {row['state']:9} "
            f"{row['sender']} -> {row['recipient']}  {row['root']}"
        )
        if row["original_id"]:
            click.echo(f"    -> {row['original_id']}")


def _row(message: StoredMessage, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "message_id": str(message.message_id),
        "kind": message.kind.name,
        "state": message.state.name,
        "version": message.version,
        "root": f"{{{message.root_namespace}}}{message.root_name}",
        "sender": _name(message.sender, names),
        "recipient": _name(message.recipient, names),
        "original_id": str(message.original_id) if message.original_id else None,
        "reference_id": str(message.reference_id) if message.reference_id else None,
        "accepted": _time(message.accepted_at),
        "handed_out": _time(message.first_leased_at),
        "finished": _time(message.finished_at),
        "reason": message.reason or None,
    }


def _name(system: int | None, names: Mapping[int, str]) -> str:
    return "-" if system is None else names.get(system, str(system))


def _time(microseconds: int) -> str | None:
    if not microseconds:
        return None
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC).isoformat(timespec="milliseconds")
