"""Pages of one message."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.showing.looks import look_of
from mezhved.cabinet.showing.pages import page_of, signatures_html, xml_of
from mezhved.cabinet.showing.printing import title_of
from mezhved.cabinet.wording import is_english
from mezhved.gateway.models import Message
from mezhved.infotypes.rendering import page as whole_page
from mezhved.infotypes.rendering import stylesheet

if TYPE_CHECKING:
    import uuid

FRAMED: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
)
"""What a look may do in its frame: show. It runs nothing, fetches nothing, belongs to no site."""
_DAY: Final = 86_400


def message_of(visit: Visit, uid: uuid.UUID) -> Message:
    """Return a message that the account may see; raise `Http404` for any other."""
    found = (
        Message.objects.select_related("exchange__type", "exchange__department", "system__connection")
        .defer("exchange__type__package")
        .filter(uid=uid)
        .first()
    )
    if found is None:
        raise Http404
    if not visit.access.may_about(Permission.SEE, found.exchange) and not visit.access.may(
        Permission.JOURNAL
    ):
        raise Http404
    return found


@page(None)
def showing_style(visit: Visit) -> HttpResponse:  # noqa: ARG001 - the door gives it
    """Give the style of documents."""
    response = HttpResponse(_style(), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = f"private, max-age={_DAY}"
    return response


@cache
def _style() -> str:
    return stylesheet()


@page(None)
def message_page(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show one message alone: as a document, or as XML."""
    message = message_of(visit, uid)
    audit.record(visit, "viewed", exchange=message.exchange, subject=message.kind)
    as_xml = visit.request.GET.get("as") == "xml"
    return visit.render(
        "cabinet/showing/part.html" if visit.is_part else "cabinet/showing/page.html",
        {
            "message": message,
            "exchange": message.exchange,
            "title": title_of(message),
            "as_xml": as_xml,
            "shown": xml_of(visit, message) if as_xml else page_of(visit, message, heading=2),
        },
    )


@page(None)
def message_signatures(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show the signatures of one message, as a part of a page or alone."""
    message = message_of(visit, uid)
    template = "cabinet/showing/part.html" if visit.is_part else "cabinet/showing/signatures_page.html"
    return visit.render(
        template,
        {"message": message, "title": title_of(message), "shown": signatures_html(visit, message)},
    )


@page(None)
def message_look(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show a message by its type's stylesheet, in a frame that can do nothing."""
    message = message_of(visit, uid)
    look = look_of(visit.gateway, message)
    if look is None:
        raise Http404
    audit.record(visit, "viewed", exchange=message.exchange, subject=message.kind)
    html = whole_page(
        look.body, title=title_of(message), language="en" if is_english() else "ru", style=look.style
    )
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = FRAMED
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
