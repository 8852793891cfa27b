"""Which addresses may be told: never this machine and its neighbours, unless the administrator says so."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mezhved.gateway.errors import InvalidMessage
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def permitted(networks: Sequence[str]) -> Callable[[Address], bool]:
    """Return the judge of addresses: the outer world, and the networks that the settings name."""
    own = [ipaddress.ip_network(each) for each in networks]

    def may(address: Address) -> bool:
        if any(address.version == each.version and address in each for each in own):
            return True
        return address.is_global and not address.is_multicast and _embedded_is_global(address)

    return may


def check_url(url: str, networks: Sequence[str]) -> None:
    """Raise `InvalidMessage` for what is no http(s) address, or plainly an inner one.

    Names are judged by what they mean at the time of sending.
    """
    try:
        parts = urlsplit(url)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        raise _refused(Text(ru="адрес не читается", en="the address does not read")) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or not port_is_sound:
        raise _refused(
            Text(
                ru="нужен адрес http:// или https:// без имени и пароля",
                en="an http:// or https:// address without a name and password is needed",
            )
        )
    if parts.hostname.lower().rstrip(".") in {"localhost", "localhost.localdomain"} and not networks:
        raise _inner()
    try:
        address = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return
    if not permitted(networks)(getattr(address, "ipv4_mapped", None) or address):
        raise _inner()


def _embedded_is_global(address: Address) -> bool:
    """Tell whether the IPv4 address inside an IPv6 one, if there is any, is of the outer world."""
    if isinstance(address, ipaddress.IPv4Address):
        return True
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in ipaddress.ip_network("64:ff9b::/96"):
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return all(each is None or each.is_global for each in inner)


def _inner() -> InvalidMessage:
    return _refused(
        Text(ru="адрес внутренней сети", en="an address of an inner network"),
        Text(
            ru="впишите сеть в настройку webhook_networks, если это так и задумано",
            en="name the network in the setting webhook_networks if that is meant",
        ),
    )


def _refused(what: Text, cure: Text | None = None) -> InvalidMessage:
    return InvalidMessage(what, where="/url", cure=cure)
