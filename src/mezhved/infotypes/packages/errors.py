"""Errors of packages.

MezhvedError
└── UnreadablePackage - not a folder or ZIP that can be read
    └── UnsafePackage - a ZIP built to do harm, or larger than any package may be
"""

from __future__ import annotations

from mezhved.texts import MezhvedError


class UnreadablePackage(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """The package is no folder and no ZIP that can be read; `where` names the file."""


class UnsafePackage(UnreadablePackage):
    """The ZIP has paths that lead outside, links, encryption, or unpacks beyond the bounds."""
