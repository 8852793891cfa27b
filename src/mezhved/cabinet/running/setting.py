"""Forms over rows of the set-up: the row's own checks decide, and nobody overwrites another unseen."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db import transaction

from mezhved.cabinet.wording import lazy_text
from mezhved.gateway.errors import GatewayError
from mezhved.gateway.setup.changes import BadSetup, Outcome, put

if TYPE_CHECKING:
    from django.db.models import Model

SECRET_KEPT = lazy_text("Пусто — прежний остаётся.", "Empty: the one kept stays.")


class SetupForm(forms.Form):
    """A form whose fields are named as the columns of its row.

    `seen` carries what the row was when the page was opened: where it is another by now the person is told
    so, and the next press of the button writes all the same.
    """

    relations: ClassVar[tuple[str, ...]] = ()
    """Fields that are relations of many to many."""
    secrets: ClassVar[tuple[str, ...]] = ()
    """Fields that are never shown; empty: the one kept stays."""

    def __init__(self, row: Model, data: Any = None, files: Any = None) -> None:
        self.row = row
        initial = self.told(row)
        super().__init__(data, files, initial=initial)
        self.seen = fingerprint(initial)
        self.changed_since: list[str] = []
        for name, field in self.fields.items():
            if name in self.secrets:
                field.widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
                field.help_text = SECRET_KEPT

    def told(self, row: Model) -> dict[str, Any]:
        """Return what the fields show of a row."""
        found: dict[str, Any] = {}
        for name in self.base_fields:
            if name in self.secrets:
                continue
            if name in self.relations:
                found[name] = [] if row.pk is None else list(getattr(row, name).all())
            else:
                found[name] = getattr(row, name, None)
        return found

    def to_write(self) -> dict[str, Any]:
        """Return what is to be written into the row."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in self.relations and not (name in self.secrets and not value)
        }

    def to_relate(self) -> dict[str, list[Any]]:
        """Return the relations of many to many."""
        return {name: list(self.cleaned_data[name]) for name in self.relations}

    def write(self) -> Outcome:
        """Write the row; raises `GatewayError`."""
        return put(self.row, self.to_write(), related=self.to_relate())

    def save(self, seen: str) -> Outcome | None:
        """Write the row in one transaction; None where the form tells why it was not."""
        try:
            with transaction.atomic():
                if self._is_overtaken(seen):
                    return None
                return self.write()
        except BadSetup as error:
            for name, said in (error.fields or {"": error.what}).items():
                self.add_error(name if name in self.fields else None, lazy_text(said.ru, said.en))
        except GatewayError as error:
            cure = error.cure or error.what
            where = f"{error.where}: " if error.where else ""
            self.add_error(
                None,
                lazy_text(f"{where}{error.what.ru} — {cure.ru}", f"{where}{error.what.en}: {cure.en}"),
            )
        return None

    def _is_overtaken(self, seen: str) -> bool:
        """Tell whether somebody changed the row since the page was opened."""
        if self.row.pk is None:
            return False
        rows = type(self.row)._base_manager.select_for_update()  # noqa: SLF001
        stored = rows.filter(pk=self.row.pk).first()
        if stored is None:
            self.add_error(None, lazy_text("запись тем временем удалили", "the row was removed meanwhile"))
            return True
        now = self.told(stored)
        self.row, self.seen = stored, fingerprint(now)
        if self.seen == seen:
            return False
        differing = [
            str(field.label)
            for name, field in self.fields.items()
            if name in now and shown(now[name]) != shown(self.cleaned_data.get(name))
        ]
        if not differing:
            return False
        told = ", ".join(differing)
        self.add_error(
            None,
            lazy_text(
                f"пока вы правили, запись изменил другой. Сейчас в ней иначе: {told}. "
                "Сохраните ещё раз, чтобы записать своё, или откройте страницу заново.",
                f"somebody changed the row meanwhile. These differ now: {told}. "
                "Save once more to write yours, or open the page anew.",
            ),
        )
        return True


def shown(value: Any) -> Any:
    """Return a value of a field as JSON holds it, the same for what is the same."""
    if isinstance(value, (list, tuple)) or hasattr(value, "order_by"):
        return sorted((shown(each) for each in value), key=str)
    if hasattr(value, "pk"):
        return value.pk
    if value in (None, ""):
        return ""
    return value if isinstance(value, (bool, int, str)) else str(value)


def fingerprint(initial: dict[str, Any]) -> str:
    """Return what a row is known by while somebody edits it."""
    told = json.dumps({name: shown(value) for name, value in initial.items()}, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
