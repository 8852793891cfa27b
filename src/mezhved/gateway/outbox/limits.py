"""What may be taken to be sent: its contour, its end of life, and which of its files go which way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mezhved.gateway.errors import InvalidMessage, WrongContour
from mezhved.gateway.files.keeping import mime_type_of
from mezhved.gateway.models import Carrier
from mezhved.smev3.messages.writing import find_illegal
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mezhved.gateway.files import FileDraft
    from mezhved.gateway.models import InformationSystem, InformationType

MESSAGE_LIMIT: Final = 5_242_880
"""Octets of a message with the files inside it (MR 3.3 section 5)."""
STORE_LIMIT: Final = 1 << 30
"""Octets of all files of a message in the file store (MR 3.3 section 5)."""
NODE_LIMIT: Final = 50
"""Characters of a NodeID."""
_ENVELOPE: Final = 64 * 1024
_FILE_HEADER: Final = 12 * 1024
"""Room for a file's header with its signature and certificates, and for its MIME part."""


def demand_contour(system: InformationSystem, kind: InformationType) -> None:
    """Raise `WrongContour` where the type is not registered in the system's contour."""
    own = system.connection.environment
    if kind.environment and kind.environment != own:
        raise WrongContour(
            Text(
                ru=f"вид сведений {kind.code} есть только в контуре {kind.environment}, а система — {own}",
                en=f"the type {kind.code} is in the contour {kind.environment} alone, the system in {own}",
            ),
            where=kind.code,
            cure=Text(ru="выберите систему того же контура", en="choose a system of the same contour"),
        )


def end_of_life(options: Mapping[str, Any], now: datetime) -> datetime | None:
    """Return the request's end of life; raise `InvalidMessage` for one that is no moment, or past."""
    said = options.get("eol")
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidMessage(
            Text(ru="срок жизни — не момент с часовым поясом", en="the end of life is no moment with a zone"),
            where="eol",
            cure=Text(ru="например, 2026-12-31T23:59:59+03:00", en="for example, 2026-12-31T23:59:59+03:00"),
        )
    if moment <= now:
        raise InvalidMessage(
            Text(ru="срок жизни уже истёк", en="the end of life is past already"),
            where="eol",
            cure=Text(ru="укажите будущий момент", en="give a moment to come"),
        )
    return moment


def demand_words(words: Iterable[tuple[str, str]]) -> None:
    """Raise `InvalidMessage` for what no XML may hold (XML 1.0 section 2.2); given are places and texts."""
    for where, text in words:
        found = find_illegal(text)
        if found is not None:
            sign, at = f"U+{ord(found[0]):04X}", found.start() + 1
            raise InvalidMessage(
                Text(
                    ru=f"в тексте знак {sign}, которого в сообщении быть не может, на месте {at}",
                    en=f"the text has the character {sign}, which no message may hold, at {at}",
                ),
                where=where,
                cure=Text(ru="уберите его", en="take it out"),
            )


def node_id(options: Mapping[str, Any], system: InformationSystem) -> str:
    """Return the NodeID that the caller chose, empty for the system's own; raise `InvalidMessage`."""
    said = options.get("node_id") or ""
    if not isinstance(said, str) or len(said) > NODE_LIMIT:
        raise InvalidMessage(
            Text(ru="NodeID длиннее 50 знаков", en="the NodeID is longer than 50 characters"), where="node_id"
        )
    return "" if said == system.node_id else said


def shared_out(
    system: InformationSystem, content: bytes, files: Sequence[FileDraft]
) -> tuple[FileDraft, ...]:
    """Return the files, each with its way: inside the message while all fit, else through the file store.

    A way that the caller chose stays. Raises `InvalidMessage` for what neither takes.
    """
    for each in files:
        mime_type_of(each.mime_type)
    room = MESSAGE_LIMIT - _ENVELOPE - len(content) - _FILE_HEADER * len(files)
    if room < 0:
        raise _too_large(MESSAGE_LIMIT, len(content))
    chosen = sum(each.size for each in files if each.carrier == Carrier.MESSAGE)
    if chosen > room:
        raise _too_large(MESSAGE_LIMIT, chosen + len(content))
    free = sum(each.size for each in files if not each.carrier)
    way = Carrier.MESSAGE if chosen + free <= room else Carrier.STORE
    shared = tuple(each if each.carrier else replace(each, carrier=way) for each in files)
    stored = [each for each in shared if each.carrier == Carrier.STORE]
    if stored and not system.connection.file_store_url:
        raise InvalidMessage(
            Text(
                ru="файлы не помещаются в сообщение, а адрес файлового хранилища СМЭВ не задан",
                en="the files do not fit into the message, and SMEV's file store has no address",
            ),
            where=stored[0].name,
            cure=Text(
                ru="задайте file_store_url адреса СМЭВ или уменьшите файлы",
                en="set file_store_url of the connection, or send smaller files",
            ),
        )
    whole = sum(each.size for each in stored)
    if whole > STORE_LIMIT:
        raise _too_large(STORE_LIMIT, whole)
    return shared


def needs_upload(files: Sequence[FileDraft]) -> bool:
    """Tell whether any of the files goes through the file store."""
    return any(each.carrier == Carrier.STORE for each in files)


def _too_large(limit: int, real: int) -> InvalidMessage:
    return InvalidMessage(
        Text(
            ru=f"сообщение с файлами — {real} байт, СМЭВ принимает не больше {limit}",
            en=f"the message with its files has {real} octets, SMEV takes {limit} at most",
        ),
        where="files",
        cure=Text(ru="разделите файлы на несколько сообщений", en="divide the files among messages"),
    )
