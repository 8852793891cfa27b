"""A package is loaded however agencies have put it together; what was mended is told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from mezhved.infotypes import InvalidSchemaSet
from mezhved.infotypes.checking import Checker
from mezhved.infotypes.examining import examine_package
from mezhved.infotypes.packages import QName, load_package
from tests.support.packages import COMMON, TYPE, XS, common_schema, request, request_schema, zipped, zipped_as

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.infotypes.packages import Package

ROOT = QName(TYPE, "Запрос")
TODAY = date(2026, 11, 22)


def load(**files: str | bytes) -> Package:
    return load_zip({name.replace("__", "."): content for name, content in files.items()})


def load_zip(files: dict[str, str | bytes]) -> Package:
    return load_package(
        zipped({path: each.encode() if isinstance(each, str) else each for path, each in files.items()})
    )


def importing(location: str | None, namespace: str = COMMON) -> str:
    place = "" if location is None else f' schemaLocation="{location}"'
    return f'<xs:import namespace="{namespace}"{place}/>'


def both_accept(package: Package, document: str, root: QName = ROOT) -> bool:
    """Ask both validators; they must agree."""
    bundle = package.bundle_of(root)
    assert bundle is not None
    report = Checker(bundle).check(document.encode(), today=TODAY)
    assert not any(each.rule == "second-opinion" for each in report.findings)
    assert bundle.xmlschema().is_valid(document) == report.valid
    return report.valid


def severities(package: Package) -> set[str]:
    return {each.severity for each in package.problems}


@pytest.mark.parametrize(
    "location",
    [
        "commons/types.xsd",
        "./commons/types.xsd",
        "COMMONS/Types.XSD",
        r"commons\types.xsd",
        r"..\..\commons\types.xsd",
        "http://schemas.example.ru/types.xsd",
        "http://schemas.example.ru/types.xsd?version=1",
        "file:///etc/passwd",
        "no-such-file.xsd",
        "",
        None,
    ],
)
def test_an_import_is_found_over_the_whole_package(location: str | None) -> None:
    package = load_zip(
        {"Схема/main.xsd": request_schema(importing(location)), "other/types.xsd": common_schema()}
    )

    assert package.schemas.roots == (ROOT,)
    assert both_accept(package, request("4405"))
    assert not both_accept(package, request("44"))


def test_inner_archives_are_opened_whatever_the_code_page_of_their_names() -> None:
    schemas = {"главная.xsd": request_schema().encode(), "commons.xsd": common_schema().encode()}
    samples = {"1/Request.xml": request().encode(), "2/Request.xml": request("x").encode()}
    package = load_package(
        zipped(
            {
                "Схема.zip": zipped_as(schemas, "cp866"),
                "Эталоны.zip": zipped(samples),
                "РП.docx": b"PK\x03\x04 no archive to open",
            }
        )
    )

    assert set(package.files) == {
        "Схема.zip/главная.xsd",
        "Схема.zip/commons.xsd",
        "Эталоны.zip/1/Request.xml",
        "Эталоны.zip/2/Request.xml",
        "РП.docx",
    }
    assert [each.path for each in package.manuals] == ["РП.docx"]
    expected = [(each.root, each.expected) for each in package.samples]
    assert expected == [(ROOT, "valid"), (ROOT, "unknown")]


@pytest.mark.parametrize("encoding", ["cp866", "cp1251", "utf-8"])
def test_russian_names_of_old_archives_are_read(encoding: str) -> None:
    archive = zipped_as({"Эталоны/Запрос сведений.xml": request().encode()}, encoding)

    assert list(load_package(archive).files) == ["Эталоны/Запрос сведений.xml"]


@pytest.mark.parametrize(
    ("declared", "real"),
    [("UTF-8", "cp1251"), ("windows-1251", "utf-8"), ("", "cp1251"), ("no-such-encoding", "utf-8")],
)
def test_an_encoding_that_is_not_the_declared_one_is_mended_and_told(declared: str, real: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    package = load(
        main__xsd=request_schema(), commons__xsd=f"{head}<!-- Общие типы -->{common_schema()}".encode(real)
    )

    assert both_accept(package, request("4405"))
    told = [each for each in package.problems if each.file == "commons.xsd"]
    assert [each.severity for each in told] == (
        ["note"] if real == "cp1251" or declared == "windows-1251" else []
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="windows-1251"?>{common_schema()}'
    package = load(main__xsd=request_schema(), commons__xsd=text.encode(encoding))

    assert both_accept(package, request("4405"))
    assert package.problems == ()


def test_several_files_of_one_namespace_serve_together() -> None:
    package = load_zip(
        {
            "main.xsd": request_schema(importing(None)),
            "a.xsd": common_schema("Номер"),
            "b.xsd": common_schema("Серия"),
        }
    )

    assert both_accept(package, request("4405"))
    assert package.problems == ()


def test_of_files_that_contradict_each_other_the_nearest_is_taken_and_told() -> None:
    package = load_zip(
        {
            "old/commons.xsd": common_schema(pattern="old"),
            "new/main.xsd": request_schema(importing(None)),
            "new/commons.xsd": common_schema(pattern="new"),
        }
    )

    assert both_accept(package, request("new"))
    assert [each.file for each in package.problems] == ["old/commons.xsd"]


def test_versions_side_by_side_are_separate_bundles() -> None:
    newer = "urn://test/passport-check/1.1.0"
    package = load_zip(
        {
            "1.0.0/main.xsd": request_schema(),
            "1.0.0/commons.xsd": common_schema(pattern="old"),
            "1.1.0/main.xsd": request_schema(namespace=newer),
            "1.1.0/commons.xsd": common_schema(pattern="new"),
        }
    )

    assert [bundle.roots for bundle in package.bundles] == [(ROOT,), (QName(newer, "Запрос"),)]
    assert both_accept(package, request("old"))
    assert both_accept(package, request("new", newer), QName(newer, "Запрос"))
    assert not both_accept(package, request("old", newer), QName(newer, "Запрос"))


def test_request_and_response_in_two_files_of_a_namespace_are_one_bundle() -> None:
    package = load_zip(
        {
            "request.xsd": request_schema(root="PassportRequest"),
            "response.xsd": request_schema(root="PassportResponse"),
            "commons.xsd": common_schema(),
        }
    )

    (bundle,) = package.bundles
    assert {each.local: bundle.kind(each) for each in bundle.roots} == {
        "PassportRequest": "request",
        "PassportResponse": "response",
    }


def test_elements_that_are_parts_and_abstract_ones_are_no_roots() -> None:
    extra = (
        '<xs:element name="Часть" type="xs:string"/><xs:element name="Отвлечённый" abstract="true"/>'
        '<xs:element name="Ответ"><xs:complexType><xs:sequence><xs:element ref="t:Часть"/></xs:sequence>'
        "</xs:complexType></xs:element>"
    )
    package = load(main__xsd=request_schema(extra=extra), commons__xsd=common_schema())

    assert [each.local for each in package.schemas.roots] == ["Запрос", "Ответ"]
    assert QName(TYPE, "Часть") in package.schemas.elements
    assert package.schemas.kind(QName(TYPE, "Ответ")) == "response"


def test_a_default_namespace_declared_inside_counts_inside() -> None:
    extra = f'<xs:element name="Ответ" xmlns="{COMMON}" type="Серия"/>'
    package = load(main__xsd=request_schema(extra=extra), commons__xsd=common_schema())

    root = QName(TYPE, "Ответ")
    assert both_accept(package, f'<Ответ xmlns="{TYPE}">4405</Ответ>', root)
    assert not both_accept(package, f'<Ответ xmlns="{TYPE}">x</Ответ>', root)


def test_a_prefix_declared_anew_inside_means_what_it_says_there() -> None:
    other = "urn://test/other/1.0.0"
    extra = f'{importing(None, other)}<xs:element name="Ответ" xmlns:c="{other}" type="c:Серия"/>'
    package = load_zip(
        {
            "main.xsd": request_schema(
                importing(None) + extra[: extra.index("/>") + 2], extra=extra[extra.index("/>") + 2 :]
            ),
            "commons.xsd": common_schema(),
            "other.xsd": common_schema(pattern="other", namespace=other),
        }
    )

    assert both_accept(package, f'<Ответ xmlns="{TYPE}">other</Ответ>', QName(TYPE, "Ответ"))
    assert both_accept(package, request("4405"))


def test_an_import_that_was_forgotten_is_added_and_told() -> None:
    package = load(main__xsd=request_schema(""), commons__xsd=common_schema())

    assert both_accept(package, request("4405"))
    assert not both_accept(package, request("x"))
    assert [(each.file, each.severity) for each in package.problems] == [("main.xsd", "note")]


def test_a_file_without_a_namespace_takes_that_of_each_reader() -> None:
    part = (
        f'<xs:schema {XS}><xs:simpleType name="Серия"><xs:restriction base="xs:string">'
        '<xs:pattern value="\\d{4}"/></xs:restriction></xs:simpleType></xs:schema>'
    )
    other = "urn://test/passport-check/2.0.0"
    include = '<xs:include schemaLocation="PART.xsd"/>'
    package = load_zip(
        {
            "a.xsd": request_schema(include, "t:Серия"),
            "b.xsd": request_schema(include, "t:Серия", namespace=other),
            "part.xsd": part,
        }
    )

    assert both_accept(package, request("4405"))
    assert not both_accept(package, request("x", other), QName(other, "Запрос"))


def test_files_may_import_each_other_and_redefine() -> None:
    redefining = (
        '<xs:redefine schemaLocation="base.xsd"><xs:simpleType name="Серия">'
        '<xs:restriction base="t:Серия"><xs:length value="4"/></xs:restriction></xs:simpleType></xs:redefine>'
    )
    back = importing("main.xsd", TYPE)
    package = load_zip(
        {
            "main.xsd": request_schema(redefining + importing(None), "t:Серия"),
            "base.xsd": common_schema(pattern=r"\d+", namespace=TYPE),
            "commons.xsd": common_schema().replace("<xs:simpleType", f"{back}<xs:simpleType", 1),
        }
    )

    assert both_accept(package, request("4405"))
    assert not both_accept(package, request("44055"))


@pytest.mark.parametrize("location", ["base.xsd#types", r"..\types\%62ase.xsd?v=1"])
def test_an_included_file_is_found_whatever_is_written_beside_its_path(location: str) -> None:
    head = f'<xs:include schemaLocation="{location}"/>'
    package = load_zip(
        {"main.xsd": request_schema(head, "t:Серия"), "base.xsd": common_schema(namespace=TYPE)}
    )

    assert both_accept(package, request("4405"))
    assert not both_accept(package, request("44"))


def test_an_override_of_later_xml_schema_is_followed() -> None:
    head = (
        '<xs:override schemaLocation="base.xsd"><xs:simpleType name="Серия">'
        '<xs:restriction base="xs:int"/></xs:simpleType></xs:override>'
    )
    package = load_zip(
        {"main.xsd": request_schema(head, "t:Серия"), "base.xsd": common_schema(namespace=TYPE)}
    )
    schema = package.schemas.xmlschema()

    assert schema.is_valid(request("44"))
    assert not schema.is_valid(request("x"))


def test_the_registry_of_directive_types_is_filled_in() -> None:
    directive = "urn://x-artefacts-smev-gov-ru/services/message-exchange/types/directive/1.3"
    registry = f'<xs:sequence><xs:element ref="d:Registry" xmlns:d="{directive}"/></xs:sequence>'
    answering = f'<xs:element name="Ответ"><xs:complexType>{registry}</xs:complexType></xs:element>'
    head = importing("commons/smev-message-exchange-directive-1.3.xsd", directive)
    package = load_zip({"main.xsd": request_schema(head, "xs:string", extra=answering)})

    record = f"<d:Record><d:RecordContent>{request()}</d:RecordContent></d:Record>"
    inside = f"<d:RegistryRecord><d:RecordId>1</d:RecordId>{record}</d:RegistryRecord>"
    answer = f'<t:Ответ xmlns:t="{TYPE}" xmlns:d="{directive}"><d:Registry>{inside}</d:Registry></t:Ответ>'
    assert both_accept(package, answer, QName(TYPE, "Ответ"))
    assert severities(package) == {"note"}


@pytest.mark.parametrize("name", ["service.wsdl", "wsdl"])
def test_schemas_inside_descriptions_of_services_are_schemas(name: str) -> None:
    wsdl = "http://schemas.xmlsoap.org/wsdl/"
    inner = request_schema(importing(None)) + common_schema()
    description = f'<definitions xmlns="{wsdl}" {XS}><types>{inner}</types></definitions>'
    package = load_zip({f"wsdl/{name}": description, "request.xml": request()})

    assert package.schemas.roots == (ROOT,)
    assert both_accept(package, request("4405"))
    assert not both_accept(package, request("44"))
    assert [each.root for each in package.samples] == [ROOT]


def test_a_description_beside_its_schemas_adds_no_copies() -> None:
    inner = request_schema("", "xs:string")
    description = (
        f'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><types>{inner}</types></definitions>'
    )
    package = load_zip({"main.xsd": inner, "a.wsdl": description, "b.wsdl": "<broken"})

    assert list(package.schemas.files) == ["main.xsd"]
    assert [(each.file, each.severity) for each in package.problems] == [("b.wsdl", "warning")]


def test_documents_in_cyrillic_namespaces_are_checked() -> None:
    cyrillic = "http://пф.рф/проверка/2026-01-01"
    types = "http://пф.рф/типы"
    package = load_zip(
        {
            "main.xsd": request_schema(importing("x.xsd", types), namespace=cyrillic, common=types),
            "types.xsd": common_schema(namespace=types),
        }
    )
    root = QName(cyrillic, "Запрос")

    assert package.schemas.roots == (root,)
    assert both_accept(package, request("4405", cyrillic), root)
    assert not both_accept(package, request("44", cyrillic), root)


def test_supplementary_types_of_smev_and_signatures_are_filled_in_and_told() -> None:
    smev = "urn://x-artefacts-smev-gov-ru/supplementary/commons/1.0.1"
    dsig = "http://www.w3.org/2000/09/xmldsig#"
    head = importing("commons/smev-supplementary-commons-1.0.1.xsd", smev) + importing(None, dsig)
    package = load(main__xsd=request_schema(head, "c:digits-4", common=smev))

    assert both_accept(package, request("4405"))
    assert not both_accept(package, request("44"))
    assert severities(package) == {"note"}
    told = " ".join(each.text.en for each in package.problems)
    assert smev in told
    assert dsig in told


def test_a_missing_namespace_spoils_only_the_file_that_needs_it() -> None:
    package = load_zip(
        {
            "main.xsd": request_schema(),
            "commons.xsd": common_schema(),
            "orphan.xsd": request_schema(
                importing("gone.xsd", "urn://gone"), "c:Нет", common="urn://gone", root="Сирота"
            ),
        }
    )

    assert both_accept(package, request("4405"))
    assert [(each.file, each.severity) for each in package.problems] == [("orphan.xsd", "error")]
    orphan = next(each for each in package.bundles if each.roots == (QName(TYPE, "Сирота"),))
    with pytest.raises(InvalidSchemaSet, match=r"orphan\.xsd"):
        orphan.lxml_schema()


def test_a_broken_file_is_a_problem_and_no_refusal() -> None:
    package = load_zip(
        {
            "main.xsd": request_schema(),
            "commons.xsd": common_schema(),
            "broken.xsd": "<xs:schema",
            "empty.xsd": b"",
            "page.xsd": "<html/>",
            "1/Request.xml": "<Запрос",
        }
    )

    assert both_accept(package, request("4405"))
    assert [each.file for each in package.problems if each.severity == "error"] == [
        "broken.xsd",
        "empty.xsd",
        "page.xsd",
    ]
    assert package.samples == ()


def test_a_package_without_schemas_says_so() -> None:
    package = load_zip({"samples/1.xml": request()})

    assert severities(package) == {"error"}
    assert package.roots == ()
    assert [each.root for each in package.samples] == [ROOT]
    assert package.bundle_of(ROOT) is None


def test_business_data_are_cut_out_of_an_envelope() -> None:
    envelope = (
        f'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="{TYPE}"><S:Body>'
        "<Message><p:Запрос><p:Серия>4405</p:Серия></p:Запрос>tail</Message>"
        "<p:Запрос><p:Серия>x</p:Серия></p:Запрос></S:Body></S:Envelope>"
    )
    package = load_zip(
        {"main.xsd": request_schema(), "commons.xsd": common_schema(), "Эталоны/envelope.xml": envelope}
    )

    assert [each.name for each in package.samples] == ["Эталоны/envelope.xml", "Эталоны/envelope.xml#2"]
    valid = [both_accept(package, each.octets.decode()) for each in package.samples]
    assert valid == [True, False]
    assert b"tail" not in package.samples[0].octets


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Эталоны/1/Request.xml", "valid"),
        ("Эталоны.zip/1/Response.xml", "valid"),
        ("Эталоны/2/Request.xml", "unknown"),
        ("Эталоны/request.xml", "valid"),
        ("samples/request.xml", "unknown"),
        ("samples/request-invalid.xml", "invalid"),
        ("Некорректные/request.xml", "invalid"),
        ("samples/valid/request.xml", "valid"),
        ("snils-validation-1.0.1/samples/request.xml", "unknown"),
        ("Корректировка сведений/request.xml", "unknown"),
        ("Эталоны/request_negative.xml", "unknown"),
        ("Эталоны/Ответ с ошибкой.xml", "unknown"),
        ("Эталон 1/Request.xml", "valid"),
        ("Эталон 2/Request.xml", "unknown"),
    ],
)
def test_the_place_of_a_sample_tells_what_it_promises(path: str, expected: str) -> None:
    package = load_zip({"main.xsd": request_schema(), "commons.xsd": common_schema(), path: request()})

    assert [each.expected for each in package.samples] == [expected]


XSL = (
    '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
    '<xsl:template match="/"><a/></xsl:template></xsl:stylesheet>'
)
CASES = f"""Тестовый сценарий 1:

