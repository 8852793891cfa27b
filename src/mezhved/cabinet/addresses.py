"""From where a page is asked for, and where a page may lead back to."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from mezhved.site.signing_in.throttle import caller_address

if TYPE_CHECKING:
    from django.http import HttpRequest

    from mezhved.gateway.assembly import Gateway

_LONGEST_TARGET: Final = 2000


def address_of(request: HttpRequest, gateway: Gateway) -> str:
    """Return the caller's address: what a trusted proxy names, else the connection's own; empty for none."""
    remote = request.META.get("REMOTE_ADDR", "")
    told = caller_address(
        remote, request.META.get("HTTP_X_FORWARDED_FOR", ""), frozenset(gateway.settings.admin_proxies)
    )
    for each in (told, remote):
        try:
            return str(ipaddress.ip_address(each.partition("%")[0]))
        except ValueError:
            continue
    return ""


def page_of_ours(target: str, home: str = "/") -> str:
    r"""Return an address to lead to when it is a page of this cabinet, else `home`.

    Browsers take `//host`, `/\host` and addresses with tabs or line ends inside for other hosts: only what
    begins with one slash, has no such character and is known to the address table is believed.
    """
    plain = target.startswith("/") and not target.startswith("//") and len(target) <= _LONGEST_TARGET
    if not plain or "\\" in target or not target.isprintable():
        return home
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return home
    try:
        resolve(urlsplit(target).path)
    except (Resolver404, ValueError):
        return home
    return target
