"""The office's own number of a case, by which its people tell exchanges apart. SMEV never gets it."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from mezhved.gateway.errors import Conflict
from mezhved.gateway.models import Exchange
from mezhved.texts import Text

LONGEST: Final = 100
"""Characters of a number."""


def case_number(text: str) -> str:
    """Return a number as it is kept and looked for: one printable line, cut where it is too long."""
    line = "".join(each for each in " ".join(text.split()) if each.isprintable())
    return line[:LONGEST].strip()


def give_case(exchange: Exchange, text: str) -> bool:
    """Give an exchange a number in place of the one it has, or none; tell whether that changed anything.

    Raises `Conflict` for an exchange whose data were deleted at their term: the number went with them.
    """
    number = case_number(text)
    with transaction.atomic():
        rows = Exchange.objects.select_for_update().only("case_number", "forgotten_at")
        row = rows.get(pk=exchange.pk)
        if row.forgotten_at is not None:
            raise Conflict(
                Text(
                    ru="данные этого обмена удалены по сроку, номер дела ему больше не дать",
                    en="the data of this exchange were deleted at their term, it takes no number any more",
                ),
                where=str(exchange.uid),
            )
        if row.case_number == number:
            return False
        row.case_number = number
        row.save(update_fields=["case_number"])
    exchange.case_number = number
    return True
