"""Connections to SMEV and the systems that talk over them: forms of the set-up."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.urls import reverse

from mezhved.cabinet.running import fields
from mezhved.cabinet.running.section import Column, Section, flagged
from mezhved.cabinet.running.setting import SetupForm
from mezhved.cabinet.wording import lazy_text
from mezhved.gateway.models import Connection, Environment, InformationSystem, InformationType
from mezhved.smev3.versions import Version
from mezhved.texts import Text

CONTOURS: Final = {
    Environment.TEST.value: Text(ru="тестовый", en="test"),
    Environment.PRODUCTION.value: Text(ru="промышленный", en="production"),
}
CONTOUR_CHOICES: Final = [(key, lazy_text(said.ru, said.en)) for key, said in CONTOURS.items()]
_ADDRESS: Final = forms.URLInput


class ConnectionForm(SetupForm):
    """An address of SMEV."""

    secrets: ClassVar = ("file_store_password",)
    name = fields.text("Название", "Name")
    environment = fields.choice(
        "Контур",
        "Contour",
        CONTOUR_CHOICES,
        ("Тестовое и промышленное не встречаются нигде.", "Test and production never meet."),
    )
    version = fields.choice(
        "Версия схем", "Version of the schemas", [(each.value, each.value) for each in Version]
    )
    url = fields.text("Адрес СМЭВ", "Address of SMEV", widget=_ADDRESS())
    reserve_url = fields.text(
        "Резервный адрес",
        "Reserve address",
        ("Спрашивается, когда основной не отвечает.", "Asked when the main one is away."),
        widget=_ADDRESS(),
    )
    smev_certificates = fields.PemField("Сертификаты СМЭВ", "SMEV's certificates")
    authorities = fields.PemField(
        "Удостоверяющие центры и списки отзыва",
        "Authorities and revocation lists",
        ("Чьим сертификатам верить.", "Whose certificates are believed."),
    )
    file_store_url = fields.text(
        "Файловое хранилище", "File store", ("ftp:// или ftpes://", "ftp:// or ftpes://")
    )
    file_store_login = fields.text("Имя в хранилище", "Name in the store")
    file_store_password = fields.text("Пароль хранилища", "Password of the store")


class SystemForm(SetupForm):
    """A system of the participant."""

    mnemonic = fields.text("Мнемоника", "Mnemonic", ("Как её знает СМЭВ.", "As SMEV knows it."))
    name = fields.text("Название", "Name")
    connection = fields.RowField(
        "Подключение", "Connection", Connection.objects.order_by("name"), empty=("выберите", "choose")
    )
    node_id = fields.text("NodeID", "NodeID", ("Обычно пусто.", "Usually empty."))
    polls_requests = fields.flag("Опрашивать очередь запросов", "Poll the queue of requests")
    polls_responses = fields.flag("Опрашивать очередь ответов", "Poll the queue of answers")
    polled_types = fields.LinesField(
        "Опрашивать виды сведений по отдельности",
        "Poll these types apart",
        ("Коды, по одному в строке; пусто — вся очередь.", "Codes, one a line; empty: the whole queue."),
    )

    def clean_connection(self) -> Any:
        """Demand one."""
        if self.cleaned_data["connection"] is None:
            raise forms.ValidationError(lazy_text("выберите из списка", "choose from the list"))
        return self.cleaned_data["connection"]

    def clean_polled_types(self) -> list[str]:
        """Demand known codes."""
        codes: list[str] = self.cleaned_data["polled_types"]
        known = set(InformationType.objects.filter(code__in=codes).values_list("code", flat=True))
        missing = ", ".join(each for each in codes if each not in known)
        if missing:
            raise forms.ValidationError(
                lazy_text(f"нет видов сведений: {missing}", f"there are no types: {missing}")
            )
        return codes


CONNECTIONS: Final = Section(
    slug="connections",
    title=Text(ru="Подключения к СМЭВ", en="Connections to SMEV"),
    new=Text(ru="Новое подключение", en="New connection"),
    about=Text(
        ru="Адрес одной версии одного контура СМЭВ и чьим подписям верить.",
        en="The address of one version of one contour of SMEV, and whose signatures to believe.",
    ),
    model=Connection,
    form=ConnectionForm,
    columns=(
        Column(Text(ru="Контур", en="Contour"), lambda row: CONTOURS[row.environment]),
        Column(Text(ru="Версия", en="Version"), lambda row: row.version),
        Column(Text(ru="Адрес", en="Address"), lambda row: row.url),
        Column(Text(ru="Системы", en="Systems"), lambda row: ", ".join(map(str, row.systems.all())) or "—"),
    ),
    rows=lambda: Connection.objects.prefetch_related("systems").order_by("name"),
    search=("name", "url", "systems__mnemonic"),
    more=lambda _row: ((Text(ru="Проверить связь", en="Check the way"), reverse("cabinet:check")),),
)
SYSTEMS: Final = Section(
    slug="systems",
    title=Text(ru="Информационные системы", en="Information systems"),
    new=Text(ru="Новая система", en="New system"),
    about=Text(
        ru="Ваши системы, зарегистрированные в СМЭВ: от их имени уходят запросы и приходят чужие.",
        en="Your systems registered in SMEV: requests leave and come in their name.",
    ),
    model=InformationSystem,
    form=SystemForm,
    called=Text(ru="Мнемоника", en="Mnemonic"),
    columns=(
        Column(Text(ru="Название", en="Name"), lambda row: row.name or "—"),
        Column(
            Text(ru="Подключение", en="Connection"),
            lambda row: Text(
                ru=f"{row.connection.name}, {CONTOURS[row.connection.environment].ru}",
                en=f"{row.connection.name}, {CONTOURS[row.connection.environment].en}",
            ),
        ),
        Column(Text(ru="Запросы", en="Requests"), lambda row: flagged(row.polls_requests)),
        Column(Text(ru="Ответы", en="Answers"), lambda row: flagged(row.polls_responses)),
    ),
    rows=lambda: InformationSystem.objects.select_related("connection").order_by("mnemonic", "pk"),
    search=("mnemonic", "name", "connection__name"),
    more=lambda row: (
        (Text(ru="Ключи системы", en="Its keys"), f"{reverse('cabinet:keys')}?system={row.pk}"),
        (Text(ru="Проверить связь", en="Check the way"), reverse("cabinet:check")),
    ),
)
