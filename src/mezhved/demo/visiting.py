"""Somebody before a cabinet without a browser: follows links, fills forms in by labels, presses buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3
from lxml import html

from mezhved.demo.errors import NotAsExpected
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.demo.gateways import DemoGateway

CALL_SECONDS = 30.0
_MOST_REDIRECTS = 5
_MOVED = range(300, 400)
_SUCCESS = range(200, 300)


class CabinetVisit:
    """A person in the cabinet of a gateway; `page` is what is open, at `path`."""

    def __init__(self, gateway: DemoGateway, language: str = "ru") -> None:
        self.gateway = gateway
        self.path = "/"
        self.page: html.HtmlElement = html.fromstring("<html/>")
        self._cookies: dict[str, str] = {}
        self._language = language
        self._pool = urllib3.PoolManager(retries=False, timeout=CALL_SECONDS)

    def sign_in(self, username: str) -> None:
        """Come in through the door with the demonstration's password."""
        self.sign_in_with(username, self.gateway.password_of(username))

    def sign_in_with(self, username: str, password: str) -> None:
        """Come in through the door."""
        self.open("/sign-in/")
        form = self.page.xpath("//main//form")[0]
        values = {**_values(form), "name": username, "password": password}
        self._call("POST", form.get("action"), values)
        if not self.page.xpath("//nav"):
            self._fail("вход не удался", "could not sign in")

    def open(self, path: str) -> None:
        """Go to a page."""
        self._call("GET", path)

    def follow(self, words: str) -> None:
        """Follow the first link whose text begins so."""
        for link in self.page.xpath("//main//a[@href]"):
            if _text(link).startswith(words):
                self._call("GET", link.get("href"))
                return
        self._fail(f"нет ссылки «{words}»", f"there is no link {words!r}")

    def press(self, words: str, filled: Mapping[str, str] | None = None) -> None:
        """Fill fields in by their labels and press the button of this text."""
        for button in self.page.xpath("//main//button"):
            if _text(button) == words:
                form = self._form_of(button)
                values = _values(form)
                for label, value in (filled or {}).items():
                    values[self._named(label)] = value
                if button.get("name"):
                    values[button.get("name")] = button.get("value", "")
                self._call("POST", button.get("formaction") or form.get("action") or self.path, values)
                return
        self._fail(f"нет кнопки «{words}»", f"there is no button {words!r}")

    def text(self) -> str:
        """Return what the page says."""
        return " ".join(_text(each) for each in self.page.xpath("//main"))

    def _form_of(self, button: html.HtmlElement) -> html.HtmlElement:
        named = button.get("form")
        forms = self.page.xpath("//form[@id=$name]", name=named) if named else button.xpath("ancestor::form")
        if not forms:
            self._fail("у кнопки нет формы", "the button has no form")
        found: html.HtmlElement = forms[0]
        return found

    def _named(self, label: str) -> str:
        labels = [each for each in self.page.xpath("//label[@for]") if _text(each).startswith(label)]
        names = [
            str(control.get("name"))
            for each in labels
            for control in self.page.xpath("//*[@id=$name]", name=each.get("for"))
        ]
        if names:
            # fields of the data go first: one beside them may begin with the same words
            return min(names, key=lambda name: not name.startswith("/"))
        self._fail(f"нет поля «{label}»", f"there is no field {label!r}")
        return ""

    def _call(self, method: str, path: str, values: Mapping[str, str] | None = None) -> None:
        for _ in range(_MOST_REDIRECTS):
            self.path = urlsplit(urljoin(f"{self.gateway.address}{self.path}", path)).path
            query = urlsplit(path).query
            answer = self._pool.request(
                method,
                f"{self.gateway.address}{self.path}{'?' + query if query else ''}",
                body=urlencode(values) if values is not None else None,
                headers={
                    "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
                    "Origin": self.gateway.address,
                    "Accept-Language": self._language,
                    **({"Content-Type": "application/x-www-form-urlencoded"} if values is not None else {}),
                },
            )
            for each in answer.headers.getlist("Set-Cookie"):
                name, _, value = each.partition(";")[0].partition("=")
                self._cookies[name] = value
            if answer.status not in _MOVED:
                break
            method, path, values = "GET", answer.headers["Location"], None
        self.page = html.document_fromstring(answer.data)
        if answer.status not in _SUCCESS:
            self._fail(f"{answer.status}: {self.text()[:500]}", f"{answer.status}: {self.text()[:500]}")

    def _fail(self, ru: str, en: str) -> None:
        raise NotAsExpected(Text(ru=f"{self.path}: {ru}", en=f"{self.path}: {en}"))


def _text(element: html.HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _values(form: html.HtmlElement) -> dict[str, str]:
    """Return what a form would send; files and buttons left out."""
    return {name: value or "" for name, value in form.form_values()}
