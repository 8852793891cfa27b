"""Forms of the pages of accounts and of the audit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from mezhved.cabinet.accounts.words import ROLES
from mezhved.cabinet.audit_words import ACTIONS
from mezhved.cabinet.models import Role
from mezhved.cabinet.wording import lazy_text, spoken
from mezhved.gateway.models import Department

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from mezhved.texts import Text

if TYPE_CHECKING:
    _OneDepartment = forms.ModelChoiceField[Department]
else:
    _OneDepartment = forms.ModelChoiceField

_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)
_OWN = {"autocomplete": "off", "spellcheck": "false"}


def _words(choices: dict[str, Text]) -> list[tuple[str, str]]:
    return [(code, spoken(words)) for code, words in choices.items()]


def _day(label: _StrPromise) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(_EARLIEST), MaxValueValidator(_LATEST)],
    )


class _Departments(_OneDepartment):
    """Departments by their names."""

    def label_from_instance(self, obj: Department) -> str:
        return obj.name


class Described(forms.Form):
    """Who somebody is."""

    name = forms.CharField(
        label=lazy_text("Фамилия, имя, отчество", "Full name"),
        max_length=150,
        help_text=lazy_text(
            "Так человека видят коллеги и история запросов.",
            "As colleagues and the history of requests know the person.",
        ),
        widget=forms.TextInput(_OWN),
    )
    position = forms.CharField(
        label=lazy_text("Должность", "Position"),
        max_length=300,
        required=False,
        widget=forms.TextInput(_OWN),
    )
    email = forms.EmailField(
        label=lazy_text("Почта", "Mail"),
        max_length=254,
        required=False,
        help_text=lazy_text("Для напоминаний и уведомлений.", "For reminders and notices."),
        widget=forms.EmailInput(_OWN),
    )


class Placed(forms.Form):
    """A role with its department."""

    role = forms.ChoiceField(label=lazy_text("Роль", "Role"))
    department = _Departments(
        Department.objects.none(),
        label=lazy_text("Подразделение", "Department"),
        required=False,
        empty_label=lazy_text("вся организация", "the whole organisation"),
    )

    def __init__(self, *args: Any, departments: QuerySet[Department], **options: Any) -> None:
        super().__init__(*args, **options)
        role, department = self.fields["role"], self.fields["department"]
        assert isinstance(role, forms.ChoiceField)
        assert isinstance(department, _Departments)
        role.choices = _words({each.value: ROLES[each] for each in reversed(Role)})
        department.queryset = departments


class Added(Placed, Described):
    """A new account."""

    username = forms.CharField(
        label=lazy_text("Имя для входа", "Account name"),
        max_length=150,
        help_text=lazy_text(
            "Латиницей, например i.ivanova. Потом не меняется.",
            "In Latin letters, for example j.smith. It does not change later.",
        ),
        widget=forms.TextInput({**_OWN, "autocapitalize": "none"}),
    )
    field_order = ("username", "name", "position", "email", "role", "department")


class AuditFilter(forms.Form):
    """What of the audit is looked for."""

    account = forms.CharField(
        label=lazy_text("Имя для входа", "Account name"), max_length=150, required=False
    )
    action = forms.ChoiceField(label=lazy_text("Действие", "Action"), required=False)
    exchange = forms.UUIDField(label=lazy_text("Номер обмена", "Exchange number"), required=False)
    since = _day(lazy_text("С даты", "From"))
    until = _day(lazy_text("По дату", "To"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        action = self.fields["action"]
        assert isinstance(action, forms.ChoiceField)
        named = sorted(_words(dict(ACTIONS)), key=lambda each: each[1])
        action.choices = [("", lazy_text("любое", "any")), *named]
