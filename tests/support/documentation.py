"""What the documents say that the program knows: tables of settings, blocks that run, links.

`python -m tests.support.documentation` writes the tables of settings in docs/operations*.md and
docs/gateway*.md and the whole of docs/faults.md anew.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mezhved.configuration import (
    GATEWAY_PREFIX,
    BusSettings,
    GatewaySettings,
    describe_fields,
    environment_name,
)
from tests.support import faults_document

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
READMES = {"en": ROOT / "README.md", "ru": ROOT / "README.ru.md"}
OPERATIONS = {"en": ROOT / "docs/operations.md", "ru": ROOT / "docs/operations.ru.md"}
GATEWAY = {"en": ROOT / "docs/gateway.md", "ru": ROOT / "docs/gateway.ru.md"}
CABINET = {"en": ROOT / "docs/cabinet.md", "ru": ROOT / "docs/cabinet.ru.md"}
HEADS = {
    "en": ("setting", "environment", "default", "meaning"),
    "ru": ("настройка", "окружение", "по умолчанию", "смысл"),
}
EMPTY = {"en": "empty", "ru": "пусто"}
_TABLE = re.compile(r"(?<=<!-- settings -->\n).*?(?=<!-- end of settings -->)", re.DOTALL)
_BLOCK = re.compile(r"^(?:<!-- run: (\w+) -->\n)?```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `run` is the group that a test runs it in, empty for one that is only read."""

    run: str
    language: str
    text: str

    def without_comments(self) -> str:
        """Return the text that means the same to the machine, in whatever language people read."""
        return re.sub(r"\s*#.*$", "", self.text, flags=re.MULTILINE)


def documents() -> list[Path]:
    """Return every document of the repository."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(path: Path) -> list[Block]:
    """Return a document's fenced blocks in their order."""
    return [Block(run or "", language, text) for run, language, text in _BLOCK.findall(path.read_text())]


def group(path: Path, run: str) -> str:
    """Return the blocks of a group, one after the other."""
    return "\n".join(each.text for each in blocks(path) if each.run == run)


def links(path: Path) -> Iterator[str]:
    """Give the targets of a document's links."""
    yield from _LINK.findall(path.read_text())


@dataclass(frozen=True, slots=True)
class RoleDocument:
    """Where the settings of a role are described, and how the environment names them."""

    papers: dict[str, Path]
    kind: type[BusSettings | GatewaySettings]
    prefix: str


ROLES = (
    RoleDocument(OPERATIONS, BusSettings, "MEZHVED_"),
    RoleDocument(GATEWAY, GatewaySettings, GATEWAY_PREFIX),
)


def settings_table(role: RoleDocument, language: str) -> str:
    """Return the table of all settings of a role in Markdown."""
    rows = [HEADS[language], ("---",) * len(HEADS[language])]
    for each in dataclasses.fields(role.kind):
        variable = environment_name(each.name, role.prefix)
        secret = f", `{variable}_FILE`" if each.metadata["secret"] else ""
        text = describe_fields(role.kind)[each.name]
        rows.append(
            (
                f"`{each.name}`",
                f"`{variable}`{secret}",
                _default(each.default, language),
                text.ru if language == "ru" else text.en,
            )
        )
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def settings_written(role: RoleDocument, language: str) -> str:
    """Return the table as the document has it."""
    found = _TABLE.search(role.papers[language].read_text())
    return found[0] if found else ""


def _default(value: object, language: str) -> str:
    if value in (None, "", ()):
        return EMPTY[language]
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{', '.join(value)}`" if isinstance(value, tuple) else f"`{value}`"


def main() -> None:
    """Write the tables anew."""
    for role in ROLES:
        for language, path in role.papers.items():
            table = settings_table(role, language)
            path.write_text(_TABLE.sub(table.replace("\\", r"\\"), path.read_text()))
    faults_document.write()


if __name__ == "__main__":
    main()
