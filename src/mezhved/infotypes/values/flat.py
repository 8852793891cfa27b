"""A value as the fields of a web form: JSON pointer (RFC 6901) to text, and back.

`/Документ/0/@Серия` is the series of the first document. A pointer with `/` at its end says that an object
without any field is there. Fields left blank are not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.forms.fields import FieldKind
from mezhved.infotypes.forms.model import escaped, unescaped
from mezhved.infotypes.forms.shapes import TEXT
from mezhved.infotypes.values.problems import Findings
from mezhved.infotypes.values.reading import DEEPEST, NIL_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mezhved.infotypes.forms.model import FormModel

PRESENT: Final = "1"
_LONGEST: Final = 4 * DEEPEST
_CHECKED: Final = frozenset({"on", "yes", "да"})


def to_form_fields(value: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of a value, in its order."""
    return dict(_fields(value, ""))


def _fields(value: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if not value and at:
            yield f"{at}/", PRESENT
        for key, each in value.items():
            yield from _fields(each, f"{at}/{escaped(key)}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _fields(each, f"{at}/{number}")
    elif value is None:
        yield f"{at}/{NIL_KEY}", "true"
    elif isinstance(value, bool):
        yield at, "true" if value else "false"
    else:
        yield at, str(value)


def from_form_fields(fields: Mapping[str, str], model: FormModel) -> dict[str, Any]:
    """Return the value that a form has posted; texts stay texts, `to_xml` reads them.

    Numbers of items only order them: those that are missing close up. Raises `InvalidValue` for names that
    are no pointers.
    """
    findings = Findings()
    root: dict[str, Any] = {}
    for name, text in fields.items():
        steps = name.split("/")
        if steps[0] or len(steps) < 2 or len(steps) > _LONGEST:  # noqa: PLR2004 - "/x" has two
            findings.add(name[:200], "это не имя поля формы", "this is no name of a form field")
        elif text != "":
            _put(root, [unescaped(each) for each in steps[1:]], _checked(text, name, model))
    findings.demand_none()
    value = _gathered(root)
    return value if isinstance(value, dict) else {}


def _checked(text: str, name: str, model: FormModel) -> str:
    """Return the text of a ticked box as XML has it."""
    if text.lower() not in _CHECKED:
        return text
    node = model.at(name)
    ticked = node is not None and node.field is not None and node.field.kind is FieldKind.BOOLEAN
    return "true" if ticked else text


def _put(root: dict[str, Any], steps: list[str], text: str) -> None:
    current = root
    for step in steps[:-1]:
        below = current.setdefault(step, {})
        if not isinstance(below, dict):
            current[step] = below = {TEXT: below}
        current = below
    last = steps[-1]
    if last == "":
        return
    if isinstance(current.get(last), dict):
        current[last][TEXT] = text
    else:
        current[last] = text


def _gathered(value: Any) -> Any:
    """Turn objects whose names are numbers into arrays, and `{"@xsi:nil": "true"}` into null."""
    if not isinstance(value, dict):
        return value
    if value and all(each.isascii() and each.isdigit() for each in value):
        return [_gathered(value[each]) for each in sorted(value, key=lambda one: (len(one), one))]
    if list(value.items()) == [(NIL_KEY, "true")]:
        return None
    return {key: _gathered(each) for key, each in value.items()}
