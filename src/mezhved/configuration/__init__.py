"""Typed settings of the roles: one TOML file, overridden by the environment."""

from __future__ import annotations

from mezhved.configuration.errors import SettingError
from mezhved.configuration.fields import describe_fields
from mezhved.configuration.gateway import GatewaySettings
from mezhved.configuration.loading import (
    GATEWAY_PREFIX,
    environment_name,
    load_bus_settings,
    load_gateway_settings,
)
from mezhved.configuration.settings import BusSettings, describe

__all__ = [
    "GATEWAY_PREFIX",
    "BusSettings",
    "GatewaySettings",
    "SettingError",
    "describe",
    "describe_fields",
    "environment_name",
    "load_bus_settings",
    "load_gateway_settings",
]
