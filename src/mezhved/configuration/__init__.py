"""Typed settings of the roles: one TOML file, overridden by the environment."""

from __future__ import annotations

from mezhved.configuration.errors import SettingError
from mezhved.configuration.loading import environment_name, load_bus_settings
from mezhved.configuration.settings import BusSettings, describe

__all__ = ["BusSettings", "SettingError", "describe", "environment_name", "load_bus_settings"]
