"""EP-SP: an official signs a held message on a machine of their own; one page for requests and answers."""

from __future__ import annotations

from mezhved.cabinet.signing.page import sign

__all__ = ["sign"]
