"""What a browser is called, from what it says of itself."""

from __future__ import annotations

from typing import Final

from mezhved.texts import Text

_BROWSERS: Final = (
    ("YaBrowser/", Text(ru="Яндекс Браузер", en="Yandex Browser")),
    ("Edg", Text(ru="Edge", en="Edge")),
    ("OPR/", Text(ru="Opera", en="Opera")),
    ("Firefox/", Text(ru="Firefox", en="Firefox")),
    ("Chromium", Text(ru="Chromium", en="Chromium")),
    ("Chrome/", Text(ru="Chrome", en="Chrome")),
    ("Safari/", Text(ru="Safari", en="Safari")),
)
"""In this order: most name Chrome and Safari too."""
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_in_words(said: str) -> Text:
    """Return a browser and its system in words: Firefox, Linux."""
    browser = next(
        (name for mark, name in _BROWSERS if mark in said), Text(ru="другая программа", en="another program")
    )
    system = next((f", {name}" for mark, name in _SYSTEMS if mark in said), "")
    return Text(ru=browser.ru + system, en=browser.en + system)
