"""What the gateway has on its own side: cryptography, database, folder, keys."""

from __future__ import annotations

import secrets
import shutil
import stat
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mezhved.gateway.checking.findings import Finding, Verdict, guarded, ok
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.configuration import GatewaySettings
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Connection, InformationSystem

TERM_WARNED: Final = timedelta(days=30)
FREE_WARNED: Final = 2 * 1024**3
"""Octets: two messages with the largest files."""


def database(settings: GatewaySettings) -> Finding:
    """See that the database answers, has this version's tables, and lets itself be written."""
    from django.db import Error  # noqa: PLC0415 - starts Django

    from mezhved.site.setup import configure, pending_migrations  # noqa: PLC0415

    where = _database_place(settings.database)
    configure(settings)
    try:
        pending = pending_migrations()
    except Error as error:
        cure = Text(
            ru="проверьте настройку database, запущена ли СУБД, имя и пароль, права на файл и его папку",
            en="check the setting database, that the server runs, name and password, the rights to the file "
            "and its folder",
        )
        return _database_fails(where, "не отвечает", "does not answer", error, cure)
    if pending:
        named = ", ".join(pending[:5])
        cure = Text(ru="выполните mezhved gateway migrate", en="run mezhved gateway migrate")
        return Finding("database", where, Verdict.FAILURE, Text(named, named), cure)
    try:
        _write_nothing()
    except Error as error:
        cure = Text(
            ru="освободите место, дайте право записи в файл базы и его папку; у PostgreSQL это не реплика?",
            en="make room, let the gateway's account write the file and its folder; is it a replica of "
            "PostgreSQL?",
        )
        return _database_fails(where, "не пишется", "cannot be written", error, cure)
    return ok("database", where, "отвечает, таблицы этой версии", "answers, has this version's tables")


def _database_place(said: str) -> str:
    """Return where the database is, without the name and password in its address."""
    if "://" not in said:
        return said
    parts = urlsplit(said)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _write_nothing() -> None:
    """Write to no row: that takes the same right as to one."""
    from mezhved.gateway.models import Connection  # noqa: PLC0415 - needs a started Django

    Connection.objects.filter(pk=-1).update(name="")


def _database_fails(where: str, ru: str, en: str, error: Exception, cure: Text) -> Finding:
    reason = " ".join(str(error).split())[:300]
    told = Text(ru=f"{ru}: {reason}", en=f"{en}: {reason}")
    return Finding("database", where, Verdict.FAILURE, told, cure)


def cryptography(gateway: Gateway) -> Finding:
    """See which library verifies, and signs where no service does."""
    name = gateway.provider.name
    if name == "pure":
        cure = Text(ru="установите libengine-gost-openssl", en="install libengine-gost-openssl")
        told = Text(ru="чистый Python: медленно", en="pure Python: slow")
        return Finding("cryptography", "", Verdict.WARNING, told, cure)
    return ok("cryptography", "", name, name)


def folder(settings: GatewaySettings) -> Finding:
    """Write into the folder of files and take it back."""
    place = settings.folder
    probe = place / f".check-{secrets.token_hex(8)}"
    cure = Text(
        ru="создайте папку и дайте право записи учётной записи шлюза",
        en="create the folder and let the gateway's account write into it",
    )
    try:
        place.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"mezhved")
        probe.unlink()
        free = shutil.disk_usage(place).free
    except OSError as error:
        told = Text(ru=f"не пишется: {error.strerror}", en=f"cannot be written: {error.strerror}")
        return Finding("folder", str(place), Verdict.FAILURE, told, cure)
    told = Text(ru=f"свободно {free // 2**20} МиБ", en=f"{free // 2**20} MiB free")
    if free < FREE_WARNED:
        more = Text(ru="освободите место", en="make room")
        return Finding("folder", str(place), Verdict.WARNING, told, more)
    return Finding("folder", str(place), Verdict.OK, told)


def keys(gateway: Gateway, system: InformationSystem) -> Iterator[Finding]:
    """See that the system can sign, with a certificate that is believed and has time left."""
    where = system.mnemonic
    yield guarded("key", where, lambda: _key(gateway, system))
    yield guarded("chain", where, lambda: _chain(gateway, system))


