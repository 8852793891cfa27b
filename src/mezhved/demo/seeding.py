"""Makes a gateway of the demonstration with its cabinet: set-up, token, accounts, dictionaries, cards.

Run as a process of its own over the gateway's settings: a JSON document comes in on standard input and
what was made goes out on standard output, `{"token": ..., "passwords": {username: password}}`.
"""

from __future__ import annotations

import io
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mezhved.configuration import load_gateway_settings
from mezhved.site.setup import configure, migrate
from mezhved.texts import MezhvedError

CARD_DAYS = 365


def seed(told: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Make everything over a database that Django is ready for. Raises `MezhvedError`."""
    from mezhved.gateway.access import issue, parse_right  # noqa: PLC0415 - needs a started Django
    from mezhved.gateway.setup import import_setup  # noqa: PLC0415

    document = Path(told["document"])
    import_setup(document.read_text(encoding="utf-8"), document.parent)
    token = issue("demo", [parse_right(told["right"])], now=now, randomness=os.urandom)
    passwords = _accounts(told["people"], now)
    _dictionaries(told["dictionaries"], now)
    _cards(told["cards"], told["cards_of"], now)
    return {"token": token, "passwords": passwords}


def _accounts(people: list[dict[str, str]], now: datetime) -> dict[str, str]:
    from mezhved.cabinet.accounts.making import Accounts  # noqa: PLC0415 - needs a started Django
    from mezhved.cabinet.accounts.passwords import one_time_password  # noqa: PLC0415
    from mezhved.cabinet.audit import Author  # noqa: PLC0415
    from mezhved.cabinet.models import Role  # noqa: PLC0415
    from mezhved.gateway.models import Department  # noqa: PLC0415

    accounts = Accounts(Author(now, "demo"), os.urandom)
    made: dict[str, str] = {}
    for each in people:
        password = one_time_password(os.urandom)
        account, _ = accounts.add(
            each["username"], name=each["name"], position=each["position"], password=password
        )
        department = Department.objects.filter(code=each["department"]).first()
        accounts.give(account, Role(each["role"]), department)
        made[each["username"]] = password
    return made


def _dictionaries(dictionaries: dict[str, str], now: datetime) -> None:
    from mezhved.cabinet.directories.dictionaries import load  # noqa: PLC0415 - needs a started Django
    from mezhved.cabinet.directories.tables import read_table  # noqa: PLC0415

    for name, text in dictionaries.items():
        load(name, read_table(io.BytesIO(text.encode()), f"{name}.csv"), now, source=f"{name}.csv")


def _cards(cards: list[tuple[str, dict[str, str]]], department: str, now: datetime) -> None:
    from mezhved.cabinet.directories.cards import new_card  # noqa: PLC0415 - needs a started Django
    from mezhved.gateway.models import Department  # noqa: PLC0415

    for kind, values in cards:
        where = Department.objects.get(code=department)
        new_card(kind, where, values, now, now.date() + timedelta(days=CARD_DAYS))


def main() -> None:
    """Read, make, tell."""
    told = json.load(sys.stdin)
    configure(load_gateway_settings(os.environ))
    migrate()
    try:
        made = seed(told, datetime.now(UTC))
    except MezhvedError as error:
        sys.exit(str(error))
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main()
