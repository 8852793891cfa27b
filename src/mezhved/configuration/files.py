"""Settings of the file store."""

# ruff: noqa: RUF009 - `setting` only wraps dataclasses.field

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - read at run time by the loader
from typing import Literal

from mezhved.configuration.errors import SettingError
from mezhved.configuration.fields import setting
from mezhved.texts import Text

MOST_TIMES = 1000


@dataclass(frozen=True, kw_only=True)
class FileStoreSettings:
    """Settings of the file store. A part of `BusSettings`."""

    files_folder: Path | None = setting(
        None,
        "Папка файлового хранилища; пусто — папка files рядом с файлом SQLite, для PostgreSQL — var/files. "
        "Нескольким узлам нужна одна общая папка либо хранилище S3.",
        "Folder of the file store; empty: the folder files beside the SQLite file, for PostgreSQL var/files. "
        "Several nodes need one shared folder or an S3 store.",
    )
    files_s3_bucket: str = setting(
        "",
        "Корзина хранилища, совместимого с S3; пусто — файлы лежат в папке files_folder.",
        "Bucket of an S3-compatible store; empty: files lie in the folder files_folder.",
    )
    files_s3_prefix: str = setting(
        "", "Начало имён объектов в корзине S3.", "Head of the objects' names in the S3 bucket."
    )
    files_s3_endpoint: str = setting(
        "",
        "Адрес хранилища S3; пусто — как находит его boto3.",
        "Address of the S3 store; empty: as boto3 finds it.",
    )
    files_s3_region: str = setting("", "Регион хранилища S3.", "Region of the S3 store.")
    files_s3_access_key: str = setting(
        "",
        "Имя ключа доступа к S3; пусто — как находит его boto3.",
        "Name of the access key to S3; empty: as boto3 finds it.",
    )
    files_s3_secret_key: str = setting(
        "", "Секретный ключ доступа к S3.", "Secret access key to S3.", secret=True
    )
    files_message_limit: int = setting(
        1024**3,
        "Наибольший размер файлов одного сообщения в хранилище, октеты (МР 3.3, 5).",
        "Greatest size of the files of one message in the store, octets (MR 3.3, 5).",
        at_least=0,
        at_most=1024**5,
    )
    files_area_quota: int = setting(
        10 * 1024**3,
        "Сколько октетов может лежать в области отправителя, пока сообщение не отправлено.",
        "How many octets may lie in a sender's area before the message is sent.",
        at_least=0,
        at_most=1024**5,
    )
    files_area_entries: int = setting(
        10_000,
        "Сколько папок может быть в области отправителя.",
        "How many directories a sender's area may have.",
        at_least=1,
        at_most=10**7,
    )
    files_recipient_quota: int = setting(
        100 * 1024**3,
        "Сколько октетов файлов одного вида сведений могут ждать одного получателя (SMEV-202).",
        "How many octets of files of one information type may wait for one recipient (SMEV-202).",
        at_least=0,
        at_most=1024**5,
    )
    files_upload_age_seconds: int = setting(
        3 * 86400,
        "Через сколько секунд файл, на который не сослалось ни одно сообщение, удаляется.",
        "Seconds after which a file that no message referred to is deleted.",
        at_least=60,
        at_most=365 * 86400,
    )
    files_orphan_age_seconds: int = setting(
        86400,
        "Через сколько секунд содержимое, о котором нет записи в базе, удаляется.",
        "Seconds after which contents that the database knows nothing of are deleted.",
        at_least=60,
        at_most=365 * 86400,
    )
    files_lease_table: tuple[str, ...] = setting(
        ("104857600:2", "524288000:4", "1073741824:8"),
        "Во сколько раз дольше ждать подтверждения сообщения с файлами: «октетов:раз» через запятую, "
        "от стольких октетов и больше.",
        "How many times longer a message with files waits for its acknowledgement: octets:times, comma "
        "separated, from so many octets on.",
    )
    ftp_enabled: bool = setting(
        True,  # noqa: FBT003
        "Запускать сервер FTP вместе с шиной.",
        "Run the FTP server together with the bus.",
    )
    ftp_host: str = setting(
        "",
        "Адрес, на котором слушает сервер FTP; пусто — как у шины.",
        "Address the FTP server listens on; empty: that of the bus.",
    )
    ftp_port: int = setting(
        2121,
        "Порт сервера FTP; в настоящей СМЭВ — 21.",
        "Port of the FTP server; 21 in the real SMEV.",
        at_least=1,
        at_most=65535,
    )
    ftp_passive_ports: str = setting(
        "",
        "Порты пассивного режима, «50000-50999»; пусто — любые свободные.",
        "Ports of the passive mode, 50000-50999; empty: any free ones.",
    )
    ftp_masquerade: str = setting(
        "",
        "Адрес IP, который сервер FTP называет клиентам за трансляцией адресов; пусто — свой.",
        "IP address that the FTP server tells clients behind address translation; empty: its own.",
    )
    ftp_active: bool = setting(
        False,  # noqa: FBT003
        "Разрешить активный режим (PORT, EPRT): сервер соединяется с клиентом сам.",
        "Allow the active mode (PORT, EPRT): the server connects to the client.",
    )
    ftp_tls: Literal["off", "optional", "required"] = setting(
        "off",
        "TLS на сервере FTP (AUTH TLS): off — нет, optional — по желанию клиента, required — обязателен.",
        "TLS of the FTP server (AUTH TLS): off, optional as the client likes, required.",
    )
    ftp_tls_certificate: Path | None = setting(
        None,
        "Файл сертификата сервера FTP с цепочкой (PEM).",
        "File of the FTP server's certificate with its chain (PEM).",
    )
    ftp_tls_key: Path | None = setting(
        None,
        "Файл закрытого ключа сервера FTP (PEM).",
        "File of the FTP server's private key (PEM).",
    )
    ftp_anonymous: bool = setting(
        False,  # noqa: FBT003
        "Пускать по имени anonymous с любым паролем (тестовые контуры: область одна на всех).",
        "Let in by the name anonymous with any password (test contours: one area for all).",
    )
    ftp_connections: int = setting(
        256,
        "Наибольшее число соединений FTP.",
        "Greatest number of FTP connections.",
        at_least=1,
        at_most=65535,
    )
    ftp_connections_per_address: int = setting(
        64,
        "Наибольшее число соединений FTP с одного адреса.",
        "Greatest number of FTP connections from one address.",
        at_least=1,
        at_most=65535,
    )
    ftp_login_attempts: int = setting(
        3,
        "Сколько раз можно ошибиться паролем в одном соединении FTP.",
        "How many wrong passwords one FTP connection may try.",
        at_least=1,
        at_most=100,
    )
    ftp_idle_seconds: int = setting(
        300,
        "Через сколько секунд молчания соединение FTP закрывается.",
        "Seconds of silence after which an FTP connection is closed.",
        at_least=5,
        at_most=86400,
    )

    def lease_factor(self, octets: int) -> int:
        """Return how many times longer a message with so many octets of files is leased."""
        return max((times for least, times in self.lease_steps() if octets >= least), default=1)

    def lease_steps(self) -> tuple[tuple[int, int], ...]:
        """Return the table: from so many octets on, so many times. Raises `SettingError`."""
        steps = []
        for each in self.files_lease_table:
            found = re.fullmatch(r"\s*(\d{1,15})\s*:\s*(\d{1,4})\s*", each)
            if found is None or not 0 < int(found[2]) <= MOST_TIMES:
                raise SettingError(
                    Text(ru=f"запись {each!r} не понята", en=f"the entry {each!r} is not understood"),
                    where="files_lease_table",
                    cure=Text(ru="пишите «104857600:2»", en="write 104857600:2"),
                )
            steps.append((int(found[1]), int(found[2])))
        return tuple(steps)
