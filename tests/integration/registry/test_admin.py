"""The administration pages: for accounts only, Russian first, everything done there recorded."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mezhved.registry.models import (
    AccessRight,
    ChangeRecord,
    InformationSystem,
    InformationType,
    Participant,
    RevocationList,
    RevocationSource,
    SchemaFile,
    SystemCertificate,
    TrustedAuthority,
    TypeVersion,
)
from tests.support.registry import PART, SCHEMA

if TYPE_CHECKING:
    from tests.support.databases import Database
    from tests.support.pki import Pki

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

PAGES = (
    "participant",
    "informationsystem",
    "systemcertificate",
    "informationtype",
    "typeversion",
    "schemafile",
    "typeprovider",
    "accessright",
    "trustedauthority",
    "revocationlist",
    "revocationsource",
    "changerecord",
)


def client() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.fixture
def admin(filled: Database) -> Client:
    """A signed-in administrator."""
    made = client()
    made.force_login(User.objects.create_superuser("p.proverkina"))
    return made


def page(made: Client, path: str, **options: Any) -> str:
    response = made.get(f"/admin/registry/{path}", **options)
    assert response.status_code == 200, path
    return response.content.decode()


def send(made: Client, path: str, values: dict[str, Any], *, status: int = 302) -> str:
    response = made.post(f"/admin/registry/{path}", values)
    text = response.content.decode()
    assert response.status_code == status, text
    return text


def no_inlines(*prefixes: str) -> dict[str, str]:
    return {f"{prefix}-{name}": "0" for prefix in prefixes for name in ("TOTAL_FORMS", "INITIAL_FORMS")}


@pytest.mark.parametrize("name", PAGES)
def test_nobody_sees_a_page_without_an_account(filled: Database, name: str) -> None:
    response = client().get(f"/admin/registry/{name}/")

    assert response.status_code == 302
    assert "/admin/login/" in response.headers["location"]


def test_pages_are_russian_and_english_on_request(admin: Client) -> None:
    russian = page(admin, "participant/", headers={"accept-language": "en"})
    answer = admin.post("/i18n/setlang/", {"language": "en", "next": "/admin/"})
    english = page(admin, "participant/")

    assert answer.status_code == 302
    assert "Межвед: реестр обмена СМЭВ 3" in russian
    assert "орган местного самоуправления" in russian
    assert ">English</button>" in russian
    assert ">русский</button>" in english.lower()
    assert "the registry of the SMEV 3 exchange" in english
    assert "local authority" in english


@pytest.mark.parametrize("name", PAGES)
def test_every_list_and_every_row_opens(admin: Client, name: str, pki: Pki) -> None:
    RevocationList(der=pki.ca.crl().der).save()
    authority = TrustedAuthority.objects.get(root=False)
    RevocationSource(authority=authority, address="http://crl.example/test.crl").save()
    page(admin, f"{name}/")
    page(admin, f"{name}/?q=TEST")
    model = (
        next(
            each
            for each in (
                Participant,
                InformationSystem,
                SystemCertificate,
                InformationType,
                TypeVersion,
                SchemaFile,
                AccessRight,
                TrustedAuthority,
                RevocationList,
                RevocationSource,
                ChangeRecord,
            )
            if each._meta.model_name == name
        )
        if name != "typeprovider"
        else None
    )
    if model is not None:
        row = model.objects.first()
        page(admin, f"{name}/{row.pk}/change/")


def test_a_participant_is_added_in_the_name_of_the_account(admin: Client) -> None:
    values = {
        "name": "Тестовый гость",
        "kind": "other",
        "ogrn": "1027700000074",
        "inn": "7700000087",
        "enabled": "on",
        **no_inlines("systems"),
    }

    refused = send(admin, "participant/add/", values | {"inn": "7700000088"}, status=200)
    assert "контрольные цифры" in refused
    send(admin, "participant/add/", values)

    record = ChangeRecord.objects.first()
    assert (record.actor, record.via, record.key) == ("p.proverkina", "admin", "1027700000074")


@pytest.mark.parametrize("form", ["pem", "der"])
def test_a_certificate_is_bound_by_uploading_its_file(admin: Client, pki: Pki, form: str) -> None:
    certificate = pki.official.certificate
    octets = certificate.der if form == "der" else certificate.pem.encode()
    system = InformationSystem.objects.get(mnemonic="TEST02")
    values = {"system": system.pk, "enabled": "on"}

    send(admin, "systemcertificate/add/", values | {"file": SimpleUploadedFile("c.cer", octets)})

    assert SystemCertificate.objects.get(thumbprint=certificate.thumbprint.hex()).system == system
    again = send(
        admin, "systemcertificate/add/", values | {"file": SimpleUploadedFile("c.cer", octets)}, status=200
    )
    assert "уже привязан к системе TEST02" in again


def test_a_certificate_is_bound_on_the_page_of_its_system_too(admin: Client, pki: Pki) -> None:
    system = InformationSystem.objects.get(mnemonic="TEST02")
    held = SystemCertificate.objects.get(system=system)
    values = {
        "participant": system.participant_id,
        "mnemonic": "TEST02",
        "name": system.name,
        "environment": "test",
        "enabled": "on",
        "certificates-TOTAL_FORMS": "2",
        "certificates-INITIAL_FORMS": "1",
        "certificates-0-id": held.pk,
        "certificates-0-system": system.pk,
        "certificates-1-id": "",
        "certificates-1-system": system.pk,
        "certificates-1-enabled": "on",
        "certificates-1-file": SimpleUploadedFile("c.cer", pki.official.certificate.der),
        **no_inlines("push_address"),
    }

    send(admin, f"informationsystem/{system.pk}/change/", values)

    assert sorted(SystemCertificate.objects.filter(system=system).values_list("enabled", flat=True)) == [
        False,
        True,
    ]


def test_what_is_no_certificate_is_told_beside_the_file(admin: Client) -> None:
    system = InformationSystem.objects.get(mnemonic="TEST02")
    values = {"system": system.pk, "enabled": "on"}

    assert "errorlist" in send(admin, "systemcertificate/add/", values, status=200)
    garbage = values | {"file": SimpleUploadedFile("c.cer", b"garbage")}
    assert "errorlist" in send(admin, "systemcertificate/add/", garbage, status=200)


def test_authorities_and_lists_are_uploaded(admin: Client, pki: Pki) -> None:
    TrustedAuthority.objects.all().delete()
    send(
        admin,
        "trustedauthority/add/",
        {"root": "on", "enabled": "on", "file": SimpleUploadedFile("r.cer", pki.root.certificate.der)},
    )
    crl = pki.ca.crl(pki.official.certificate, next_update=pki.now + timedelta(days=1))
    send(admin, "revocationlist/add/", {"file": SimpleUploadedFile("r.crl", crl.der)})

    assert TrustedAuthority.objects.get().root
    assert RevocationList.objects.get().entries == 1


def version_values(**more: Any) -> dict[str, Any]:
    row = TypeVersion.objects.get(type__code="VS09801")
    names = ("version", "namespace", "request_root", "response_root")
    plain = {name: getattr(row, name) for name in names}
    return {"type": row.type_id, "enabled": "on", **plain, **no_inlines("schema_files"), **more}


def version_path() -> str:
    return f"typeversion/{TypeVersion.objects.get(type__code='VS09801').pk}/change/"


def archive(**files: str) -> SimpleUploadedFile:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as made:
        for name, text in files.items():
            made.writestr(name.replace("__", "/") + ".xsd", text)
    return SimpleUploadedFile("Схема.zip", octets.getvalue())


def test_schemas_are_replaced_by_an_archive(admin: Client) -> None:
    uploaded = archive(new=SCHEMA.replace("part/", "sub/"), sub__types=PART)

    send(admin, version_path(), version_values(schemas=uploaded, replace="on"))

    assert sorted(SchemaFile.objects.values_list("path", flat=True)) == ["new.xsd", "sub/types.xsd"]


def test_a_schema_file_is_added_to_the_set(admin: Client) -> None:
    more = SimpleUploadedFile("more.xsd", PART.encode())
    main = SimpleUploadedFile("main.xsd", SCHEMA.replace("part/types", "more").encode())

    send(admin, version_path(), version_values(schemas=[more, main]))

    assert sorted(SchemaFile.objects.values_list("path", flat=True)) == [
        "main.xsd",
        "more.xsd",
        "part/types.xsd",
    ]


def test_schemas_that_do_not_compile_are_refused_on_the_page(admin: Client) -> None:
    broken = archive(main=SCHEMA)

    text = send(admin, version_path(), version_values(schemas=broken, replace="on"), status=200)

    assert "part/types.xsd" in text
    assert SchemaFile.objects.count() == 2


def test_rights_are_given_and_taken(admin: Client) -> None:
    information_type = InformationType.objects.get(code="VS09801")
    system = InformationSystem.objects.get(mnemonic="TEST03")
    values = {"type": information_type.pk, "system": system.pk, "valid_from": "01.02.2026", "valid_to": ""}

    send(admin, "accessright/add/", values)
    right = AccessRight.objects.get(system=system, type=information_type)
    assert str(right.valid_from) == "2026-02-01"
    send(admin, f"accessright/{right.pk}/delete/", {"post": "yes"})

    assert not AccessRight.objects.filter(pk=right.pk).exists()
    assert ChangeRecord.objects.first().action == "removed"


def test_the_action_of_a_list_is_recorded_row_by_row(admin: Client) -> None:
    keys = list(AccessRight.objects.values_list("pk", flat=True))
    before = ChangeRecord.objects.count()

    send(
        admin,
        "accessright/",
        {"action": "delete_selected", "_selected_action": keys, "post": "yes"},
    )

    assert ChangeRecord.objects.count() == before + len(keys)
    assert {each.actor for each in ChangeRecord.objects.all()[: len(keys)]} == {"p.proverkina"}


def test_the_history_of_a_row_is_shown(admin: Client) -> None:
    system = InformationSystem.objects.get(mnemonic="TEST03")
    system.name = "ИС «Переименованная»"
    system.save()

    answer = admin.get(f"/admin/registry/informationsystem/{system.pk}/history/", follow=True)
    record = ChangeRecord.objects.first()

    assert answer.status_code == 200
    assert f"/changerecord/{record.pk}/" in answer.content.decode()
    assert "ИС «Переименованная»" in page(admin, f"changerecord/{record.pk}/change/")


def test_the_history_is_read_only_even_for_a_superuser(admin: Client) -> None:
    record = ChangeRecord.objects.first()

    assert admin.get("/admin/registry/changerecord/add/").status_code == 403
    assert admin.post(f"/admin/registry/changerecord/{record.pk}/delete/", {"post": "yes"}).status_code == 403
    admin.post(f"/admin/registry/changerecord/{record.pk}/change/", {"actor": "другой"})
    assert ChangeRecord.objects.get(pk=record.pk).actor != "другой"


def test_an_account_without_permissions_changes_nothing(filled: Database) -> None:
    user = User.objects.create_user("reader", password="Пробный-пароль-1", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    made = client()
    assert made.login(username="reader", password="Пробный-пароль-1")
    system = InformationSystem.objects.get(mnemonic="TEST03")

    page(made, f"informationsystem/{system.pk}/change/")
    assert made.post(f"/admin/registry/informationsystem/{system.pk}/delete/").status_code == 403
    assert made.get("/admin/registry/participant/add/").status_code == 403


def test_a_form_without_its_token_is_refused(filled: Database) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})

    assert strict.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 403


def test_a_foreign_host_name_is_refused(filled: Database) -> None:
    assert Client(headers={"host": "evil.example.ru"}).get("/admin/login/").status_code == 400


def test_the_pages_styles_are_served(filled: Database) -> None:
    answer = client().get("/static/admin/css/base.css")

    assert answer.status_code == 200
    assert b"body" in answer.getvalue()
    answer.close()
