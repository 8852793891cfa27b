"""What a check says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CHECKS: Final[Mapping[str, Text]] = {
    "database": Text(ru="база данных", en="database"),
    "folder": Text(ru="папка файлов", en="folder of files"),
    "cryptography": Text(ru="криптография ГОСТ", en="GOST cryptography"),
    "connection": Text(ru="подключение", en="connection"),
    "dns": Text(ru="имя", en="name"),
    "tcp": Text(ru="порт", en="port"),
    "tls": Text(ru="TLS", en="TLS"),
    "clock": Text(ru="часы", en="clock"),
    "smev": Text(ru="сертификат СМЭВ", en="SMEV's certificate"),
    "key": Text(ru="ключ", en="key"),
    "chain": Text(ru="сертификат", en="certificate"),
    "registration": Text(ru="регистрация и очереди", en="registration and queues"),
    "right": Text(ru="вид сведений", en="information type"),
    "receipts": Text(ru="время квитанций", en="time of receipts"),
    "file_store": Text(ru="файловое хранилище", en="file store"),
}
"""What people call the checks."""


class Verdict(Enum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, whose it is, how it stands, and the cure."""

    check: str
    """Its name for programs: `dns`, `tcp`, `tls`, `clock`..."""
    where: str
    verdict: Verdict
    detail: Text
    cure: Text | None = None


def ok(check: str, where: str, ru: str, en: str) -> Finding:
    """Return a good finding."""
    return Finding(check, where, Verdict.OK, Text(ru=ru, en=en))


def guarded(check: str, where: str, look: Callable[[], Finding]) -> Finding:
    """Return what a look finds; whatever goes wrong in it is a finding too."""
    try:
        return look()
    except MezhvedError as error:
        return Finding(check, where, Verdict.FAILURE, error.what, error.cure)
    except Exception as error:  # noqa: BLE001 - a check reports whatever stands in the way
        told = f"{type(error).__name__}: {error}"
        return Finding(check, where, Verdict.FAILURE, Text(told, told))
