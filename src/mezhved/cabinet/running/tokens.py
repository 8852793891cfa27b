"""Tokens of the participant's own systems, their rights, and the addresses they are told at."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.running import fields
from mezhved.cabinet.wording import lazy_text, spoken
from mezhved.gateway.access import RightDraft, full_name, grant, issue, revoke, withdraw
from mezhved.gateway.errors import GatewayError
from mezhved.gateway.models import (
    AccessRight,
    AccessToken,
    Delivery,
    DeliveryState,
    InformationSystem,
    InformationType,
    Webhook,
)
from mezhved.gateway.webhooks.planning import tell_again
from mezhved.texts import Text

if TYPE_CHECKING:
    import uuid

    from django.http import HttpResponse

PAGE: Final = 50
ACTS: Final = {
    "ask": Text(ru="спрашивать", en="ask"),
    "answer": Text(ru="отвечать", en="answer"),
    "read": Text(ru="читать всё", en="read all"),
}
DELIVERIES: Final = {
    DeliveryState.WAITING.value: (Text(ru="ждёт", en="waits"), "busy"),
    DeliveryState.DELIVERED.value: (Text(ru="доставлено", en="delivered"), "good"),
    DeliveryState.DEAD.value: (Text(ru="не доставлено за сутки", en="not delivered in a day"), "bad"),
}


class TokenForm(forms.Form):
    """A new token."""

    name = fields.text(
        "Чей это токен",
        "Whose token it is",
        ("Имя стоит в журнале и не повторяется.", "It stands in the journal and is not used twice."),
        max_length=150,
    )
    expires = fields.text(
        "Действует по",
        "In force until",
        ("Включительно; пусто — без срока.", "Inclusive; empty: for good."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_name(self) -> str:
        """Demand one."""
        name: str = self.cleaned_data["name"].strip()
        if not name:
            raise forms.ValidationError(lazy_text("заполните это поле", "fill this in"))
        return name

    def clean_expires(self) -> datetime | None:
        """Read a day; the token is in force to its end, by Moscow time."""
        written = self.cleaned_data["expires"]
        try:
            day = datetime.fromisoformat(written).date() if written else None
        except ValueError as error:
            raise forms.ValidationError(lazy_text("это не дата", "no date")) from error
        end = time(23, 59, 59)
        return None if day is None else datetime.combine(day, end, ZoneInfo("Europe/Moscow"))


class RightForm(forms.Form):
    """What a token may do in one system with one type."""

    system = fields.RowField(
        "В системе",
        "In the system",
        InformationSystem.objects.select_related("connection").order_by("mnemonic"),
        empty=("выберите", "choose"),
        named=full_name,
    )
    type = fields.RowField(
        "с видом сведений",
        "with the type",
        InformationType.objects.defer("package").order_by("code"),
        empty=("с любым", "any"),
        named=lambda row: f"{row.code} {row.title}",
    )
    acts = forms.MultipleChoiceField(
        label=lazy_text("может", "may"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(key, lazy_text(said.ru, said.en)) for key, said in ACTS.items()],
    )

    def clean(self) -> dict[str, Any]:
        """Demand a system and something to do."""
        said = super().clean() or {}
        if said.get("system") is None:
            self.add_error("system", lazy_text("выберите из списка", "choose from the list"))
        if not said.get("acts"):
            self.add_error("acts", lazy_text("отметьте хотя бы одно", "tick one at least"))
        return said

    def draft(self) -> RightDraft:
        """Return the right."""
        said = self.cleaned_data
        return RightDraft(said["system"], said["type"], frozenset(said["acts"]))


@page(Permission.SETUP, methods=("GET",))
def tokens(visit: Visit) -> HttpResponse:
    """List the tokens."""
    rows = AccessToken.objects.annotate(
        rights_count=Count("rights", distinct=True), hooks=Count("webhooks", distinct=True)
    ).order_by("name")
    shown = Paginator(rows, PAGE).get_page(visit.request.GET.get("page"))
    return visit.render("cabinet/running/tokens.html", {"rows": shown, "now": visit.now})


@page(Permission.SETUP)
def token_add(visit: Visit) -> HttpResponse:
    """Make a token and tell it this once."""
    if visit.request.method != "POST":
        context = {"form": TokenForm(), "rights": RightForm(prefix="right")}
        return visit.render("cabinet/running/token_add.html", context)
    form, rights = TokenForm(visit.request.POST), RightForm(visit.request.POST, prefix="right")
    if form.is_valid() and rights.is_valid():
        said = form.cleaned_data
        try:
            token = issue(
                said["name"],
                [rights.draft()],
                now=visit.now,
                randomness=visit.gateway.randomness,
                expires_at=said["expires"],
            )
        except GatewayError as error:
            form.add_error("name", lazy_text(error.what.ru, error.what.en))
        else:
            audit.record(visit, "token_made", subject=said["name"])
            row = AccessToken.objects.get(name=said["name"])
            return visit.render("cabinet/running/token_made.html", {"token": token, "row": row})
    context = {"form": form, "rights": rights}
    return visit.render("cabinet/running/token_add.html", context, status=422)


@page(Permission.SETUP)
def token(visit: Visit, key: int) -> HttpResponse:
    """Show a token's rights and addresses, and give it another right."""
    row = _token(key)
    form = RightForm(visit.request.POST or None)
    if visit.request.method == "POST" and form.is_valid():
        grant(row, form.draft())
        audit.record(visit, "token_right_given", subject=row.name)
        messages.success(visit.request, lazy_text("Право дано", "The right is given"))
        return redirect("cabinet:token", row.pk)
    rights = AccessRight.objects.filter(token=row).select_related("system__connection", "type")
    lines = [(each, _acts(each)) for each in rights.defer("type__package").order_by("pk")]
    hooks = Webhook.objects.filter(token=row).order_by("pk")
    context = {"row": row, "lines": lines, "form": form, "hooks": hooks, "now": visit.now}
    return visit.render("cabinet/running/token.html", context, status=422 if form.errors else 200)


