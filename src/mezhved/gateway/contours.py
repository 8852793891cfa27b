"""Test and production never meet: what the set-up may not share between the two.

Why a key may not serve both: SMEV's signatures cover the message alone, not the contour, so whoever sees a
request in the test contour could send the same octets to production (decision 22).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db.models import F

from mezhved.gateway.errors import WrongContour
from mezhved.gateway.models import (
    Connection,
    Environment,
    Exchange,
    InformationSystem,
    InformationType,
    SigningKey,
)
from mezhved.gateway.models.exchanges import OPEN_STATES
from mezhved.gost import Certificate, GostError
from mezhved.gost.bundles import read_bundle
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def demand_contours_apart() -> None:
    """Raise `WrongContour` where the tables as they are would let test and production meet."""
    connections = list(Connection.objects.all())
    _demand_apart(
        ((each.environment, place) for each in connections for place in _places(each)),
        Text(ru="один адрес назван в обоих контурах", en="one address is named in both contours"),
    )
    _demand_apart(
        ((each.environment, thumbprint) for each in connections for thumbprint in _pinned(each)),
        Text(
            ru="одному сертификату СМЭВ верят в обоих контурах",
            en="one certificate of SMEV is believed in both contours",
        ),
    )
    _demand_apart(
        _keys(),
        Text(
            ru="один ключ подписывает в обоих контурах: тестовое сообщение можно было бы повторить "
            "в промышленном",
            en="one key signs in both contours: a test message could be repeated in production",
        ),
    )
    for each in connections:
        _demand_trust(each)
    _demand_nothing_open()
    _demand_types()


def _demand_apart(found: Iterable[tuple[str, str]], what: Text) -> None:
    contours = defaultdict(set)
    for environment, thing in found:
        contours[thing].add(environment)
        if len(contours[thing]) > 1:
            raise WrongContour(
                what,
                where=thing,
                cure=Text(ru="заведите для каждого контура своё", en="have one for each contour"),
            )


def _places(connection: Connection) -> Iterator[str]:
    for address in (connection.url, connection.reserve_url, connection.file_store_url):
        parts = urlsplit(address)
        if parts.hostname:
            port = f":{parts.port}" if parts.port else ""
            yield f"{parts.scheme}://{parts.hostname}{port}{parts.path.rstrip('/')}"


def _pinned(connection: Connection) -> list[str]:
    if not connection.smev_certificates:
        return []
    bundle = read_bundle(connection.smev_certificates.encode())
    return [each.thumbprint.hex() for each in bundle.certificates]


def _keys() -> Iterator[tuple[str, str]]:
    rows = SigningKey.objects.filter(is_active=True).select_related("system__connection")
    for row in rows:
        try:
            key = Certificate.parse(row.certificate.encode()).public_key
        except (GostError, ValueError):
            continue  # told where it is to sign
        yield row.system.connection.environment, f"{key.x:064x}"


def _demand_trust(connection: Connection) -> None:
    if connection.environment != Environment.PRODUCTION or not connection.is_active:
        return
    if not connection.smev_certificates and not connection.authorities:
        raise WrongContour(
            Text(
                ru="в промышленном контуре не сказано, чьей подписи верить",
                en="in production it is not said whose signature to believe",
            ),
            where=connection.name,
            cure=Text(
                ru="укажите smev_certificates или authorities", en="name smev_certificates or authorities"
            ),
        )


def _demand_nothing_open() -> None:
    """Refuse another contour for a connection while something taken for it is open."""
    astray = (
        Exchange.objects.filter(state__in=OPEN_STATES)
        .exclude(environment="")
        .exclude(environment=F("system__connection__environment"))
        .select_related("system")
        .first()
    )
    if astray is not None:
        raise WrongContour(
            Text(
                ru=f"у системы {astray.system.mnemonic} открыты обмены контура {astray.environment}",
                en=f"the system {astray.system.mnemonic} has open exchanges of {astray.environment}",
            ),
            where=astray.system.mnemonic,
            cure=Text(
                ru="заведите для другого контура отдельный адрес и систему",
                en="make another connection and system for the other contour",
            ),
        )


def _demand_types() -> None:
    environments = dict(InformationType.objects.exclude(environment="").values_list("code", "environment"))
    for system in InformationSystem.objects.select_related("connection"):
        for code in system.polled_types:
            own = system.connection.environment
            if environments.get(code, own) != own:
                raise WrongContour(
                    Text(
                        ru=f"вид сведений {code} опрашивается в чужом контуре",
                        en=f"the type {code} is polled in the other contour",
                    ),
                    where=system.mnemonic,
                )
