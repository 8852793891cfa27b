"""`mezhved trust ...`: revocation data - how fresh it is, where it comes from, fetching it now."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mezhved.cli.registry_options import FILE, RegistryGroup, option
from mezhved.cli.registry_rows import as_json
from mezhved.cli.registry_sources import SOURCES, source
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.bus.revocation.fetch_round import Fetching
    from mezhved.bus.revocation.report import AuthorityLine, SourceLine

_SECOND = 1_000_000
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STATES = {
    "fresh": Text(ru="свежие", en="fresh"),
    "grace": Text(ru="УСТАРЕЛИ, пока доверяем", en="STALE, still relied on"),
    "expired": Text(ru="УСТАРЕЛИ, отказываем", en="STALE, refused"),
    "absent": Text(ru="источника нет", en="no source"),
}


@click.group(
    cls=RegistryGroup,
    help=str(Text(ru="Данные об отзыве: свежесть, источники.", en="Revocation data: age and sources.")),
)
@option(
    "--config", "файл настроек TOML (иначе MEZHVED_CONFIG)", "TOML settings (else MEZHVED_CONFIG)", type=FILE
)
@click.pass_context
def trust(context: click.Context, config: Path | None) -> None:
    """Keep the settings' file for the commands."""
    context.obj = config


trust.add_command(source)


@trust.command(
    help=str(
        Text(
            ru="Показать по каждому УЦ, насколько свежи данные об отзыве.",
            en="Show for every authority how fresh its revocation data is.",
        )
    )
)
@as_json
@click.pass_context
def status(context: click.Context, *, as_json: bool) -> None:
    """Print a line for each authority and for each of its sources; exit 1 when something is refused."""
    from mezhved.bus.assembly import system_clock  # noqa: PLC0415 - slow to import
    from mezhved.bus.revocation.chains import rules_of  # noqa: PLC0415
    from mezhved.bus.revocation.report import Freshness, revocation_report  # noqa: PLC0415

    rules, now = rules_of(_settings(context)), system_clock()
    lines = revocation_report(rules, now)
    if as_json:
        click.echo(json.dumps([_plain(each) for each in lines], ensure_ascii=False, indent=2))
    else:
        grace = int(rules.grace.total_seconds())
        for each in lines:
            _print(each, now, grace)
    sys.exit(1 if any(each.freshness is Freshness.EXPIRED for each in lines) else 0)


@trust.command(
    help=str(
        Text(
            ru="Загрузить сейчас: один источник (KEY) или все.",
            en="Fetch now: one source (KEY) or all.",
        )
    )
)
@click.argument("key", required=False)
@click.pass_context
def fetch(context: click.Context, key: str | None) -> None:
    """Fetch whether due or not; exit 1 when something failed."""
    from mezhved.bus.assembly import system_clock  # noqa: PLC0415 - slow to import
    from mezhved.bus.revocation import ledger  # noqa: PLC0415
    from mezhved.bus.revocation.roster import Roster  # noqa: PLC0415
    from mezhved.registry.models import RevocationSource  # noqa: PLC0415

    fetching, now = _fetching(context), system_clock()
    Roster(fetching.provider).renew(now)
    wanted = [SOURCES.find(key)] if key else list(RevocationSource.objects.filter(enabled=True))
    failed = False
    for each in wanted:
        lease = now + int((fetching.fetcher.timeout + _MINUTE) * _SECOND)
        done: set[int] = set()
        away = False
        while not away and (tasks := ledger.claim_source(each.pk, system_clock(), lease, done)):
            for task in tasks:
                done.add(task.pk)
                if away:
                    ledger.give_back(task, now)
                    continue
                outcome = fetching.fetch(task)
                away, failed = outcome.source_is_away, failed or outcome.failed
                told = outcome.problem or _WORDS[outcome.word]
                name = f" {task.certificate.thumbprint.hex()[:16]}" if task.certificate else ""
                click.echo(f"{each.key}{name}: {told}")
        if not done:
            click.echo(f"{each.key}: {_BUSY}")
    sys.exit(1 if failed else 0)