Идентификатор сценария (xpath):
//n:Запрос/n:Серия='4405'

Пространство имен, используемое в xpath:
n={TYPE}
c={COMMON}

Тестовый сценарий 2:

Идентификатор сценария (xpath):
//n:Запрос/n:Серия='4406'

Пространство имен, используемое в xpath:
n={TYPE}
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
def test_test_scenarios_are_xpath_namespaces_and_stylesheet(encoding: str) -> None:
    package = load_zip(
        {
            "main.xsd": request_schema(),
            "Тестовый сценарий.zip": zipped(
                {"transform.xsl": XSL.encode(), "test_cases_info.txt": CASES.encode(encoding)}
            ),
        }
    )

    first, second = package.scenarios
    assert first.xpath == "//n:Запрос/n:Серия='4405'"
    assert first.namespaces == {"n": TYPE, "c": COMMON}
    assert second.namespaces == {"n": TYPE}
    assert first.xsl == second.xsl == XSL.encode()


def manual(*rows: tuple[str, ...]) -> bytes:
    """Return a document of Word with one table."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    cells = ("".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in row) for row in rows)
    table = "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    body = f'<w:document xmlns:w="{word}"><w:body><w:tbl>{table}</w:tbl></w:body></w:document>'
    return zipped({"word/document.xml": body.encode()})


def test_scenarios_that_only_the_manual_tells_of_are_found_in_its_tables() -> None:
    rows = (
        ("Контрольный пример", "Идентификатор (xpath)", "Пространство имен", "XSL файл"),
        ("КП 1", "//n:Запрос[n:Серия='4405']", f"n={TYPE};c={COMMON}", "second.xsl"),
        ("КП 2", "//n:Запрос[n:Серия='4406']", f"n={TYPE}", "gone.xsl"),
        ("КП 2", "//n:Запрос[n:Серия='4406']", f"n={TYPE}", "second.xsl"),
    )
    package = load_zip(
        {
            "main.xsd": request_schema(),
            "Тестовый сценарий/first.xsl": XSL,
            "Тестовый сценарий/second.xsl": XSL + " ",
            "РП.docx": manual(*rows),
            "broken.docx": b"PK",
        }
    )

    assert [(each.xpath, dict(each.namespaces), each.xsl_path) for each in package.scenarios] == [
        ("//n:Запрос[n:Серия='4405']", {"n": TYPE, "c": COMMON}, "Тестовый сценарий/second.xsl"),
        ("//n:Запрос[n:Серия='4406']", {"n": TYPE}, "Тестовый сценарий/first.xsl"),
    ]


@pytest.mark.parametrize(
    "octets",
    [
        f"\n <?xml version='1.0' encoding='UTF-8'?>{request()}".encode(),
        f"<?xml version='1.0' encoding='UTF-8'?>{request()}".encode("cp1251"),
        f"<?xml version='1.0' encoding='windows-1251'?>{request()}".encode("cp1251"),
        f"<?xml version='1.0' encoding='windows-1251'?>{request()}".encode("utf-8-sig"),
        f"<?xml version='1.0' encoding='UTF-32'?>{request()}".encode("utf-32"),
        f"<!DOCTYPE Запрос [<!ENTITY e '4405'>]>{request('&e;')}".encode(),
        f"<!DOCTYPE Запрос SYSTEM 'http://127.0.0.1:9/a.dtd'>{request()}".encode(),
    ],
)
def test_a_sample_with_blanks_before_it_or_in_another_encoding_is_read(octets: bytes) -> None:
    package = load_zip({"main.xsd": request_schema("", "xs:string"), "Эталоны/1/Request.xml": octets})

    (sample,) = package.samples
    assert examine_package(package, today=TODAY).holds
    assert sample.root == ROOT


def test_a_schema_saved_as_xml_is_a_schema() -> None:
    head = '<?xml version="1.0"?>\n<!-- схема -->'
    package = load_zip({"main.xml": head + request_schema("", "xs:string"), "1/Request.xml": request()})

    assert package.schemas.roots == (ROOT,)
    assert [each.name for each in package.samples] == ["1/Request.xml"]


def test_a_scenario_may_be_a_stylesheet_alone_and_one_of_html_is_none() -> None:
    page = XSL.replace("<a/>", "<html/>")
    package = load_zip(
        {"main.xsd": request_schema(), "test/transform.xsl": XSL, "print.xsl": page, "test/page.xsl": page}
    )

    assert [(each.xpath, each.xsl_path) for each in package.scenarios] == [("", "test/transform.xsl")]
    assert [each.path for each in package.stylesheets] == ["print.xsl", "test/page.xsl"]


def test_a_folder_and_one_schema_are_packages_too(tmp_path: Path) -> None:
    (tmp_path / "Схема").mkdir()
    (tmp_path / "Схема" / "main.xsd").write_text(request_schema("", "xs:string"))
    (tmp_path / "Схема" / "link.xsd").symlink_to("/etc/passwd")
    (tmp_path / ".DS_Store").write_bytes(b"litter")

    folder = load_package(tmp_path)
    single = load_package(tmp_path / "Схема" / "main.xsd")

    assert folder.schemas.roots == single.schemas.roots == (ROOT,)
    assert list(folder.files) == ["Схема/main.xsd"]
    assert [each.file for each in folder.problems] == ["Схема/link.xsd"]
