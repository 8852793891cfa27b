"""Databases of the gateway, which the cabinet's tables lie in."""

from __future__ import annotations

from tests.support.gateway_databases import gateway_database, gateway_sqlite, postgres_gateways

__all__ = ["gateway_database", "gateway_sqlite", "postgres_gateways"]