_WORDS = {
    "ok": Text(ru="получены новые данные", en="new data"),
    "same": Text(ru="данные прежние", en="the same data as before"),
}


_BUSY = Text(ru="сейчас его загружает шина", en="the bus is fetching it just now")


def _settings(context: click.Context) -> Any:
    from mezhved.configuration import load_bus_settings  # noqa: PLC0415

    return load_bus_settings(os.environ, config=context.find_object(Path))


def _fetching(context: click.Context) -> Fetching:
    import random  # noqa: PLC0415

    from mezhved.bus.assembly import choose_provider, system_clock  # noqa: PLC0415
    from mezhved.bus.revocation.fetch_round import Fetching  # noqa: PLC0415

    settings = _settings(context)
    chance = random.SystemRandom().random
    return Fetching.of(settings, choose_provider(settings), system_clock, chance, os.urandom)


def _print(line: AuthorityLine, now: int, grace: int) -> None:
    click.echo(f"{line.name}  {_STATES[line.freshness.value]}  {line.subject}")
    if line.issued:
        told = Text(
            ru=f"изданы {_ago(now - line.issued)} назад, {_term(line, now, grace).ru}",
            en=f"issued {_ago(now - line.issued)} ago, {_term(line, now, grace).en}",
        )
        click.echo(f"    {told}")
    for each in line.sources:
        _print_source(each, now)


def _term(line: AuthorityLine, now: int, grace: int) -> Text:
    left = line.until - now
    if left >= 0:
        return Text(ru=f"действуют ещё {_ago(left)}", en=f"good for {_ago(left)} more")
    refused = left + grace * _SECOND
    if refused >= 0:
        return Text(
            ru=f"устарели {_ago(-left)} назад, откажем через {_ago(refused)}",
            en=f"stale since {_ago(-left)}, refused in {_ago(refused)}",
        )
    return Text(
        ru=f"устарели {_ago(-left)} назад, отказываем уже {_ago(-refused)}",
        en=f"stale since {_ago(-left)}, refused for {_ago(-refused)}",
    )


def _print_source(line: SourceLine, now: int) -> None:
    told = Text(ru="ответа ещё не было", en="no answer yet")
    if line.fetched_at:
        ago = _ago(now - line.fetched_at)
        told = Text(ru=f"последний ответ {ago} назад", en=f"last answer {ago} ago")
    counts = Text(
        ru=f"записей {line.records}, без ответа {line.unanswered}, с ошибкой {line.failing}",
        en=f"records {line.records}, unanswered {line.unanswered}, failing {line.failing}",
    )
    click.echo(f"    {line.key}: {told}; {counts}")
    if line.problem is not None:
        click.echo(f"        ! {line.problem}")


def _ago(microseconds: int) -> str:
    """Tell a length of time in its two largest units."""
    seconds = max(microseconds // _SECOND, 0)
    for size, large, part, small in (
        (_DAY, Text(ru="сут", en="d"), _HOUR, Text(ru="ч", en="h")),
        (_HOUR, Text(ru="ч", en="h"), _MINUTE, Text(ru="мин", en="min")),
        (_MINUTE, Text(ru="мин", en="min"), 1, Text(ru="с", en="s")),
    ):
        if seconds >= size:
            return f"{seconds // size} {large} {seconds % size // part} {small}"
    return f"{seconds} {Text(ru='с', en='s')}"


def _plain(line: AuthorityLine) -> dict[str, Any]:
    return {
        "authority": line.name,
        "subject": line.subject,
        "freshness": line.freshness.value,
        "issued": _iso(line.issued),
        "until": _iso(line.until),
        "sources": [
            {
                "key": each.key,
                "records": each.records,
                "unanswered": each.unanswered,
                "failing": each.failing,
                "fetched_at": _iso(each.fetched_at),
                "next_at": _iso(each.next_at),
                "problem": None if each.problem is None else str(each.problem),
            }
            for each in line.sources
        ],
    }


def _iso(microseconds: int) -> str | None:
    from mezhved.bus.revocation.ledger import utc  # noqa: PLC0415

    at = utc(microseconds)
    return None if at is None else at.isoformat(timespec="seconds")
