"""What an operator asks first: is everything here that the bus needs, and if not, what to do."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from mezhved.bus.assembly import choose_provider, load_signer, system_clock
from mezhved.bus.files.blobs import try_store
from mezhved.bus.files.server import check_ftp_settings
from mezhved.bus.push.ledger import PushLedger
from mezhved.bus.revocation.chains import rules_of
from mezhved.bus.revocation.report import Freshness, revocation_report, troubles
from mezhved.bus.storage import DatabaseAddress, Store
from mezhved.bus.transactions.keys import load_transaction_key
from mezhved.smev3 import transform
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mezhved import gost
    from mezhved.configuration import BusSettings

_WARN_DAYS = 30
_DAY = 86400


class Verdict(Enum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, how it stands, and the cure."""

    subject: Text
    verdict: Verdict
    detail: str
    cure: Text | None = None


def examine(settings: BusSettings, clock: Callable[[], int] = system_clock) -> Iterator[Finding]:
    """Look at everything the bus needs; never raises for what it finds."""
    yield _guarded(Text("криптография ГОСТ", "GOST cryptography"), lambda: _cryptography(settings))
    yield _transform()
    yield _guarded(
        Text("ключ и сертификат шины", "key and certificate of the bus"), lambda: _key(settings, clock)
    )
    database = _guarded(Text("база данных", "database"), lambda: _database(settings))
    yield database
    if database.verdict is not Verdict.FAILURE:
        yield _guarded(Text("реестр", "registry"), _registry)
        yield _guarded(Text("данные об отзыве", "revocation data"), lambda: _revocation(settings, clock))
        yield _guarded(Text("уведомления", "push notifications"), lambda: _notices(settings))
    if settings.transaction_key is not None:
        yield _guarded(Text("коды транзакций", "transaction codes"), lambda: _transaction_codes(settings))
    yield _port(settings)
    yield _guarded(Text("файловое хранилище", "file store"), lambda: _file_store(settings))


