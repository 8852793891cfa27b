"""`mezhved registry ...`: who may exchange what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from mezhved.cli.registry_accounts import account
from mezhved.cli.registry_options import FILE, RegistryGroup, option
from mezhved.cli.registry_rows import OUTCOMES, as_json
from mezhved.cli.registry_sources import source
from mezhved.cli.registry_tables import GROUPS
from mezhved.texts import MezhvedError, Text


@click.group(
    cls=RegistryGroup,
    help=str(Text(ru="Реестр: кто чем обменивается.", en="The registry: who may exchange what.")),
)
@option(
    "--config", "файл настроек TOML (иначе MEZHVED_CONFIG)", "TOML settings (else MEZHVED_CONFIG)", type=FILE
)
@click.pass_context
def registry(context: click.Context, config: Path | None) -> None:
    """Keep the settings' file for the commands."""
    context.obj = config


for _group in (*GROUPS, source, account):
    registry.add_command(_group)


@registry.command("import", help=str(Text(ru="Загрузить реестр из YAML.", en="Import the registry.")))
@click.argument("file", type=FILE)
@option("--prune", "удалить то, чего в файле нет", "remove what the file does not mention", is_flag=True)
@option("--dry-run", "только показать", "only tell", is_flag=True)
@as_json
def import_yaml(file: Path, *, prune: bool, dry_run: bool, as_json: bool) -> None:
    """Bring the registry to what the file says, all or nothing."""
    from mezhved.registry.changes import Outcome  # noqa: PLC0415
    from mezhved.registry.importing import import_registry  # noqa: PLC0415

    report = import_registry(_text(file), file.parent, prune=prune, rehearse=dry_run)
    if as_json:
        click.echo(json.dumps({each.value: report.rows[each] for each in Outcome}, ensure_ascii=False))
        return
    for outcome in (Outcome.CREATED, Outcome.CHANGED, Outcome.REMOVED):
        for name, key in report.rows[outcome]:
            click.echo(f"{OUTCOMES[outcome]}: {name} {key}")
    click.echo("; ".join(f"{OUTCOMES[each]} {report.count(each)}" for each in Outcome))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MezhvedError(
            Text(ru=f"файл не читается: {error}", en=f"the file does not read: {error}"), where=str(file)
        ) from error


@registry.command("export", help=str(Text(ru="Выгрузить реестр в YAML.", en="Export the registry.")))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@option(
    "--schema-files", "схемы — файлами рядом с YAML", "schemas as files beside the YAML file", is_flag=True
)
def export_yaml(file: Path | None, *, schema_files: bool) -> None:
    """Write the registry to a file, or to standard output."""
    from mezhved.registry.exporting import export_registry  # noqa: PLC0415

    if file is None:
        if schema_files:
            raise click.UsageError(
                str(Text(ru="--schema-files требует файла", en="--schema-files needs FILE"))
            )
        click.echo(export_registry(), nl=False)
        return
    file.write_text(export_registry(file.parent if schema_files else None), encoding="utf-8")


@registry.command(help=str(Text(ru="Кто что менял; новое сверху.", en="Who changed what; newest first.")))
@option("--limit", "не больше записей", "at most so many records", type=click.IntRange(1), default=50)
@option("--table", "только эта таблица", "this table only", default=None)
@option("--key", "только эта запись", "this row only", default=None)
@as_json
def history(limit: int, table: str | None, key: str | None, *, as_json: bool) -> None:
    """Print the history."""
    from mezhved.registry.models import ChangeRecord  # noqa: PLC0415

    rows = ChangeRecord.objects.all()
    rows = rows.filter(model=table) if table else rows
    rows = rows.filter(key=key) if key else rows
    for row in rows[:limit]:
        if as_json:
            click.echo(json.dumps(_record(row), ensure_ascii=False))
            continue
        click.echo(
            f"{row.at:%Y-%m-%d %H:%M:%S}Z  {row.actor} ({row.via})  {row.action}  {row.model}  {row.key}"
        )
        for name, (before, after) in row.changes().items():
            click.echo(f"    {name}: {before} -> {after}")


def _record(row: Any) -> dict[str, Any]:
    plain = {
        name: getattr(row, name) for name in ("actor", "via", "action", "model", "key", "before", "after")
    }
    return {"at": row.at.isoformat(), **plain}
