"""The workbook that is filled in: headings with hints, lists to choose from, cells that stay text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from mezhved.cabinet.batch.limits import FIRST_ROW, MOST_ROWS, SHEET
from mezhved.infotypes.forms import FieldKind
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mezhved.cabinet.batch.columns import Column, Layout
    from mezhved.infotypes.forms import Field
    from mezhved.texts import Language

_LISTS: Final = Text(ru="Списки", en="Lists")
_HELP: Final = Text(ru="Как заполнять", en="How to fill in")
_LONGEST_HINT: Final = 1500
_LONGEST_OPTION: Final = 250
_FLAGS: Final = (Text(ru="да", en="yes"), Text(ru="нет", en="no"))
_KINDS: Final = {
    FieldKind.DATE: Text(ru="Дата: 31.12.2026", en="A date: 31.12.2026"),
    FieldKind.DATETIME: Text(ru="Дата и время: 31.12.2026 23:59", en="Date and time: 31.12.2026 23:59"),
    FieldKind.INTEGER: Text(ru="Целое число", en="A whole number"),
    FieldKind.DECIMAL: Text(ru="Число", en="A number"),
    FieldKind.BOOLEAN: Text(ru="да или нет", en="yes or no"),
    FieldKind.YEAR: Text(ru="Год: 2026", en="A year: 2026"),
    FieldKind.CHOICE: Text(ru="Выберите из списка", en="Choose from the list"),
}
_ADVICE: Final = (
    Text(
        ru="Одна строка — один запрос. Заполняйте лист «Запросы» с третьей строки; первые две не меняйте.",
        en="One row is one request. Fill the sheet Requests from row 3 on; leave the first two as they are.",
    ),
    Text(
        ru="Столбцы с жёлтым заголовком и звёздочкой обязательны. Наведите мышь на заголовок: там подсказка.",
        en="Columns with a yellow heading and a star are required. Hover over a heading for a hint.",
    ),
    Text(
        ru="Если у поля есть номер («Документ 1», «Документ 2»), это повторы: заполняйте по порядку, лишние "
        "оставьте пустыми.",
        en="Numbered fields (Document 1, Document 2) are repetitions: fill them in order.",
    ),
    Text(
        ru="Вставляйте значения, а не формулы: ячейку с формулой программа не примет.",
        en="Paste values and no formulas: a cell with a formula is not accepted.",
    ),
    Text(
        ru="Если часть полей — варианты («либо … либо …»), заполните только один вариант.",
        en="Where fields are ways to choose from, fill one way only.",
    ),
    Text(
        ru=f"В одном файле до {MOST_ROWS} строк. Файлы к запросам так не прикладываются.",
        en=f"Up to {MOST_ROWS} rows a file. Files cannot be attached this way.",
    ),
)


def template(layout: Layout, title: str, made_at: datetime, language: Language) -> bytes:
    """Return the workbook of a type."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        _Writing(book, language).write(layout, title)
    return target.getvalue()


class _Writing:
    """Writes one workbook."""

    def __init__(self, book: Any, language: Language) -> None:
        self._book = book
        self._language = language
        head = {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "border_color": "#C9D3DF"}
        self._head = book.add_format({**head, "bg_color": "#EEF2F8"})
        self._required = book.add_format({**head, "bg_color": "#FFF3D9"})
        self._text = book.add_format({"num_format": "@"})
        self._date = book.add_format({"num_format": "dd.mm.yyyy"})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def write(self, layout: Layout, title: str) -> None:
        """Write the sheet to fill, the sheet of advice, and the hidden one of lists."""
        sheet = self._book.add_worksheet(self._say(SHEET))
        advice = self._book.add_worksheet(self._say(_HELP))
        lists = self._book.add_worksheet(self._say(_LISTS))
        lists.hide()
        for number, column in enumerate(layout.columns):
            self._column(sheet, lists, number, column)
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_row(1, 60)
        sheet.freeze_panes(FIRST_ROW - 1, 0)
        advice.set_column(0, 0, 100)
        advice.write_string(0, 0, title, self._head)
        for row, each in enumerate(self._advice(layout), start=1):
            advice.write_string(row, 0, each, self._wrapped)

    def _column(self, sheet: Any, lists: Any, number: int, column: Column) -> None:
        kind = column.node.field
        is_date = kind is not None and kind.kind is FieldKind.DATE
        sheet.set_column(number, number, 24, self._date if is_date else self._text)
        sheet.write_string(0, number, column.key)
        heading = self._say(column.heading) + (" *" if column.required else "")
        sheet.write_string(1, number, heading, self._required if column.required else self._head)
        hint = self._hint(column)
        if hint:
            sheet.write_comment(1, number, hint[:_LONGEST_HINT], {"x_scale": 2, "y_scale": 2})
        choices = self._choices(kind)
        if choices:
            for row, each in enumerate(choices):
                lists.write_string(row, number, each)
            letters = column_letters(number)
            source = f"='{self._say(_LISTS)}'!${letters}$1:${letters}${len(choices)}"
            rule = {"validate": "list", "source": source, "error_type": "warning"}
            sheet.data_validation(FIRST_ROW - 1, number, FIRST_ROW + MOST_ROWS - 2, number, rule)

    def _choices(self, kind: Field | None) -> Sequence[str]:
        if kind is None:
            return ()
        if kind.kind is FieldKind.BOOLEAN:
            return [self._say(each) for each in _FLAGS]
        return [
            f"{each.value} — {each.label}"[:_LONGEST_OPTION] if each.label else each.value
            for each in kind.options
        ]

    def _hint(self, column: Column) -> str:
        node, kind = column.node, column.node.field
        said = [self._say(node.hint)] if node.hint.ru else []
        if kind is not None:
            if kind.kind in _KINDS:
                said.append(self._say(_KINDS[kind.kind]))
            most = kind.bounds.length or kind.bounds.max_length
            if most is not None:
                said.append(self._say(Text(ru=f"Не длиннее {most} знаков", en=f"Up to {most} characters")))
        if node.mask:
            said.append(self._say(Text(ru=f"Вид: {node.mask}", en=f"Looks like {node.mask}")))
        return "\n".join(said)

    def _advice(self, layout: Layout) -> list[str]:
        said = [self._say(each) for each in _ADVICE]
        if layout.missing:
            names = "; ".join(self._say(each) for each in layout.missing)
            said.append(
                self._say(
                    Text(
                        ru=f"Эти обязательные части в таблицу не помещаются: {names}.",
                        en=f"These required parts do not fit into a table: {names}.",
                    )
                )
            )
        if layout.is_cut:
            said.append(
                self._say(
                    Text(
                        ru="У вида сведений очень много полей: в таблице только первые.",
                        en="The type has very many fields: the table has the first of them.",
                    )
                )
            )
        return said

    def _say(self, text: Text) -> str:
        return text.ru if self._language == "ru" else text.en


def column_letters(number: int) -> str:
    """Return what Excel calls a column, counted from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
