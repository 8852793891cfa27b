"""The pages of lists, and what their forms do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.answering.people import targets
from mezhved.cabinet.lists import saved
from mezhved.cabinet.lists.cells import lines_html, options_html
from mezhved.cabinet.lists.choices import Choice, choices
from mezhved.cabinet.lists.kinds import INCOMING, JOURNAL, REQUESTS, VIEWS, View
from mezhved.cabinet.lists.listing import Listing, asked_of, exchanges
from mezhved.cabinet.lists.persons import hashed, remember
from mezhved.cabinet.lists.wanted import PLACES
from mezhved.cabinet.wording import spoken
from mezhved.gateway.errors import GatewayError
from mezhved.texts import Text

if TYPE_CHECKING:
    import uuid

    from mezhved.cabinet.access import Page

LIST_ID = "list"
"""The part of the page that htmx replaces."""


def list_page(visit: Visit, view: View) -> HttpResponse:
    """Show a list, or, to htmx, the part of the page that it is."""
    listing = exchanges(visit, view)
    may_take = view is INCOMING and visit.access.may(Permission.ANSWER)
    context = {
        "listing": listing,
        "view": view,
        "tabs": [(each, is_tab(listing, each.query)) for each in view.tabs],
        "may_take": may_take,
        "lines": lines_html(listing.rows, listing.columns, picks=may_take),
        "may_assign": view is INCOMING and visit.access.may(Permission.ASSIGN),
        "saved": saved.usable(visit, view),
    }
    if context["may_assign"]:
        given = targets(visit)
        context["targets"] = {
            "people": options_html(Choice(each.value, each.title) for each in given.people),
            "departments": options_html(Choice(each.value, each.title) for each in given.departments),
        }
    if visit.request.headers.get("HX-Target") == LIST_ID:
        answer = visit.render("cabinet/lists/list.html", context)
        answer["HX-Push-Url"] = address(view, listing.query, visit.request.GET)
        return answer
    offered = choices(visit, view, listing.wanted)
    context["choices"] = offered
    context["options"] = {
        name: options_html(getattr(offered, name)) for name in ("types", "systems", "departments", "people")
    }
    context["own_departments"] = visit.access.departments(Permission.SEE)
    return visit.render("cabinet/lists/page.html", context)


def is_tab(listing: Listing, query: str) -> bool:
    """Tell whether the list shows just what a tab of it does."""
    return listing.used is None and sorted(QueryDict(query).items()) == sorted(
        QueryDict(listing.query).items()
    )


def address(view: View, query: str, given: QueryDict) -> str:
    """Return the address of a list, with the place in it that was given."""
    place = urlencode([(name, given[name]) for name in PLACES if given.get(name)])
    return f"{reverse(view.url)}?{'&'.join(each for each in (query, place) if each)}"


def _page_of(view: View) -> Page:
    @page(view.permission, methods=("GET",))
    def show(visit: Visit) -> HttpResponse:
        """Show the list."""
        return list_page(visit, view)

    return show


requests = _page_of(REQUESTS)
incoming = _page_of(INCOMING)
journal = _page_of(JOURNAL)


@page(None, methods=("POST",))
def find_person(visit: Visit, code: str) -> HttpResponse:
    """Look for a person: what is typed is hashed, kept in the session and never put into an address."""
    view = _view(visit, code)
    wanted = asked_of(visit, view, _query(visit)).wanted
    query = QueryDict(replace(wanted, person="").query, mutable=True)
    key = hashed(visit.gateway.subjects, visit.request.POST.get("about", ""))
    if key is not None:
        query["person"] = remember(visit.request.session, key)
    elif visit.request.POST.get("about", "").strip():
        messages.error(
            visit.request, spoken(Text(ru="это не номер и не имя", en="this is neither a number nor a name"))
        )
    return redirect(f"{reverse(view.url)}?{query.urlencode() or 'all=1'}")


@page(None, methods=("POST",))
def save_filter(visit: Visit, code: str) -> HttpResponse:
    """Keep the filter that is in use under a name."""
    view = _view(visit, code)
    said = visit.request.POST
    asked = asked_of(visit, view, _query(visit))
    department = None
    if said.get("department"):
        department = visit.access.departments(Permission.SEE).filter(code=said["department"]).first()
    try:
        row = saved.keep(
            visit,
            view,
            said.get("name", ""),
            asked.wanted,
            person=asked.person,
            department=department,
            is_default=said.get("is_default") == "1",
        )
    except GatewayError as error:
        messages.error(visit.request, spoken(error.what))
        return redirect(f"{reverse(view.url)}?{_query(visit).urlencode()}")
    messages.success(visit.request, spoken(Text(ru="Фильтр сохранён", en="The filter is saved")))
    return redirect(f"{reverse(view.url)}?saved={row.uid}")


@page(None, methods=("POST",))
def drop_filter(visit: Visit, code: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a filter of one's own."""
    view = _view(visit, code)
    if not saved.drop(visit, view, uid):
        raise Http404
    messages.success(visit.request, spoken(Text(ru="Фильтр удалён", en="The filter is deleted")))
    return redirect(view.url)


def _view(visit: Visit, code: str) -> View:
    view = VIEWS.get(code)
    if view is None or not visit.access.may(view.permission):
        raise Http404
    return view


def _query(visit: Visit) -> QueryDict:
    """Return the list's query string that a form of the page carries, to be changed."""
    query = QueryDict(visit.request.POST.get("query", "")[:4000], mutable=True)
    for name in PLACES:
        query.pop(name, None)
    return query
