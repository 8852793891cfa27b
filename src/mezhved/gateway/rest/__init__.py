"""REST for the participant's own systems: /api/v1, OpenAPI made from the code, problem+json."""

from __future__ import annotations

from mezhved.gateway.rest.application import RestApplication

__all__ = ["RestApplication"]
