"""Asking for the password once more before something that whoever finds an open browser must not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.cabinet.accounts.entering import Visitor
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.cabinet.access import Visit


def password_problem(visit: Visit, said: str) -> Text | None:
    """Return why a password is not taken as the account's own, None when it is; failures make one wait."""
    visitor = Visitor(visit.request, visit.gateway)
    counted = f"{visit.account.user.get_username()}\npassword"
    wait = visitor.throttle.begin(visitor.address, counted)
    if wait:
        return Text(
            ru=f"Слишком много неудачных попыток. Повторите через {wait} с.",
            en=f"Too many attempts failed. Try again in {wait} s.",
        )
    if not visit.account.user.check_password(said):
        return Text(ru="Пароль неверен.", en="The password is wrong.")
    visitor.throttle.succeeded(visitor.address, counted)
    return None
