"""Packages of the demonstration's information types, laid out as agencies publish theirs.

Each folder is a package: schemas, etalons, test scenarios (XPath and XSL), a manual. All of it is invented.
"""

from __future__ import annotations

import io
import zipfile
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

PACKAGES: Final = ("snils", "inn", "passport", "extract", "charge")
"""Names of the packages: SNILS by data, INN by passport, passport validity, an extract, a charge."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def package_files(name: str) -> Mapping[str, bytes]:
    """Return the files of a package by their path inside it. Raises `KeyError` for an unknown name."""
    if name not in PACKAGES:
        raise KeyError(name)
    return dict(sorted(_walk(resources.files("mezhved.demo.packages").joinpath(name), "")))


def package_zip(name: str) -> bytes:
    """Return a package as the ZIP that is uploaded; the same octets every time."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, octets in package_files(name).items():
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), octets, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _walk(folder: Traversable, base: str) -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        path = f"{base}{each.name}"
        if each.is_dir():
            yield from _walk(each, f"{path}/")
        else:
            yield path, each.read_bytes()
