"""Reading the settings of a role: defaults, then one TOML file, then the environment."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

from mezhved.configuration.errors import SettingError
from mezhved.configuration.gateway import GatewaySettings
from mezhved.configuration.settings import BusSettings
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Settings = TypeVar("Settings", bound=BusSettings | GatewaySettings)

PREFIX = "MEZHVED_"
GATEWAY_PREFIX = "MEZHVED_GATEWAY_"
CONFIG = "MEZHVED_CONFIG"
TABLES = ("bus", "gateway")
# Variables of the command line, the demonstration and the tests; they are no settings of a role.
FOREIGN = (
    "MEZHVED_LANG",
    "MEZHVED_URL",
    "MEZHVED_VERSION",
    "MEZHVED_KEY",
    "MEZHVED_KEY_PASSWORD_FILE",
    "MEZHVED_CERT",
    "MEZHVED_SMEV_CERT",
    "MEZHVED_TRUST",
    "MEZHVED_FILE_STORE",
    "MEZHVED_FILE_STORE_LOGIN",
    "MEZHVED_FILE_STORE_PASSWORD_FILE",
    "MEZHVED_FILE_STORE_CA",
    "MEZHVED_TYPE_CATALOGUE",
    CONFIG,
)
FOREIGN_PREFIXES = ("MEZHVED_TEST_", "MEZHVED_DEMO_", "MEZHVED_BENCH_", "MEZHVED_BUILD_")
_SERVICE = re.compile(r"MEZHVED_(\w+_)?SERVICE_(HOST|PORT(_\w+)?)")
_SERVICE_PORT = re.compile(r"MEZHVED_(\w+_)?PORT_\d+_(TCP|UDP|SCTP)(_\w+)?")
TRUE = ("1", "true", "yes", "on", "да")
FALSE = ("0", "false", "no", "off", "нет")


def environment_name(setting: str, prefix: str = PREFIX) -> str:
    """Return the environment variable of a setting: `listen_port` -> `MEZHVED_LISTEN_PORT`."""
    return prefix + setting.upper()


def load_bus_settings(environ: Mapping[str, str], *, config: Path | None = None) -> BusSettings:
    """Read the settings of the bus: table `[bus]`, variables `MEZHVED_<NAME>`; see `_Reading`."""
    return _Reading(BusSettings, "bus", PREFIX).load(environ, config)


def load_gateway_settings(environ: Mapping[str, str], *, config: Path | None = None) -> GatewaySettings:
    """Read the settings of the gateway: table `[gateway]`, variables `MEZHVED_GATEWAY_<NAME>`."""
    return _Reading(GatewaySettings, "gateway", GATEWAY_PREFIX).load(environ, config)


class _Reading(Generic[Settings]):
    """How one role's settings are read.

    The TOML file (given, else named by `MEZHVED_CONFIG`) has a table for each role; a variable with the
    role's prefix overrides it. A secret may instead be named by the file that holds it: `<name>_file` in
    TOML, `<PREFIX><NAME>_FILE` in the environment. Relative paths in the file are counted from its folder.
    Everything raises `SettingError`.
    """

    def __init__(self, kind: type[Settings], table: str, prefix: str) -> None:
        self._kind = kind
        self._table = table
        self._prefix = prefix
        self._hints = get_type_hints(kind)

    def load(self, environ: Mapping[str, str], config: Path | None) -> Settings:
        path = config or (Path(environ[CONFIG]) if environ.get(CONFIG) else None)
        values = self._from_file(path) if path else {}
        values |= self._from_environment(environ)
        return self._kind(**values)

    def _from_file(self, path: Path) -> dict[str, Any]:
        where = str(path)
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingError(
                Text(
                    ru=f"файл настроек не читается: {error}", en=f"the settings file does not read: {error}"
                ),
                where=where,
                cure=Text(ru="исправьте файл или MEZHVED_CONFIG", en="correct the file or MEZHVED_CONFIG"),
            ) from error
        for table in document:
            if table not in TABLES:
                raise _unknown(table, TABLES, where)
        table = document.get(self._table, {})
        if not isinstance(table, dict):
            raise self._wrong(self._table, table, f"[{self._table}]", where)
        folder = path.parent
        values: dict[str, Any] = {}
        for name, value in table.items():
            setting = self._setting_of(name)
            if setting is None:
                raise _unknown(name, self._names(), f"{where}, [{self._table}]")
            if setting in values:
                raise _twice(setting, f"{where}, [{self._table}]")
            if setting != name:
                values[setting] = _read_secret(folder / str(value), f"{where}, {name}")
            else:
                values[setting] = self._typed(setting, value, f"{where}, {name}", folder)
        return values

    def _from_environment(self, environ: Mapping[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for variable, value in environ.items():
            if not variable.startswith(self._prefix) or _is_foreign(variable, value, self._prefix):
                continue
            name = variable.removeprefix(self._prefix).lower()
            setting = self._setting_of(name)
            if setting is None:
                known = [environment_name(each, self._prefix) for each in self._names()]
                raise _unknown(variable, known, "environment")
            if setting in values:
                raise _twice(setting, "environment")
            if setting != name:
                values[setting] = _read_secret(Path(value), variable)
            else:
                text = self._from_text(setting, value, variable)
                values[setting] = self._typed(setting, text, variable, Path())
        return values

    def _names(self) -> list[str]:
        """Return every name that may be written, files of secrets included."""
        names = []
        for each in fields(self._kind):
            names.append(each.name)
            if each.metadata["secret"]:
                names.append(f"{each.name}_file")
        return names

    def _setting_of(self, name: str) -> str | None:
        """Return the setting that `name` sets, itself or through a file; None when there is none."""
        if name not in self._names():
            return None
        return name if name in self._kind.__dataclass_fields__ else name.removesuffix("_file")

    def _from_text(self, setting: str, text: str, where: str) -> Any:
        """Turn an environment variable into the value TOML would have given."""
        kind = self._hints[setting]
        if kind is bool:
            if text.lower() not in TRUE + FALSE:
                raise self._wrong(setting, text, "true, false", where)
            return text.lower() in TRUE
        if kind in (int, float):
            try:
                return kind(text)
            except ValueError as error:
                raise self._wrong(setting, text, kind.__name__, where) from error
        if get_origin(kind) is tuple:
            return [each.strip() for each in text.split(",") if each.strip()]
        return text

    def _typed(self, setting: str, value: Any, where: str, folder: Path) -> Any:
        kind = self._hints[setting]
        if get_origin(kind) is Literal:
            if value not in get_args(kind):
                raise self._wrong(setting, value, ", ".join(get_args(kind)), where)
            return value
        if kind in (Path, Path | None):
            if not isinstance(value, str):
                raise self._wrong(setting, value, "str", where)
            return folder / value if value or kind is Path else None
        if get_origin(kind) is tuple:
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise self._wrong(setting, value, "[str, ...]", where)
            return tuple(value)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if type(value) is not kind:
            raise self._wrong(setting, value, kind.__name__, where)
        if setting == "database" and "://" not in value and value:
            return str(folder / value)
        return value

    def _wrong(self, setting: str, value: Any, expected: str, where: str) -> SettingError:
        declared = self._kind.__dataclass_fields__.get(setting)
        shown = "***" if declared is not None and not declared.repr else repr(value)
        return SettingError(
            Text(
                ru=f"неверное значение {shown} настройки {setting}",
                en=f"wrong value {shown} of setting {setting}",
            ),
            where=where,
            cure=Text(ru=f"ожидается {expected}", en=f"expected {expected}"),
        )


def _is_foreign(variable: str, value: str, prefix: str) -> bool:
    """Tell whether a variable is no setting; Kubernetes puts in addresses of a service named mezhved."""
    if prefix == PREFIX and variable.startswith(GATEWAY_PREFIX):
        return True
    if variable in FOREIGN or variable.startswith(FOREIGN_PREFIXES):
        return True
    injected = _SERVICE.fullmatch(variable) or _SERVICE_PORT.fullmatch(variable)
    return bool(injected) or (variable.endswith("_PORT") and value.startswith(("tcp://", "udp://")))


def _read_secret(path: Path, where: str) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(
            Text(ru=f"файл с секретом не читается: {error}", en=f"the secret's file does not read: {error}"),
            where=where,
            cure=Text(ru="проверьте путь и права файла", en="check the path and the file's permissions"),
        ) from error


def _unknown(name: str, known: Iterable[str], where: str) -> SettingError:
    near = difflib.get_close_matches(name, known, n=1)
    cure = (
        Text(ru=f"может быть, {near[0]}?", en=f"did you mean {near[0]}?")
        if near
        else Text(ru="уберите её", en="remove it")
    )
    return SettingError(
        Text(ru=f"нет такой настройки: {name}", en=f"no such setting: {name}"), where=where, cure=cure
    )


def _twice(setting: str, where: str) -> SettingError:
    return SettingError(
        Text(ru=f"настройка {setting} задана дважды", en=f"setting {setting} is given twice"),
        where=where,
        cure=Text(ru="оставьте значение или файл", en="keep either the value or the file"),
    )
