"""The catalogue: information types added to this installation, each a folder with its package."""

from __future__ import annotations

from mezhved.infotypes.catalogue.store import Catalogue, CatalogueError, KnownType

__all__ = ["Catalogue", "CatalogueError", "KnownType"]
