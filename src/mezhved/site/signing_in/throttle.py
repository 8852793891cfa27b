"""Slowing down those who try passwords: failures are counted per address and per account name.

The counts lie in the database, so that all workers of all nodes share them. An attempt is counted before its
password is looked at: many at once gain nothing.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from mezhved.site.signing_in.models import SignInFailure

if TYPE_CHECKING:
    from collections.abc import Callable

_SECOND: Final = 1_000_000
_FORGOTTEN_AFTER: Final = 3600 * _SECOND
_FIRST_PAUSE: Final = 30
_LONGEST_PAUSE: Final = 900
_MOST_ROWS: Final = 10_000
_ADDRESS_FACTOR: Final = 4
"""One address may stand for a whole office."""

_NETWORK_BITS: Final = 64
_MOST_DOUBLINGS: Final = 10


@dataclass(frozen=True, slots=True)
class SignInThrottle:
    """After `attempts` failures of an account the next waits 30 s, each further one twice as long.

    15 minutes at most. An address may fail four times as often. A count is forgotten an hour after the last
    failure. `clock` gives microseconds since the epoch.
    """

    attempts: int
    clock: Callable[[], int]

    def begin(self, address: str, account: str) -> int:
        """Count an attempt; return 0, or the seconds to wait when it must not be made now."""
        now, limits = self.clock(), self._limits(address, account)
        with transaction.atomic():
            rows = {
                row.key: row
                for row in SignInFailure.objects.select_for_update()
                .filter(key__in=[key for key, _ in limits], last_at__gt=now - _FORGOTTEN_AFTER)
                .order_by("key")
            }
            wait = max(_wait(rows.get(key), limit, now) for key, limit in limits)
            if wait == 0:
                for key, _ in limits:
                    _count(key, now, known=key in rows)
        return wait

    def pause(self, address: str, account: str) -> int:
        """Return the seconds that the next attempt would have to wait; nothing is counted."""
        now, limits = self.clock(), dict(self._limits(address, account))
        rows = SignInFailure.objects.filter(key__in=limits, last_at__gt=now - _FORGOTTEN_AFTER)
        return max((_wait(row, limits[row.key], now) for row in rows), default=0)

    def succeeded(self, address: str, account: str) -> None:
        """Take back what `begin` counted: all of the account, this one attempt of the address."""
        with transaction.atomic():
            SignInFailure.objects.filter(key=_key("account", account)).delete()
            SignInFailure.objects.filter(key=_address_key(address), failures__gt=0).update(
                failures=F("failures") - 1
            )

    def _limits(self, address: str, account: str) -> tuple[tuple[str, int], tuple[str, int]]:
        return (
            (_address_key(address), self.attempts * _ADDRESS_FACTOR),
            (_key("account", account), self.attempts),
        )


def _wait(row: SignInFailure | None, limit: int, now: int) -> int:
    if row is None or row.failures < limit:
        return 0
    pause: int = min(_FIRST_PAUSE * 2 ** min(row.failures - limit, _MOST_DOUBLINGS), _LONGEST_PAUSE)
    left: int = row.last_at + pause * _SECOND - now
    return max(-(-left // _SECOND), 0)


def _count(key: str, now: int, *, known: bool) -> None:
    if known:
        SignInFailure.objects.filter(key=key).update(failures=F("failures") + 1, last_at=now)
        return
    _make_room(now)
    made, new = SignInFailure.objects.get_or_create(key=key, defaults={"failures": 1, "last_at": now})
    if not new:
        # Forgotten, or another worker was quicker.
        stale = made.last_at <= now - _FORGOTTEN_AFTER
        made.failures = 1 if stale else made.failures + 1
        made.last_at = now
        made.save(update_fields=["failures", "last_at"])


def _make_room(now: int) -> None:
    """Forget what is old; when many names are tried, forget those tried first."""
    SignInFailure.objects.filter(last_at__lte=now - _FORGOTTEN_AFTER).delete()
    surplus = SignInFailure.objects.count() - _MOST_ROWS + 1
    if surplus > 0:
        oldest = SignInFailure.objects.order_by("last_at", "pk").values_list("pk", flat=True)
        SignInFailure.objects.filter(pk__in=list(oldest[:surplus])).delete()


def _address_key(address: str) -> str:
    """Name an address; of IPv6 the network that one customer has."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return _key("address", address)
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        network = ipaddress.ip_network((int(found), _NETWORK_BITS), strict=False)
        return _key("address", str(mapped or network.network_address))
    return _key("address", str(found))


def _key(kind: str, value: str) -> str:
    """Hash with the site's secret: what is typed by mistake into the name's field may be a password."""
    return salted_hmac(f"mezhved.sign-in.{kind}", value.strip().casefold(), algorithm="sha256").hexdigest()


def caller_address(remote: str, forwarded: str, proxies: frozenset[str]) -> str:
    """Return who asks: the last address that a trusted proxy names, else the connection's own."""
    chain = [each.strip() for each in forwarded.split(",") if each.strip()]
    address = remote
    while address in proxies and chain:
        address = chain.pop()
    return address
