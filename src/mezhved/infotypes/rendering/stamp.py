"""The mark of an electronic signature on a printed document.

The order of the Ministry of Communications and the FSO No. 186/258 of 27.05.2015 and GOST R 7.0.97 want
the phrase, the certificate's number, its owner and its term; the mark is legible and lies over no text.
It stays Russian whatever the language of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gost import Certificate

PHRASE: Final = "Документ подписан электронной подписью"
MOSCOW: Final = timezone(timedelta(hours=3), "MSK")


@dataclass(frozen=True, slots=True)
class SignatureStamp:
    """What a stamp says. `certificate` is the number as people compare it; times are aware.

    Put it only where the signature was found to be right. `note` tells whose signature it is where there
    are several: of the official, of the body. `organisation` is left out where it is the owner itself.
    """

    certificate: str
    owner: str
    valid_from: datetime
    valid_until: datetime
    organisation: str = ""
    signed_at: datetime | None = None
    note: str = ""

    @classmethod
    def of(
        cls, certificate: Certificate, *, signed_at: datetime | None = None, note: str = ""
    ) -> SignatureStamp:
        """Take the requisites out of the signer's certificate."""
        name = certificate.subject_name
        common, organisation = name.get("CN") or "", name.get("O") or ""
        person = " ".join(each for each in (name.get("SN"), name.get("GN")) if each)
        owner = person or common or certificate.subject
        return cls(
            certificate=number(certificate.serial),
            owner=owner,
            valid_from=certificate.not_before,
            valid_until=certificate.not_after,
            organisation=organisation if organisation != owner else "",
            signed_at=signed_at,
            note=note,
        )


def number(serial: int) -> str:
    """Return a certificate's number as its owners see it: hexadecimal digits, an even count."""
    digits = f"{serial:X}"
    return digits if len(digits) % 2 == 0 else f"0{digits}"


def stamps_html(stamps: tuple[SignatureStamp, ...]) -> str:
    """Return the stamps one after another, empty where there are none."""
    if not stamps:
        return ""
    return f'<footer class="mz-stamps">{"".join(map(_stamp, stamps))}</footer>'


def _stamp(stamp: SignatureStamp) -> str:
    term = f"с {_day(stamp.valid_from)} по {_day(stamp.valid_until)}"
    rows = [("Сертификат", stamp.certificate), ("Владелец", stamp.owner)]
    if stamp.organisation:
        rows.append(("Организация", stamp.organisation))
    rows.append(("Действителен", term))
    if stamp.signed_at is not None:
        rows.append(("Подписан", f"{stamp.signed_at.astimezone(MOSCOW):%d.%m.%Y %H:%M:%S} (МСК)"))
    told = "".join(f"<tr><th>{key}</th><td>{escape(value)}</td></tr>" for key, value in rows)
    note = f"<p>{escape(stamp.note)}</p>" if stamp.note else ""
    return f'<div class="mz-stamp" lang="ru"><strong>{PHRASE}</strong>{note}<table>{told}</table></div>'


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(MOSCOW):%d.%m.%Y}"
