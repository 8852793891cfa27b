"""Errors of this room.

MezhvedError
└── InvalidSchemaSet - the set of XSD files does not read or does not compile
"""

from __future__ import annotations

from mezhved.texts import MezhvedError


class InvalidSchemaSet(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """The set of XSD files does not read or does not compile; `where` names the file."""
