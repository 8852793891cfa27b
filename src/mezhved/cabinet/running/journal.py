"""The journal of one exchange: every raw step as it went over the wire, and its place in the chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse
from django.utils.safestring import SafeString

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.showing.highlighting import highlighted
from mezhved.cabinet.showing.printing import kind_words
from mezhved.cabinet.wording import is_english
from mezhved.gateway.evidence.chain import next_link
from mezhved.gateway.evidence.judging import without_head
from mezhved.gateway.journal import NOTHING, row_of
from mezhved.gateway.models import Exchange, Message, Step, StepKind
from mezhved.infotypes.documents import read_document
from mezhved.smev3 import mtom
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    import uuid

    from mezhved.gateway.assembly import Gateway

SHOWN_OCTETS: Final = 8 * 2**20
KINDS: Final = {
    StepKind.CALL.value: Text(ru="подписанный вызов", en="the signed call"),
    StepKind.RECEIPT.value: Text(ru="квитанция СМЭВ", en="SMEV's receipt"),
    StepKind.FAULT.value: Text(ru="отказ СМЭВ", en="SMEV's refusal"),
    StepKind.RECEIVED.value: Text(ru="сообщение, как его отдала СМЭВ", en="the message as SMEV gave it out"),
    StepKind.ACK.value: Text(ru="подтверждение", en="the acknowledgement"),
    StepKind.FORGOTTEN.value: Text(ru="след удаления", en="the trace of a deletion"),
}


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step of the list."""

    step: Step
    text: Text
    verdict: Text
    chip: str
    size: int


_SEALED: Final = Text(ru="цепочка цела", en="the chain holds")
_UNSEALED: Final = Text(ru="место в цепочке будет через секунду", en="its place comes within a second")
_BROKEN: Final = Text(ru="цепочка нарушена", en="the chain is broken")
_CHANGED: Final = Text(ru="содержимое не то, что записано", en="the octets are not those that were kept")
_FORGOTTEN: Final = Text(ru="удалено по сроку; цепочка цела", en="deleted by its term; the chain holds")


def verdict(gateway: Gateway, step: Step) -> tuple[Text, str]:
    """Tell whether a step stands in the chain as it was sealed, with its octets as they were."""
    octets = None if step.octets is None else bytes(step.octets)
    if octets is not None and gateway.digest(octets) != bytes(step.digest):
        return _CHANGED, "bad"
    if step.position is None or step.link is None:
        return _UNSEALED, "busy"
    before = Step.objects.filter(position=step.position - 1).values_list("link", flat=True).first()
    link = NOTHING if step.position == 1 else bytes(before or b"")
    if next_link(gateway.provider, link, row_of(step)) != bytes(step.link):
        return _BROKEN, "bad"
    return (_FORGOTTEN, "warn") if octets is None else (_SEALED, "good")


@page(Permission.JOURNAL, methods=("GET",))
def journal_exchange(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """List the steps of an exchange."""
    rows = Exchange.objects.select_related("system__connection", "type", "department")
    exchange = rows.defer("type__package").filter(uid=uid).first()
    if exchange is None:
        raise Http404
    steps = Step.objects.filter(exchange=exchange).select_related("message").order_by("pk")
    lines = []
    for each in steps:
        text, chip = verdict(visit.gateway, each)
        size = 0 if each.octets is None else len(bytes(each.octets))
        lines.append(StepShown(each, KINDS[each.kind], text, chip, size))
    messages = Message.objects.filter(exchange=exchange).order_by("pk").defer("content")
    audit.record(visit, "journal_seen", exchange=exchange)
    kinds = [(each, kind_words(each)) for each in messages]
    context = {"exchange": exchange, "lines": lines, "exchange_messages": kinds}
    return visit.render("cabinet/running/journal_exchange.html", context)


@page(Permission.JOURNAL, methods=("GET",))
def journal_step(visit: Visit, uid: uuid.UUID, step: int) -> HttpResponse:
    """Show a step's raw XML."""
    found = _step(uid, step)
    text, chip = verdict(visit.gateway, found)
    shown: str = ""
    problem: Text | None = None
    cut = False
    octets = b"" if found.octets is None else bytes(found.octets)
    if octets:
        try:
            document = read_document(_envelope(found.content_type, octets))
            html, cut = highlighted(document, "en" if is_english() else "ru")
            shown = SafeString(html)
        except MezhvedError as error:
            problem = error.what
            shown = octets[:20_000].decode("utf-8", "replace")
    audit.record(visit, "journal_step", exchange=found.exchange)
    context = {
        "step": found,
        "kind": KINDS[found.kind],
        "verdict": text,
        "chip": chip,
        "shown": shown,
        "problem": problem,
        "cut": cut,
        "size": len(octets),
        "digest": bytes(found.digest).hex(),
        "link": "" if found.link is None else bytes(found.link).hex(),
    }
    return visit.render("cabinet/running/journal_step.html", context)


@page(Permission.JOURNAL, methods=("GET",))
def journal_step_file(visit: Visit, uid: uuid.UUID, step: int) -> HttpResponse:
    """Give a step's octets out as they went over the wire."""
    found = _step(uid, step)
    if found.octets is None:
        raise Http404
    audit.record(visit, "journal_file", exchange=found.exchange)
    packed = found.content_type.lower().startswith("multipart/")
    name = f"step-{found.pk}.{'mime' if packed else 'xml'}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(found.octets), content_type="application/octet-stream", headers=headers)


def _envelope(content_type: str, octets: bytes) -> bytes:
    """Return the XML of a step: of a packed one, its first part."""
    if len(octets) > SHOWN_OCTETS:
        raise MezhvedError(Text(ru="слишком велико для показа", en="too large to be shown"))
    if not content_type.lower().startswith("multipart/"):
        return octets
    return mtom.read(content_type, without_head(content_type, octets)).root


def _step(uid: uuid.UUID, key: int) -> Step:
    rows = Step.objects.select_related("exchange", "message").filter(exchange__uid=uid, pk=key)
    found = rows.first()
    if found is None:
        raise Http404
    return found
