"""Settings of push notifications and of the transaction-code service."""

# ruff: noqa: RUF009 - `setting` only wraps dataclasses.field

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - read at run time by the loader
from typing import Literal

from mezhved.configuration.errors import SettingError
from mezhved.configuration.fields import setting
from mezhved.texts import Text


@dataclass(frozen=True, kw_only=True)
class PushSettings:
    """Settings of push notifications and transaction codes. A part of `BusSettings`."""

    push_senders: int = setting(
        4,
        "Сколько уведомлений процесс отправляет одновременно; 0 — этот узел не уведомляет никого.",
        "How many notices a process sends at once; 0: this node tells nobody.",
        at_least=0,
        at_most=64,
    )
    push_check_seconds: float = setting(
        2.0,
        "Как часто искать новые сообщения систем, у которых есть адрес уведомлений, секунды.",
        "How often to look for new messages of systems with a push address, seconds.",
        at_least=0.05,
        at_most=3600,
    )
    push_interval_seconds: float = setting(
        30.0,
        "Наименьшая пауза между двумя уведомлениями одной системы, секунды.",
        "Least pause between two notices to one system, seconds.",
        at_least=0,
        at_most=86400,
    )
    push_timeout_seconds: float = setting(
        10.0,
        "Сколько длится одно уведомление вместе с ответом, не дольше, секунды.",
        "Longest time of one notice, its answer included, seconds.",
        at_least=0.1,
        at_most=120,
    )
    push_retry_seconds: float = setting(
        10.0,
        "Пауза после первой неудачи; каждая следующая вдвое длиннее, секунды.",
        "Pause after the first failure; each further one is twice as long, seconds.",
        at_least=0.1,
        at_most=86400,
    )
    push_retry_most_seconds: float = setting(
        3600.0,
        "Наибольшая пауза между попытками, секунды.",
        "Longest pause between attempts, seconds.",
        at_least=0.1,
        at_most=7 * 86400,
    )
    push_failures: int = setting(
        3,
        "После скольких неудач подряд сказать о них системе в очереди статусов (GetStatus).",
        "After how many failures in a row the system is told of them in its status queue (GetStatus).",
        at_least=1,
        at_most=1000,
    )
    push_report_seconds: float = setting(
        3600.0,
        "Наименьшая пауза между двумя такими сообщениями одной системе, секунды.",
        "Least pause between two such reports to one system, seconds.",
        at_least=0,
        at_most=30 * 86400,
    )
    push_networks: tuple[str, ...] = setting(
        (),
        "Сети, в которые разрешено посылать уведомления (10.0.0.0/8, ...), через запятую; "
        "пусто — в любые, кроме служебных адресов самого узла (169.254.0.0/16, 0.0.0.0, групповых).",
        "Networks that notices may be sent into (10.0.0.0/8, ...), comma separated; "
        "empty: any but addresses with a meaning to the node itself (169.254.0.0/16, 0.0.0.0, multicast).",
    )
    transaction_key: Path | None = setting(
        None,
        "Файл закрытого ключа RSA (от 2048 бит, PEM) сервиса кодов транзакций; пусто — сервис выключен.",
        "File of the private RSA key (2048 bits or more, PEM) of the transaction-code service; empty: off.",
    )
    transaction_key_password: str = setting(
        "", "Пароль файла этого ключа.", "Password of that key file.", secret=True
    )
    transaction_codes: Literal["opaque", "check", "require"] = setting(
        "opaque",
        "TransactionCode запроса: opaque — любой, check — если есть, то выданный этой шиной, "
        "require — обязателен.",
        "TransactionCode of a request: opaque: any; check: one issued by this bus, if any; "
        "require: one must be given.",
    )
    transaction_networks: tuple[str, ...] = setting(
        (),
        "Сети, из которых сервис кодов транзакций отвечает, через запятую; пусто — из любых.",
        "Networks from which the transaction-code service answers, comma separated; empty: any.",
    )


def check_push_settings(settings: PushSettings) -> None:
    """Refuse networks that are none, and checking codes without a key. Raises `SettingError`."""
    for name in ("push_networks", "transaction_networks"):
        for each in getattr(settings, name):
            try:
                ipaddress.ip_network(each)
            except ValueError as error:
                raise SettingError(
                    Text(ru=f"{each} — не адрес сети", en=f"{each} is no network"),
                    where=name,
                    cure=Text(ru="укажите, например, 10.1.0.0/16", en="give, for example, 10.1.0.0/16"),
                ) from error
    if settings.transaction_codes != "opaque" and settings.transaction_key is None:
        raise SettingError(
            Text(
                ru="проверять коды транзакций нечем: не указан ключ сервиса",
                en="transaction codes cannot be checked: the key of the service is not set",
            ),
            where="transaction_codes",
            cure=Text(
                ru="укажите transaction_key либо transaction_codes = opaque",
                en="set transaction_key, or transaction_codes = opaque",
            ),
        )
