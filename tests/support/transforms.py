"""The implementations of the transform that must agree."""

from __future__ import annotations

import pytest

from mezhved.smev3 import native, scan
from mezhved.smev3.transform import canonical, python

_compiled = native.load("mezhved.smev3.transform._compiled")
_tree = native.load("mezhved.smev3._tree")
_absent = pytest.mark.skip(reason="the compiled part is not built here")


def _written(element: object, limit: int = canonical.DEFAULT_LIMIT) -> bytes:
    """Use the writer that serves where libxml2 refuses, everywhere."""
    serialized = canonical.etree.tostring(element, encoding="utf-8", with_tail=False)
    return canonical.written_octets(serialized, limit)


SIGNED = [
    pytest.param(python.signed_octets, id="python"),
    pytest.param(_compiled.signed_octets, id="compiled")
    if _compiled
    else pytest.param(None, id="compiled", marks=_absent),
]
CANONICAL = [
    pytest.param(canonical.canonical_octets, id="python"),
    pytest.param(_written, id="written"),
    pytest.param(_compiled.canonical_octets, id="compiled")
    if _compiled
    else pytest.param(None, id="compiled", marks=_absent),
]
TREES = [
    pytest.param(scan, id="python"),
    pytest.param(_tree, id="compiled") if _tree else pytest.param(None, id="compiled", marks=_absent),
]
