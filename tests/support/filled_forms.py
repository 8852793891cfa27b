"""Forms of the cabinet as a browser without scripts fills them: what stands in the page is what is posted."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.test import RequestFactory
from django.urls import reverse
from lxml import html

from mezhved.cabinet.access import Visit
from mezhved.cabinet.access.permissions import access_of
from mezhved.cabinet.forms import drafts
from mezhved.cabinet.models import Draft, Role
from mezhved.gateway.models import InformationType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.test import Client

    from mezhved.cabinet.models import Account
    from mezhved.infotypes.documents import QName
    from mezhved.infotypes.packages import Package
    from tests.support.cabinets import CabinetUnderTest


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP of files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, octets in files.items():
            archive.writestr(path, octets)
    return made.getvalue()


def type_of_package(package: Package, root: QName, code: str) -> InformationType:
    """Add a type whose request is a root of a package."""
    return type_of_files({each.path: each.octets for each in package.files.values()}, root, code)


def type_of_files(files: Mapping[str, bytes], root: QName, code: str) -> InformationType:
    """Add a type by its files."""
    octets = packed(files)
    return InformationType.objects.create(
        code=code,
        title=f"Пробный вид {code}",
        namespace=root.namespace,
        request_root=root.local,
        package=octets,
        package_digest=hashlib.sha256(octets).hexdigest(),
    )


def visit_of(cabinet: CabinetUnderTest, account: Account) -> Visit:
    """Return a visit of an account, as pages are given one."""
    return Visit(RequestFactory().get("/"), cabinet.under_test.gateway, account, access_of(account))


def begun(
    cabinet: CabinetUnderTest,
    kind: InformationType,
    content: bytes | None = None,
    *,
    department: str = "north",
) -> FormPage:
    """Return the page of a draft of an official."""
    account = cabinet.member(Role.OFFICIAL, department)
    visit = visit_of(cabinet, account)
    draft = drafts.open_draft(
        visit, kind, root=kind.request_root, department=cabinet.department(department), content=content
    )
    return FormPage(cabinet.browser(account), visit, draft)


@dataclass
class FormPage:
    """A draft's page. What `fields` gives is what a browser would post."""

    client: Client
    visit: Visit
    draft: Draft
    text: str = field(default="", init=False)

    def open(self, query: str = "") -> html.HtmlElement:
        """Load the page."""
        answer = self.client.get(reverse("cabinet:asking_draft", args=[self.draft.uid]) + query)
        assert answer.status_code == 200, answer.status_code
        self.text = answer.content.decode()
        return html.document_fromstring(self.text)

    def form(self) -> html.HtmlElement:
        """Load the page and return its form."""
        return self.open().get_element_by_id("draft-form")

    def fields(self) -> dict[str, Any]:
        """Return what the form would post now."""
        form = self.form()
        areas = {each.get("name") for each in form.xpath(".//textarea")}
        # a browser leaves out the line end that begins a textarea
        return {
            name: value.removeprefix("\n") if name in areas else value for name, value in form.form_values()
        }

    def orders(self, verb: str) -> list[str]:
        """Return the orders of the buttons of a kind."""
        return [
            each.get("value", "")
            for each in self.form().xpath(".//button[@name='do']")
            if each.get("value", "").startswith(f"{verb} ")
        ]

    def save(self, changes: Mapping[str, str] | None = None, do: str = "") -> Any:
        """Post the whole form with some fields changed, by a button; return the answer."""
        posted = {**self.fields(), **(changes or {})}
        if do:
            posted["do"] = do
        return self.client.post(reverse("cabinet:form_save", args=[self.draft.uid]), posted)

    def press(self, order: str, **more: str) -> Any:
        """Press a button the way htmx does."""
        version = Draft.objects.values_list("version", flat=True).get(pk=self.draft.pk)
        return self.client.post(
            reverse("cabinet:form_change", args=[self.draft.uid]),
            {"version": version, "do": order, **more},
            headers={"HX-Request": "true"},
        )

    def type(self, place: str, text: str, version: int | None = None) -> Any:
        """Type into one field, as htmx posts it."""
        if version is None:
            version = Draft.objects.values_list("version", flat=True).get(pk=self.draft.pk)
        return self.client.post(
            reverse("cabinet:form_value", args=[self.draft.uid]),
            {"version": version, "at": place, place: text},
            headers={"HX-Request": "true"},
        )

    def unfold(self) -> None:
        """Open every part that is there."""
        while orders := [*self.orders("open"), *self.orders("more")]:
            for each in orders:
                assert self.press(each).status_code == 200

    def stored(self) -> Draft:
        """Return the draft as it is kept."""
        return drafts.draft_of(self.visit, self.draft.uid)
