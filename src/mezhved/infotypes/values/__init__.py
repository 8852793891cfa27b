"""Values of information types: JSON and form fields to XML and back, by the form model.

Errors: `InvalidValue` (all problems at their JSON pointers), `MalformedXml`.
"""

from __future__ import annotations

from mezhved.infotypes.values.examples import example
from mezhved.infotypes.values.flat import from_form_fields, to_form_fields
from mezhved.infotypes.values.jsonschema import json_schema
from mezhved.infotypes.values.problems import InvalidValue, ValueProblem
from mezhved.infotypes.values.reading import Reading, pointers, read_value, to_json
from mezhved.infotypes.values.scalars import flaw
from mezhved.infotypes.values.writing import build_xml, to_xml

__all__ = [
    "InvalidValue",
    "Reading",
    "ValueProblem",
    "build_xml",
    "example",
    "flaw",
    "from_form_fields",
    "json_schema",
    "pointers",
    "read_value",
    "to_form_fields",
    "to_json",
    "to_xml",
]
