"""The bell, the list of notices, and how an account wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect

from mezhved.cabinet.access import Visit, page
from mezhved.cabinet.models import ByMail, Notice
from mezhved.cabinet.notices.telling import BY_MAIL, KINDS, keep_wish, unread, wishes
from mezhved.cabinet.wording import spoken
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

PAGE: Final = 50


@page(None, methods=("GET",))
def notices(visit: Visit) -> HttpResponse:
    """Show the account's notices, the youngest first."""
    before = visit.request.GET.get("before", "")
    rows = _own(visit).order_by("-pk")
    if before.isdecimal() and len(before) < 19:  # noqa: PLR2004 - what fits a key
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    return visit.render(
        "cabinet/notices/list.html",
        {
            "notices": found[:PAGE],
            "after": found[PAGE - 1].pk if len(found) > PAGE else None,
            "unread": unread(visit.account),
            "kinds": KINDS,
        },
    )


@page(None, methods=("GET",))
def notices_bell(visit: Visit) -> HttpResponse:
    """Show how many are unread: what the header asks for again and again."""
    return visit.render("cabinet/notices/count.html", {"unread": unread(visit.account)})


@page(None, methods=("POST",))
def notice_open(visit: Visit, key: int) -> HttpResponse:
    """Mark a notice read and lead where it leads."""
    row = get_object_or_404(_own(visit), pk=key)
    _own(visit).filter(pk=key, read_at=None).update(read_at=visit.now)
    return redirect(row.link or "cabinet:notices")


@page(None, methods=("POST",))
def notices_read(visit: Visit) -> HttpResponse:
    """Mark all read."""
    _own(visit).filter(read_at=None).update(read_at=visit.now)
    return redirect("cabinet:notices")


@page(None)
def notices_settings(visit: Visit) -> HttpResponse:
    """Choose what comes where."""
    if visit.request.method == "POST":
        said = visit.request.POST
        for kind in KINDS:
            by_mail = said.get(f"mail-{kind.value}", "")
            keep_wish(
                visit.account,
                kind,
                in_page=f"page-{kind.value}" in said,
                by_mail=by_mail if by_mail in ByMail.values else ByMail.NEVER.value,
            )
        messages.success(visit.request, spoken(Text(ru="Сохранено", en="Saved")))
        return redirect("cabinet:notices_settings")
    shown = [(kind.value, KINDS[kind], in_page, by_mail) for kind, in_page, by_mail in wishes(visit.account)]
    return visit.render(
        "cabinet/notices/settings.html",
        {"wishes": shown, "ways": BY_MAIL, "has_mail": bool(visit.gateway.settings.mail_host)},
    )


def _own(visit: Visit) -> QuerySet[Notice]:
    return Notice.objects.filter(account=visit.account, in_page=True)
