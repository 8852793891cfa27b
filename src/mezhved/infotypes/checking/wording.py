"""Complaints of validators said in plain words, with what the schema expects, at the field's path."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.checking.model import NO_TEXT, Finding
from mezhved.infotypes.checking.places import Declarations, label_of
from mezhved.infotypes.packages.model import QName
from mezhved.infotypes.values.complaints import explain
from mezhved.infotypes.values.scalars import fits
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lxml import etree

    from mezhved.infotypes.checking.issues import Issue
    from mezhved.infotypes.checking.model import Severity
    from mezhved.infotypes.forms.fields import Component
    from mezhved.infotypes.forms.types import Types

_VALUES: Final = frozenset(("value", "length", "range", "digits", "pattern", "enumeration"))
_SHOWN: Final = 8
_PATTERN: Final = re.compile(r"by the pattern '(.*)'\.\s*$", re.DOTALL)
_SET: Final = re.compile(r"element of the set \{(.*)\}\.?\s*$", re.DOTALL)
_NUMBER: Final = re.compile(r"(?:minimum|maximum|allowed) length of '(\d+)'")
_TYPE: Final = re.compile(r"type '(?:xs:)?([^']+)'")
_LONGEST: Final = 300

_SIMPLE: Final[Mapping[str, Text]] = {
    "fixed": Text(
        ru="значение задано схемой и другим быть не может",
        en="the schema fixes the value, it cannot be another",
    ),
    "text": Text(ru="здесь не может быть текста", en="there may be no text here"),
    "nil": Text(
        ru="xsi:nil здесь не разрешён или элемент при нём не пуст",
        en="xsi:nil is not allowed here, or the element is not empty with it",
    ),
    "abstract": Text(
        ru="элемент или тип отвлечённый: нужен один из тех, что стоят вместо него",
        en="the element or type is abstract: one that stands for it is needed",
    ),
    "type": Text(
        ru="тип из xsi:type неизвестен или здесь не подходит",
        en="the type that xsi:type names is unknown or does not fit here",
    ),
    "key": Text(
        ru="значение должно быть единственным в своём роде или указывать на имеющееся",
        en="the value must be unique, or refer to one that is there",
    ),
    "assertion": Text(ru="не выполнено условие схемы", en="a condition of the schema does not hold"),
    "given-up": Text(
        ru="проверка документа заняла бы слишком много времени и прервана",
        en="checking the document would take too long and was given up",
    ),
    "structure": Text(
        ru="содержимое не такое, как требует схема", en="the content is not as the schema demands"
    ),
    "value": Text(
        ru="значение не того вида, что в схеме", en="the value is not of the kind the schema wants"
    ),
}


@dataclass(slots=True)
class Wording:
    """Says complaints about one document; `schema` is built by xmlschema, None where it cannot be."""

    schema: Any
    types: Types | None
    declarations: Declarations = field(init=False)

    def __post_init__(self) -> None:
        self.declarations = Declarations(self.schema)

    def finding(self, issue: Issue, severity: Severity = "error") -> Finding:
        """Return the complaint as a finding."""
        say: Callable[[Issue, Severity], Finding] = self._plain
        if issue.rule in _VALUES:
            say = self._value
        elif issue.rule == "unexpected":
            say = self._unexpected
        elif issue.rule == "required":
            say = self._required
        elif issue.rule == "root":
            say = self._root
        return say(issue, severity)

    def _made(
        self, issue: Issue, severity: Severity, text: Text, *, path: str = "", label: Text | None = None
    ) -> Finding:
        line: Any = issue.node.sourceline
        return Finding(
            path=path or self.declarations.paths.of(issue.node, issue.attribute),
            text=text,
            severity=severity,
            rule=issue.rule,
            label=self._label(issue.node, issue.attribute) if label is None else label,
            line=line or 0,
        )

    def _label(self, node: etree._Element, attribute: str | None = None) -> Text:
        return self.declarations.label(node, attribute) if self.schema is not None else NO_TEXT

    def _plain(self, issue: Issue, severity: Severity) -> Finding:
        return self._made(issue, severity, _SIMPLE.get(issue.rule, _SIMPLE["structure"]))

    def _root(self, issue: Issue, severity: Severity) -> Finding:
        name = QName.parse(str(issue.node.tag))
        space = name.namespace or "-"
        known = ", ".join(QName.parse(each).namespace or "-" for each in issue.names[:_SHOWN])
        text = Text(
            ru=f"схемы не знают такого документа: {name.local} в пространстве имён {space}"
            + (f"; знают в {known}" if known else ""),
            en=f"the schemas know no such document: {name.local} in the namespace {space}"
            + (f"; they know it in {known}" if known else ""),
        )
        return self._made(issue, severity, text)

    def _value(self, issue: Issue, severity: Severity) -> Finding:
        simple = None
        if self.schema is not None:
            simple = self.declarations.simple(issue.node, issue.attribute)
        written = (
            issue.node.get(issue.attribute)
            if issue.attribute
            else "".join(str(each) for each in issue.node.itertext())
        )
        text = self._explained(str(written or ""), simple) or _from_facet(issue)
        return self._made(issue, severity, text)

    def _explained(self, written: str, simple: Component | None) -> Text | None:
        if simple is None or self.types is None:
            return None
        try:
            if fits(written, simple):
                return None
            return explain(written, simple, self.types.field(simple))
        except (ValueError, TypeError, AttributeError, KeyError):
            return None

    def _required(self, issue: Issue, severity: Severity) -> Finding:
        if issue.attribute:
            label = self._label(issue.node, issue.attribute)
            return self._made(
                issue,
                severity,
                Text(ru="не заполнено обязательное поле", en="a required field is empty"),
                label=label,
            )
        return self._missing(issue, issue.node, severity)

    def _missing(self, issue: Issue, parent: etree._Element, severity: Severity) -> Finding:
        """Say that elements are missing; one that must be there has a path of its own."""
        if len(issue.names) == 1:
            local = QName.parse(issue.names[0]).local
            declared = self._child(parent, issue.names[0])
            text = Text(ru="не заполнено обязательное поле", en="a required field is empty")
            label = label_of(declared) if declared is not None else NO_TEXT
            finding = self._made(
                issue, severity, text, path=f"{self.declarations.paths.of(parent)}/{local}", label=label
            )
        else:
            listed = self._listed(parent, issue.names)
            text = Text(
                ru=f"заполнено не всё: нужно одно из {listed.ru}" if listed.ru else "заполнено не всё",
                en=f"not all is filled in: one of {listed.en} is needed"
                if listed.en
                else "not all is filled in",
            )
            finding = self._made(
                issue, severity, text, path=self.declarations.paths.of(parent), label=self._label(parent)
            )
        return Finding(
            finding.path, finding.text, severity, "required", finding.label, finding.code, finding.line
        )

    def _unexpected(self, issue: Issue, severity: Severity) -> Finding:
        if issue.attribute:
            text = Text(
                ru="схема не предусматривает такого атрибута", en="the schema foresees no such attribute"
            )
            return self._made(issue, severity, text)
        node, parent = issue.node, issue.node.getparent()
        if parent is None:
            return self._root(issue, severity)
        known = self._child(parent, str(node.tag)) is not None
        there = {str(each.tag) for each in parent if isinstance(each.tag, str)}
        if known and len(issue.names) == 1 and issue.names[0] not in there:
            return self._missing(issue, parent, severity)
        return self._made(issue, severity, self._surplus(issue, parent, known=known))

    def _surplus(self, issue: Issue, parent: etree._Element, *, known: bool) -> Text:
        name = QName.parse(str(issue.node.tag))
        listed = self._listed(parent, issue.names)
        ru_tail = f"; здесь ожидается {listed.ru}" if listed.ru else ""
        en_tail = f"; expected here: {listed.en}" if listed.en else ""
        if known:
            return Text(
                ru=f"элемент стоит не на своём месте или лишний{ru_tail}",
                en=f"the element is out of its place or superfluous{en_tail}",
            )
        other = next((QName.parse(each) for each in self._names(parent, issue) if _same(each, name)), None)
        if other is not None:
            return Text(
                ru=f"не то пространство имён: нужно {other.namespace or '(никакого)'}",
                en=f"the wrong namespace: {other.namespace or '(none)'} is needed",
            )
        return Text(
            ru=f"схема не предусматривает такого элемента{self._meant(parent, issue, name, 'ru')}{ru_tail}",
            en=f"the schema foresees no such element{self._meant(parent, issue, name, 'en')}{en_tail}",
        )

    def _meant(self, parent: etree._Element, issue: Issue, name: QName, language: str) -> str:
        locals_ = [QName.parse(each).local for each in self._names(parent, issue)]
        close = difflib.get_close_matches(name.local, locals_, n=1)
        if not close:
            return ""
        return f"; возможно, имелось в виду {close[0]}" if language == "ru" else f"; did you mean {close[0]}"

    def _names(self, parent: etree._Element, issue: Issue) -> list[str]:
        """Return the names of what the parent may hold."""
        declared = self.declarations.element(parent) if self.schema is not None else None
        if declared is None:
            return list(issue.names)
        return list(self.declarations.children(parent, declared))

    def _child(self, parent: etree._Element, name: str) -> Component | None:
        declared = self.declarations.element(parent) if self.schema is not None else None
        return self.declarations.children(parent, declared).get(name) if declared is not None else None

    def _listed(self, parent: etree._Element, names: tuple[str, ...]) -> Text:
        """Return the expected elements by name and by what the schema calls them."""
        ru, en = [], []
        for each in names[:_SHOWN]:
            local = QName.parse(each).local
            declared = self._child(parent, each)
            label = label_of(declared) if declared is not None else Text(ru=local, en=local)
            ru.append(local if label.ru.casefold() == local.casefold() else f"{local} («{label.ru}»)")
            en.append(local if label.en.casefold() == local.casefold() else f"{local} ({label.en})")
        more = "…" if len(names) > _SHOWN else ""
        return Text(ru=", ".join(ru) + more, en=", ".join(en) + more)


def _same(one: str, other: QName) -> bool:
    found = QName.parse(one)
    return found.local == other.local and found.namespace != other.namespace


def _from_facet(issue: Issue) -> Text:
    """Say what libxml2 says of a facet, without the value that it quotes."""
    raw = issue.raw
    if issue.rule == "pattern" and (found := _PATTERN.search(raw)):
        return Text(
            ru=f"не подходит под шаблон {found[1]}"[:_LONGEST],
            en=f"does not match the pattern {found[1]}"[:_LONGEST],
        )
    if issue.rule == "enumeration" and (found := _SET.search(raw)):
        shown = found[1].replace("'", "")[:_LONGEST]
        return Text(ru=f"нужно одно из значений: {shown}", en=f"must be one of: {shown}")
    if issue.rule == "length" and (found := _NUMBER.search(raw)):
        return Text(
            ru=f"не та длина: по схеме {found[1]}", en=f"not the length of the schema, which is {found[1]}"
        )
    if issue.rule == "value" and (found := _TYPE.search(raw)):
        return Text(ru=f"значение не типа {found[1]}", en=f"the value is not of the type {found[1]}")
    return _SIMPLE["value"]
