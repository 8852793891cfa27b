"""Addresses that are told of events: each belongs to the token that made it."""

from __future__ import annotations

import base64
import uuid  # noqa: TC003 - read by the framework
from typing import Any, Final

from django.http import HttpResponse
from ninja import Router

from mezhved.gateway.errors import Conflict
from mezhved.gateway.events import last_position
from mezhved.gateway.models import Delivery, Webhook
from mezhved.gateway.rest.bodies import read_json
from mezhved.gateway.rest.calls import Call  # noqa: TC001
from mezhved.gateway.rest.openapi import json_body
from mezhved.gateway.rest.problems import not_found
from mezhved.gateway.rest.schemas import DeliveryOut, WebhookIn, WebhookMade, WebhookOut
from mezhved.gateway.webhooks.addresses import check_url
from mezhved.gateway.webhooks.planning import tell_again
from mezhved.texts import Text

router = Router(tags=["webhooks"])

MOST: Final = 20
"""Addresses of one token."""
_LISTED: Final = 200
_SECRET_OCTETS: Final = 32


@router.get("/webhooks", response=list[WebhookOut], operation_id="list_webhooks", summary="Addresses told")
def list_webhooks(request: Call) -> list[dict[str, Any]]:
    """Return the addresses of this token."""
    return [_webhook(each) for each in Webhook.objects.filter(token=request.auth.token).order_by("pk")]


@router.post(
    "/webhooks",
    response={201: WebhookMade},
    operation_id="make_webhook",
    summary="Have an address told of events",
    openapi_extra=json_body(WebhookIn),
)
def make_webhook(request: Call) -> dict[str, Any]:
    """Tell an address of all events from now on; the secret that signs them is told this once."""
    said = read_json(request, WebhookIn)
    check_url(said.url, request.gateway.settings.webhook_networks)
    if Webhook.objects.filter(token=request.auth.token).count() >= MOST:
        raise Conflict(
            Text(ru=f"у токена уже {MOST} адресов", en=f"the token has {MOST} addresses already"),
            cure=Text(ru="удалите ненужные", en="delete those not needed"),
        )
    secret = base64.urlsafe_b64encode(request.gateway.randomness(_SECRET_OCTETS)).rstrip(b"=").decode()
    made = Webhook.objects.create(
        token_id=request.auth.token,
        url=said.url,
        secret=secret,
        kinds=said.kinds,
        position=last_position(),
        created_at=request.gateway.clock(),
    )
    return _webhook(made) | {"secret": secret}


@router.get("/webhooks/{uid}", response=WebhookOut, operation_id="get_webhook", summary="One address")
def get_webhook(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Return an address of this token."""
    return _webhook(_found(request, uid))


@router.delete(
    "/webhooks/{uid}", response={204: None}, operation_id="delete_webhook", summary="Tell an address no more"
)
def delete_webhook(request: Call, uid: uuid.UUID) -> HttpResponse:
    """Delete an address with all that was to be told it."""
    _found(request, uid).delete()
    return HttpResponse(status=204)


@router.get(
    "/webhooks/{uid}/deliveries",
    response=list[DeliveryOut],
    operation_id="list_deliveries",
    summary="What an address was told",
)
def list_deliveries(request: Call, uid: uuid.UUID) -> list[dict[str, Any]]:
    """Return the last 200 deliveries, the youngest first."""
    rows = Delivery.objects.filter(webhook=_found(request, uid)).select_related("event").order_by("-pk")
    return [_delivery(each) for each in rows[:_LISTED]]


@router.post(
    "/webhooks/{uid}/deliveries/{delivery}/redeliver",
    response=DeliveryOut,
    operation_id="redeliver",
    summary="Tell an address of an event again",
)
def redeliver(request: Call, uid: uuid.UUID, delivery: uuid.UUID) -> dict[str, Any]:
    """Try a delivery again at once, and for a day."""
    webhook = _found(request, uid)
    row = Delivery.objects.select_related("event").filter(webhook=webhook, uid=delivery).first()
    if row is None:
        raise not_found(Text(ru="такой доставки нет", en="there is no such delivery"))
    tell_again(row, request.gateway.clock())
    return _delivery(row)


def _found(request: Call, uid: uuid.UUID) -> Webhook:
    found = Webhook.objects.filter(token=request.auth.token, uid=uid).first()
    if found is None:
        raise not_found(Text(ru="такого адреса нет", en="there is no such address"))
    return found


def _webhook(row: Webhook) -> dict[str, Any]:
    return {
        "id": row.uid,
        "url": row.url,
        "kinds": row.kinds,
        "active": row.is_active,
        "failures": row.failures,
        "quiet_until": row.quiet_until,
        "created_at": row.created_at,
    }


def _delivery(row: Delivery) -> dict[str, Any]:
    return {
        "id": row.uid,
        "event": 0 if row.event is None else row.event.position or 0,
        "kind": row.kind,
        "state": row.state,
        "attempts": row.attempts,
        "next_at": row.next_at,
        "last_status": row.last_status,
        "problem": row.problem,
        "created_at": row.created_at,
        "settled_at": row.settled_at,
    }
