"""Keys and certificates: what signs, until when, what takes over. Private keys never pass a page."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.running import fields
from mezhved.cabinet.wording import lazy_text, spoken
from mezhved.gateway.access import full_name
from mezhved.gateway.errors import GatewayError, InvalidMessage
from mezhved.gateway.keys.managing import NewKey, Standing, add_key, list_keys, plan_key, retire_key
from mezhved.gateway.models import InformationSystem, KeyPurpose, SigningKey
from mezhved.gost import Certificate, GostError
from mezhved.gost.bundles import read_bundle
from mezhved.texts import Text

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.gateway.assembly import Gateway

PAGE: Final = 50
MOST_KEY_FILE: Final = 2**20
WARNED: Final = timedelta(days=30)
_MOSCOW: Final = ZoneInfo("Europe/Moscow")
STANDINGS: Final = {
    Standing.SIGNS: (Text(ru="подписывает", en="signs"), "good"),
    Standing.STANDS_BY: (Text(ru="запасной", en="stands by"), ""),
    Standing.PLANNED: (Text(ru="запланирован", en="planned"), "busy"),
    Standing.EXPIRED: (Text(ru="истёк", en="expired"), "bad"),
    Standing.REVOKED: (Text(ru="отозван", en="revoked"), "bad"),
    Standing.RETIRED: (Text(ru="выведен", en="retired"), ""),
}
PURPOSES: Final = {
    KeyPurpose.ORGANISATION.value: Text(ru="организация (ЭП-ОВ)", en="organisation (EP-OV)"),
    KeyPurpose.OFFICIAL.value: Text(ru="должностное лицо (ЭП-СП)", en="official (EP-SP)"),
}


@dataclass(frozen=True, slots=True)
class KeyShown:
    """A key as the list shows it."""

    key: SigningKey
    subject: str
    begins: datetime
    ends: datetime
    days: int
    text: Text
    chip: str

    @property
    def is_near(self) -> bool:
        """Whether its certificate ends soon, or has ended."""
        return self.key.is_active and self.days < WARNED.days

    @property
    def purpose(self) -> Text:
        """What it signs for."""
        return PURPOSES[self.key.purpose]


class KeyForm(forms.Form):
    """A key to be added: its certificate, and where its private half lies."""

    system = fields.RowField(
        "Система",
        "System",
        InformationSystem.objects.select_related("connection").order_by("mnemonic"),
        empty=("выберите", "choose"),
        named=full_name,
    )
    purpose = fields.choice(
        "Что подписывает", "What it signs for", [(key, lazy_text(x.ru, x.en)) for key, x in PURPOSES.items()]
    )
    name = fields.text(
        "Имя ключа",
        "Name of the key",
        ("Под этим именем его знает служба подписи.", "The signing service knows it by this name."),
    )
    certificate = fields.PemField("Сертификат", "Certificate")
    key_file = fields.text(
        "Файл ключа на сервере",
        "File of the key on the server",
        (
            "Внутри папки ключей; пусто — ключ хранит служба подписи. Сам ключ сюда не передаётся.",
            "Inside the folder of keys; empty: the signing service keeps it. The key is never sent here.",
        ),
    )
    password_file = fields.text("Файл пароля на сервере", "File of the password on the server")
    use_from = fields.text(
        "Подписывать с",
        "Sign from",
        (
            "По московскому времени; пусто — с начала срока сертификата.",
            "By Moscow time; empty: from the beginning of the certificate's term.",
        ),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def clean_system(self) -> Any:
        """Demand one."""
        if self.cleaned_data["system"] is None:
            raise forms.ValidationError(lazy_text("выберите из списка", "choose from the list"))
        return self.cleaned_data["system"]

    def clean_name(self) -> str:
        """Demand one that is not used: an older key is retired, not overwritten."""
        name: str = self.cleaned_data["name"].strip()
        if not name or len(name) > 64:  # noqa: PLR2004 - the column
            raise forms.ValidationError(
                lazy_text("дайте имя до 64 знаков", "give a name, 64 characters at most")
            )
        system = self.cleaned_data.get("system")
        if system is not None and SigningKey.objects.filter(system=system, name=name).exists():
            raise forms.ValidationError(
                lazy_text("такой ключ у системы уже есть", "the system has such a key already")
            )
        return name

    def clean_use_from(self) -> datetime | None:
        """Read a moment of Moscow."""
        return _moment(self.cleaned_data["use_from"])

    def clean_certificate(self) -> str:
        """Demand one certificate, and of several that which is nobody's authority."""
        written: str = self.cleaned_data["certificate"]
        if not written:
            raise forms.ValidationError(lazy_text("нужен сертификат", "a certificate is needed"))
        own = [each for each in read_bundle(written.encode()).certificates if not each.is_ca]
        if len(own) != 1:
            raise forms.ValidationError(
                lazy_text("нужен один сертификат ключа", "one certificate of the key is needed")
            )
        return own[0].pem

    def new_key(self, folder: Path) -> NewKey:
        """Return what is to be added; raises `InvalidMessage` for what is no plain file in the folder."""
        said = self.cleaned_data
        return NewKey(
            system=said["system"],
            name=said["name"],
            certificate=said["certificate"].encode(),
            key_file=_plain_file(said["key_file"], folder),
            password_file=_plain_file(said["password_file"], folder),
            purpose=KeyPurpose(said["purpose"] or KeyPurpose.ORGANISATION),
            use_from=said["use_from"],
        )


