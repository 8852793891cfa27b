"""Looking a request over, sending it once, having it signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages as notes
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import mark_safe

from mezhved.cabinet import audit, signing
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.asking.drafting import asked_draft, draft_page, led_to_request
from mezhved.cabinet.forms import drafts
from mezhved.cabinet.forms.content import content_of, files_of
from mezhved.cabinet.forms.doubts import doubts_of
from mezhved.cabinet.forms.filling import keep_posted
from mezhved.cabinet.forms.pages import outdated_page
from mezhved.cabinet.forms.problems import FormInvalid, Outdated, Problem
from mezhved.cabinet.models import DraftFile
from mezhved.cabinet.showing.documents import read, schema_finder
from mezhved.cabinet.showing.highlighting import highlighted
from mezhved.cabinet.wording import is_english, spoken
from mezhved.gateway.errors import Conflict, InvalidMessage
from mezhved.gateway.models import Direction, Message, MessageKind, MessageState
from mezhved.gateway.outbox import RequestDraft, take_request
from mezhved.infotypes.documents import read_document
from mezhved.infotypes.rendering import HtmlOptions, to_html
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    import uuid

    from mezhved.cabinet.models import Draft
    from mezhved.texts import Language

_CHANGED: Final = Text(
    ru="Черновик изменился в другом окне: посмотрите его ещё раз.",
    en="The draft was changed in another window: look it over again.",
)


@page(Permission.ASK)
def preview(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Keep the form and show the request as its recipient will see it, and its XML."""
    draft = asked_draft(visit, uid, sent=True)
    if draft.sent_at is not None:
        return led_to_request(draft)
    if visit.request.method == "POST":
        try:
            keep_posted(visit, draft)
        except Outdated as error:
            return outdated_page(visit, error)
        return redirect("cabinet:asking_preview", uid)
    try:
        content = content_of(visit, draft)
    except FormInvalid:
        return redirect(f"{reverse('cabinet:asking_draft', args=[uid])}?check=1")
    except MezhvedError as error:
        return draft_page(visit, draft, refusal=error, status=422)
    return visit.render("cabinet/asking/preview.html", {"draft": draft, **_looks(visit, draft, content)})


def _looks(visit: Visit, draft: Draft, content: bytes) -> dict[str, Any]:
    language: Language = "en" if is_english() else "ru"
    options = HtmlOptions(language, heading=3, files=False)
    shown = read(content, schema_finder(visit.gateway, draft.kind))
    html, _ = highlighted(read_document(content), language)
    return {
        "document": mark_safe(to_html(shown.branch, options)),  # noqa: S308 - escapes all that it is given
        "xml": mark_safe(html),  # noqa: S308 - escapes all that it is given
        "is_cut": shown.is_cut,
        "octets": len(content),
        "doubts": doubts_of(visit, draft),
        "files": DraftFile.objects.filter(draft=draft).order_by("pk").defer("octets"),
    }


@page(Permission.ASK, methods=("POST",))
def send(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Send a request; pressed twice, it goes once."""
    draft = asked_draft(visit, uid, sent=True)
    if draft.sent_at is not None:
        return led_to_request(draft)
    if visit.request.POST.get("version") != str(draft.version):
        # another window has changed it since it was looked over
        notes.warning(visit.request, spoken(_CHANGED))
        return redirect("cabinet:asking_preview", uid)
    try:
        message = _taken(visit, draft, content_of(visit, draft))
    except MezhvedError as error:
        return _refused(visit, draft, error)
    drafts.close(draft, message.exchange)
    audit.record(visit, "asked", exchange=message.exchange)
    if message.state == MessageState.DRAFT:
        return redirect("cabinet:asking_sign", message.uid)
    return redirect("cabinet:request", message.exchange.uid)


def _refused(visit: Visit, draft: Draft, error: MezhvedError) -> HttpResponse:
    """Show the draft with why it was not sent, unless another press of the button has sent it."""
    now = asked_draft(visit, draft.uid, sent=True)
    if now.sent_at is not None:
        return led_to_request(now)
    problems: tuple[Problem, ...] = ()
    if isinstance(error, FormInvalid):
        problems = error.problems
    elif isinstance(error, InvalidMessage):
        problems = tuple(Problem("", each.text, each.cure) for each in error.flaws)
    status = 409 if isinstance(error, Conflict) else 422
    return draft_page(visit, draft, problems, None if problems else error, status)


def _taken(visit: Visit, draft: Draft, content: bytes) -> Message:
    system = draft.system
    if system is None:
        raise InvalidMessage(
            Text(ru="не выбрано, какая система спрашивает", en="it is not chosen which system asks"),
            cure=Text(ru="выберите систему", en="choose a system"),
        )
    return take_request(
        visit.gateway,
        RequestDraft(
            system,
            draft.kind,
            content,
            client_id=draft.client_id,
            is_test=draft.is_test,
            author=visit.account.name,
            account=visit.account.user,
            department=draft.department,
            case_number=draft.case_number,
            files=files_of(draft),
            to_sign=draft.wants_signature,
        ),
    )


@page(Permission.ASK)
def sign(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Give what an official signs, and take the signature back."""
    rows = Message.objects.select_related("exchange__type", "exchange__system__connection")
    message = rows.filter(uid=uid, direction=Direction.OUT, kind=MessageKind.REQUEST).first()
    if message is None or not visit.access.may_about(Permission.ASK, message.exchange):
        raise Http404
    back = reverse("cabinet:request", args=[message.exchange.uid])
    return signing.sign(visit, message, back=back, here=reverse("cabinet:asking_sign", args=[uid]))
