"""What a schema says of itself for people: documentation, and the links that agencies put into `appinfo`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.documents import XML
from mezhved.infotypes.forms.words import spoken
from mezhved.infotypes.wellknown import XS
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANNOTATION: Final = f"{{{XS}}}annotation"
_DOCUMENTATION: Final = f"{{{XS}}}documentation"
_APPINFO: Final = f"{{{XS}}}appinfo"
_LANGUAGE: Final = f"{{{XML}}}lang"
_SMEV: Final = "urn://x-artefacts-smev-gov-ru/"
_LONGEST_LABEL: Final = 140
_SENTENCE: Final = re.compile(r"(?<=[.;:])\s+(?=[А-ЯA-Z«\"(•–-])")
_MANGLED: Final = re.compile("[РС][\u0080-\u00bf\u0402-\u040f\u0452-\u045f\u2013-\u203a\u20ac\u2116\u2122]")
_TECHNICAL: Final = re.compile(r"\A(?:\W*|[A-Za-z]{1,3})\Z")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A link to a dictionary of the state: where it is, its name, the column that the field holds.

    The three are `appinfo` of sources `urn://x-artefacts-smev-gov-ru/{link,name,field}`; `column` is empty
    where the schema names none.
    """

    source: str
    name: str
    column: str = ""

    @property
    def is_address(self) -> bool:
        """Whether the dictionary is the register of addresses."""
        return self.name.upper() in {"ФИАС", "ГАР", "КЛАДР"}


@dataclass(frozen=True, slots=True)
class Notes:
    """The texts and links of one component."""

    russian: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    dictionary: Dictionary | None = None


def notes_of(*components: Any) -> Notes:
    """Return the notes of the first components that have any: texts of one, a link of one."""
    texts = Notes()
    dictionary: Dictionary | None = None
    for component in components:
        node = getattr(component, "elem", None)
        if node is None:
            continue
        found = read_notes(node)
        if not (texts.russian or texts.english):
            texts = found
        dictionary = dictionary or found.dictionary
    return Notes(texts.russian, texts.english, dictionary)


def read_notes(node: Any) -> Notes:
    """Read the annotation of one schema element."""
    russian: list[str] = []
    english: list[str] = []
    links: dict[str, str] = {}
    for annotation in node:
        if annotation.tag != _ANNOTATION:
            continue
        for each in annotation:
            text = mended("".join(each.itertext()).strip())
            if each.tag == _DOCUMENTATION and text:
                language = (each.get(_LANGUAGE) or "ru").lower()
                (english if language.startswith("en") else russian).append(text)
            elif each.tag == _APPINFO and (each.get("source") or "").startswith(_SMEV):
                links[each.get("source").removeprefix(_SMEV)] = " ".join(text.split())
    dictionary = None
    if links.get("name"):
        dictionary = Dictionary(links.get("link", ""), links["name"], links.get("field", ""))
    return Notes(tuple(russian), tuple(english), dictionary)


def mended(text: str) -> str:
    """Return a text that was read in the wrong encoding once, UTF-8 as windows-1251, as it was meant."""
    if not _MANGLED.search(text):
        return text
    try:
        meant = b"".join(_octet(each) for each in text).decode()
    except (UnicodeError, ValueError):
        return text
    return meant


def _octet(sign: str) -> bytes:
    # one octet of windows-1251 stands for no character and is met as it is
    return bytes([ord(sign)]) if "\x80" <= sign < "\xa0" else sign.encode("cp1251")


def label_and_hint(name: str, notes: Notes) -> tuple[Text, Text]:
    """Return what to call a field and what to say below it; a field without texts is called by its name."""
    label, hint = _divided(notes.russian)
    english, english_hint = _divided(notes.english)
    own = spoken(name)
    return (
        Text(ru=label or english or own.ru, en=english or label or own.en),
        Text(ru=hint or english_hint, en=english_hint or hint),
    )


def _divided(texts: tuple[str, ...]) -> tuple[str, str]:
    """Return a short label and all that is left."""
    if not texts:
        return "", ""
    first, *others = texts
    line = " ".join(first.split())
    if _TECHNICAL.match(line):
        return _divided(tuple(others))
    if len(line) <= _LONGEST_LABEL:
        return line.rstrip(".;: "), _joined(others)
    head = next((each for each in _heads(first) if 0 < len(each) <= _LONGEST_LABEL), "")
    if head:
        return head.rstrip(".;: "), _joined(texts)
    cut = line[:_LONGEST_LABEL].rsplit(" ", 1)[0].rstrip(" ,;:(-–—")
    return f"{cut}…", _joined(texts)


def _heads(text: str) -> Iterator[str]:
    yield _SENTENCE.split(" ".join(text.split()), maxsplit=1)[0]
    yield " ".join(text.strip().splitlines()[0].split())


def _joined(texts: tuple[str, ...] | list[str]) -> str:
    lines = (" ".join(line.split()) for text in texts for line in text.splitlines())
    return "\n".join(line for line in lines if line)
