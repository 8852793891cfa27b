"""`mezhved gateway keys ...` and `mezhved gateway signer ...`."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.configuration import GatewaySettings
    from mezhved.gateway.assembly import Gateway

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_STANDINGS = {
    "signs": Text(ru="подписывает", en="signs"),
    "stands_by": Text(ru="запасной", en="stands by"),
    "planned": Text(ru="запланирован", en="planned"),
    "expired": Text(ru="истёк", en="expired"),
    "revoked": Text(ru="отозван", en="revoked"),
    "retired": Text(ru="выведен", en="retired"),
}


def prepared(settings: GatewaySettings) -> Gateway:
    """Start Django and return the gateway of the settings."""
    from mezhved.site.setup import configure, require_migrated  # noqa: PLC0415 - starts Django

    configure(settings)
    require_migrated(settings)
    from mezhved.gateway.assembly import build_gateway  # noqa: PLC0415 - needs a started Django

    return build_gateway(settings)


@click.group(help=str(Text(ru="Ключи подписи: список, добавление, вывод из работы.", en="Signing keys.")))
def keys() -> None:
    """Hold the commands."""


@keys.command("list", help=str(Text(ru="Показать ключи и чем каждый занят.", en="Show the keys.")))
@click.option("--json", "as_json", is_flag=True, help=str(Text(ru="вывести JSON", en="print JSON")))
@click.pass_obj
def list_(settings: GatewaySettings, *, as_json: bool) -> None:
    """Print a line per key."""
    gateway = prepared(settings)
    from mezhved.gateway.keys.managing import list_keys  # noqa: PLC0415 - needs a started Django

    rows = [
        {
            "system": line.key.system.mnemonic,
            "connection": line.key.system.connection.name,
            "purpose": line.key.purpose,
            "name": line.key.name,
            "subject": line.subject,
            "from": _moment(line.begins),
            "until": _moment(line.ends),
            "standing": line.standing.value,
        }
        for line in list_keys(gateway)
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(
            f"{row['system']}  {row['purpose']:12}  {row['name']}  {row['from']} - {row['until']}  "
            f"{_STANDINGS[row['standing']]}  {row['subject']}"
        )


@keys.command(help=str(Text(ru="Добавить ключ или заменить одноимённый.", en="Add a key or replace one.")))
@click.argument("system")
@click.argument("name")
@click.option("--connection", default="", help=str(Text(ru="подключение", en="connection")))
@click.option(
    "--key",
    "key_file",
    type=FILE,
    help=str(
        Text(
            ru="файл ключа PKCS#8 или PKCS#12; без него ключ — у службы подписи",
            en="key file, PKCS#8 or PKCS#12; without it the signing service has the key",
        )
    ),
)
@click.option("--password-file", type=FILE, help=str(Text(ru="файл с паролем", en="password's file")))
@click.option("--certificate", type=FILE, help=str(Text(ru="файл сертификата", en="certificate's file")))
@click.option(
    "--purpose",
    type=click.Choice(["organisation", "official"]),
    default="organisation",
    help=str(Text(ru="ЭП-ОВ или ЭП-СП", en="the organisation's or an official's")),
)
@click.option(
    "--use-from",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help=str(Text(ru="начать подписывать им с момента (UTC)", en="sign with it from this moment on (UTC)")),
)
@click.pass_obj
def add(
    settings: GatewaySettings,
    *,
    system: str,
    name: str,
    connection: str,
    key_file: Path | None,
    password_file: Path | None,
    certificate: Path | None,
    purpose: str,
    use_from: datetime | None,
) -> None:
    """Check the pair and keep where it lies."""
    gateway = prepared(settings)
    from mezhved.gateway.keys.managing import NewKey, add_key, system_named  # noqa: PLC0415
    from mezhved.gateway.models import KeyPurpose  # noqa: PLC0415 - needs a started Django

    new = NewKey(
        system_named(system, connection),
        name,
        None if certificate is None else certificate.read_bytes(),
        key_file,
        password_file,
        KeyPurpose(purpose),
        None if use_from is None else use_from.replace(tzinfo=UTC),
    )
    add_key(gateway, new)
    click.echo(Text(ru=f"ключ {name} добавлен", en=f"the key {name} was added"))


@keys.command(help=str(Text(ru="Вывести ключ из работы.", en="Take a key out of use.")))
@click.argument("system")
@click.argument("name")
@click.option("--connection", default="", help=str(Text(ru="подключение", en="connection")))
@click.option(
    "--anyway",
    is_flag=True,
    help=str(Text(ru="даже если подписывать станет нечем", en="even if nothing is left to sign with")),
)
@click.pass_obj
def retire(settings: GatewaySettings, *, system: str, name: str, connection: str, anyway: bool) -> None:
    """Stop signing with a key; its certificate stays on record."""
    gateway = prepared(settings)
    from mezhved.gateway.keys.managing import retire_key, system_named  # noqa: PLC0415

    retire_key(gateway, system_named(system, connection), name, anyway=anyway)
    click.echo(Text(ru=f"ключ {name} выведен из работы", en=f"the key {name} was taken out of use"))


@click.group(help=str(Text(ru="Служба подписи: ключи в отдельном процессе.", en="The signing service.")))
def signer() -> None:
    """Hold the commands."""


@signer.command(
    "serve", help=str(Text(ru="Подписывать для шлюза, не показывая ключей.", en="Sign for the gateway."))
)
@click.pass_obj
def serve_signer(settings: GatewaySettings) -> None:
    """Serve until SIGINT or SIGTERM; no database is needed."""
    import structlog  # noqa: PLC0415 - slow to import

    from mezhved.service.logs import configure_logs  # noqa: PLC0415

    if not settings.signer or settings.signer_keys is None:
        raise MezhvedError(
            Text(ru="служба подписи не настроена", en="the signing service is not set up"),
            cure=Text(ru="задайте signer и signer_keys", en="set signer and signer_keys"),
        )
    configure_logs(settings.log_level, settings.log_format)
    from mezhved.gateway.signing import SigningServer, Vault, choose_provider  # noqa: PLC0415

    server = SigningServer(
        Vault(choose_provider(settings), settings.signer_keys),
        settings.signer,
        structlog.get_logger("mezhved.signer"),
        secret=settings.signer_secret.encode(),
        users=settings.signer_users,
    )

    def stop(*_: object) -> None:
        server.close()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    click.echo(Text(ru=f"служба подписи: {settings.signer}", en=f"signing service: {settings.signer}"))
    server.serve()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
