"""Values of information types: JSON and form fields to XML and back, by the form model.

Errors: `InvalidValue` (all problems at their JSON pointers), `MalformedXml`.
"""

from __future__ import annotations

from mezhved.infotypes.values.problems import InvalidValue, ValueProblem
from mezhved.infotypes.values.reading import Reading, read_value, to_json
from mezhved.infotypes.values.writing import build_xml, to_xml

__all__ = ["InvalidValue", "Reading", "ValueProblem", "build_xml", "read_value", "to_json", "to_xml"]
