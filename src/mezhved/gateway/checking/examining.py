"""All checks in their order: one's own side, the way to SMEV, what SMEV says."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from mezhved.gateway.checking import local
from mezhved.gateway.checking.findings import Finding, Verdict, guarded, ok
from mezhved.gateway.checking.reaching import reach
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mezhved.configuration import GatewaySettings
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import InformationSystem


def examine(
    settings: GatewaySettings, build: Callable[[GatewaySettings], Gateway] | None = None
) -> Iterator[Finding]:
    """Look at everything; never raises for what is found. `build` makes the gateway of the settings.

    Nothing of it changes anything in SMEV, in whatever contour: no message is sent, taken or acknowledged.
    """
    found = guarded("database", "", lambda: local.database(settings))
    yield found
    yield guarded("folder", str(settings.folder), lambda: local.folder(settings))
    if found.verdict is Verdict.FAILURE:
        return
    if build is None:
        from mezhved.gateway.assembly import build_gateway  # noqa: PLC0415 - needs a started Django

        build = build_gateway
    yield from look_around(build(settings))


def look_around(gateway: Gateway) -> Iterator[Finding]:
    """Look at all but the database and the folder, of a gateway that works."""
    yield guarded("cryptography", "", lambda: local.cryptography(gateway))
    yield from _outside(gateway)


def _outside(gateway: Gateway) -> Iterator[Finding]:
    from mezhved.gateway.models import Connection, InformationSystem  # noqa: PLC0415

    connections = list(Connection.objects.filter(is_active=True).order_by("name"))
    if not connections:
        cure = Text(
            ru="внесите адрес СМЭВ и системы: mezhved gateway import", en="add them: mezhved gateway import"
        )
        told = Text(ru="подключений нет", en="there are no connections")
        yield Finding("connection", "", Verdict.WARNING, told, cure)
    for at in connections:
        reached = [False]
        for url in dict.fromkeys(each for each in (at.url, at.reserve_url) if each):
            way = list(reach(url, gateway.clock))
            yield from way
            reached.append(all(each.verdict is not Verdict.FAILURE for each in way))
        yield guarded("smev", at.name, functools.partial(local.smev, gateway, at))
        for system in InformationSystem.objects.select_related("connection").filter(
            connection=at, is_active=True
        ):
            yield from _system(gateway, system, reached=any(reached))


def _system(gateway: Gateway, system: InformationSystem, *, reached: bool) -> Iterator[Finding]:
    from mezhved.gateway.checking.asking import ask  # noqa: PLC0415 - needs a started Django

    own = list(local.keys(gateway, system))
    yield from own
    if reached and own[0].verdict is not Verdict.FAILURE:
        yield from ask(gateway, system)
    if system.connection.file_store_url:
        yield guarded("file_store", system.mnemonic, lambda: _file_store(gateway, system))


def _file_store(gateway: Gateway, system: InformationSystem) -> Finding:
    store = gateway.connections.file_store(system)
    if store is None:
        raise AssertionError("only a store with an address is looked at")
    store.log_in()
    return ok("file_store", store.where, "впускает", "lets in")
