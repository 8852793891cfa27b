"""Packages of the state's information types, where a copy of them lies beside the repository."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mezhved.infotypes.packages import load_package
from tests.support.smev3_reference import beside

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.infotypes.packages import Package

VS_ROOT = beside("vs")
VS_FOLDERS = sorted(each for each in VS_ROOT.glob("*/*") if any(each.rglob("*.xsd")))
VS_ABSENT = "no packages of information types beside the repository"


@cache
def vs_package(folder: Path) -> Package:
    """Load a package once for all tests of a process."""
    return load_package(folder)


def vs_name(folder: Path) -> str:
    """Name a package in a test's id."""
    return f"{folder.parent.name}-{folder.name}"
