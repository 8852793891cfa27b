"""Errors of rendering.

MezhvedError
└── RenderingError      - the document cannot be shown this way
    ├── PdfUnavailable  - the libraries that draw pages are not on this machine
    ├── TooLarge        - more values than a PDF is made of
    └── ArchiveError    - an attached archive cannot be opened
"""

from __future__ import annotations

from mezhved.texts import MezhvedError


class RenderingError(MezhvedError):
    """The document cannot be shown this way."""


class PdfUnavailable(RenderingError):  # noqa: N818 - named by what it is, as the other refusals are
    """Pango is not on this machine; the cure names the packages."""


class TooLarge(RenderingError):  # noqa: N818
    """The document has more values than a PDF is made of."""


class ArchiveError(RenderingError):
    """The octets are no ZIP, or one that is damaged, locked, too large or built to do harm."""
