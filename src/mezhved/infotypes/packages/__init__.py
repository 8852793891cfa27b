"""Packages of information types as agencies publish them: schemas, samples, test scenarios, manuals."""

from __future__ import annotations

from mezhved.infotypes.packages.archives import PackageLimits
from mezhved.infotypes.packages.bundles import SchemaBundle
from mezhved.infotypes.packages.errors import UnreadablePackage, UnsafePackage
from mezhved.infotypes.packages.loading import load_package
from mezhved.infotypes.packages.model import (
    Package,
    PackageFile,
    Problem,
    QName,
    Sample,
    ScenarioFiles,
    Stylesheet,
)

__all__ = [
    "Package",
    "PackageFile",
    "PackageLimits",
    "Problem",
    "QName",
    "Sample",
    "ScenarioFiles",
    "SchemaBundle",
    "Stylesheet",
    "UnreadablePackage",
    "UnsafePackage",
    "load_package",
]
