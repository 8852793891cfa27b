"""Rules of a schema that look at several fields at once: key, unique, keyref."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.documents import read_document
from mezhved.infotypes.values.problems import ValueProblem
from mezhved.infotypes.values.reading import pointers
from mezhved.infotypes.wellknown import XS
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.infotypes.forms.model import FormModel

_RULE: Final = re.compile(r"Xsd(?:Unique|Key|Keyref)\(name='(?:[^':]*:)?([^']+)'")
_PREFIX: Final = re.compile(r"(?<=/)(?:\{[^}]*\}|[^:/\[{]+:)")


def broken_constraints(octets: bytes, model: FormModel) -> Iterator[ValueProblem]:
    """Give the constraints that a document of one's own making breaks; nothing for a schema without any."""
    schema = model.types.schema
    if all(str(name).startswith(f"{{{XS}}}") for name in schema.maps.identities):
        return  # those of the schema of schemas alone
    places: dict[str, str] = {}
    for error in schema.iter_errors(io.BytesIO(octets)):
        places = places or pointers(read_document(octets), model)
        # the words of xmlschema quote the values, and problems may be logged
        rule = _RULE.search(str(error.reason))
        named = f" «{rule[1]}»" if rule else ""
        yield ValueProblem(
            places.get(_PREFIX.sub("", str(error.path or "")), ""),
            Text(ru=f"нарушено правило схемы{named}", en=f"a rule of the schema is broken{named}"),
            Text(
                ru="значения должны различаться и ссылаться друг на друга, как требует схема",
                en="values must differ and refer to one another as the schema asks",
            ),
        )
