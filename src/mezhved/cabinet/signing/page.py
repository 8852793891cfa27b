"""The page that gives what is to be signed and takes the signature back."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect

from mezhved.cabinet import audit, showing
from mezhved.cabinet.signing.given import signed_of
from mezhved.cabinet.signing.plugin import NAME, plugin_file
from mezhved.cabinet.wording import spoken
from mezhved.gateway.errors import Conflict, GatewayError
from mezhved.gateway.officials import accept_signature, to_be_signed, withdraw
from mezhved.gost import KeyAlgorithm
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.http import HttpResponse

    from mezhved.cabinet.access import Visit
    from mezhved.gateway.models import Message
    from mezhved.gateway.officials import ToBeSigned

ALGORITHMS: Final = {
    "256": (
        KeyAlgorithm.GOST2012_256,
        Text(ru="ГОСТ 2012, 256 бит", en="GOST 2012, 256 bit"),
    ),
    "512": (
        KeyAlgorithm.GOST2012_512,
        Text(ru="ГОСТ 2012, 512 бит", en="GOST 2012, 512 bit"),
    ),
}
_OCTETS: Final = "application/octet-stream"


def sign(visit: Visit, message: Message, *, back: str, here: str) -> HttpResponse:
    """Show what has to be signed; on POST take the signature, or give the message up, and lead `back`.

    The caller has seen to it that the account may act for the message. `here` is this page's own address.
    GET `?part=content` gives the octets to be signed as a file, `?part=xml` the business data that they are
    about, `?part=data` what the script of the page signs by a plug-in, as JSON.
    """
    request = visit.request
    if request.method == "POST":
        return _take(visit, message, back=back, here=here)
    chosen = request.GET.get("algorithm", "256")
    chosen = chosen if chosen in ALGORITHMS else "256"
    try:
        offered = to_be_signed(visit.gateway, message, ALGORITHMS[chosen][0])
    except Conflict as error:
        messages.warning(request, spoken(error.what))
        return redirect(back)
    except GatewayError as error:
        return _page(visit, message, None, back=back, here=here, chosen=chosen, error=error, status=422)
    given = _part(visit, message, offered)
    return given or _page(visit, message, offered, back=back, here=here, chosen=chosen)


def _part(visit: Visit, message: Message, offered: ToBeSigned) -> HttpResponse | None:
    """Return what the address asks for instead of the page, None for nothing."""
    match visit.request.GET.get("part"):
        case "content":
            return showing.handed_out(offered.signed_info, "signed-info.xml", _OCTETS)
        case "xml":
            audit.record(visit, "downloaded", exchange=message.exchange, subject="content to be signed")
            return showing.handed_out(offered.content, "content.xml", _OCTETS)
        case "data":
            return JsonResponse(_data(offered))
    return None


def _data(offered: ToBeSigned) -> dict[str, Any]:
    """Return what a plug-in signs: octets in base64, of each file its signed attributes."""
    return {
        "signed_info": base64.b64encode(offered.signed_info).decode(),
        "files": [
            {"number": each.number, "attributes": base64.b64encode(each.attributes).decode()}
            for each in offered.files
        ],
    }


def _take(visit: Visit, message: Message, *, back: str, here: str) -> HttpResponse:
    request = visit.request
    chosen = request.POST.get("algorithm", "256")
    chosen = chosen if chosen in ALGORITHMS else "256"
    try:
        if request.POST.get("action") == "withdraw":
            withdraw(visit.gateway, message)
            audit.record(visit, "signing_withdrawn", exchange=message.exchange)
            done = Text(ru="Сообщение не отправлено: подпись отменена.", en="Not sent: signing was given up.")
        else:
            accept_signature(visit.gateway, message, signed_of(request.POST, request.FILES))
            audit.record(visit, "message_signed", exchange=message.exchange)
            done = Text(
                ru="Подпись принята, сообщение отправляется.", en="The signature is right, it is on its way."
            )
    except GatewayError as error:
        status = 409 if isinstance(error, Conflict) else 422
        try:
            offered: ToBeSigned | None = to_be_signed(visit.gateway, message, ALGORITHMS[chosen][0])
        except GatewayError:
            offered = None
        return _page(visit, message, offered, back=back, here=here, chosen=chosen, error=error, status=status)
    messages.success(request, spoken(done))
    return redirect(back)


def _page(
    visit: Visit,
    message: Message,
    offered: ToBeSigned | None,
    *,
    back: str,
    here: str,
    chosen: str,
    error: GatewayError | None = None,
    status: int = 200,
) -> HttpResponse:
    audit.record(visit, "viewed", exchange=message.exchange)
    context: dict[str, Any] = {
        "back": back,
        "here": here,
        "error": error,
        "chosen": chosen,
        "algorithms": [(code, words) for code, (_, words) in ALGORITHMS.items()],
        "shown": showing.page_of(visit, message),
        "typed": visit.request.POST,
    }
    if offered is not None:
        context |= {
            "offered": offered,
            "message": message,
            "signed_info": base64.b64encode(offered.signed_info).decode(),
            "digest": offered.digest.hex(),
            "files": [{"row": each, "digest": each.digest.hex()} for each in offered.files],
            "has_plugin": plugin_file(visit.gateway) is not None,
            "plugin_name": NAME,
        }
    return visit.render("cabinet/signing/sign.html", context, status=status)
