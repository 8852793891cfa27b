"""The official schemas of SMEV 3, where a copy of them lies beside the repository."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

if TYPE_CHECKING:
    from mezhved.smev3.versions import Version


def beside(folder: str) -> Path:
    """Give a folder of the reference material that may lie beside the repository.

    `MEZHVED_REFERENCE` names its `smev3` folder where that lies elsewhere.
    """
    given = os.environ.get("MEZHVED_REFERENCE")
    root = Path(given).parent if given else Path(__file__).parents[3] / "shared" / "reference"
    return root / folder


def reference(version: Version, folder: str | None = None) -> Path:
    """Give the folder of the official files of a version; skip the test when it is absent.

    `MEZHVED_REFERENCE` names the folder that holds the versions' folders.
    """
    path = beside("smev3") / (folder or version.value)
    if not path.is_dir():
        pytest.skip("the official schemas are not here: MEZHVED_REFERENCE names no folder with them")
    return path


def official_schema(version: Version, folder: str | None = None) -> etree.XMLSchema:
    """Compile all official XSD files of a version into one schema."""
    path = reference(version, folder)
    parts = [
        part
        for part in ("types", "basic", "faults", "routing", "directive")
        if _file(path, part, version).exists()
    ]
    places = {getattr(version, part): _file(path, part, version).as_uri() for part in parts}
    imports = "".join(f'<xs:import namespace="{uri}" schemaLocation="{at}"/>' for uri, at in places.items())
    return etree.XMLSchema(
        etree.fromstring(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>')
    )


def _file(path: Path, part: str, version: Version) -> Path:
    return path / f"smev-message-exchange-{part}-{version.value}.xsd"