@page(Permission.SETUP, methods=("POST",))
def token_withdraw(visit: Visit, key: int, right: int) -> HttpResponse:
    """Take a right away."""
    row = _token(key)
    try:
        withdraw(row, right)
    except GatewayError as error:
        messages.error(visit.request, spoken(error.what))
    else:
        audit.record(visit, "token_right_taken", subject=row.name)
    return redirect("cabinet:token", row.pk)


@page(Permission.SETUP, methods=("POST",))
def token_revoke(visit: Visit, key: int) -> HttpResponse:
    """Take a token back, at once."""
    row = _token(key)
    try:
        revoke(row.name, visit.now)
    except GatewayError as error:
        messages.error(visit.request, spoken(error.what))
    else:
        audit.record(visit, "token_revoked", subject=row.name)
        messages.success(visit.request, lazy_text(f"Отозван: {row.name}", f"Revoked: {row.name}"))
    return redirect("cabinet:token", row.pk)


@page(Permission.SETUP, methods=("GET",))
def webhooks(visit: Visit) -> HttpResponse:
    """List the addresses that are told of events."""
    rows = Webhook.objects.select_related("token").annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING)),
        dead=Count("deliveries", filter=Q(deliveries__state=DeliveryState.DEAD)),
    )
    shown = Paginator(rows.order_by("token__name", "pk"), PAGE).get_page(visit.request.GET.get("page"))
    return visit.render("cabinet/running/webhooks.html", {"rows": shown, "now": visit.now})


@page(Permission.SETUP)
def webhook(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show what an address was told; switch it off or on."""
    row = Webhook.objects.select_related("token").filter(uid=uid).first()
    if row is None:
        raise Http404
    if visit.request.method == "POST":
        wanted = visit.request.POST.get("on") == "1"
        Webhook.objects.filter(pk=row.pk).update(is_active=wanted)
        audit.record(visit, "setup_changed", subject=f"webhook {row.uid}")
        return redirect("cabinet:webhook", row.uid)
    deliveries = Delivery.objects.filter(webhook=row).select_related("event").order_by("-pk")
    shown = Paginator(deliveries, PAGE).get_page(visit.request.GET.get("page"))
    lines = [(each, *DELIVERIES[each.state]) for each in shown]
    return visit.render("cabinet/running/webhook.html", {"row": row, "rows": shown, "lines": lines})


@page(Permission.SETUP, methods=("POST",))
def delivery_again(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Have a delivery tried again."""
    row = Delivery.objects.select_related("webhook").filter(uid=uid).first()
    if row is None:
        raise Http404
    tell_again(row, visit.now)
    audit.record(visit, "webhook_again", subject=str(row.webhook.uid))
    messages.success(visit.request, lazy_text("Будет отправлено снова", "It will be sent again"))
    return redirect("cabinet:webhook", row.webhook.uid)


def _token(key: int) -> AccessToken:
    found = AccessToken.objects.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _acts(right: AccessRight) -> Text:
    held = {"ask": right.may_ask, "answer": right.may_answer, "read": right.may_read}
    said = [ACTS[name] for name, may in held.items() if may]
    return Text(ru=", ".join(each.ru for each in said), en=", ".join(each.en for each in said))
