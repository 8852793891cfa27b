"""Forms of information types: a tree of sections and fields made from the schema of a root element."""

from __future__ import annotations

from mezhved.infotypes.documents import QName
from mezhved.infotypes.forms.describing import describe
from mezhved.infotypes.forms.fields import Bounds, Field, FieldKind, Option
from mezhved.infotypes.forms.model import (
    Constraint,
    FormModel,
    Node,
    NodeKind,
    UnknownNode,
    escaped,
    unescaped,
)
from mezhved.infotypes.forms.notes import Dictionary
from mezhved.infotypes.forms.recognition import identifier_of
from mezhved.infotypes.forms.shapes import Occurs
from mezhved.infotypes.forms.unfolding import form_model

__all__ = [
    "Bounds",
    "Constraint",
    "Dictionary",
    "Field",
    "FieldKind",
    "FormModel",
    "Node",
    "NodeKind",
    "Occurs",
    "Option",
    "QName",
    "UnknownNode",
    "describe",
    "escaped",
    "form_model",
    "identifier_of",
    "unescaped",
]
