"""What can be set for the provider's side of the gateway: automatic answers and mail."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal

from mezhved.configuration.errors import SettingError
from mezhved.configuration.fields import setting
from mezhved.texts import Text


@dataclass(frozen=True, kw_only=True)
class AnsweringSettings:
    """Settings of automatic answers and of reminders by mail."""

    answerers: int = setting(
        2,
        "Потоков автоматических ответов в процессе.",
        "Threads of automatic answers in a process.",
        at_least=1,
        at_most=64,
    )
    service_networks: tuple[str, ...] = setting(
        (),
        "Сети, в которых разрешено вызывать свои системы за ответом (10.0.0.0/8, ...), через запятую; "
        "пусто — любые, кроме служебных адресов самого узла (169.254.0.0/16, 0.0.0.0, групповых).",
        "Networks in which own systems may be called for answers (10.0.0.0/8, ...), comma separated; "
        "empty: any but addresses with a meaning to the node itself (169.254.0.0/16, 0.0.0.0, multicast).",
    )
    mail_host: str = setting(
        "",
        "Узел SMTP для напоминаний о сроках; пусто — писем нет.",
        "SMTP host for reminders of terms; empty: no mail.",
    )
    mail_port: int = setting(25, "Порт SMTP.", "Port of SMTP.", at_least=1, at_most=65535)
    mail_security: Literal["none", "starttls", "tls"] = setting(
        "none",
        "Защита SMTP: none, starttls (обычно порт 587) или tls (465).",
        "Protection of SMTP: none, starttls (usually port 587) or tls (465).",
    )
    mail_user: str = setting("", "Имя для SMTP.", "Name for SMTP.")
    mail_password: str = setting("", "Пароль для SMTP.", "Password for SMTP.", secret=True)
    mail_from: str = setting(
        "",
        "Адрес отправителя писем; обязателен, если задан узел SMTP.",
        "Sender's address of mails; demanded where an SMTP host is set.",
    )
    mail_timeout_seconds: float = setting(
        30.0,
        "Сколько ждать сервера SMTP, секунды.",
        "How long the SMTP server is waited for, seconds.",
        at_least=1.0,
        at_most=600.0,
    )


def check_answering_settings(settings: AnsweringSettings) -> None:
    """Refuse networks that are none, and mail from nobody. Raises `SettingError`."""
    for each in settings.service_networks:
        try:
            ipaddress.ip_network(each)
        except ValueError as error:
            raise SettingError(
                Text(ru=f"{each} — не адрес сети", en=f"{each} is no network"),
                where="service_networks",
                cure=Text(ru="укажите, например, 10.1.0.0/16", en="give, for example, 10.1.0.0/16"),
            ) from error
    local = settings.mail_host.startswith(("127.", "::1", "localhost"))
    if settings.mail_password and settings.mail_security == "none" and not local:
        raise SettingError(
            Text(ru="пароль SMTP ушёл бы открыто", en="the password for SMTP would go in the clear"),
            where="mail_security",
            cure=Text(ru="starttls или tls", en="starttls or tls"),
        )
    plain = settings.mail_from.isprintable() and settings.mail_from.count("@") == 1
    if settings.mail_host and not plain:
        raise SettingError(
            Text(ru="нет адреса отправителя писем", en="mails have no sender's address"),
            where="mail_from",
            cure=Text(ru="укажите mail_from", en="set mail_from"),
        )
