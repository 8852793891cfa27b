"""Which cryptographic library may sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved import gost
from mezhved.gateway.errors import CannotSign
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.configuration import GatewaySettings
    from mezhved.gost import Provider


def choose_provider(settings: GatewaySettings) -> Provider:
    """Return the provider that signs; raise `CannotSign` for pure Python in production."""
    provider = gost.load_provider(settings.provider)
    if provider.name == "pure" and settings.production:
        raise CannotSign(
            Text(
                ru="в промышленной эксплуатации подпись на Python запрещена",
                en="production does not sign in pure Python",
            ),
            cure=Text(ru="установите libengine-gost-openssl", en="install libengine-gost-openssl"),
        )
    return provider
