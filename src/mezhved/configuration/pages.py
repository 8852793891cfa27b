"""What can be set for the pages of every role: their language, who may ask for them, the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from mezhved.configuration.errors import SettingError
from mezhved.configuration.fields import setting
from mezhved.texts import Text

LOOPBACK: Final = ("127.", "::1", "localhost")
SECRET_LENGTH: Final = 32


@dataclass(frozen=True, kw_only=True)
class PageSettings:
    """Settings of pages and of the log."""

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
        "Имена узла, под которыми отдаются страницы, через запятую.",
        "Host names under which the pages are served, comma separated.",
    )
    hsts_days: int = setting(
        365,
        "Сколько дней браузеры помнят, что страницы открываются только по TLS (HSTS); говорится лишь в "
        "промышленной эксплуатации и по TLS, в том числе за прокси; 0 — не говорить.",
        "For how many days browsers remember that the pages are open over TLS only (HSTS); said in "
        "production and over TLS alone, behind a proxy too; 0: not said.",
        at_least=0,
        at_most=3650,
    )
    language: Literal["ru", "en"] = setting(
        "ru", "Язык страниц и текстов: ru или en.", "Language of pages and texts: ru or en."
    )


class _Served(Protocol):
    @property
    def listen_host(self) -> str: ...
    @property
    def production(self) -> bool: ...
    @property
    def secret_key(self) -> str: ...


def check_secret_key(settings: _Served, cure: Text) -> None:
    """Raise `SettingError` where pages are served to other machines, or in production, without a key."""
    local = settings.listen_host.startswith(LOOPBACK)
    if not settings.secret_key and local and not settings.production:
        return
    if len(settings.secret_key) < SECRET_LENGTH:
        raise SettingError(
            Text(
                ru="секретный ключ страниц не задан или короче 32 знаков",
                en="the secret key of the pages is missing or shorter than 32 characters",
            ),
            where="secret_key",
            cure=cure,
        )
