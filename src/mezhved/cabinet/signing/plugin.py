"""The script of CryptoPro's browser plug-in: the agency's own copy, given to the page of signing.

The plug-in's object comes into a page by `cadesplugin_api.js`, which CryptoPro gives out together with the
plug-in. Served from here it is a script of our own to the browser: the pages' policy stays `script-src
'self'`, and a network without the internet has it too. Chromium and Firefox let the extension's own script
past the policy, as all that an extension gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse

from mezhved.cabinet.access import Visit, page

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.gateway.assembly import Gateway

NAME: Final = "cadesplugin_api.js"
_LARGEST: Final = 2**20


def plugin_file(gateway: Gateway) -> Path | None:
    """Return where the script lies: where the setting says, else in the gateway's folder; or None."""
    path = gateway.settings.plugin_script or gateway.settings.folder / NAME
    return path if path.is_file() else None


@page(None, methods=("GET",))
def signing_plugin(visit: Visit) -> HttpResponse:
    """Give the script."""
    path = plugin_file(visit.gateway)
    octets = b""
    if path is not None:
        with path.open("rb") as file:
            octets = file.read(_LARGEST + 1)
    if not octets or len(octets) > _LARGEST:
        raise Http404
    return HttpResponse(octets, content_type="text/javascript; charset=utf-8")