def keys_folder(gateway: Gateway) -> Path:
    """Return the folder whose files pages may name as keys: so nobody learns what else the disk holds."""
    return (gateway.settings.keys_folder or gateway.settings.folder / "keys").resolve()


def _plain_file(written: str, folder: Path) -> Path | None:
    """Return a file of the folder that can be read as a key: no device, no pipe, nothing large.

    Whatever a path outside the folder names, and whatever it leads to, it is refused in the same words.
    """
    if not written.strip():
        return None
    found = None
    try:
        path = (folder / written.strip()).resolve()
        if path.is_relative_to(folder):
            found = path.stat()
    except (OSError, ValueError, RuntimeError):
        found = None
    if found is None or not stat.S_ISREG(found.st_mode) or found.st_size > MOST_KEY_FILE:
        raise InvalidMessage(
            Text(ru="в папке ключей нет такого файла", en="the folder of keys has no such file"),
            where=written[:200],
            cure=Text(
                ru=f"положите файл в {folder} и дайте его имя",
                en=f"put the file into {folder} and give its name",
            ),
        )
    return path


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=_MOSCOW) if written else None
    except ValueError as error:
        raise forms.ValidationError(lazy_text("это не дата и время", "no date and time")) from error


def shown_keys(gateway: Gateway) -> list[KeyShown]:
    """Return all keys with their terms; raises `GostError` where a certificate does not read."""
    now = gateway.clock()
    found = []
    for each in list_keys(gateway):
        text, chip = STANDINGS[each.standing]
        found.append(
            KeyShown(each.key, each.subject, each.begins, each.ends, (each.ends - now).days, text, chip)
        )
    return found


@page(Permission.SETUP, methods=("GET",))
def keys(visit: Visit) -> HttpResponse:
    """List the keys."""
    problem = None
    try:
        lines = shown_keys(visit.gateway)
    except GostError as error:
        lines, problem = [], error
    wanted = visit.request.GET.get("system", "")
    if wanted.isdecimal():
        lines = [each for each in lines if each.key.system_id == int(wanted)]
    rows = Paginator(lines, PAGE).get_page(visit.request.GET.get("page"))
    return visit.render("cabinet/running/keys.html", {"lines": rows, "rows": rows, "problem": problem})


@page(Permission.SETUP)
def key_add(visit: Visit) -> HttpResponse:
    """Add a key."""
    folder = keys_folder(visit.gateway)
    if visit.request.method != "POST":
        return visit.render("cabinet/running/key_add.html", {"form": KeyForm(), "folder": folder})
    form = KeyForm(visit.request.POST, visit.request.FILES)
    if form.is_valid():
        try:
            made = add_key(visit.gateway, form.new_key(folder))
        except GatewayError as error:
            cure = error.cure or error.what
            form.add_error(None, lazy_text(f"{error.what.ru} ({cure.ru})", f"{error.what.en} ({cure.en})"))
        else:
            audit.record(visit, "key_added", subject=f"{made.system} {made.name}")
            messages.success(
                visit.request, lazy_text(f"Добавлен ключ {made.name}", f"Added the key {made.name}")
            )
            return redirect("cabinet:keys")
    return visit.render("cabinet/running/key_add.html", {"form": form, "folder": folder}, status=422)


@page(Permission.SETUP, methods=("POST",))
def key_plan(visit: Visit, key: int) -> HttpResponse:
    """Plan from when a key signs."""
    try:
        moment = _moment(visit.request.POST.get("use_from", ""))
    except forms.ValidationError as error:
        messages.error(visit.request, "; ".join(error.messages))
        return redirect("cabinet:keys")
    with transaction.atomic():
        row = SigningKey.objects.select_for_update().filter(pk=key).first()
        if row is None:
            raise Http404
        try:
            plan_key(visit.gateway, row, moment)
        except (GatewayError, GostError) as error:
            cure = "" if error.cure is None else f": {spoken(error.cure)}"
            messages.error(visit.request, f"{row.name}: {spoken(error.what)}{cure}")
            return redirect("cabinet:keys")
        audit.record(visit, "key_planned", subject=f"{row.system} {row.name}")
    messages.success(
        visit.request, lazy_text(f"Срок ключа {row.name} назначен", f"The key {row.name} is planned")
    )
    return redirect("cabinet:keys")


@page(Permission.SETUP, methods=("POST",))
def key_retire(visit: Visit, key: int) -> HttpResponse:
    """Take a key out of use."""
    row = SigningKey.objects.select_related("system__connection").filter(pk=key).first()
    if row is None:
        raise Http404
    anyway = visit.request.POST.get("anyway") == "1"
    try:
        retire_key(visit.gateway, row.system, row.name, anyway=anyway)
    except GatewayError as error:
        cure = "" if error.cure is None else f": {spoken(error.cure)}"
        messages.error(visit.request, f"{row.name}: {spoken(error.what)}{cure}")
    else:
        audit.record(visit, "key_retired", subject=f"{row.system} {row.name}")
        messages.success(visit.request, lazy_text(f"Выведен ключ {row.name}", f"Retired the key {row.name}"))
    return redirect("cabinet:keys")


@page(Permission.SETUP, methods=("GET",))
def key_certificate(_visit: Visit, key: int) -> HttpResponse:
    """Give a key's certificate out."""
    row = SigningKey.objects.filter(pk=key).first()
    if row is None:
        raise Http404
    try:
        octets = Certificate.parse(row.certificate.encode()).der
    except GostError as error:
        raise Http404 from error
    headers = {"Content-Disposition": f'attachment; filename="key-{row.pk}.cer"'}
    return HttpResponse(octets, content_type="application/pkix-cert", headers=headers)
