"""`mezhved bench ...`: measurements that print JSON."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import click

from mezhved.texts import Text

# The test command's own PostgreSQL, see tools/with_postgres.py.
POSTGRES = "MEZHVED_TEST_POSTGRES"

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="JSON")
_ENGINES = click.option(
    "--engine",
    "engines",
    multiple=True,
    type=click.Choice(["sqlite", "postgresql"]),
    help=str(Text(ru="база данных; иначе все, какие есть", en="the database; else every one there is")),
)
_POSTGRES = click.option(
    "--postgres",
    envvar=POSTGRES,
    help=str(Text(ru="адрес сервера: postgresql://…", en="the server's address: postgresql://...")),
)


@click.group(help=str(Text(ru="Измерения.", en="Measurements.")))
def bench() -> None:
    """Hold the measurements."""


@bench.command(
    help=str(
        Text(
            ru="Полных обменов в секунду, с записью на диск и всеми подписями.",
            en="Full exchanges a second, durable, with all signatures.",
        )
    )
)
@_AS_JSON
@_ENGINES
@_POSTGRES
@click.option(
    "--workers", type=int, multiple=True, help=str(Text(ru="процессов шины", en="processes of the bus"))
)
@click.option(
    "--seconds",
    type=float,
    default=10.0,
    show_default=True,
    help=str(Text(ru="сколько измерять", en="how long to measure")),
)
@click.option(
    "--warm-up",
    type=float,
    default=2.0,
    show_default=True,
    help=str(Text(ru="сколько секунд разогревать", en="seconds of warming up before")),
)
@click.option(
    "--processes",
    type=int,
    default=2,
    show_default=True,
    help=str(Text(ru="процессов нагрузки", en="processes of the load")),
)
@click.option(
    "--threads",
    type=int,
    default=4,
    show_default=True,
    help=str(Text(ru="потоков в каждом", en="threads in each")),
)
@click.option(
    "--waiting",
    type=int,
    multiple=True,
    help=str(Text(ru="сообщений уже в очередях", en="messages already in the queues")),
)
def exchange(
    *,
    as_json: bool,
    engines: tuple[str, ...],
    postgres: str | None,
    workers: tuple[int, ...],
    seconds: float,
    warm_up: float,
    processes: int,
    threads: int,
    waiting: tuple[int, ...],
) -> None:
    """Measure every combination asked for."""
    from mezhved.bench.exchange import Setting, measure  # noqa: PLC0415 - slow to import
    from mezhved.bench.load import Plan  # noqa: PLC0415

    plan = Plan(processes, threads, warm_up, seconds)
    settings = [
        Setting(engine, count, already, plan)
        for engine in _chosen(engines, postgres)
        for already in waiting or (0,)
        for count in workers or (1, 2)
    ]
    found = []
    with tempfile.TemporaryDirectory(prefix="mezhved-bench-", dir=_room()) as folder:
        for number, setting in enumerate(settings):
            result = measure(setting, Path(folder) / str(number), postgres)
            found.append(result)
            if not as_json:
                click.echo(_line(result))
    if as_json:
        click.echo(json.dumps({"exchange": found}, ensure_ascii=False, indent=1))


@bench.command(
    help=str(
        Text(
            ru="Один большой файл через файловое хранилище: скорость и память; рядом голые FTP и хэш.",
            en="One large file through the file store: speed and memory; beside it bare FTP and the hash.",
        )
    )
)
@_AS_JSON
@click.option(
    "--engine",
    type=click.Choice(["sqlite", "postgresql"]),
    default="sqlite",
    show_default=True,
    help=str(Text(ru="база данных", en="the database")),
)
@_POSTGRES
@click.option(
    "--megabytes",
    type=click.IntRange(1, 1073),
    default=1000,
    show_default=True,
    help=str(Text(ru="размер файла, миллионов октетов", en="the file's size, millions of octets")),
)
def files(*, as_json: bool, engine: str, postgres: str | None, megabytes: int) -> None:
    """Measure one file end to end."""
    from mezhved.bench.files import measure_files  # noqa: PLC0415 - slow to import

    if engine == "postgresql" and not postgres:
        raise click.UsageError("--postgres")
    with tempfile.TemporaryDirectory(prefix="mezhved-bench-", dir=_room()) as folder:
        result = measure_files(megabytes, Path(folder), postgres if engine == "postgresql" else None)
    if as_json:
        click.echo(json.dumps({"files": result}, ensure_ascii=False, indent=1))
        return
    click.echo(
        f"{result['engine']} {result['octets']}: MB/s {result['mb_per_second']};"
        f" FTP {result['bare_ftp_mb_per_second']}; GOST {result['bare_hash_mb_per_second']};"
        f" +{result['memory_growth_mb']} MB"
    )


@bench.command(
    help=str(
        Text(
            ru="Рассылка тысячам подписчиков: приём, расход места, путь до всех очередей, получение.",
            en="A broadcast to thousands of subscribers: acceptance, octets, the way to all queues, taking.",
        )
    )
)
@_AS_JSON
@_ENGINES
@_POSTGRES
@click.option(
    "--subscribers",
    type=click.IntRange(min=3),
    default=10_000,
    show_default=True,
    help=str(Text(ru="подписчиков", en="subscribers")),
)
@click.option(
    "--messages",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help=str(Text(ru="рассылок подряд", en="broadcasts one after another")),
)
def broadcast(
    *, as_json: bool, engines: tuple[str, ...], postgres: str | None, subscribers: int, messages: int
) -> None:
    """Measure each engine asked for."""
    from mezhved.bench.broadcast import Setting, measure  # noqa: PLC0415 - slow to import

    found = []
    with tempfile.TemporaryDirectory(prefix="mezhved-bench-", dir=_room()) as folder:
        for engine in _chosen(engines, postgres):
            result = measure(Setting(engine, subscribers, messages), Path(folder) / engine, postgres)
            found.append(result)
            if not as_json:
                click.echo(
                    f"{engine:10} accept {result['accept_ms']} ms; all queues {result['all_queues_ms']} ms;"
                    f" {result['octets_per_recipient']} octets a recipient; {result['check']}"
                )
    if as_json:
        click.echo(json.dumps({"broadcast": found}, ensure_ascii=False, indent=1))


@bench.command(
    help=str(
        Text(
            ru="Как быстро открываются формы пакетов схем; без пакетов измеряет большую выдуманную схему.",
            en="How fast forms of packages of schemas open; without packages, of a large made-up schema.",
        )
    )
)
@_AS_JSON
@click.argument("packages", nargs=-1, type=click.Path(exists=True, path_type=Path))
def forms(*, as_json: bool, packages: tuple[Path, ...]) -> None:
    """Measure every root of the packages."""
    from mezhved.bench.forms import measure_forms  # noqa: PLC0415 - slow to import

    found = measure_forms(list(packages))
    if as_json:
        click.echo(json.dumps({"forms": found}, ensure_ascii=False, indent=1))
        return
    for each in found:
        click.echo(
            f"{each['package']} {each['root']}: open {each['open_ms']} ms (CPU {each['open_cpu_ms']});"
            f" node {each['node_ms']} ms (CPU {each['node_cpu_ms']}); {each['nodes']} nodes,"
            f" depth {each['depth']}; XML {each['to_xml_ms']} ms, JSON {each['to_json_ms']} ms"
        )


@bench.command(
    name="form-pages",
    help=str(
        Text(
            ru="Формы в браузере через весь Django: открыть, нажать, проверить значение; без пакетов — "
            "большая выдуманная схема.",
            en="Forms in the browser through all of Django: opening, clicks, checks; without packages, of a "
            "large made-up schema.",
        )
    ),
)
@_AS_JSON
@click.argument("packages", nargs=-1, type=click.Path(exists=True, path_type=Path))
def form_pages(*, as_json: bool, packages: tuple[Path, ...]) -> None:
    """Measure the pages of every root of the packages."""
    from mezhved.bench.form_pages import measure_form_pages  # noqa: PLC0415 - slow to import

    with tempfile.TemporaryDirectory() as folder:
        found = measure_form_pages(list(packages), Path(folder))
    if as_json:
        click.echo(json.dumps({"form_pages": found}, ensure_ascii=False, indent=1))
        return
    for each in found:
        click.echo(
            f"{each['package']} {each['root']}{' filled' if each['filled'] else ''}:"
            f" first {each['first_ms']} ms (CPU {each['first_cpu_ms']}),"
            f" again {each['again_ms']} ms (CPU {each['again_cpu_ms']});"
            f" {each['clicks']} clicks, slowest {each['click_ms']} ms (CPU {each['click_cpu_ms']});"
            f" value {each['value_ms']} ms (CPU {each['value_cpu_ms']}); page {each['page_octets']} octets"
        )


@bench.command(
    help=str(
        Text(
            ru="Шлюзы: запросов, принятых REST, и полных обменов в секунду; процессор шины и шлюзов врозь.",
            en="Gateways: requests taken by REST, round trips a second; CPU of the bus and of each gateway.",
        )
    )
)
@_AS_JSON
@_ENGINES
@_POSTGRES
@click.option(
    "--seconds",
    type=float,
    default=10.0,
    show_default=True,
    help=str(Text(ru="сколько измерять", en="how long to measure")),
)
@click.option(
    "--warm-up",
    type=float,
    default=2.0,
    show_default=True,
    help=str(Text(ru="сколько секунд разогревать", en="seconds of warming up before")),
)
@click.option(
    "--under-way",
    type=click.IntRange(1, 1000),
    default=32,
    show_default=True,
    help=str(Text(ru="обменов одновременно", en="round trips at once")),
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help=str(Text(ru="вызовов REST одновременно", en="calls of REST at once")),
)
@click.option(
    "--file-megabytes",
    type=click.IntRange(0, 1073),
    default=0,
    show_default=True,
    help=str(
        Text(
            ru="ещё и один файл из REST в REST: столько миллионов октетов; 0 — не мерить",
            en="one file from REST to REST too, of so many millions of octets; 0: not measured",
        )
    ),
)
def gateway(
    *,
    as_json: bool,
    engines: tuple[str, ...],
    postgres: str | None,
    seconds: float,
    warm_up: float,
    under_way: int,
    threads: int,
    file_megabytes: int,
) -> None:
    """Measure each engine asked for."""
    from mezhved.bench.gateway import Setting, measure  # noqa: PLC0415 - slow to import
    from mezhved.bench.gateway_files import measure_gateway_file  # noqa: PLC0415

    found = []
    with tempfile.TemporaryDirectory(prefix="mezhved-bench-", dir=_room()) as folder:
        for engine in _chosen(engines, postgres):
            setting = Setting(engine, seconds, warm_up, under_way, threads)
            result = measure(setting, Path(folder) / engine, postgres)
            if file_megabytes:
                server = postgres if engine == "postgresql" else None
                result["file"] = measure_gateway_file(file_megabytes, Path(folder) / f"{engine}-file", server)
            found.append(result)
            if not as_json:
                trips, taken = result["round_trips"], result["taken_by_rest"]
                click.echo(
                    f"{engine:10} {trips['per_second']} round trips/s,"
                    f" CPU ms {trips['cpu_ms_per_round_trip']}; REST {taken['per_second']}/s"
                )
                if file := result.get("file"):
                    click.echo(
                        f"{'':10} {file['megabytes']} MB: MB/s {file['mb_per_second']};"
                        f" + MB {file['memory_growth_mb']}"
                    )
    if as_json:
        click.echo(json.dumps({"gateway": found}, ensure_ascii=False, indent=1))


@bench.command(
    help=str(
        Text(
            ru="Страницы кабинета над миллионом обменов: каждый отбор, каждая сводка, глазами разных ролей.",
            en="Pages of the cabinet over a million exchanges: every filter and dashboard, several roles.",
        )
    )
)
@_AS_JSON
@_ENGINES
@_POSTGRES
@click.option(
    "--exchanges",
    type=click.IntRange(min=1000),
    default=1_000_000,
    show_default=True,
    help=str(Text(ru="обменов в базе", en="exchanges in the database")),
)
@click.option(
    "--repeats",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help=str(Text(ru="сколько раз открывать каждую страницу", en="how often each page is opened")),
)
def cabinet(
    *, as_json: bool, engines: tuple[str, ...], postgres: str | None, exchanges: int, repeats: int
) -> None:
    """Measure every page."""
    from mezhved.bench.cabinet import Setting, lines, measure  # noqa: PLC0415 - slow to import

    found = []
    with tempfile.TemporaryDirectory(prefix="mezhved-bench-", dir=_room()) as folder:
        for engine in engines or ("postgresql" if postgres else "sqlite",):
            setting = Setting(engine, exchanges, repeats)
            result = measure(setting, Path(folder) / engine, postgres)
            found.append(result)
            for each in lines(result):
                click.echo(each, err=as_json)
    if as_json:
        click.echo(json.dumps({"cabinet": found}, ensure_ascii=False, indent=1))


def _chosen(engines: tuple[str, ...], postgres: str | None) -> tuple[str, ...]:
    """Return the engines asked for, else every one there is."""
    return engines or (("sqlite", "postgresql") if postgres else ("sqlite",))


def _room() -> str:
    """Return a folder on a real disk: /tmp may lie in memory, where durability costs nothing."""
    folder = Path("var")
    folder.mkdir(exist_ok=True)
    return os.fspath(folder.resolve())


def _line(result: dict[str, object]) -> str:
    limit = result["limit"]
    cpu = result["cpu_ms_per_exchange"]
    return (
        f"{result['engine']:10} workers {result['workers']} waiting {result['waiting']}:"
        f" {result['exchanges_per_second']} exchanges/s; limit {limit}; CPU {cpu};"
        f" peak {result['worker_peak_mb']} MB; {result['check']}"
    )
