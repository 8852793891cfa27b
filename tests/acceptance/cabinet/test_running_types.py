"""Information types in the web: a package is examined apart, added, versioned, shown in a look of its own."""

from __future__ import annotations

import io
import json
import re
import socket
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from mezhved.cabinet.access import Visit, access_of
from mezhved.cabinet.models import Job, JobState, Role, TypeVersion
from mezhved.cabinet.running.examiner import ExaminerLimits, NotExamined, examine_apart
from mezhved.cabinet.running.versions import add_type
from mezhved.gateway.models import InformationType, Term
from tests.support.cabinets import work_off

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from django.test import Client

    from tests.support.cabinets import CabinetUnderTest

NAMESPACE = "urn:test:birds:1.0.0"
SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}"
  xmlns="{NAMESPACE}" elementFormDefault="qualified">
  <xs:element name="BirdRequest">
    <xs:annotation><xs:documentation>Запрос о птице</xs:documentation></xs:annotation>
    <xs:complexType><xs:sequence><xs:element name="Ring" type="xs:string"/></xs:sequence></xs:complexType>
  </xs:element>
  <xs:element name="BirdResponse"><xs:complexType><xs:sequence>
    <xs:element name="Name" type="xs:string"/>{{more}}
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""
REQUEST = f'<BirdRequest xmlns="{NAMESPACE}"><Ring>77</Ring></BirdRequest>'
SHEET = f"""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:b="{NAMESPACE}"><xsl:template match="/">
  <b:BirdResponse><b:Name>Птица <xsl:value-of select="//b:Ring"/></b:Name></b:BirdResponse>
  </xsl:template></xsl:stylesheet>"""
LOOK = """<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="html"/><xsl:template match="/"><html><body>BirdResponse</body></html></xsl:template>
</xsl:stylesheet>"""
SCENARIO = f"""Тестовый сценарий 1
XPath
//b:BirdRequest
Пространства имён
b={NAMESPACE}
"""
FILES = {
    "schemas/bird.xsd": SCHEMA.replace("{more}", ""),
    "samples/BirdRequest.xml": REQUEST,
    "scenarios/1.txt": SCENARIO,
    "scenarios/scenario-1.xsl": SHEET,
}


