"""What can be set for the bus role; every field carries its own description."""

# ruff: noqa: RUF009 - `setting` only wraps dataclasses.field

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - read at run time by the loader
from typing import TYPE_CHECKING, Literal

from mezhved.configuration.errors import SettingError
from mezhved.configuration.fields import check_bounds, describe_fields, setting
from mezhved.configuration.files import FileStoreSettings
from mezhved.configuration.pages import PageSettings, check_secret_key
from mezhved.configuration.push import PushSettings, check_push_settings
from mezhved.configuration.retention import RetentionSettings, check_retention
from mezhved.configuration.revocation import RevocationSettings
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class BusSettings(PageSettings, FileStoreSettings, RevocationSettings, PushSettings, RetentionSettings):
    """Settings of the bus role. `describe()` gives the text of every field."""

    database: str = setting(
        "var/bus.sqlite3",
        "База данных: путь к файлу SQLite или адрес postgresql://пользователь:пароль@узел:порт/база.",
        "Database: path of an SQLite file or an address postgresql://user:password@host:port/name.",
        secret=True,
    )
    listen_host: str = setting("127.0.0.1", "Адрес, на котором слушает шина.", "Address the bus listens on.")
    listen_port: int = setting(
        7500,
        "Порт шины; 7500 — порт настоящего тестового контура.",
        "Port of the bus; 7500 is the port of the real test contour.",
        at_least=1,
        at_most=65535,
    )
    public_address: str = setting(
        "",
        "Адрес шины для клиентов (пишется в WSDL); пусто — берётся из запроса.",
        "Address clients use (written into the WSDL); empty: taken from the request.",
    )
    workers: int = setting(1, "Число процессов.", "Number of processes.", at_least=1, at_most=256)
    threads: int = setting(8, "Потоков в процессе.", "Threads in a process.", at_least=1, at_most=512)
    smev_key: Path | None = setting(
        None,
        "Файл закрытого ключа шины (PKCS#8 или контейнер PKCS#12, PEM или DER).",
        "File of the bus's private key (PKCS#8 or a PKCS#12 container, PEM or DER).",
    )
    smev_key_password: str = setting(
        "", "Пароль файла закрытого ключа.", "Password of the private key file.", secret=True
    )
    smev_certificate: Path | None = setting(
        None, "Файл сертификата шины (PEM или DER).", "File of the bus's certificate (PEM or DER)."
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
    allow_pure_signing: bool = setting(
        False,  # noqa: FBT003
        "Разрешить подпись на Python и в промышленной эксплуатации.",
        "Allow signing in pure Python in production too.",
    )
    lease_seconds: int = setting(
        900,
        "Через сколько секунд неподтверждённое сообщение возвращается в голову очереди (МР 3.3, 2.5).",
        "Seconds after which an unacknowledged message returns to the head of its queue (MR 3.3, 2.5).",
        at_least=1,
        at_most=30 * 86400,
    )
    message_id_age_seconds: int = setting(
        86400,
        "Наибольший возраст MessageID, секунды (МР 3.3, 3.2.1).",
        "Greatest age of a MessageID, seconds (MR 3.3, 3.2.1).",
        at_least=60,
        at_most=30 * 86400,
    )
    future_tolerance_seconds: int = setting(
        300,
        "Насколько MessageID может опережать часы шины, секунды.",
        "How far a MessageID may be ahead of the bus's clock, seconds.",
        at_least=0,
        at_most=86400,
    )
    timestamp_window_seconds: int = setting(
        1800,
        "Допустимое отклонение метки времени GetRequest, GetResponse, GetStatus, секунды в обе стороны.",
        "Allowed deviation of the timestamp of GetRequest, GetResponse, GetStatus, seconds either way.",
        at_least=1,
        at_most=86400,
    )
    queue_quota: int = setting(
        1000,
        "Наибольшее число сообщений в одной очереди.",
        "Greatest number of messages in one queue.",
        at_least=1,
        at_most=10**9,
    )
    max_body_octets: int = setting(
        16 * 1024 * 1024,
        "Наибольший размер тела запроса HTTP, октеты.",
        "Greatest size of an HTTP request body, octets.",
        at_least=1024,
        at_most=1024**3,
    )
    attachment_limit: int = setting(
        5242880,
        "Наибольший размер вложений MTOM вместе с сообщением, октеты (МР 3.3, 5).",
        "Greatest size of MTOM attachments together with the message, octets (MR 3.3, 5).",
        at_least=0,
        at_most=1024**3,
    )
    attachment_row_octets: int = setting(
        32 * 1024,
        "Вложения крупнее лежат не в базе, а в хранилище содержимого, октеты.",
        "Attachments larger than this lie not in the database but in the store of blobs, octets.",
        at_least=0,
        at_most=1024**3,
    )
    attachment_signature_required: bool = setting(
        False,  # noqa: FBT003
        "Отказывать во вложениях без подписи PKCS#7 (МР 3.3, 4.5.4); настоящий сервер их принимает.",
        "Refuse attachments without a PKCS#7 signature (MR 3.3, 4.5.4); the real server takes them.",
    )
    temporary_folder: Path | None = setting(
        None,
        "Папка временных файлов для больших вложений; пусто — системная.",
        "Folder of temporary files for large attachments; empty: the system's.",
    )
    strict_xsd: bool = setting(
        False,  # noqa: FBT003
        "Писать ответы строго по схеме вместо «как пишет настоящий сервер».",
        'Write answers strictly by the schema instead of "as the real server writes".',
    )
    routing_status_always: bool = setting(
        False,  # noqa: FBT003
        "Сообщать отправителю итог маршрутизации 1.3, даже когда найдены все получатели.",
        "Tell the sender the outcome of the routing of 1.3 even when every recipient was found.",
    )
    fault_area_sync: str = setting(
        "fed0:PRODUCTION_AREA:FED0_CORE1",
        "Начало кода синхронной ошибки.",
        "Head of the code of a synchronous fault.",
    )
    fault_area_async: str = setting(
        "fed0:P:FED0_ASYNC_CORE2",
        "Начало кода асинхронной ошибки.",
        "Head of the code of an asynchronous fault.",
    )
    smev_mnemonic: str = setting(
        "smev",
        "Мнемоника самой шины в системных ответах.",
        "The bus's own mnemonic in system responses.",
    )
    registry_poll_seconds: float = setting(
        2.0,
        "Как часто узел спрашивает о правках реестра, секунды.",
        "How often a node asks for changes of the registry, seconds.",
        at_least=0.05,
        at_most=2.0,
    )
    admin_enabled: bool = setting(
        True,  # noqa: FBT003
        "Отдавать страницы администрирования реестра по адресу /admin/.",
        "Serve the registry's administration pages at /admin/.",
    )

    def __post_init__(self) -> None:
        check_bounds(self)
        _check_together(self)


def describe() -> Mapping[str, Text]:
    """Return the text of every setting of the bus, in the order of declaration."""
    return describe_fields(BusSettings)


def _check_together(settings: BusSettings) -> None:
    """Check what one field alone cannot tell."""
    if not settings.database.strip():
        raise SettingError(
            Text(ru="база данных не указана", en="no database is given"),
            where="database",
            cure=describe()["database"],
        )
    if (settings.smev_key is None) != (settings.smev_certificate is None):
        raise SettingError(
            Text(
                ru="ключ и сертификат шины задаются вместе",
                en="the key and the certificate of the bus go together",
            ),
            where="smev_key, smev_certificate",
            cure=Text(ru="укажите оба файла", en="give both files"),
        )
    if settings.production and settings.provider == "pure" and not settings.allow_pure_signing:
        raise SettingError(
            Text(
                ru="в промышленной эксплуатации подпись на Python запрещена",
                en="production refuses to sign in pure Python",
            ),
            where="provider",
            cure=Text(
                ru="установите gost-engine и укажите openssl либо включите allow_pure_signing",
                en="install gost-engine and set openssl, or turn allow_pure_signing on",
            ),
        )
    check_push_settings(settings)
    check_retention(
        settings.retention_days, settings.message_id_age_seconds + settings.future_tolerance_seconds
    )
    if settings.admin_enabled:
        check_secret_key(
            settings,
            Text(
                ru="задайте MEZHVED_SECRET_KEY_FILE или выключите admin_enabled",
                en="set MEZHVED_SECRET_KEY_FILE, or turn admin_enabled off",
            ),
        )
    settings.lease_steps()
