"""Answering with business data: a form beside the request, a look before sending, templates."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mezhved.cabinet import audit, forms, signing
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.answering.conflicts import make_own
from mezhved.cabinet.answering.viewing import answer_shown, asked_context, incoming, is_held, request_of
from mezhved.cabinet.forms import FormInvalid, Outdated, Problem, drafts, naming
from mezhved.cabinet.models import AnswerTemplate, Draft, Purpose
from mezhved.cabinet.wording import spoken
from mezhved.gateway.errors import Conflict, GatewayError
from mezhved.gateway.models import Direction, Message, MessageKind, MessageState
from mezhved.gateway.outbox import ResponseDraft, take_response
from mezhved.gateway.provider import work
from mezhved.infotypes.values import read_value
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from mezhved.cabinet.forms.state import State
    from mezhved.gateway.models import Exchange

_NAME_LIMIT = 100
MOST_TEMPLATES = 100


@page(Permission.ANSWER)
def answer(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show the form; on POST keep what was typed and show how the answer will look."""
    exchange = incoming(visit, uid, Permission.ANSWER)
    if exchange.state not in work.IN_HAND:
        return _closed(visit, exchange)
    draft = _draft(visit, exchange)
    if draft is None:
        return redirect("cabinet:incoming_work", uid)
    if visit.request.method != "POST":
        return _form(visit, exchange, draft)
    try:
        draft = forms.keep_posted(visit, draft)
        content = forms.content_of(visit, draft)
    except Outdated as error:
        return forms.outdated_page(visit, error)
    except FormInvalid as error:
        return _form(visit, exchange, draft, problems=error.problems, status=422)
    return _preview(visit, exchange, draft, content)


