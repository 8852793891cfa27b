"""What is wrong with a container of evidence."""

from __future__ import annotations

from mezhved.gateway.errors import GatewayError


class BrokenContainer(GatewayError):  # noqa: N818 - named by what it is
    """The file is no container of evidence, or not as it was written."""
