"""Named SQL statements, loaded once from the .sql files and written in each engine's manner."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Dialect = Literal["sqlite", "postgresql"]

_HEADER: Final = ("kind", "version", "sender", "recipient", "type_id", "root_namespace", "root_name")
_TAIL: Final = ("transaction_code", "node", "eol", "accepted_at", "reply_to", "test", "lease_factor")
STORED_COLUMNS: Final = (
    "id",
    "message_key",
    *_HEADER,
    "original_key",
    "reference_key",
    *_TAIL,
    "recipients",
    "state",
    "first_leased_at",
    "finished_at",
    "leases",
    "reason",
    "answer_key",
)
MESSAGE_COLUMNS: Final = (*STORED_COLUMNS, "owner", "attachments")
"""All columns of a message's row."""
DELIVERY_COLUMNS: Final = (
    "m.message_key",
    *(f"m.{name}" for name in _HEADER),
    "m.original_key",
    "m.reference_key",
    *(f"m.{name}" for name in _TAIL),
    "m.attachments",
    "m.recipients",
    "b.data",
    "b.signature",
)
_LISTS: Final = {
    "{stored_columns}": ", ".join(f"m.{name}" for name in STORED_COLUMNS),
    "{delivery_columns}": ", ".join(DELIVERY_COLUMNS),
    "{message_columns}": ", ".join(MESSAGE_COLUMNS),
    "{m_message_columns}": ", ".join(f"m.{name}" for name in MESSAGE_COLUMNS),
}
# The rows of a parameter that is a JSON list of numbers, in its order.
_NUMBERS: Final[Mapping[Dialect, str]] = {
    "sqlite": "(SELECT value AS {one} FROM json_each(:{many})) listed",
    "postgresql": "(SELECT CAST(value AS bigint) AS {one}"
    " FROM jsonb_array_elements_text(CAST(CAST(:{many} AS text) AS jsonb))) listed",
}
# Questions that may be asked of the archive as of the hot tables, under the name `archived_<name>`.
_ARCHIVED: Final = (
    "find",
    "answers",
    "content",
    "attachments",
    "history",
    "recipients",
    "recipient",
    "chain",
)
_HOT_TABLE = re.compile(r"\bbus_(message|body|attachment|event|recipient)\b")
_FILES: Final = ("queries.sql", "many.sql", "check.sql", "files.sql", "push.sql", "chain.sql", "archive.sql")
_NAME = re.compile(
    r"^-- name: (?P<name>\w+)(?: \[(?P<dialect>\w+)\])?(?: (?P<way>hot|background))?$", re.MULTILINE
)
_TYPED = re.compile(r"^(\s*)--typed ", re.MULTILINE)
_UNTYPED = re.compile(r"^(\s*)--untyped ", re.MULTILINE)
_COMMENT = re.compile(r"^\s*--.*\n?", re.MULTILINE)
_PARAMETER = re.compile(r"(?<!:):([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its text for the driver and whether it lies on a message's way.

    A `background` statement changes rows of any owner, off every message's way.
    """

    name: str
    text: str
    hot: bool
    background: bool


@cache
def statements(dialect: Dialect) -> Mapping[str, Statement]:
    """Return the engine's statements by name."""
    folder = files(__package__)
    source = "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in _FILES)
    for placeholder, columns in _LISTS.items():
        source = source.replace(placeholder, columns)
    for one, many in (("owner", "owners"), ("id", "ids")):
        source = source.replace(f"{{{many}}}", _NUMBERS[dialect].format(one=one, many=many))
    found: dict[str, Statement] = {}
    marks = list(_NAME.finditer(source))
    ends = [mark.start() for mark in marks[1:]] + [len(source)]
    for mark, end in zip(marks, ends, strict=True):
        if mark["dialect"] in (None, dialect):
            text = source[mark.end() : end]
            _add(found, mark["name"], _UNTYPED.sub(r"\1", text), mark["way"], dialect)
            if _TYPED.search(text):
                _add(found, f"{mark['name']}_typed", _TYPED.sub(r"\1", text), mark["way"], dialect)
    for name in _ARCHIVED:
        text = _HOT_TABLE.sub(r"bus_archive_\1", found[name].text)
        found[f"archived_{name}"] = Statement(f"archived_{name}", text, hot=False, background=False)
    return found


def _add(found: dict[str, Statement], name: str, text: str, way: str | None, dialect: Dialect) -> None:
    found[name] = Statement(name, _rendered(text, dialect), way == "hot", way == "background")


def _rendered(text: str, dialect: Dialect) -> str:
    bare = _COMMENT.sub("", text).strip()
    return _PARAMETER.sub(r"%(\1)s", bare) if dialect == "postgresql" else bare
