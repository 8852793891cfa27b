"""Letters to those who administer keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.gateway.provider.letters import Letter, put
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.keys.warnings import Teller
    from mezhved.gateway.models import KeyWarning


def by_mail(gateway: Gateway) -> Teller:
    """Return what writes a letter of a warning to each address of the settings, in its transaction."""

    def tell(warning: KeyWarning) -> None:
        if gateway.settings.mail_host:
            for address in gateway.settings.key_mail:
                about = f"key {warning.key.pk} {warning.thumbprint} {warning.days}"
                put(gateway, about, address, letter_of(gateway.settings.language, warning))

    return tell


def letter_of(language: str, warning: KeyWarning) -> Letter:
    """Return the letter of a warning."""
    system, name, ends = warning.key.system.mnemonic, warning.key.name, f"{warning.not_after:%Y-%m-%d %H:%M}"
    if warning.days:
        what = Text(
            ru=f"Сертификат ключа {name} системы {system} действует до {ends} UTC: дней — {warning.days}.",
            en=f"The certificate of the key {name} of {system} ends {ends} UTC, in {warning.days} days.",
        )
    else:
        what = Text(
            ru=f"Срок сертификата ключа {name} системы {system} истёк {ends} UTC: подписывать им нельзя.",
            en=f"The certificate of the key {name} of {system} ended {ends} UTC: it can sign no more.",
        )
    cure = Text(
        ru="Получите новый сертификат и добавьте его: mezhved gateway keys add. Новый ключ начнёт "
        "подписывать сам в назначенное время (--use-from).",
        en="Get a new certificate and add it: mezhved gateway keys add. The new key begins to sign by itself "
        "at the time given (--use-from).",
    )
    subject = Text(ru=f"Ключ подписи {name} ({system})", en=f"Signing key {name} ({system})")
    plain = what.ru + "\n\n" + cure.ru if language == "ru" else what.en + "\n\n" + cure.en
    return Letter((subject.ru if language == "ru" else subject.en)[:200], f"{plain}\n", "")
