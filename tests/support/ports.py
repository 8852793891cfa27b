"""Ports of the loopback for a demonstration under test."""

from __future__ import annotations

from mezhved.bench.installation import free_port, is_free
from mezhved.demo.bus import FTP_AFTER
from mezhved.demo.gateways import AFTER_BUS

_BESIDE = (AFTER_BUS, AFTER_BUS + 1, FTP_AFTER)
"""What the demonstration takes beside its first port."""


def free_demo_port() -> int:
    """Return a port whose neighbours that the demonstration takes are free as well."""
    while True:
        port = free_port()
        if all(is_free(port + each) for each in _BESIDE):
            return port
