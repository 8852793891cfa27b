"""Fields of the set-up's forms: lists as lines, terms, days of the week, certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from mezhved.cabinet.wording import lazy_text
from mezhved.gateway.provider.spans import BadSpan, Span
from mezhved.gost import GostError
from mezhved.gost.bundles import read_bundle

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_PEM = 2 * 2**20
"""Octets of an uploaded bundle of certificates."""
WEEKDAYS = (
    (1, lazy_text("понедельник", "Monday")),
    (2, lazy_text("вторник", "Tuesday")),
    (3, lazy_text("среда", "Wednesday")),
    (4, lazy_text("четверг", "Thursday")),
    (5, lazy_text("пятница", "Friday")),
    (6, lazy_text("суббота", "Saturday")),
    (7, lazy_text("воскресенье", "Sunday")),
)


def text(ru: str, en: str, hint: tuple[str, str] = ("", ""), **options: Any) -> forms.CharField:
    """Make a text that may be empty: what must be given, the row's own check tells."""
    return forms.CharField(label=lazy_text(ru, en), help_text=lazy_text(*hint), required=False, **options)


def long_text(ru: str, en: str, hint: tuple[str, str] = ("", ""), **options: Any) -> forms.CharField:
    """Make a text of several lines."""
    return text(ru, en, hint, widget=forms.Textarea(attrs={"rows": 4}), **options)


def flag(ru: str, en: str, hint: tuple[str, str] = ("", "")) -> forms.BooleanField:
    """Make a yes or no."""
    return forms.BooleanField(label=lazy_text(ru, en), help_text=lazy_text(*hint), required=False)


def number(ru: str, en: str, hint: tuple[str, str] = ("", ""), least: int = 0) -> forms.IntegerField:
    """Make a whole number."""
    return forms.IntegerField(
        label=lazy_text(ru, en), help_text=lazy_text(*hint), min_value=least, max_value=2**31 - 1
    )


def choice(
    ru: str, en: str, choices: Iterable[tuple[str, Any]], hint: tuple[str, str] = ("", "")
) -> forms.ChoiceField:
    """Make a choice of one word."""
    return forms.ChoiceField(
        label=lazy_text(ru, en), help_text=lazy_text(*hint), choices=list(choices), required=False
    )


class RowField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row of another table, or none; `named` tells how it is called in the list."""

    def __init__(self, ru: str, en: str, rows: Any, *, empty: tuple[str, str], named: Any = str) -> None:
        super().__init__(rows, label=lazy_text(ru, en), required=False, empty_label=lazy_text(*empty))
        self._named = named

    def label_from_instance(self, obj: Any) -> str:
        """Call a row by its name."""
        return str(self._named(obj))


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Some rows of another table."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, ru: str, en: str, rows: Any, hint: tuple[str, str], *, named: Any = str) -> None:
        super().__init__(rows, label=lazy_text(ru, en), required=False, help_text=lazy_text(*hint))
        self._named = named

    def label_from_instance(self, obj: Any) -> str:
        """Call a row by its name."""
        return str(self._named(obj))


class LinesField(forms.CharField):
    """A list of texts, a line each."""

    def __init__(self, ru: str, en: str, hint: tuple[str, str]) -> None:
        super().__init__(
            label=lazy_text(ru, en),
            help_text=lazy_text(*hint),
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def prepare_value(self, value: Any) -> Any:
        """Write a list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Read lines as a list; empty ones do not count."""
        lines = (each.strip() for each in (super().to_python(value) or "").splitlines())
        return [each for each in lines if each]


class NamesField(LinesField):
    """Prefixes and namespaces, `prefix=namespace` a line."""

    def prepare_value(self, value: Any) -> Any:
        """Write a mapping as lines."""
        return "\n".join(f"{name}={uri}" for name, uri in value.items()) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        """Read lines as a mapping."""
        found = {}
        for line in super().to_python(value):
            name, equals, uri = line.partition("=")
            if not equals or not uri.strip():
                raise forms.ValidationError(
                    lazy_text("нужны строки вида префикс=пространство имён", "lines such as prefix=namespace")
                )
            found[name.strip()] = uri.strip()
        return found


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Days of the week."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self) -> None:
        super().__init__(
            choices=WEEKDAYS,
            coerce=int,
            required=False,
            label=lazy_text("Дни недели", "Days of the week"),
            help_text=lazy_text("Ничего не отмечено — любые.", "None ticked: any."),
        )


class SpanField(forms.CharField):
    """A length of a term: 5wd, 10d, 48h, 16wh."""

    def __init__(self, ru: str, en: str, hint: tuple[str, str]) -> None:
        super().__init__(
            label=lazy_text(ru, en),
            required=False,
            help_text=lazy_text(
                f"5wd — рабочих дней, 10d — календарных дней, 48h — часов, 16wh — рабочих часов. {hint[0]}",
                f"5wd: working days, 10d: calendar days, 48h: hours, 16wh: working hours. {hint[1]}",
            ),
        )

    def to_python(self, value: Any) -> Any:
        """Read a term in any writing, and write it in the usual one."""
        written = super().to_python(value)
        return str(_span(written)) if written else ""


class SpansField(LinesField):
    """Several lengths of terms, a line each."""

    def to_python(self, value: Any) -> Any:
        """Read terms, each once."""
        return list(dict.fromkeys(str(_span(each)) for each in super().to_python(value)))


class PemWidget(forms.Textarea):
    """A text of certificates, or a file of them in its place."""

    template_name = "cabinet/running/pem.html"
    needs_multipart_form = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Take the file where one is given."""
        file = files.get(f"{name}_file")
        return data.get(name) if file is None else file.read(MOST_PEM)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Tell whether neither came."""
        return name not in data and f"{name}_file" not in files

    def format_value(self, value: Any) -> Any:
        """Show a text again; a file is given anew."""
        return "" if isinstance(value, bytes) else super().format_value(value)


class PemField(forms.CharField):
    """Certificates: PEM in the page, or a file of any usual kind."""

    def __init__(self, ru: str, en: str, hint: tuple[str, str] = ("", "")) -> None:
        super().__init__(
            label=lazy_text(ru, en),
            help_text=lazy_text(*hint),
            required=False,
            widget=PemWidget(attrs={"rows": 4, "spellcheck": "false", "class": "code"}),
        )

    def to_python(self, value: Any) -> Any:
        """Read the certificates, so that nothing else is kept."""
        if isinstance(value, bytes):
            return pem_of(value)
        written = (super().to_python(value) or "").replace("\r\n", "\n")
        return pem_of(written.encode()) if written else ""


def pem_of(octets: bytes) -> str:
    """Return the certificates and lists of an uploaded bundle as PEM; ValidationError for anything else."""
    if b"PRIVATE KEY" in octets:
        raise forms.ValidationError(
            lazy_text(
                "здесь закрытый ключ: его нельзя передавать через страницу. Замените его.",
                "this holds a private key: it must never go through a page. Replace it.",
            )
        )
    try:
        bundle = read_bundle(octets)
    except GostError as error:
        raise forms.ValidationError(lazy_text(error.what.ru, error.what.en)) from error
    if not bundle.certificates:
        raise forms.ValidationError(lazy_text("сертификатов здесь нет", "there are no certificates here"))
    if octets[:1] == b"\x30":
        return bundle.pem
    return octets.decode("ascii", "ignore")


def _span(written: str) -> Span:
    try:
        return Span.parse(written)
    except BadSpan as error:
        raise forms.ValidationError(lazy_text(error.what.ru, error.what.en)) from error
