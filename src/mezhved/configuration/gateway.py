"""What can be set for the gateway role; every field carries its own description."""

# ruff: noqa: RUF009 - `setting` only wraps dataclasses.field

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mezhved.configuration.errors import SettingError
from mezhved.configuration.fields import check_bounds, setting
from mezhved.texts import Text

LOOPBACK = ("127.", "::1", "localhost")
_SECRET_LENGTH = 32


@dataclass(frozen=True, kw_only=True)
class GatewaySettings:
    """Settings of the gateway role: `[gateway]` of the file, `MEZHVED_GATEWAY_<NAME>`.

    What an administrator changes while it runs (systems, addresses of SMEV, keys, types, departments,
    terms) lies in the gateway's database instead.
    """

    database: str = setting(
        "var/gateway.sqlite3",
        "База данных: путь к файлу SQLite или адрес postgresql://пользователь:пароль@узел:порт/база.",
        "Database: path of an SQLite file or an address postgresql://user:password@host:port/name.",
        secret=True,
    )
    folder: Path = setting(
        Path("var/gateway"),
        "Папка содержимого файлов; у нескольких узлов одного шлюза — общая.",
        "Folder of the contents of files; several nodes of one gateway share it.",
    )
    listen_host: str = setting(
        "127.0.0.1", "Адрес, на котором слушает шлюз.", "Address the gateway listens on."
    )
    listen_port: int = setting(
        7575,
        "Порт шлюза; 7575 — порт официального адаптера.",
        "Port of the gateway; 7575 is the official adapter's.",
        at_least=1,
        at_most=65535,
    )
    public_address: str = setting(
        "",
        "Адрес шлюза для клиентов и писем (пишется в WSDL); пусто — берётся из запроса.",
        "Address of the gateway for clients and mails (written into the WSDL); empty: taken from the call.",
    )
    workers: int = setting(1, "Число процессов.", "Number of processes.", at_least=1, at_most=64)
    threads: int = setting(
        8, "Потоков вызовов в процессе.", "Threads for calls in a process.", at_least=1, at_most=256
    )
    senders: int = setting(
        2, "Потоков отправки в процессе.", "Sending threads in a process.", at_least=1, at_most=64
    )
    pollers: int = setting(
        1,
        "Сколько опросов одной очереди идут одновременно (по всем узлам вместе).",
        "How many polls of one queue go on at once (of all nodes together).",
        at_least=1,
        at_most=16,
    )
    shortest_pause_seconds: float = setting(
        0.2,
        "Пауза между опросами пустой очереди сначала, секунды; дальше она растёт.",
        "First pause between polls of an empty queue, seconds; it grows from there.",
        at_least=0.01,
        at_most=60.0,
    )
    longest_pause_seconds: float = setting(
        10.0,
        "Наибольшая пауза между опросами пустой очереди, секунды.",
        "Longest pause between polls of an empty queue, seconds.",
        at_least=0.01,
        at_most=3600.0,
    )
    send_attempts_hours: float = setting(
        23.0,
        "Сколько часов повторять отправку одного сообщения: MessageID старше суток СМЭВ не примет.",
        "For how many hours one message is sent again: SMEV takes no MessageID older than a day.",
        at_least=0.01,
        at_most=23.5,
    )
    provider: Literal["auto", "openssl", "pure"] = setting(
        "auto",
        "Криптография: auto, openssl (gost-engine) или pure (на Python).",
        "Cryptography: auto, openssl (gost-engine) or pure (in Python).",
    )
    production: bool = setting(
        False,  # noqa: FBT003
        "Промышленная эксплуатация: нужен секретный ключ сайта, страницы — только через TLS, "
        "подпись на Python запрещена.",
        "Production: demands the site's secret key, serves pages over TLS only, "
        "refuses to sign in pure Python.",
    )
    max_body_octets: int = setting(
        1100 * 1024 * 1024,
        "Наибольший размер тела запроса HTTP вместе с файлами, октеты.",
        "Greatest size of an HTTP request body with its files, octets.",
        at_least=1024,
        at_most=4 * 1024**3,
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        "info", "Подробность журнала.", "Level of the log."
    )
    log_format: Literal["json", "text"] = setting(
        "json", "Вид журнала: json или text.", "Form of the log: json or text."
    )
    admin_attempts: int = setting(
        5,
        "После скольких неудачных входов следующий ждёт: 30 секунд, дальше вдвое дольше, до 15 минут.",
        "After how many failed sign-ins the next one waits: 30 seconds, then twice as long, "
        "15 minutes at most.",
        at_least=1,
        at_most=1000,
    )
    admin_proxies: tuple[str, ...] = setting(
        (),
        "Адреса своих прокси, которым верим в X-Forwarded-For, через запятую.",
        "Addresses of own proxies that are believed in X-Forwarded-For, comma separated.",
    )
    secret_key: str = setting(
        "",
        "Секретный ключ страниц (сессии, защита форм): не короче 32 знаков.",
        "Secret key of the pages (sessions, form protection): 32 characters or more.",
        secret=True,
    )
    allowed_hosts: tuple[str, ...] = setting(
        ("127.0.0.1", "localhost", "[::1]"),
        "Имена узла, под которыми отдаются страницы и REST, через запятую.",
        "Host names under which the pages and REST are served, comma separated.",
    )
    language: Literal["ru", "en"] = setting(
        "ru", "Язык страниц и текстов: ru или en.", "Language of pages and texts: ru or en."
    )

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.shortest_pause_seconds > self.longest_pause_seconds:
            raise SettingError(
                Text(ru="первая пауза длиннее наибольшей", en="the first pause is longer than the longest"),
                where="shortest_pause_seconds, longest_pause_seconds",
                cure=Text(ru="уменьшите первую", en="make the first one shorter"),
            )
        self._check_secret_key()

    def _check_secret_key(self) -> None:
        local = self.listen_host.startswith(LOOPBACK)
        if not self.secret_key and local and not self.production:
            return
        if len(self.secret_key) < _SECRET_LENGTH:
            raise SettingError(
                Text(
                    ru="секретный ключ страниц не задан или короче 32 знаков",
                    en="the secret key of the pages is missing or shorter than 32 characters",
                ),
                where="secret_key",
                cure=Text(
                    ru="задайте MEZHVED_GATEWAY_SECRET_KEY_FILE",
                    en="set MEZHVED_GATEWAY_SECRET_KEY_FILE",
                ),
            )
