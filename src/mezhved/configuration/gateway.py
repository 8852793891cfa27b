"""What can be set for the gateway role; every field carries its own description."""

# ruff: noqa: RUF009 - `setting` only wraps dataclasses.field

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mezhved.configuration.answering import AnsweringSettings, check_answering_settings
from mezhved.configuration.errors import SettingError
from mezhved.configuration.fields import check_bounds, setting
from mezhved.configuration.pages import LOOPBACK, SECRET_LENGTH, PageSettings, check_secret_key
from mezhved.configuration.signing_in import SigningInSettings
from mezhved.texts import Text


@dataclass(frozen=True, kw_only=True)
class GatewaySettings(PageSettings, SigningInSettings, AnsweringSettings):
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
    send_within_hours: float = setting(
        72.0,
        "Через сколько часов неотправленное сообщение считается неотправимым; пока ни одна попытка "
        "не достигла СМЭВ, оно до этого срока подписывается заново с новым MessageID.",
        "After how many hours an unsent message is given up; while no attempt has reached SMEV it is "
        "signed anew with a new MessageID until then.",
        at_least=0.01,
        at_most=8760.0,
    )
    answer_within_days: int = setting(
        30,
        "Через сколько дней без ответа запрос отмечается просроченным; ответ всё равно будет принят.",
        "After how many days without an answer a request is marked overdue; an answer is still taken.",
        at_least=1,
        at_most=3650,
    )
    takeover_seconds: float = setting(
        60.0,
        "Через сколько секунд другой процесс берётся за то, что делал упавший.",
        "After how many seconds another process takes up what a dead one had in hand.",
        at_least=1.0,
        at_most=900.0,
    )
    provider: Literal["auto", "openssl", "pure"] = setting(
        "auto",
        "Криптография: auto, openssl (gost-engine) или pure (на Python).",
        "Cryptography: auto, openssl (gost-engine) or pure (in Python).",
    )
    signer: str = setting(
        "",
        "Служба подписи: unix:/путь/к/сокету или tcp:127.0.0.1:порт; пусто — ключи читает сам шлюз.",
        "Signing service: unix:/path/of/socket or tcp:127.0.0.1:port; empty: the gateway reads the keys.",
    )
    signer_secret: str = setting(
        "",
        "Общий секрет шлюза и службы подписи, от 32 знаков; обязателен для tcp.",
        "Secret that the gateway and the signing service share, 32 characters or more; tcp demands it.",
        secret=True,
    )
    signer_users: tuple[str, ...] = setting(
        (),
        "Учётные записи ОС, чьим процессам подписывает служба по unix-сокету, кроме своей; через запятую.",
        "OS accounts whose processes the service signs for over the Unix socket, beside its own; "
        "comma separated.",
    )
    signer_keys: Path | None = setting(
        None,
        "Файл YAML с ключами службы подписи (читает только она).",
        "YAML file with the keys of the signing service (nobody else reads it).",
    )
    key_mail: tuple[str, ...] = setting(
        (),
        "Кому писать об истекающих ключах: адреса почты через запятую (нужен mail_host).",
        "Who is written to of keys that run out: mail addresses, comma separated (needs mail_host).",
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
    adapter_demands_token: bool = setting(
        False,  # noqa: FBT003
        "Требовать токен у клиентов официального адаптера (/ws) и на этой же машине; с других машин токен "
        "нужен всегда.",
        "Demand a token of the official adapter's clients (/ws) on this machine too; from other machines "
        "it is always needed.",
    )
    attachment_folder: str = setting(
        "",
        "Общая с системами папка файлов, на которые ссылаются сообщения адаптера (base-storage); "
        "пусто — base-storage в папке шлюза.",
        "Folder shared with the systems, of the files that the adapter's messages refer to (base-storage); "
        "empty: base-storage in the gateway's folder.",
    )
    exchange_folder: str = setting(
        "",
        "Корень папок обмена: в нём у каждой системы своя папка с in, out, arc, err; пусто — обмена папками "
        "нет.",
        "Root of the exchange folders: each system has one there with in, out, arc, err; empty: no exchange "
        "by folders.",
    )
    exchange_systems: tuple[str, ...] = setting(
        (),
        "Мнемоники систем, которые обмениваются папками, через запятую; пусто — все.",
        "Mnemonics of the systems that exchange by folders, comma separated; empty: all.",
    )
    exchange_layout: Literal["gateway", "adapter"] = setting(
        "gateway",
        "Имена папок: gateway — система кладёт в in и берёт из out, отказы в err; adapter — как у "
        "официального адаптера: кладёт в out, берёт из in, отказы в unknown.",
        "Names of the folders: gateway: a system drops into in and takes from out, refusals in err; adapter: "
        "as the official adapter has them: it drops into out, takes from in, refusals in unknown.",
    )
    exchange_quiet_seconds: float = setting(
        2.0,
        "Сколько секунд файл в папке обмена не должен меняться, чтобы его взять.",
        "For how many seconds a file in an exchange folder must not change before it is taken.",
        at_least=0.0,
        at_most=3600.0,
    )
    unknown_type_retention_days: int = setting(
        0,
        "Через сколько дней после конца обмена удаляются персональные данные запросов неизвестного вида "
        "сведений; 0 — хранятся.",
        "Days after the end of an exchange until the personal data of requests of no known type are deleted; "
        "0: kept.",
        at_least=0,
        at_most=36500,
    )
    webhook_networks: tuple[str, ...] = setting(
        (),
        "Внутренние сети, в которые можно посылать веб-уведомления (10.0.0.0/8, ...), через запятую; "
        "пусто — только во внешний мир.",
        "Inner networks that webhooks may be sent into (10.0.0.0/8, ...), comma separated; "
        "empty: only the outer world.",
    )
    keys_folder: Path | None = setting(
        None,
        "Папка закрытых ключей: путь ключа, набранный на странице, действует только внутри неё; "
        "пусто — keys в папке шлюза.",
        "Folder of private keys: the path of a key that is typed on a page counts only inside it; "
        "empty: keys in the gateway's folder.",
    )
    plugin_script: Path | None = setting(
        None,
        "Файл cadesplugin_api.js КриптоПро: с ним должностные лица подписывают (ЭП-СП) прямо в браузере; "
        "пусто — cadesplugin_api.js в папке шлюза, если он там есть.",
        "CryptoPro's file cadesplugin_api.js: with it officials sign (EP-SP) in the browser; "
        "empty: cadesplugin_api.js in the gateway's folder where it is there.",
    )
    rest_calls_per_minute: int = setting(
        0,
        "Сколько вызовов REST в минуту принимает один процесс по одному токену; 0 — сколько угодно.",
        "How many REST calls a minute one process takes by one token; 0: any number.",
        at_least=0,
        at_most=1_000_000,
    )

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.shortest_pause_seconds > self.longest_pause_seconds:
            raise SettingError(
                Text(ru="первая пауза длиннее наибольшей", en="the first pause is longer than the longest"),
                where="shortest_pause_seconds, longest_pause_seconds",
                cure=Text(ru="уменьшите первую", en="make the first one shorter"),
            )
        check_secret_key(
            self,
            Text(ru="задайте MEZHVED_GATEWAY_SECRET_KEY_FILE", en="set MEZHVED_GATEWAY_SECRET_KEY_FILE"),
        )
        self._check_signer()
        self._check_networks()
        check_answering_settings(self)

    def _check_networks(self) -> None:
        for each in self.webhook_networks:
            try:
                ipaddress.ip_network(each)
            except ValueError as error:
                raise SettingError(
                    Text(ru=f"{each} — не адрес сети", en=f"{each} is no network"),
                    where="webhook_networks",
                    cure=Text(ru="укажите, например, 10.1.0.0/16", en="give, for example, 10.1.0.0/16"),
                ) from error

    def _check_signer(self) -> None:
        kind, _, place = self.signer.partition(":")
        known = not self.signer or (kind in {"unix", "tcp"} and place)
        if not known or (kind == "tcp" and not place.startswith(LOOPBACK)):
            raise SettingError(
                Text(
                    ru="адрес службы подписи не понятен или не на этой машине",
                    en="the address of the signing service is not understood or not on this machine",
                ),
                where="signer",
                cure=Text(
                    ru="unix:/путь/к/сокету или tcp:127.0.0.1:порт",
                    en="unix:/path/of/socket or tcp:127.0.0.1:port",
                ),
            )
        if kind == "tcp" and len(self.signer_secret) < SECRET_LENGTH:
            raise SettingError(
                Text(
                    ru="для tcp нужен общий секрет от 32 знаков",
                    en="tcp needs a shared secret of 32 characters or more",
                ),
                where="signer_secret",
                cure=Text(
                    ru="задайте MEZHVED_GATEWAY_SIGNER_SECRET_FILE",
                    en="set MEZHVED_GATEWAY_SIGNER_SECRET_FILE",
                ),
            )
