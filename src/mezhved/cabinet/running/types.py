"""Information types: their list and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from mezhved.cabinet.running import fields
from mezhved.cabinet.running.addresses import CONTOUR_CHOICES, CONTOURS
from mezhved.cabinet.running.section import Column, Section, flagged
from mezhved.cabinet.running.setting import SetupForm
from mezhved.cabinet.wording import lazy_text
from mezhved.gateway.models import InformationType, Term
from mezhved.gateway.setup.changes import Outcome, put, remove
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.db.models import QuerySet

BOTH: Final = Text(ru="оба", en="both")
ENVIRONMENTS: Final = [("", lazy_text(BOTH.ru, BOTH.en)), *CONTOUR_CHOICES]

KEPT_HINT: Final = ("После конца обмена; 0 — хранить всегда.", "After the end of an exchange; 0: for good.")


class TypeSettings(SetupForm):
    """What is set of a type beside its package."""

    code = fields.text("Код", "Code", ("Например, VS00051v003-FNS001.", "Such as VS00051v003-FNS001."))
    title = fields.text("Название", "Title")
    environment = fields.choice("Контур", "Contour", ENVIRONMENTS)
    is_broadcast = fields.flag("Рассылка", "Broadcast", ("Ответа не бывает.", "There is no answer."))
    official_signs_request = fields.flag(
        "Запрос подписывает должностное лицо (ЭП-СП)", "An official signs the request (EP-SP)"
    )
    official_signs_answer = fields.flag(
        "Ответ подписывает должностное лицо (ЭП-СП)", "An official signs the answer (EP-SP)"
    )
    retention_days = fields.number(
        "Сколько дней хранить персональные данные",
        "Days that personal data are kept",
        KEPT_HINT,
    )
    term = fields.SpanField(
        "Срок ответа", "Term of the answer", ("Пусто — общий.", "Empty: that of all types.")
    )

    def told(self, row: Any) -> dict[str, Any]:
        """Show the type's term in all departments."""
        found = _term(row)
        return super().told(row) | {"term": "" if found is None else found.term}

    def to_write(self) -> dict[str, Any]:
        """Return the columns of the type itself."""
        return {name: value for name, value in super().to_write().items() if name != "term"}

    def write(self) -> Outcome:
        """Write the type and its term."""
        outcome = super().write()
        found, wanted = _term(self.row), self.cleaned_data["term"]
        if wanted and (found is None or found.term != wanted):
            put(found or Term(type=self.row), {"term": wanted}, "term")
        elif not wanted and found is not None:
            remove(found, "term")
        else:
            return outcome
        return Outcome.CHANGED if outcome is Outcome.UNCHANGED else outcome


def _term(row: Any) -> Term | None:
    if row.pk is None:
        return None
    return Term.objects.filter(type=row, department=None).first()


def _types() -> QuerySet[InformationType]:
    return InformationType.objects.defer("package").order_by("code")


TYPES: Final = Section(
    slug="types",
    title=Text(ru="Виды сведений", en="Information types"),
    new=Text(ru="Загрузить пакет вида сведений", en="Upload a type's package"),
    about=Text(
        ru="Любой вид сведений добавляется загрузкой его пакета: схем, эталонов, тестовых сценариев.",
        en="Any information type is added by uploading its package: schemas, samples, test scenarios.",
    ),
    model=InformationType,
    form=TypeSettings,
    called=Text(ru="Код", en="Code"),
    columns=(
        Column(Text(ru="Название", en="Title"), lambda row: row.title or "—"),
        Column(
            Text(ru="Контур", en="Contour"),
            lambda row: CONTOURS[row.environment] if row.environment else BOTH,
        ),
        Column(Text(ru="Рассылка", en="Broadcast"), lambda row: flagged(row.is_broadcast)),
        Column(
            Text(ru="Хранение, дней", en="Kept, days"),
            lambda row: str(row.retention_days) if row.retention_days else "—",
        ),
    ),
    rows=_types,
    search=("code", "title", "namespace"),
    more=lambda row: (
        (
            Text(ru="Версии пакета", en="Versions of the package"),
            reverse("cabinet:type_versions", args=[row.pk]),
        ),
        (
            Text(ru="Контрольные примеры", en="Control examples"),
            reverse("cabinet:type_examples", args=[row.pk]),
        ),
        (
            Text(ru="Загрузить новую версию", en="Upload a new version"),
            f"{reverse('cabinet:type_upload')}?type={row.pk}",
        ),
    ),
    adding="type_upload",
)
