"""The readable protocol of a container: one page that needs no program but a browser."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mezhved.gateway.evidence.judging import Found

_STYLE = (
    "body{font:14px/1.5 sans-serif;margin:2em auto;max-width:70em;color:#1a1a1a}"
    "table{border-collapse:collapse;width:100%;margin:0 0 1.5em}"
    "th,td{border:1px solid #999;padding:.3em .6em;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}th{background:#eee}.bad{color:#a40000;font-weight:bold}"
    "code{font-size:12px}"
)
_KINDS = {
    "call": Text(ru="подписанный вызов", en="signed call"),
    "receipt": Text(ru="квитанция СМЭВ", en="SMEV's receipt"),
    "fault": Text(ru="отказ СМЭВ", en="SMEV's refusal"),
    "received": Text(ru="полученное сообщение", en="message received"),
    "ack": Text(ru="подписанное подтверждение", en="signed acknowledgement"),
    "forgotten": Text(ru="след удаления данных", en="trace of a deletion"),
}
_TITLE = Text(ru="Протокол обмена", en="Protocol of an exchange")
_HEADS = (
    Text(ru="№", en="No."),
    Text(ru="Шаг", en="Step"),
    Text(ru="Время (UTC)", en="Time (UTC)"),
    Text(ru="Файл и хэш ГОСТ Р 34.11-2012", en="File and GOST R 34.11-2012 hash"),
    Text(ru="Подписи", en="Signatures"),
)
_FILE_HEADS = (
    Text(ru="Файл", en="File"),
    Text(ru="Вид", en="Kind"),
    Text(ru="Байт", en="Octets"),
    Text(ru="Хэш", en="Hash"),
    Text(ru="В контейнере", en="In the container"),
)
_FACTS = (
    ("uid", Text(ru="Обмен", en="Exchange")),
    ("message_id", Text(ru="MessageID запроса", en="MessageID of the request")),
    ("type", Text(ru="Вид сведений", en="Information type")),
    ("title", Text(ru="Название", en="Title")),
    ("direction", Text(ru="Направление", en="Direction")),
    ("state", Text(ru="Состояние", en="State")),
    ("counterpart", Text(ru="Другая сторона", en="The other side")),
    ("counterpart_name", Text(ru="Её название", en="Its name")),
    ("created_at", Text(ru="Начат", en="Begun")),
    ("closed_at", Text(ru="Окончен", en="Ended")),
)
_CHECKING = Text(
    ru="Проверка: mezhved evidence verify ФАЙЛ. Программа сверяет каждый байт контейнера с его подписью, "
    "подписи сообщений и файлов, цепочки сертификатов на время шага и звенья журнала до подписанных отметок. "
    "Этот протокол — для чтения; доказательство — байты сообщений и подписи.",
    en="To check: mezhved evidence verify FILE. The program compares every octet of the container with its "
    "signature, verifies the signatures of messages and files, the certificates' chains at the time of each "
    "step, and the journal's links up to signed checkpoints. This page is for reading; the evidence is the "
    "octets of the messages and the signatures.",
)


@dataclass(frozen=True, slots=True)
class JudgedStep:
    """A step as the manifest has it, with what was found of its signatures."""

    said: Mapping[str, Any]
    signatures: tuple[Found, ...]
    problem: Text | None


def protocol(
    language: str,
    facts: Mapping[str, Any],
    steps: Sequence[JudgedStep],
    files: Sequence[Mapping[str, Any]],
    unknown: Iterable[Text],
) -> bytes:
    """Return the page in `ru` or `en`, UTF-8."""

    def tell(text: Text) -> str:
        return escape(text.ru if language == "ru" else text.en)

    exchange = facts["exchange"]
    rows = "".join(
        f"<tr><th>{tell(name)}</th><td>{escape(str(exchange[key]))}</td></tr>"
        for key, name in _FACTS
        if exchange[key] not in (None, "")
    )
    made = Text(
        ru=f"Составлен {facts['made_at']} системой {facts['made_by']}, контур {facts['environment']}.",
        en=f"Made {facts['made_at']} by the system {facts['made_by']}, contour {facts['environment']}.",
    )
    parts = [
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">',
        f"<title>{tell(_TITLE)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{tell(_TITLE)}</h1><p>{tell(made)}</p><table>{rows}</table>",
        f"<h2>{tell(Text(ru='Шаги', en='Steps'))}</h2>",
        _table([tell(each) for each in _HEADS], (_step(each, tell) for each in steps)),
    ]
    if files:
        parts.append(f"<h2>{tell(Text(ru='Файлы', en='Files'))}</h2>")
        parts.append(_table([tell(each) for each in _FILE_HEADS], (_file(each, tell) for each in files)))
    told = "".join(f"<li>{tell(each)}</li>" for each in unknown)
    if told:
        parts.append(f"<h2>{tell(Text(ru='Что осталось неизвестным', en='What is unknown'))}</h2>")
        parts.append(f"<ul>{told}</ul>")
    parts.append(f"<p>{tell(_CHECKING)}</p></body></html>\n")
    return "".join(parts).encode()


def _table(heads: Iterable[str], rows: Iterable[list[str]]) -> str:
    head = "".join(f"<th>{each}</th>" for each in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _step(step: JudgedStep, tell: Any) -> list[str]:
    said = step.said
    kind = _KINDS.get(said["kind"])
    file = escape(said["file"] or "—")
    signatures = "<br>".join(_signature(each, tell) for each in step.signatures)
    if step.problem is not None:
        signatures = f'<span class="bad">{tell(step.problem)}</span>'
    return [
        str(said["number"]),
        escape(said["kind"]) if kind is None else tell(kind),
        escape(said["at"]),
        f"{file}<br><code>{escape(said['digest'])}</code>",
        signatures or "—",
    ]


def _signature(found: Found, tell: Any) -> str:
    verdict = Text(ru="верна", en="right") if found.right else Text(ru="НЕВЕРНА", en="WRONG")
    parts = [tell(found.what), f": {tell(verdict)}"]
    if found.over:
        parts.insert(1, f" ({escape(found.over)})")
    if found.reason is not None and not found.right:
        parts.append(f" — {tell(found.reason)}")
    if found.certificate is not None:
        parts.append(f"; {escape(found.certificate.subject)}")
    if found.doubt is not None:
        parts.append(f"; {tell(found.doubt)}")
    if found.data_of is not None:
        known = Text(
            ru=f"отзыв проверен по данным от {found.data_of:%Y-%m-%d %H:%M} UTC",
            en=f"revocation checked by data of {found.data_of:%Y-%m-%d %H:%M} UTC",
        )
        parts.append(f"; {tell(known)}")
    text = "".join(parts)
    return text if found.holds else f'<span class="bad">{text}</span>'


def _file(said: Mapping[str, Any], tell: Any) -> list[str]:
    inside = Text(ru="внутри сообщения", en="inside the message")
    gone = Text(ru="нет", en="absent")
    place = escape(said["file"]) if said["file"] else tell(inside if said["carrier"] == "message" else gone)
    return [
        escape(said["name"]),
        escape(said["mime_type"]),
        str(said["size"]),
        f"<code>{escape(said['digest'])}</code>",
        place,
    ]
