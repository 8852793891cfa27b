"""`mezhved registry source ...`: where revocation data comes from."""

from __future__ import annotations

from typing import Any

import click

from mezhved.cli.registry_options import RegistryGroup, option, options
from mezhved.cli.registry_rows import Table, add_common, put
from mezhved.cli.registry_tables import AUTHORITIES
from mezhved.texts import Text

SOURCES = Table(
    "RevocationSource", ("key", "enabled", "period_seconds", "authority"), ("authority",), by_prefix=True
)
HASHES = "sha1, sha256, streebog256, streebog512, gost94"

source = RegistryGroup(
    "source", help=str(Text(ru="Источники данных об отзыве.", en="Sources of revocation data."))
)
add_common(source, SOURCES)
source_options = options(
    option("--period", "период, секунды", "period, seconds", type=click.IntRange(1)),
    option("--hash", f"хэш в запросе OCSP: {HASHES}", f"hash in an OCSP request: {HASHES}"),
)


@source.command("add", help=str(Text(ru="Добавить источник.", en="Add a source.")))
@click.argument("authority")
@click.argument("address")
@option("--ocsp", "это служба OCSP, а не список отзыва", "an OCSP responder, not a list", is_flag=True)
@source_options
def add_source(authority: str, address: str, *, ocsp: bool, **values: Any) -> None:
    """Fetch an authority's list from an address or a file, or ask its OCSP responder."""
    from mezhved.registry.models import RevocationSource  # noqa: PLC0415

    kind = RevocationSource.Kind.OCSP if ocsp else RevocationSource.Kind.CRL
    row = RevocationSource(authority=AUTHORITIES.find(authority), kind=kind, address=address)
    put(row, _named(values))


@source.command("change", help=str(Text(ru="Изменить источник.", en="Change a source.")))
@click.argument("key")
@source_options
def change_source(key: str, **values: Any) -> None:
    """Write the given fields."""
    put(SOURCES.find(key), _named(values))


def _named(values: dict[str, Any]) -> dict[str, Any]:
    return {"period_seconds": values["period"], "function": values["hash"]}
