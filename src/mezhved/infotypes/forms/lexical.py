"""What simple types allow, asked from any thread: `xmlschema` keeps the state of a look in the schema."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from xmlschema import XMLResource
from xmlschema.namespaces import NamespaceMapper
from xmlschema.validators.validation import ValidationContext

if TYPE_CHECKING:
    from mezhved.infotypes.forms.fields import Component


class _Contexts(threading.local):
    """The state of looking at a value, one for each thread."""

    def __init__(self) -> None:
        self.context = ValidationContext(XMLResource("<nothing/>"), NamespaceMapper())


_CONTEXTS = _Contexts()


def allows(simple: Component, text: str) -> bool:
    """Tell whether a simple type allows a text."""
    context = _CONTEXTS.context
    context.clear()
    simple.raw_decode(text, "lax", context)
    return not context.errors


def decoded(simple: Component, text: str) -> Any:
    """Return the value that facets compare."""
    context = _CONTEXTS.context
    context.clear()
    return simple.raw_decode(text, "lax", context)