@page(Permission.ANSWER, methods=("POST",))
def send(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Give the answer to be sent; what stands in the way is told over the form, which keeps all."""
    exchange = incoming(visit, uid, Permission.ANSWER)
    draft = _open_draft(exchange)
    if draft is None:
        return _closed(visit, exchange)
    draft = drafts.draft_of(visit, draft.uid)
    try:
        draft = forms.keep_posted(visit, draft)
        content = forms.content_of(visit, draft)
        make_own(visit, exchange)
        message = take_response(
            visit.gateway,
            ResponseDraft(exchange, content, draft.client_id, visit.actor.name, files=forms.files_of(draft)),
        )
    except Outdated as error:
        return forms.outdated_page(visit, error)
    except FormInvalid as error:
        return _form(visit, exchange, draft, problems=error.problems, status=422)
    except GatewayError as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _form(visit, incoming(visit, uid, Permission.ANSWER), draft, error=error, status=status)
    drafts.close(draft, exchange)
    audit.record(visit, "answered", exchange=exchange)
    if message.state == MessageState.DRAFT:
        return redirect("cabinet:incoming_sign", uid)
    messages.success(
        visit.request, spoken(Text(ru="Ответ принят к отправке.", en="The answer is on its way."))
    )
    return redirect("cabinet:incoming_work", uid)


@page(Permission.ANSWER, methods=("POST",))
def template(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Keep the answer as a template, begin with one, or delete one."""
    exchange = incoming(visit, uid, Permission.ANSWER)
    draft = _open_draft(exchange)
    if draft is None or exchange.type is None:
        return _closed(visit, exchange)
    draft, said = drafts.draft_of(visit, draft.uid), visit.request.POST
    try:
        draft = forms.keep_posted(visit, draft)
        if said.get("action") == "keep":
            _keep(visit, exchange, draft)
        elif said.get("action") == "use":
            _use(visit, exchange, draft)
        else:
            _template(visit, exchange).filter(account=visit.account).delete()
    except Outdated as error:
        return forms.outdated_page(visit, error)
    except MezhvedError as error:
        return _form(visit, exchange, draft, error=error, status=422)
    return redirect("cabinet:incoming_answer", uid)


@page(Permission.ANSWER)
def sign(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Have the answer signed by an official on a machine of their own."""
    exchange = incoming(visit, uid, Permission.ANSWER)
    message, back = draft_waiting(exchange), reverse("cabinet:incoming_work", args=[uid])
    if message is None:
        said = Text(ru="Подписывать нечего.", en="There is nothing to be signed.")
        messages.info(visit.request, spoken(said))
        return redirect(back)
    return signing.sign(visit, message, back=back, here=reverse("cabinet:incoming_sign", args=[uid]))


def templates_for(visit: Visit, exchange: Exchange) -> QuerySet[AnswerTemplate]:
    """Return the kept answers that fit: the account's own, and those of its departments."""
    shared = Q(department__in=visit.access.departments(Permission.ANSWER))
    rows = AnswerTemplate.objects.filter(Q(account=visit.account) | shared, type=exchange.type)
    return rows.select_related("account", "department").defer("content")


def draft_waiting(exchange: Exchange) -> Message | None:
    """Return the answer that waits for an official's signature."""
    rows = Message.objects.filter(
        exchange=exchange, direction=Direction.OUT, kind=MessageKind.ANSWER, state=MessageState.DRAFT
    )
    found = rows.select_related("system__connection").first()
    if found is not None:
        found.exchange = exchange
    return found


def _open_draft(exchange: Exchange) -> Draft | None:
    return Draft.objects.filter(exchange=exchange, purpose=Purpose.ANSWER, sent_at=None).first()


def _draft(visit: Visit, exchange: Exchange) -> Draft | None:
    """Return the draft of the answer; None, told, for a type that has no form of an answer."""
    kind = exchange.type
    if kind is not None and kind.response_root:
        begun = _open_draft(exchange)
        try:
            return drafts.open_draft(
                visit,
                kind,
                root=kind.response_root,
                purpose=Purpose.ANSWER,
                exchange=exchange,
                department=exchange.department,
                contents=naming.answering(visit, kind, exchange) if begun is None else None,
            )
        except MezhvedError as error:
            messages.error(visit.request, spoken(error.what))
            return None
    said = Text(
        ru="У этого вида сведений нет формы ответа: попросите администратора загрузить его пакет, "
        "или дайте отказ.",
        en="This type has no form of an answer: ask the administrator to add its package, or refuse.",
    )
    messages.error(visit.request, spoken(said))
    return None


def _form(
    visit: Visit,
    exchange: Exchange,
    draft: Draft,
    *,
    problems: Sequence[Problem] = (),
    error: MezhvedError | None = None,
    status: int = 200,
) -> HttpResponse:
    audit.record(visit, "viewed", exchange=exchange)
    context: dict[str, Any] = {
        **asked_context(visit, exchange, request_of(exchange)),
        "draft": draft,
        "form": forms.form_of(visit, draft, problems),
        "error": error,
        "is_held": is_held(visit, exchange),
        "templates": templates_for(visit, exchange),
        "own_departments": visit.access.departments(Permission.ANSWER),
    }
    return visit.render("cabinet/answering/answer.html", context, status=status)


def _preview(visit: Visit, exchange: Exchange, draft: Draft, content: bytes) -> HttpResponse:
    audit.record(visit, "viewed", exchange=exchange)
    context = {
        **asked_context(visit, exchange, request_of(exchange)),
        "draft": draft,
        "answer_shown": answer_shown(visit, exchange, content, visit.now),
        "doubts": forms.doubts_of(visit, draft),
        "files": forms.files_of(draft),
        "needs_signature": exchange.type is not None and exchange.type.official_signs_answer,
    }
    return visit.render("cabinet/answering/preview.html", context)


def _closed(visit: Visit, exchange: Exchange) -> HttpResponse:
    said = Text(
        ru="На этот запрос уже отвечают или ответили.",
        en="The request is being answered or was answered already.",
    )
    messages.warning(visit.request, spoken(said))
    return redirect("cabinet:incoming_work", exchange.uid)


def _keep(visit: Visit, exchange: Exchange, draft: Draft) -> None:
    name = " ".join(visit.request.POST.get("name", "").split())[:_NAME_LIMIT]
    own = AnswerTemplate.objects.filter(account=visit.account, type=exchange.type)
    if not name or own.exclude(name=name).count() >= MOST_TEMPLATES:
        raise Conflict(
            Text(
                ru=f"назовите заготовку; их не больше {MOST_TEMPLATES}",
                en=f"name the template; there are {MOST_TEMPLATES} at most",
            ),
            where="name",
        )
    departments = visit.access.departments(Permission.ANSWER)
    own.update_or_create(
        account=visit.account,
        type=exchange.type,
        name=name,
        defaults={
            "content": forms.written(visit, draft),
            "department": departments.filter(code=visit.request.POST.get("department", "")).first(),
        },
    )
    messages.success(visit.request, spoken(Text(ru="Заготовка сохранена.", en="The template is kept.")))


def _use(visit: Visit, exchange: Exchange, draft: Draft) -> None:
    found = _template(visit, exchange).first()
    kind = exchange.type
    if found is None or kind is None:
        raise Http404
    value = read_value(bytes(found.content), drafts.model_of(visit, draft)).value

    def edit(state: State) -> bool:
        state.values, state.chosen, state.aside, state.opened = value, {}, {}, {}
        naming.name_answer(visit, kind, exchange, state)
        return True

    drafts.change(visit, draft, None, edit)
    messages.success(
        visit.request, spoken(Text(ru="Ответ заполнен по заготовке.", en="Filled from the template."))
    )


def _template(visit: Visit, exchange: Exchange) -> QuerySet[AnswerTemplate]:
    try:
        key = uuid.UUID(visit.request.POST.get("template", ""))
    except ValueError as error:
        raise Conflict(Text(ru="выберите заготовку", en="choose a template"), where="template") from error
    return templates_for(visit, exchange).filter(uid=key).defer(None)
