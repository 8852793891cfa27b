"""What a package of an information type consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mezhved.infotypes.documents import QName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.infotypes.packages.bundles import SchemaBundle
    from mezhved.texts import Text

Severity = Literal["error", "warning", "note"]
"""error: a part of the package cannot be used; warning: used, but look at it; note: mended or filled in."""

Expected = Literal["valid", "invalid", "unknown"]
RootKind = Literal["request", "response"]

__all__ = [
    "Expected",
    "Package",
    "PackageFile",
    "Problem",
    "QName",
    "RootKind",
    "Sample",
    "ScenarioFiles",
    "Severity",
    "Stylesheet",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of the package that is amiss and can be lived with."""

    file: str
    text: Text
    severity: Severity = "warning"


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file; `path` has `/` between folders, an archive inside the package counts as a folder."""

    path: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class Sample:
    """An example message: the business data alone, cut out of whatever envelope they came in.

    `name` is the file's path, with `#2` and on for further business elements of one file. `expected` says
    what the package itself promises of its validity.
    """

    name: str
    octets: bytes
    root: QName
    expected: Expected = "unknown"


@dataclass(frozen=True, slots=True)
class ScenarioFiles:
    """A test scenario as registered: what recognises a request, and what makes the answer of it.

    `xpath` is empty where the package does not write it down: the stylesheet itself then chooses.
    """

    name: str
    xpath: str
    namespaces: Mapping[str, str]
    xsl: bytes
    xsl_path: str


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """A stylesheet of the package that shows a message to people."""

    path: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class Package:
    """A loaded package.

    `bundles` are sets of schemas that hold together; files that contradict one another (two versions under
    one namespace) lie in different bundles. `schemas` is the first of them.
    """

    files: Mapping[str, PackageFile]
    bundles: tuple[SchemaBundle, ...]
    samples: tuple[Sample, ...]
    scenarios: tuple[ScenarioFiles, ...]
    stylesheets: tuple[Stylesheet, ...]
    manuals: tuple[PackageFile, ...]
    problems: tuple[Problem, ...]

    @property
    def schemas(self) -> SchemaBundle:
        """Return the main bundle; empty for a package without schemas."""
        return self.bundles[0]

    @property
    def roots(self) -> tuple[tuple[SchemaBundle, QName], ...]:
        """Return every root with the bundle that declares it."""
        return tuple((bundle, root) for bundle in self.bundles for root in bundle.roots)

    def bundle_of(self, root: QName) -> SchemaBundle | None:
        """Return the first bundle that declares this element at the top, None when none does."""
        return next((each for each in self.bundles if root in each.elements), None)
