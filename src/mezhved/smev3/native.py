"""Choose the compiled twins where they are built, and built for the lxml that runs."""

from __future__ import annotations

import importlib
import warnings
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from types import ModuleType


def load(name: str) -> ModuleType | None:
    """Import a compiled module; None when it was not built or would misread lxml's trees."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Cython warns when lxml's classes have another size
            module = importlib.import_module(name)
    except (ImportError, ValueError, Warning):
        return None
    return module if fits(*module.BUILT_FOR) else None


def fits(lxml_version: str, libxml_version: int) -> bool:
    """Tell whether a build against these versions may read the trees of the running lxml.

    The structures read are public in both; within one minor version they do not change.
    """
    lxml_minor = tuple(map(int, lxml_version.split(".")[:2]))
    libxml_minor = (libxml_version // 10000, libxml_version // 100 % 100)
    running = (tuple(etree.LXML_VERSION[:2]), tuple(etree.LIBXML_VERSION[:2]))
    return (lxml_minor, libxml_minor) == running
