"""The demonstration from beginning to end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mezhved.demo.bus import DemoBus
from mezhved.demo.catalogue import (
    BULLETIN,
    CHARGE,
    EXTRACT,
    FUND,
    PARTICIPANTS,
    PASSPORT,
    SERVICE,
    SNILS,
    TARIFF,
    TYPES,
)
from mezhved.demo.errors import CannotStart, DemoError
from mezhved.demo.filling import fill_cabinets
from mezhved.demo.gateways import Gateways
from mezhved.demo.narrator import Narrator
from mezhved.demo.people import ROLES
from mezhved.demo.pki import make_pki, read_pki, subjects
from mezhved.demo.provider import Desk, Provider, Shelf
from mezhved.demo.recording import Recorder
from mezhved.demo.registry import registry_document
from mezhved.demo.scenarios import REPEATED, SCENARIOS, Scenario
from mezhved.demo.stage import Stage
from mezhved.gost import load_provider
from mezhved.smev3.versions import Version
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator
    from pathlib import Path

KEYS = "keys"
MESSAGES = "messages"
LIVE_KEPT = 50
LOCK = "demo.lock"
REGISTRY = "registry.yaml"
NODE = "demo"
SHELF = "shelf"


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """`once`: end after one exchange of every kind. `bus_only`: then leave the bus to other clients.

    `pause` is the time between repeated exchanges in seconds. `migrated` is a database file of a gateway of
    this version, where one is at hand: both gateways begin with copies of it.
    """

    folder: Path
    port: int = 7500
    once: bool = False
    bus_only: bool = False
    pause: float = 15.0
    migrated: Path | None = None


def run_demo(options: DemoOptions, write: Callable[[str], None], stop: threading.Event) -> bool:
    """Run the demonstration until it is done or `stop` is set; tell whether all was right.

    Raises `CannotStart`.
    """
    narrator = Narrator(write, lambda: datetime.now(UTC))
    with _alone(options.folder):
        try:
            stage = prepare_stage(options, narrator)
        except OSError as error:
            raise _closed(options.folder, error) from error
        # The gateways' processes are forked before any thread runs here.
        with stage.bus.serving() as process, stage.gateways.serving():
            open_desks(stage)
            try:
                right = _play_all(stage, SCENARIOS, stop)
                if not options.once and not stop.is_set():
                    right = _go_on(stage, options, stop, lambda: process.poll() is None) and right
            finally:
                for provider in stage.providers.values():
                    provider.stop()
        return _check_books(stage) and right


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder for this run; `CannotStart` when another demonstration holds it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("a+")
    except OSError as error:
        raise _closed(folder, error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            owner = lock.read().strip()
            raise CannotStart(
                Text(
                    ru=f"демонстрация уже идёт (процесс {owner})",
                    en=f"a demonstration is running already (process {owner})",
                ),
                where=str(folder),
                cure=Text(
                    ru="остановите её Ctrl-C или задайте MEZHVED_DEMO_DIR и MEZHVED_DEMO_PORT",
                    en="stop it by Ctrl-C, or set MEZHVED_DEMO_DIR and MEZHVED_DEMO_PORT",
                ),
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _closed(folder: Path, error: OSError) -> CannotStart:
    return CannotStart(
        Text(ru=f"каталог недоступен: {error}", en=f"the folder cannot be used: {error}"),
        where=str(folder),
        cure=Text(
            ru="удалите то, что осталось от другого пользователя, или задайте MEZHVED_DEMO_DIR",
            en="remove what another user left, or set MEZHVED_DEMO_DIR",
        ),
    )


def prepare_stage(options: DemoOptions, narrator: Narrator) -> Stage:
    """Make keys, registry, the bus and both gateways anew; nothing runs yet. Raises `CannotStart`."""
    bus = DemoBus(options.folder, options.port)
    gateways = Gateways.of(options.folder, options.port)
    for role in (bus, *gateways.both):
        role.demand_free_port()
    cryptography = load_provider()
    narrator.title(Text(ru="Подготовка", en="Preparation"))
    narrator.say(
        Text(
            ru="криптография: gost-engine OpenSSL"
            if cryptography.name == "openssl"
            else "криптография: на Python (gost-engine не установлен; всё верно, но медленно)",
            en="cryptography: OpenSSL's gost-engine"
            if cryptography.name == "openssl"
            else "cryptography: pure Python (no gost-engine here; right, but slow)",
        )
    )
    now = datetime.now(UTC)
    keys = options.folder / KEYS
    pki = read_pki(keys, cryptography, now) or make_pki(keys, cryptography, now, os.urandom)
    (keys / "README.txt").write_text(_keys_readme(bus), encoding="utf-8")
    narrator.say(
        Text(
            ru=f"ключи и сертификаты (корневой УЦ, УЦ, СМЭВ, участники, должностное лицо): {keys}",
            en=f"keys and certificates (root, CA, SMEV, participants, an official): {keys}",
        )
    )
    bus.forget()
    shutil.rmtree(options.folder / MESSAGES, ignore_errors=True)
    bus.write_config()
    (options.folder / REGISTRY).write_text(registry_document(pki), encoding="utf-8")
    bus.command("bus", "migrate")
    bus.command("registry", "import", str((options.folder / REGISTRY).resolve()))
    for each in PARTICIPANTS:
        narrator.say(
            Text(ru=f"{each.mnemonic}  {each.name}: {each.role}", en=f"{each.mnemonic}  {each.role}")
        )
    narrator.say(
        Text(
            ru=f"реестр: участников {len(PARTICIPANTS)}, видов сведений {len(TYPES)}",
            en=f"registry: {len(PARTICIPANTS)} participants, {len(TYPES)} information types",
        )
    )
    gateways.prepare(options.migrated)
    recorder = Recorder(options.folder / MESSAGES)
    # Beside a demonstration that stays, other clients may use the same keys: its own answers wait apart.
    node = None if options.once else NODE
    return Stage(bus, gateways, pki, cryptography, narrator, recorder, node_id=node)


def open_desks(stage: Stage) -> None:
    """Put the providers to work; the bus and the gateways serve already."""
    narrator, address = stage.narrator, stage.bus.address
    narrator.say(
        Text(
            ru=f"шина слушает {address} (журнал: {stage.bus.folder / 'bus.log'})",
            en=f"the bus listens on {address} (log: {stage.bus.folder / 'bus.log'})",
        )
    )
    for each in stage.gateways.both:
        narrator.say(
            Text(
                ru=f"шлюз {each.participant.mnemonic}: REST {each.address}/api/v1, служба адаптера "
                f"{each.address}/ws (журнал: {each.log}, токен: {each.token_file})",
                en=f"gateway {each.participant.mnemonic}: REST {each.address}/api/v1, the adapter's service "
                f"{each.address}/ws (log: {each.log}, token: {each.token_file})",
            )
        )
    fund, service = stage.client(FUND.mnemonic, Version.V1_2), stage.client(SERVICE.mnemonic, Version.V1_2)
    shelf = Shelf(stage.store(), stage.bus.folder / SHELF)
    late = stage.client(FUND.mnemonic, Version.V1_3)
    stage.providers[FUND.mnemonic] = Provider(
        FUND.mnemonic,
        (Desk(SNILS, fund), Desk(CHARGE, late), Desk(TARIFF, fund), Desk(BULLETIN, fund)),
        shelf,
        narrator,
    )
    stage.providers[SERVICE.mnemonic] = Provider(
        SERVICE.mnemonic,
        (Desk(PASSPORT, service), Desk(EXTRACT, service), Desk(TARIFF, service), Desk(BULLETIN, service)),
        shelf,
        narrator,
    )
    for provider in stage.providers.values():
        provider.start()


def _play_all(stage: Stage, scenarios: tuple[Scenario, ...], stop: threading.Event) -> bool:
    outcomes = [
        _play(stage, each, f"{number}. ", each.name)
        for number, each in enumerate(scenarios, 1)
        if not stop.is_set()
    ]
    done, whole = sum(outcomes), len(scenarios)
    stage.narrator.title(
        Text(ru=f"Верно обменов: {done} из {whole}", en=f"Exchanges that were right: {done} of {whole}")
    )
    return done == whole


def _play(stage: Stage, scenario: Scenario, number: str, folder_name: str) -> bool:
    """Carry one exchange; a failure is told, not raised."""
    folder = stage.recorder.begin(folder_name)
    stage.narrator.title(Text(ru=f"{number}{scenario.title.ru}", en=f"{number}{scenario.title.en}"))
    began = time.monotonic()
    try:
        scenario.run(stage)
    except MezhvedError as error:
        label = (
            Text(ru="НЕВЕРНО", en="WRONG") if isinstance(error, DemoError) else Text(ru="СБОЙ", en="FAILED")
        )
        stage.narrator.say(f"✘ {label}: {error}")
        right = False
    else:
        right = True
    took = time.monotonic() - began
    mark = "✔ " if right else "  "
    stage.narrator.say(
        Text(ru=f"{mark}за {took:.1f} с; сырой XML: {folder}", en=f"{mark}in {took:.1f} s; raw XML: {folder}")
    )
    return right


def _go_on(stage: Stage, options: DemoOptions, stop: threading.Event, bus_lives: Callable[[], bool]) -> bool:
    """Keep the bus running; carry an exchange from time to time. Tell whether all was right."""
    right = _fill(stage, stop)
    stage.narrator.say(_cabinets(stage.gateways))
    stage.narrator.say(_invitation(stage.bus))
    if options.bus_only:
        for provider in stage.providers.values():
            provider.stop()
    kept: deque[Path] = deque()
    right = True
    turn = 0
    while not stop.wait(options.pause):
        if not bus_lives():
            stage.narrator.say(Text(ru="✘ шина остановилась", en="✘ the bus has stopped"))
            return False
        if options.bus_only:
            continue
        scenario = REPEATED[turn % len(REPEATED)]
        turn += 1
        name = f"live/{turn:06d}-{scenario.name.partition('-')[2]}"
        right = _play(stage, scenario, "", name) and right
        kept.append(options.folder / MESSAGES / name)
        if len(kept) > LIVE_KEPT:
            shutil.rmtree(kept.popleft(), ignore_errors=True)
    return right


def _fill(stage: Stage, stop: threading.Event) -> bool:
    """Put something into the lists of the cabinets; tell whether it went well."""
    if stop.is_set():
        return True
    try:
        fill_cabinets(stage.gateways)
    except MezhvedError as error:
        stage.narrator.say(f"✘ {error}")
        return False
    return True


def _check_books(stage: Stage) -> bool:
    """Prove by `mezhved bus check` that no message is lost."""
    try:
        stage.bus.command("bus", "check")
    except CannotStart as error:
        stage.narrator.say(f"✘ {error}")
        return False
    stage.narrator.say(
        Text(
            ru="mezhved bus check: принято = доставлено + ждёт + выдано + отказано + истекло",
            en="mezhved bus check: accepted = delivered + waiting + leased + refused + expired",
        )
    )
    return True


def _cabinets(gateways: Gateways) -> Text:
    """Tell the addresses and the accounts of both cabinets."""
    ru, en = ["Кабинеты (люди выдуманы):"], ["Cabinets (the people are invented):"]
    for each in gateways.both:
        ru.append(f"  {each.address}/  {each.participant.name} (пароли: {each.accounts_file})")
        en.append(f"  {each.address}/  {each.participant.mnemonic} (passwords: {each.accounts_file})")
        for person in each.office.people:
            entry = f"    {person.username:<12} {each.password_of(person.username):<24} "
            ru.append(f"{entry}{ROLES[person.role].ru}: {person.name}")
            en.append(f"{entry}{ROLES[person.role].en}: {person.name}")
    return Text(ru="\n".join(ru), en="\n".join(en))


def _invitation(bus: DemoBus) -> Text:
    first = PARTICIPANTS[0].mnemonic
    keys = bus.folder / KEYS
    command = (
        f"mezhved smev3 send request.xml --url {bus.address}/smev/v1.2/ws "
        f"--key {keys}/{first}.key.pem --cert {keys}/{first}.cert.pem"
    )
    return Text(
        ru=f"Шина работает до Ctrl-C. Откройте {bus.address}/smev/v1.2/ws?wsdl или {bus.address}/metrics\n"
        f"Попробуйте своего клиента или нашего:\n  {command}",
        en=f"The bus runs until Ctrl-C. Open {bus.address}/smev/v1.2/ws?wsdl or {bus.address}/metrics\n"
        f"Try a client of yours, or ours:\n  {command}",
    )


def _keys_readme(bus: DemoBus) -> str:
    names = ", ".join(subjects())
    text = Text(
        ru="Тестовые ключи демонстрации; секретов здесь нет.\n\n"
        "<имя>.key.pem — закрытый ключ, PKCS#8 без пароля; <имя>.cert.pem — сертификат.\n"
        f"Имена: {names}, root, ca.\n"
        "smev — сама шина: её сертификату верит клиент. official — должностное лицо (ЭП-СП).\n"
        "stranger в реестре не значится. ca-chain.pem — корневой УЦ и УЦ.\n\n"
        f"Шина: {bus.address}/smev/v1.1/ws, /smev/v1.2/ws, /smev/v1.3/ws\n",
        en="Test keys of the demonstration; nothing here is a secret.\n\n"
        f"<name>.key.pem is a private key, PKCS#8 without a password; <name>.cert.pem its certificate.\n"
        f"Names: {names}, root, ca.\n"
        "smev is the bus itself, whose certificate a client believes; official is a person (EP-SP).\n"
        "stranger is not in the registry. ca-chain.pem holds the root and the CA.\n\n"
        f"The bus: {bus.address}/smev/v1.1/ws, /smev/v1.2/ws, /smev/v1.3/ws\n",
    )
    return str(text)