def _key(gateway: Gateway, system: InformationSystem) -> Finding:
    chosen = gateway.ring.choose(system)
    signer = gateway.ring.signer_of(chosen)
    digest = bytes(signer.digest_algorithm.size)
    key = chosen.certificate.public_key
    if not gateway.provider.verify(key, digest, signer.sign_digest(digest)):
        told = Text(ru="подпись ключа неверна", en="the key signs wrongly")
        cure = Text(ru="укажите парные файлы", en="give the files of one pair")
        return Finding("key", system.mnemonic, Verdict.FAILURE, told, cure)
    left = chosen.certificate.not_after - gateway.clock()
    told = Text(
        ru=f"{chosen.row.name}, подписывает; до {chosen.certificate.not_after:%Y-%m-%d}",
        en=f"{chosen.row.name}, signs; until {chosen.certificate.not_after:%Y-%m-%d}",
    )
    if left < TERM_WARNED:
        cure = Text(
            ru="получите новый сертификат и добавьте: mezhved gateway keys add",
            en="get a new certificate and add it: mezhved gateway keys add",
        )
        return Finding("key", system.mnemonic, Verdict.WARNING, told, cure)
    if _readable_by_others(chosen.row.key_file):
        cure = Text(ru="закройте файл ключа: chmod 600", en="close the key file: chmod 600")
        open_told = Text(
            ru=f"{told.ru}; файл ключа открыт другим", en=f"{told.en}; others may read the key file"
        )
        return Finding("key", system.mnemonic, Verdict.WARNING, open_told, cure)
    return Finding("key", system.mnemonic, Verdict.OK, told)


def smev(gateway: Gateway, at: Connection) -> Finding:
    """See that SMEV's own signature will be known by a certificate that has time left."""
    trust = gateway.trusts.of(at)
    if not trust.pinned:
        if trust.chain is not None:
            return ok("smev", at.name, "верим удостоверяющим центрам", "the authorities are believed")
        told = Text(ru="не сказано, чьей подписи верить как СМЭВ", en="whose signature is SMEV's is not said")
        cure = Text(
            ru="внесите сертификат СМЭВ (smev_certificates) или УЦ (authorities)",
            en="name SMEV's certificate (smev_certificates) or authorities",
        )
        return Finding("smev", at.name, Verdict.WARNING, told, cure)
    ends = max(each.not_after for each in trust.pinned)
    told = Text(ru=f"известен, до {ends:%Y-%m-%d}", en=f"known, until {ends:%Y-%m-%d}")
    if ends - gateway.clock() < TERM_WARNED:
        cure = Text(
            ru="получите новый сертификат СМЭВ и внесите его рядом с прежним (smev_certificates)",
            en="get SMEV's new certificate and name it beside the old one (smev_certificates)",
        )
        return Finding("smev", at.name, Verdict.WARNING, told, cure)
    return Finding("smev", at.name, Verdict.OK, told)


def _readable_by_others(name: str) -> bool:
    try:
        return bool(name) and bool(Path(name).stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except OSError:
        return False


def _chain(gateway: Gateway, system: InformationSystem) -> Finding:
    where = system.mnemonic
    trust = gateway.trusts.of(system.connection)
    if trust.chain is None:
        cure = Text(
            ru="внесите сертификаты УЦ в подключение (authorities)",
            en="put the authorities' certificates into the connection (authorities)",
        )
        told = Text(ru="удостоверяющие центры не указаны", en="no authority is named")
        return Finding("chain", where, Verdict.WARNING, told, cure)
    verdict = trust.chain.check(gateway.ring.choose(system).certificate, gateway.clock())
    if not verdict.trusted:
        cure = Text(
            ru="проверьте сертификат и список УЦ подключения",
            en="check the certificate and the connection's authorities",
        )
        return Finding("chain", where, Verdict.FAILURE, verdict.reason, cure)
    if verdict.crl_issued is None:
        return ok("chain", where, "доверена; данных об отзыве нет", "trusted; no revocation data")
    at = f"{verdict.crl_issued:%Y-%m-%d %H:%M} UTC"
    return ok("chain", where, f"доверена; отзыв по данным от {at}", f"trusted; revocation data of {at}")