def package(**changed: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in {**FILES, **changed}.items():
            made.writestr(name, content)
    return target.getvalue()


@pytest.fixture
def administrator(cabinet: CabinetUnderTest) -> Client:
    return cabinet.browser(cabinet.member(Role.ADMINISTRATOR))


def uploaded(cabinet: CabinetUnderTest, administrator: Client, octets: bytes, **more: str) -> Job:
    """A package that went the way of the page, and was examined."""
    file = SimpleUploadedFile("package.zip", octets)
    answer = administrator.post("/run/types/upload/", {"package": file, **more})
    assert answer.status_code == 302, answer.content.decode()
    work_off(cabinet)
    return Job.objects.order_by("-pk")[0]


def seen(administrator: Client, page: str) -> str:
    """What the page knows its row by."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', administrator.get(page).content.decode())
    assert found is not None
    return found[1]


NEW = {
    "code": "VS77001",
    "title": "О птице",
    "request_root": f"{{{NAMESPACE}}}BirdRequest",
    "response_root": f"{{{NAMESPACE}}}BirdResponse",
    "retention_days": "30",
}


def test_a_package_is_examined_and_becomes_a_type_with_settings(
    cabinet: CabinetUnderTest, administrator: Client
) -> None:
    job = uploaded(cabinet, administrator, package())
    assert job.state == JobState.DONE
    report = administrator.get(job.link).content.decode()
    for told in ("Всё, чего можно ждать от пакета, есть", "Запрос о птице", "samples/BirdRequest.xml"):
        assert told in report
    assert administrator.post(job.link, {**NEW, "code": ""}).status_code == 422
    assert administrator.post(job.link, NEW).status_code == 302
    kind = InformationType.objects.get(code="VS77001")
    assert (kind.namespace, kind.request_root, kind.retention_days) == (NAMESPACE, "BirdRequest", 30)
    settings = {
        "code": "VS77001",
        "title": "О птице",
        "retention_days": "60",
        "term": "3wd",
        "environment": "test",
    }
    page = f"/run/setup/types/{kind.pk}/"
    settings["seen"] = seen(administrator, page)
    assert administrator.post(page, {**settings, "official_signs_request": "on"}).status_code == 302
    kind.refresh_from_db()
    assert (kind.retention_days, kind.official_signs_request, kind.environment) == (60, True, "test")
    assert Term.objects.get(type=kind, department=None).term == "3wd"
    administrator.post(page, {**settings, "term": "", "seen": seen(administrator, page)})
    assert not Term.objects.filter(type=kind).exists()


def test_versions_stay_beside_the_one_that_is_applied(
    cabinet: CabinetUnderTest, administrator: Client
) -> None:
    administrator.post(uploaded(cabinet, administrator, package()).link, NEW)
    kind = InformationType.objects.get(code="VS77001")
    first = kind.package_digest
    more = SCHEMA.replace("{more}", '<xs:element name="Weight" type="xs:int" minOccurs="0"/>')
    second = uploaded(cabinet, administrator, package(**{"schemas/bird.xsd": more}), type=str(kind.pk))
    assert administrator.post(second.link, {"note": "с весом", "apply": "1"}).status_code == 302
    kind.refresh_from_db()
    assert kind.package_digest != first
    versions = f"/run/types/{kind.pk}/versions/"
    assert "с весом" in administrator.get(versions).content.decode()
    administrator.post(f"{versions}1/apply/")
    kind.refresh_from_db()
    assert kind.package_digest == first
    assert TypeVersion.objects.filter(type=kind).count() == 2
    assert b"".join(administrator.get(f"{versions}2/package/").streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    assert administrator.get(f"{versions}2/").status_code == 200
    other = package(**{"schemas/bird.xsd": SCHEMA.replace("{more}", "").replace("1.0.0", "2.0.0")})
    third = uploaded(cabinet, administrator, other, type=str(kind.pk))
    refused = administrator.post(third.link, {"apply": "1"})
    assert refused.status_code == 422
    assert "в пакете нет элемента BirdRequest" in refused.content.decode()


@pytest.fixture
def kind(cabinet: CabinetUnderTest) -> InformationType:
    """A type that was added without being examined."""
    account = cabinet.member(Role.ADMINISTRATOR)
    visit = Visit(RequestFactory().get("/"), cabinet.under_test.gateway, account, access_of(account))
    values = {"code": "VS77001", "namespace": NAMESPACE, "request_root": "BirdRequest"}
    roots = [{"name": f"{{{NAMESPACE}}}BirdRequest"}]
    return add_type(visit, values, package(), {"roots": roots, "holds": True})


def test_a_type_gets_a_look_of_its_own_as_a_version(
    cabinet: CabinetUnderTest, administrator: Client, kind: InformationType
) -> None:
    address = f"/run/types/{kind.pk}/sheet/"
    wrong = SimpleUploadedFile("look.xsl", b"<html/>")
    assert "не таблица стилей" in administrator.post(address, {"sheet": wrong}, follow=True).content.decode()
    administrator.post(address, {"sheet": SimpleUploadedFile("look.xsl", LOOK.encode())})
    kind.refresh_from_db()
    sheets = cabinet.under_test.gateway.catalogue.loaded(kind).package.stylesheets
    assert [each.path for each in sheets] == ["look/own.xsl"]
    administrator.post(address)
    kind.refresh_from_db()
    assert not cabinet.under_test.gateway.catalogue.loaded(kind).package.stylesheets


def test_control_examples_are_run_and_downloaded(
    cabinet: CabinetUnderTest, administrator: Client, kind: InformationType
) -> None:
    page = f"/run/types/{kind.pk}/examples/"
    strange = SimpleUploadedFile("other.xml", b"<other/>")
    own = SimpleUploadedFile("own.xml", REQUEST.encode())
    administrator.post(page, {"requests": [strange, own]})
    work_off(cabinet)
    shown = administrator.get(page).content.decode()
    assert "ни один сценарий не узнаёт" in shown
    job = Job.objects.order_by("-pk")[0]
    octets = b"".join(administrator.get(f"/jobs/{job.uid}/file/").streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(octets)) as opened:
        assert opened.namelist() == ["2/Request.xml", "2/Response.xml"]
        assert "Птица 77" in opened.read("2/Response.xml").decode()


def test_what_is_no_package_is_told_so_in_plain_words(
    cabinet: CabinetUnderTest, administrator: Client
) -> None:
    assert administrator.post("/run/types/upload/", {}).status_code == 422
    broken = SimpleUploadedFile("package.zip", b"PK nothing")
    told = administrator.post("/run/types/upload/", {"package": broken})
    assert "это не ZIP или он повреждён" in told.content.decode()
    outside = io.BytesIO()
    with zipfile.ZipFile(outside, "w") as made:
        made.writestr("../../evil.xsd", "x")
    job = uploaded(cabinet, administrator, outside.getvalue())
    assert job.trouble is not None
    assert "путь, ведущий наружу" in job.trouble.ru
    empty = uploaded(cabinet, administrator, package(**{"schemas/bird.xsd": "<broken"}))
    report = administrator.get(empty.link).content.decode()
    assert "Пакет проверку не прошёл" in report


@pytest.mark.parametrize(
    ("limits", "told"),
    [(ExaminerLimits(seconds=0), "не собрались за"), (ExaminerLimits(megabytes=1), "слишком много памяти")],
)
def test_a_package_that_takes_too_much_is_let_go(today: date, limits: ExaminerLimits, told: str) -> None:
    many = "".join(f'<xs:element name="E{number}" type="xs:string"/>' for number in range(20_000))
    schema = SCHEMA.replace("{more}", "").replace("</xs:schema>", f"{many}</xs:schema>")
    with pytest.raises(NotExamined) as refused:
        examine_apart(package(**{"schemas/bird.xsd": schema}), today, limits, lambda: False)
    assert told in refused.value.what.ru


def test_an_examination_stops_when_it_is_told(today: date) -> None:
    assert examine_apart(package(), today, ExaminerLimits(), lambda: True) is None


def test_a_package_that_no_pipe_takes_at_once_is_examined(today: date) -> None:
    large = {"manual.docx": "".join(map(str, range(200_000)))}
    report = examine_apart(package(**large), today, ExaminerLimits(), lambda: False)
    assert report is not None
    assert report["holds"]


INSIDE = """
import json, os, socket, resource, sys
from contextlib import suppress
sys.path[:] = json.loads(sys.argv[1])
from mezhved.cabinet.running.examiner import shut_in
shut = shut_in(1024, 60)
with suppress(OSError, ValueError):
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))  # root may, and then the kernel's own lock holds
lifted = resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 0
done = []
for act in (
    lambda: open(sys.argv[2]),
    lambda: open("/etc/passwd"),
    lambda: os.listdir("/"),
    lambda: os.mkdir(sys.argv[2] + ".new"),
    lambda: os.unlink(sys.argv[2]),
    lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3]))),
    lambda: os.execv("/bin/true", ["true"]),
):
    try:
        act()
    except OSError:
        done.append(False)
    else:
        done.append(True)
print(json.dumps([shut, lifted, done]))
"""


def test_the_process_that_examines_reaches_no_file_and_no_network(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said = subprocess.run(
            [sys.executable, "-I", "-c", INSIDE, json.dumps(sys.path), str(secret), str(port)],
            capture_output=True,
            check=True,
        )
    shut, lifted, done = json.loads(said.stdout)
    assert secret.exists()
    assert not (tmp_path / "secret.new").exists()
    if shut or not lifted:
        assert not any(done), done


@pytest.fixture
def today(cabinet: CabinetUnderTest) -> date:
    return cabinet.under_test.clock().date()
