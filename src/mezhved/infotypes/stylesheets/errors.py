"""Errors of running stylesheets.

MezhvedError
└── StylesheetError             - the stylesheet gave no result
    ├── StylesheetFailed        - it does not compile, or stopped with an error
    ├── StylesheetTimeout       - it took longer than it may
    └── StylesheetOverflow      - it took more memory than it may, or wrote too much
"""

from __future__ import annotations

from mezhved.texts import MezhvedError


class StylesheetError(MezhvedError):
    """Root of what goes wrong with stylesheets and XPath expressions from outside."""


class StylesheetFailed(StylesheetError):  # noqa: N818 - named by what happened, as the other refusals are
    """It does not compile or stopped with an error; the text is that of the processor."""


class StylesheetTimeout(StylesheetError):  # noqa: N818
    """It ran longer than the limit and was ended."""


class StylesheetOverflow(StylesheetError):  # noqa: N818
    """It took more memory or wrote more than the limit and was ended."""
