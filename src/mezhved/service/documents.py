"""YAML of a set-up: scalars stay as written, every unknown or repeated name is an error.

YAML 1.1 reads `1.10` as 1.1, `0277` as 191 and `no` as false; versions, OGRN and codes must not suffer
that. Only `true`, `false` and `null` are anything but text here.
"""

from __future__ import annotations

import difflib
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Self

import yaml

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BINARY: Final = "tag:yaml.org,2002:binary"


class _TwiceGiven(Exception):  # noqa: N818 - told in the words of the document's owner
    """A mapping has a name twice; `args` are the name and the line."""


class _Loader(yaml.SafeLoader):
    """Reads `true`, `false`, `null`; leaves all other scalars as text."""

    yaml_implicit_resolvers: Final = {}  # type: ignore[misc]

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """Refuse a name that is given twice: YAML would keep the last one silently."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise _TwiceGiven(key.value, _line(key.start_mark))
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(?:null|~|)$"), ["n", "~", ""])


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and repeats instead of aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Write everything out."""
        return True


def _write_text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _write_text)


def dump_document(document: Mapping[str, Any]) -> str:
    """Write a document; `read_document` gives the same back."""
    return yaml.dump(dict(document), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def read_document(text: str, form: str, refusal: type[MezhvedError], *, assumed: str | None = None) -> Entry:
    """Read a document whose `format` is `form`, or `assumed` where it names none.

    Raises `refusal` for whatever is not as expected.
    """
    try:
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except _TwiceGiven as error:
        name, line = error.args
        raise refusal(
            Text(ru=f"имя {name} дано дважды", en=f"the name {name} is given twice"), where=line
        ) from None
    except yaml.MarkedYAMLError as error:
        where = _line(error.problem_mark) if error.problem_mark else ""
        raise refusal(
            Text(ru=f"это не YAML: {error.problem}", en=f"this is no YAML: {error.problem}"), where=where
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise refusal(Text(ru=f"это не YAML: {error}", en=f"this is no YAML: {error}")) from error
    document = Entry(value, "", refusal)
    found = document.text("format", assumed)
    if found != form:
        raise refusal(
            Text(ru=f"вид файла {found!r} неизвестен", en=f"the file's format {found!r} is unknown"),
            where="format",
            cure=Text(ru=f"нужно {form}", en=f"expected {form}"),
        )
    return document


class Entry:
    """One mapping of a document, read name by name; `close` refuses what nobody asked for."""

    def __init__(self, value: Any, where: str, refusal: type[MezhvedError]) -> None:
        """Take a mapping found at `where` (as `types[0].versions[1]`); `refusal` is raised with it."""
        self.where = where
        self.refusal = refusal
        if not isinstance(value, dict):
            raise self._wrong("", Text(ru="нужны имена и значения", en="names and values are expected"))
        self._values: dict[str, Any] = value
        self._asked: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()

    def has(self, name: str) -> bool:
        """Tell whether a name is given with a value."""
        self._asked.add(name)
        return self._values.get(name) is not None

    def raw(self, name: str) -> Any:
        """Return a value as read."""
        self._asked.add(name)
        return self._values.get(name)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; without a default it must be given."""
        value = self.raw(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self._wrong(name, Text(ru="нужен текст", en="a text is expected"))
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.raw(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self._wrong(name, Text(ru="нужно true или false", en="true or false is expected"))
        return value

    def whole(self, name: str, default: int) -> int:
        """Return a whole number that is not negative."""
        value = self.raw(name)
        if value is None:
            return default
        if isinstance(value, bool) or not str(value).isascii() or not str(value).isdigit():
            raise self._wrong(name, Text(ru="нужно целое число", en="a whole number is expected"))
        return int(value)

    def day(self, name: str) -> date | None:
        """Return a day written as 2026-12-31."""
        text = self.text(name, "")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as error:
            expected = Text(ru="нужна дата вида 2026-12-31", en="a date such as 2026-12-31 is expected")
            raise self._wrong(name, expected) from error

    def moment(self, name: str) -> datetime | None:
        """Return a moment written with its zone, as 2026-12-31T00:00:00+03:00."""
        text = self.text(name, "")
        try:
            value = datetime.fromisoformat(text) if text else None
        except ValueError:
            value = None
        if text and (value is None or value.tzinfo is None):
            raise self._wrong(
                name,
                Text(
                    ru="нужно время с поясом, как 2026-12-31T00:00:00+03:00",
                    en="a time with its zone is expected, as 2026-12-31T00:00:00+03:00",
                ),
            )
        return value

    def texts(self, name: str) -> dict[str, str]:
        """Return names and texts."""
        value = self.raw(name)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
            raise self._wrong(name, Text(ru="нужны имена и тексты", en="names and texts are expected"))
        return value

    def strings(self, name: str) -> list[str]:
        """Return a list of texts."""
        value = self.raw(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong(name, Text(ru="нужен список текстов", en="a list of texts is expected"))
        return value

    def entries(self, name: str) -> Iterator[Entry]:
        """Give the entries of a list, each closed after it was used."""
        value = self.raw(name)
        if value is None:
            return
        if not isinstance(value, list):
            raise self._wrong(name, Text(ru="нужен список", en="a list is expected"))
        place = self._place(name)
        for number, each in enumerate(value):
            with Entry(each, f"{place}[{number}]", self.refusal) as entry:
                yield entry

    def entry(self, name: str) -> Entry:
        """Return the mapping of this name, to be closed after use."""
        return Entry(self.raw(name), self._place(name), self.refusal)

    def close(self) -> None:
        """Refuse names that were not asked for. Raises `refusal`."""
        for name in self._values:
            if name not in self._asked:
                near = difflib.get_close_matches(str(name), sorted(self._asked), n=1)
                cure = Text(ru=f"может быть, {near[0]}?", en=f"did you mean {near[0]}?") if near else None
                raise self.refusal(
                    Text(ru=f"неизвестное имя {name}", en=f"unknown name {name}"),
                    where=self.where,
                    cure=cure,
                )

    def _place(self, name: str) -> str:
        return ".".join(each for each in (self.where, name) if each)

    def _wrong(self, name: str, what: Text) -> MezhvedError:
        return self.refusal(what, where=self._place(name))


def _line(mark: Any) -> str:
    number = mark.line + 1
    return str(Text(ru=f"строка {number}", en=f"line {number}"))
