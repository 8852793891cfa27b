"""Filling a form from what is known: a card, an earlier message."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Visit, page
from mezhved.cabinet.directories import cards
from mezhved.cabinet.forms import drafts
from mezhved.cabinet.forms.filling import keep_posted
from mezhved.cabinet.forms.offering import (
    Target,
    fill,
    known_in,
    message_offered,
    names_of,
    offers_for,
    targets_of,
)
from mezhved.cabinet.forms.pages import editing, outdated_page, way_back
from mezhved.cabinet.forms.parts import id_of
from mezhved.cabinet.forms.problems import Outdated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from mezhved.cabinet.forms.state import State
    from mezhved.cabinet.models import Draft

_POST = ("POST",)


@page(None, methods=_POST)
@editing
def show_offers(visit: Visit, draft: Draft) -> HttpResponse:
    """Show cards that a text means and values of earlier messages; without htmx the form is kept first."""
    if not visit.is_part:
        try:
            draft = keep_posted(visit, draft)
        except Outdated as error:
            return outdated_page(visit, error)
    model = drafts.model_of(visit, draft)
    text = visit.request.POST.get("known", "")[:200]
    known = cards.find(visit, text)
    sought = [text, *(name for each in known for name in names_of(each.values()))]
    offers = offers_for(visit, draft, model, sought)
    for exchange in {each.message.exchange.uid: each.message.exchange for each in offers}.values():
        audit.record(visit, "viewed", exchange=exchange, subject="prefill")
    context = {
        "draft": draft,
        "offers": offers,
        "cards": known,
        "targets": targets_of(model, draft),
        "text": text,
        "back": way_back(visit),
    }
    return visit.render(f"cabinet/forms/{'offers' if visit.is_part else 'offers_page'}.html", context)


@page(None, methods=_POST)
@editing
def fill_in(visit: Visit, draft: Draft) -> HttpResponse:
    """Put the values of a card or a message into the empty fields of a part of the form."""
    values = _known(visit, draft, visit.request.POST.get("source", ""))
    targets = targets_of(drafts.model_of(visit, draft), draft)
    said = visit.request.POST.get("into", "")
    target = next((each for each in targets if each.place == said), targets[0] if targets else None)
    if target is not None:
        drafts.change(visit, draft, None, lambda state: _filled(state, target, values))
    part = f"#{id_of(target.place)}" if target is not None else ""
    return redirect(f"{way_back(visit)}{part}")


def _filled(state: State, target: Target, values: Mapping[str, str]) -> bool:
    return fill(state, target, values) > 0


def _known(visit: Visit, draft: Draft, source: str) -> Mapping[str, str]:
    """Return the values of a source: `card:UUID` or `message:UUID:number`; raise `Http404`."""
    what, _, rest = source.partition(":")
    name, _, number = rest.partition(":")
    try:
        uid, at = uuid.UUID(name), int(number[:6] or "0")
    except ValueError:
        raise Http404 from None
    if what == "card":
        return cards.card_of(visit, uid).values()
    message = message_offered(visit, draft, uid) if what == "message" else None
    found = known_in(visit, message) if message is not None else []
    if message is None or not 0 <= at < len(found):
        raise Http404
    audit.record(visit, "viewed", exchange=message.exchange, subject="prefill")
    return found[at]
