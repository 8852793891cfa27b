"""How `mezhved bus message` shows what the bus knows of one message, without its content."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from mezhved.registry.models import InformationSystem
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.bus.storage import Event, RecipientDelivery, Store, StoredMessage

_TIMES = {
    "accepted": Text(ru="принято", en="accepted"),
    "handed_out": Text(ru="выдано", en="handed out"),
    "finished": Text(ru="закончено", en="finished"),
}


def message_details(store: Store, message: StoredMessage) -> dict[str, Any]:
    """Return state, times, recipients and events, as JSON can carry them."""
    names = dict(InformationSystem.objects.values_list("pk", "mnemonic"))
    return {
        "message_id": str(message.message_id),
        "kind": message.kind.name,
        "state": message.state.name,
        "archived": message.archived,
        "version": message.version,
        "root": f"{{{message.root_namespace}}}{message.root_name}",
        "sender": _name(message.sender, names),
        "recipient": _name(message.recipient, names) if message.recipient is not None else None,
        "accepted": _time(message.accepted_at),
        "handed_out": _time(message.first_leased_at),
        "finished": _time(message.finished_at),
        "end_of_life": _time(message.eol),
        "hand_outs": message.leases,
        "reason": message.reason or None,
        "answered_by": str(message.answer_id) if message.answer_id else None,
        "recipients": [_recipient(each, names) for each in store.recipients(message.message_id)],
        "events": [_event(each, names) for each in store.history(message.message_id)],
    }


def show_message(details: Mapping[str, Any], *, as_json: bool) -> None:
    """Print the details for a person, or as JSON."""
    if as_json:
        click.echo(json.dumps(details, ensure_ascii=False, indent=2))
        return
    archived = f" ({Text(ru='в архиве', en='archived')})" if details["archived"] else ""
    click.echo(f"{details['message_id']} {details['kind']} {details['state']}{archived}")
    click.echo(f"  {details['root']}  SMEV {details['version']}")
    many = Text(
        ru=f"получателей: {len(details['recipients'])}", en=f"recipients: {len(details['recipients'])}"
    )
    click.echo(f"  {details['sender']} -> {details['recipient'] or many}")
    for name, text in _TIMES.items():
        if details[name]:
            click.echo(f"  {details[name]}  {text}")
    for event in details["events"]:
        of = f" {event['system']}" if details["recipients"] and event["system"] else ""
        click.echo(f"  {event['at']}  {event['event']}{of} {event['detail']}".rstrip())
    for each in details["recipients"]:
        times = " ".join(each[name] or "-" for name in ("handed_out", "finished"))
        click.echo(f"  {each['system']:20} {each['state']:9} {times} {each['reason'] or ''}".rstrip())


def _recipient(delivery: RecipientDelivery, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "system": _name(delivery.owner, names),
        "state": delivery.state.name,
        "handed_out": _time(delivery.first_leased_at),
        "leased_until": _time(delivery.leased_until),
        "finished": _time(delivery.finished_at),
        "hand_outs": delivery.leases,
        "reason": delivery.reason or None,
    }


def _event(event: Event, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "at": _time(event.at),
        "event": event.kind.name.lower(),
        "system": _name(event.owner, names) if event.owner else None,
        "detail": event.detail,
    }


def _name(system: int | None, names: Mapping[int, str]) -> str:
    return "-" if system is None else names.get(system, str(system))


def _time(microseconds: int) -> str | None:
    if not microseconds:
        return None
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC).isoformat(timespec="milliseconds")