def _guarded(subject: Text, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except MezhvedError as error:
        return Finding(subject, Verdict.FAILURE, str(error.what), error.cure)
    except Exception as error:  # noqa: BLE001 - a doctor reports whatever the patient does
        return Finding(subject, Verdict.FAILURE, f"{type(error).__name__}: {error}")


def _cryptography(settings: BusSettings) -> Finding:
    subject = Text("криптография ГОСТ", "GOST cryptography")
    provider = choose_provider(settings)
    if provider.name == "pure":
        return Finding(
            subject,
            Verdict.WARNING,
            "pure Python",
            Text(
                "медленно; установите пакет libengine-gost-openssl",
                "slow; install the package libengine-gost-openssl",
            ),
        )
    return Finding(subject, Verdict.OK, provider.name)


def _transform() -> Finding:
    subject = Text("трансформация подписи", "signature transform")
    if transform.IMPLEMENTATION == "compiled":
        return Finding(subject, Verdict.OK, transform.IMPLEMENTATION)
    cure = Text(
        "медленнее; установите gcc и python3-dev и повторите make install",
        "slower; install gcc and python3-dev and run make install again",
    )
    return Finding(subject, Verdict.WARNING, transform.IMPLEMENTATION, cure)


def _key(settings: BusSettings, clock: Callable[[], int]) -> Finding:
    subject = Text("ключ и сертификат шины", "key and certificate of the bus")
    certificate: gost.Certificate = load_signer(settings, choose_provider(settings)).certificate
    left = certificate.not_after.timestamp() - clock() / 1_000_000
    detail = f"{certificate.subject}; {certificate.not_after:%Y-%m-%d %H:%M} UTC"
    cure = Text("выпустите новый сертификат шины", "issue a new certificate for the bus")
    if left <= 0 or certificate.not_before.timestamp() > clock() / 1_000_000:
        return Finding(subject, Verdict.FAILURE, detail, cure)
    if left < _WARN_DAYS * _DAY:
        return Finding(subject, Verdict.WARNING, detail, cure)
    return Finding(subject, Verdict.OK, detail)


def _database(settings: BusSettings) -> Finding:
    from mezhved.site.setup import configure, pending_migrations  # noqa: PLC0415 - starts Django

    subject = Text("база данных", "database")
    configure(settings)
    pending = pending_migrations()
    if pending:
        cure = Text("выполните mezhved bus migrate", "run mezhved bus migrate")
        return Finding(subject, Verdict.FAILURE, ", ".join(pending[:5]), cure)
    store = Store.open(DatabaseAddress.of_url(settings.database))
    try:
        store.ping()
    finally:
        store.close()
    return Finding(subject, Verdict.OK, "postgresql" if "://" in settings.database else settings.database)


def _registry() -> Finding:
    from mezhved.registry.loading import load_snapshot  # noqa: PLC0415 - needs a started Django

    subject = Text("реестр", "registry")
    snapshot = load_snapshot()
    systems, types = len(snapshot.systems), len(snapshot.types)
    counts = str(
        Text(f"систем {systems}, видов сведений {types}", f"systems: {systems}, information types: {types}")
    )
    if not snapshot.systems or not snapshot.types:
        cure = Text(
            "внесите участников и виды сведений: mezhved registry import ФАЙЛ.yaml",
            "add participants and information types: mezhved registry import FILE.yaml",
        )
        return Finding(subject, Verdict.WARNING, counts, cure)
    if snapshot.maintenance:
        cure = Text(
            "идут регламентные работы, на всё ответ SMEV-60; закончить: mezhved bus maintenance off",
            "maintenance: every call is answered with SMEV-60; to end it: mezhved bus maintenance off",
        )
        return Finding(subject, Verdict.WARNING, counts, cure)
    if not snapshot.trust.roots:
        cure = Text(
            "внесите корневой сертификат (mezhved registry authority add): цепочки пока не проверяются",
            "add a root certificate (mezhved registry authority add): chains are not checked yet",
        )
        return Finding(subject, Verdict.WARNING, counts, cure)
    return Finding(subject, Verdict.OK, counts)


def _notices(settings: BusSettings) -> Finding:
    from mezhved.registry.loading import load_snapshot  # noqa: PLC0415 - needs a started Django

    subject = Text("уведомления", "push notifications")
    snapshot = load_snapshot()
    store = Store.open(DatabaseAddress.of_url(settings.database))
    try:
        states = PushLedger(store).states(snapshot.push_addresses)
    finally:
        store.close()
    told = str(Text(f"адресов {len(snapshot.push_addresses)}", f"addresses: {len(snapshot.push_addresses)}"))
    failing = [
        system.mnemonic
        for system in snapshot.systems
        if system.id in states
        and states[system.id].address == snapshot.push_addresses[system.id]
        and states[system.id].failures >= settings.push_failures
    ]
    if failing:
        cure = Text(
            "проверьте адреса: mezhved registry push list", "check the addresses: mezhved registry push list"
        )
        names = ", ".join(sorted(failing))
        return Finding(subject, Verdict.WARNING, f"{told}; {Text('не отвечают', 'no answer')}: {names}", cure)
    return Finding(subject, Verdict.OK, told)


def _transaction_codes(settings: BusSettings) -> Finding:
    load_transaction_key(settings)
    return Finding(Text("коды транзакций", "transaction codes"), Verdict.OK, settings.transaction_codes)


def _revocation(settings: BusSettings, clock: Callable[[], int]) -> Finding:
    subject = Text("данные об отзыве", "revocation data")
    rules, now = rules_of(settings), clock()
    lines = revocation_report(rules, now)
    stale = troubles(lines, rules, now)
    if stale:
        expired = any(each.freshness is Freshness.EXPIRED for each in lines)
        cure = Text("посмотрите mezhved trust status", "see mezhved trust status")
        verdict = Verdict.FAILURE if expired else Verdict.WARNING
        return Finding(subject, verdict, "; ".join(str(each) for each in stale), cure)
    absent = sum(each.freshness is Freshness.ABSENT for each in lines)
    if absent:
        told = Text(
            f"УЦ без источника данных об отзыве: {absent}",
            f"authorities without a source of revocation data: {absent}",
        )
        cure = Text("добавьте источник: mezhved trust source add", "add a source: mezhved trust source add")
        return Finding(subject, Verdict.WARNING, str(told), cure)
    return Finding(subject, Verdict.OK, str(Text(f"УЦ: {len(lines)}", f"authorities: {len(lines)}")))


def _file_store(settings: BusSettings) -> Finding:
    """Try the store of contents, and whether the FTP server could start."""
    subject = Text("файловое хранилище", "file store")
    place = try_store(settings)
    if not settings.ftp_enabled:
        return Finding(subject, Verdict.OK, f"{place}; {Text('FTP выключен', 'FTP is off')}")
    check_ftp_settings(settings)
    host = settings.ftp_host or settings.listen_host
    told = f"{place}; ftp {host}:{settings.ftp_port}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, settings.ftp_port))
        except OSError as error:
            cure = Text(
                "порт занят (шина уже работает?) или недоступен; другой порт: MEZHVED_FTP_PORT",
                "the port is taken (is the bus running?) or unavailable; another one: MEZHVED_FTP_PORT",
            )
            return Finding(subject, Verdict.WARNING, f"{told}: {error.strerror}", cure)
    if settings.production and (settings.ftp_anonymous or settings.ftp_tls == "off"):
        cure = Text(
            "в промышленной эксплуатации дайте системам логины и включите ftp_tls",
            "in production give the systems logins and turn ftp_tls on",
        )
        return Finding(subject, Verdict.WARNING, told, cure)
    return Finding(subject, Verdict.OK, told)


def _port(settings: BusSettings) -> Finding:
    subject = Text("порт", "port")
    address = f"{settings.listen_host}:{settings.listen_port}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.listen_host, settings.listen_port))
        except OSError as error:
            cure = Text(
                "порт занят (шина уже работает?) или недоступен; другой порт: MEZHVED_LISTEN_PORT",
                "the port is taken (is the bus running?) or unavailable; another one: MEZHVED_LISTEN_PORT",
            )
            return Finding(subject, Verdict.WARNING, f"{address}: {error.strerror}", cure)
    return Finding(subject, Verdict.OK, address)
