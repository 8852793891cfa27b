"""XSD sets: resolved inside themselves, compiled once, told in errors what is wrong."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from mezhved.infotypes import InvalidSchemaSet, SchemaSet
from tests.support.smev3_reference import beside

if TYPE_CHECKING:
    from pathlib import Path

XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
MAIN = "urn://test/main/1.0.0"
COMMON = "urn://test/common/1.0.0"


def main_schema(imports: str, element_type: str = "c:Код") -> bytes:
    return (
        f'<xs:schema {XS} xmlns:t="{MAIN}" xmlns:c="{COMMON}" targetNamespace="{MAIN}" '
        f'elementFormDefault="qualified">{imports}'
        f'<xs:element name="Запрос"><xs:complexType><xs:sequence>'
        f'<xs:element name="Код" type="{element_type}" maxOccurs="unbounded"/>'
        f'</xs:sequence><xs:attribute name="Id" type="xs:ID"/></xs:complexType></xs:element></xs:schema>'
    ).encode()


def common_schema(name: str = "Код", pattern: str = r"\d{3}", head: str = "") -> bytes:
    return (
        f'{head}<xs:schema {XS} targetNamespace="{COMMON}"><xs:simpleType name="{name}">'
        f'<xs:restriction base="xs:string"><xs:pattern value="{pattern}"/></xs:restriction>'
        f"</xs:simpleType></xs:schema>"
    ).encode()


def document(code: str = "123", name: str = "Запрос") -> bytes:
    return f'<{name} xmlns="{MAIN}"><Код>{code}</Код></{name}>'.encode()


def importing(location: str | None) -> str:
    place = "" if location is None else f' schemaLocation="{location}"'
    return f'<xs:import namespace="{COMMON}"{place}/>'


@pytest.mark.parametrize(
    "location",
    [
        "commons/types.xsd",
        "./commons/types.xsd",
        "Commons/Types.XSD",
        r"commons\types.xsd",
        "../elsewhere/types.xsd",
        "http://schemas.example.ru/types.xsd",
        "file:///etc/passwd",
        "no-such-file.xsd",
        None,
    ],
)
def test_an_import_is_found_in_the_set_however_it_is_written(location: str | None) -> None:
    files = {"main.xsd": main_schema(importing(location)), "commons/types.xsd": common_schema()}
    schemas = SchemaSet(files)

    assert schemas.validate(document("123")) == ()
    assert [error.path for error in schemas.validate(document("12"))] != []


def test_the_path_counts_before_the_namespace() -> None:
    files = {
        "main.xsd": main_schema(importing("new/types.xsd")),
        "old/types.xsd": common_schema(pattern="old"),
        "new/types.xsd": common_schema(pattern="new"),
    }

    assert SchemaSet(files).validate(document("new")) == ()


def test_all_files_of_a_namespace_serve_when_each_is_imported() -> None:
    twice = importing("a.xsd") + importing("b.xsd")
    files = {
        "main.xsd": main_schema(twice, "c:Второй"),
        "a.xsd": common_schema("Первый"),
        "b.xsd": common_schema("Второй"),
    }

    assert SchemaSet(files).validate(document("123")) == ()


def test_copies_of_one_file_do_not_contradict_each_other() -> None:
    files = {
        "main.xsd": main_schema(importing(None)),
        "types.xsd": common_schema(),
        "copy/types.xsd": common_schema(),
    }

    assert SchemaSet(files).validate(document("123")) == ()


def test_namespaces_may_import_each_other() -> None:
    back = f'<xs:import namespace="{MAIN}" schemaLocation="main.xsd"/>'
    common = common_schema().replace(b"<xs:simpleType", back.encode() + b"<xs:simpleType", 1)
    files = {"main.xsd": main_schema(importing("types.xsd")), "types.xsd": common}

    schemas = SchemaSet(files)
    schemas.compile()

    assert schemas.validate(document("123")) == ()


def test_an_include_without_a_namespace_takes_that_of_its_reader() -> None:
    part = (
        f'<xs:schema {XS}><xs:simpleType name="Код"><xs:restriction base="xs:int"/>'
        f"</xs:simpleType></xs:schema>"
    )
    files = {
        "main.xsd": main_schema('<xs:include schemaLocation="part.xsd"/>', "t:Код"),
        "part.xsd": part.encode(),
    }

    assert SchemaSet(files).validate(document("7")) == ()
    assert SchemaSet(files).validate(document("seven")) != ()


def test_a_missing_include_names_the_file_and_the_cure() -> None:
    schemas = SchemaSet({"main.xsd": main_schema('<xs:include schemaLocation="gone.xsd"/>')})

    with pytest.raises(InvalidSchemaSet, match=r"main\.xsd.*gone\.xsd"):
        schemas.compile()


def test_nothing_is_read_from_the_disk(tmp_path: Path) -> None:
    outside = tmp_path / "types.xsd"
    outside.write_bytes(common_schema())
    schemas = SchemaSet({"main.xsd": main_schema(importing(outside.as_uri()))})

    with pytest.raises(InvalidSchemaSet):
        schemas.validate(document("123"))


def test_an_external_entity_of_a_schema_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    head = f'<!DOCTYPE xs:schema [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    schemas = SchemaSet(
        {
            "main.xsd": main_schema(importing("types.xsd")),
            "types.xsd": common_schema(pattern="&e;", head=head),
        }
    )

    with pytest.raises(InvalidSchemaSet, match=r"types\.xsd"):
        schemas.validate(document("secret"))


def test_an_external_dtd_is_not_read(tmp_path: Path) -> None:
    dtd = tmp_path / "broken.dtd"
    dtd.write_text("<!ENTITY")
    head = f'<!DOCTYPE xs:schema SYSTEM "{dtd.as_uri()}">'

    assert SchemaSet({"main.xsd": common_schema(head=head)}).compile() is None


def test_groups_that_double_at_every_step_are_refused_before_the_validator_meets_them() -> None:
    part = '<xs:group ref="t:G{}"/>'
    twice = f'<xs:group name="G{{}}"><xs:sequence>{part}{part}</xs:sequence></xs:group>'
    groups = "".join(twice.format(each, each - 1, each - 1) for each in range(1, 40))
    first = '<xs:group name="G0"><xs:sequence><xs:element name="a"/></xs:sequence></xs:group>'

    with pytest.raises(InvalidSchemaSet, match=str(2**39)):
        SchemaSet({"main.xsd": main_schema(first + groups)}).compile()


def test_the_doctype_of_the_w3c_signature_schema_is_accepted() -> None:
    head = (
        '<!DOCTYPE xs:schema PUBLIC "-//W3C//DTD XMLSchema 200102//EN" '
        '"http://www.w3.org/2001/XMLSchema.dtd" [<!ENTITY three "\\d{3}">]>'
    )
    files = {
        "main.xsd": main_schema(importing("types.xsd")),
        "types.xsd": common_schema(pattern="&three;", head=head),
    }

    assert SchemaSet(files).validate(document("123")) == ()
    assert SchemaSet(files).validate(document("12")) != ()


def test_the_attributes_of_the_prefix_xml_need_no_file() -> None:
    schema = (
        f'<xs:schema {XS} targetNamespace="{MAIN}"><xs:import '
        f'namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="http://www.w3.org/2001/xml.xsd"/>'
        f'<xs:element name="Запрос"><xs:complexType><xs:attribute ref="xml:lang"/></xs:complexType>'
        f"</xs:element></xs:schema>"
    ).encode()

    assert SchemaSet({"main.xsd": schema}).validate(f'<Запрос xmlns="{MAIN}" xml:lang="ru"/>'.encode()) == ()


DSIG = "http://www.w3.org/2000/09/xmldsig#"


def signature(reference: str = "<d:DigestValue>AA==</d:DigestValue>") -> str:
    return (
        f'<d:Signature xmlns:d="{DSIG}"><d:SignedInfo><d:CanonicalizationMethod Algorithm="urn:c"/>'
        f'<d:SignatureMethod Algorithm="urn:s"/><d:Reference URI=""><d:Transforms><d:Transform '
        f'Algorithm="urn:t"/></d:Transforms><d:DigestMethod Algorithm="urn:d"/>{reference}</d:Reference>'
        f"</d:SignedInfo><d:SignatureValue>AA==</d:SignatureValue><d:KeyInfo><d:X509Data>"
        f"<d:X509Certificate>AA==</d:X509Certificate></d:X509Data></d:KeyInfo></d:Signature>"
    )


@pytest.mark.parametrize("use", ['ref="d:Signature"', 'name="Подпись" type="d:SignatureType"'])
def test_signatures_in_business_data_need_no_file(use: str) -> None:
    schema = (
        f'<xs:schema {XS} xmlns:d="{DSIG}" targetNamespace="{MAIN}"><xs:import namespace="{DSIG}" '
        f'schemaLocation="../xmldsig-core-schema.xsd"/><xs:element name="Запрос"><xs:complexType>'
        f"<xs:sequence><xs:element {use}/></xs:sequence></xs:complexType></xs:element></xs:schema>"
    ).encode()
    schemas = SchemaSet({"main.xsd": schema})

    def request(inner: str) -> bytes:
        if "Подпись" in use:
            inner = inner.replace("<d:Signature ", "<Подпись ").replace("</d:Signature>", "</Подпись>")
        return f'<m:Запрос xmlns:m="{MAIN}">{inner}</m:Запрос>'.encode()

    assert schemas.validate(request(signature())) == ()
    assert schemas.validate(request(signature(reference=""))) != ()


def test_a_namespace_with_cyrillic_letters_is_a_namespace() -> None:
    cyrillic = "http://пф.рф/типы"
    files = {
        "main.xsd": main_schema(importing(None)).replace(COMMON.encode(), cyrillic.encode()),
        "types.xsd": common_schema().replace(COMMON.encode(), cyrillic.encode()),
        "root.xsd": main_schema("", "xs:int").replace(MAIN.encode(), cyrillic.encode()),
    }
    schemas = SchemaSet(files)

    assert schemas.validate(document("123")) == ()
    assert schemas.validate(document("12")) != ()
    own = f'<Запрос xmlns="{cyrillic}"><Код>5</Код></Запрос>'.encode()
    assert schemas.validate(own) == ()
    assert schemas.validate(own.replace(b"5", b"x")) != ()


def test_an_element_inside_an_envelope_is_validated_alone() -> None:
    schemas = SchemaSet({"main.xsd": main_schema(importing(None)), "types.xsd": common_schema()})
    envelope = etree.fromstring(b'<e xmlns:m="urn://other">' + document("12") + b"<junk/></e>")

    errors = schemas.validate(envelope[0])

    assert len(errors) == 1
    assert "12" in errors[0].message
    assert errors[0].line == 1
    assert envelope[0].getparent() is envelope


def test_an_element_that_no_schema_declares_is_wrong() -> None:
    schemas = SchemaSet({"main.xsd": main_schema(importing(None)), "types.xsd": common_schema()})

    assert "Ответ" in schemas.validate(document(name="Ответ"))[0].message
    assert schemas.roots == {(MAIN, "Запрос")}
    with pytest.raises(InvalidSchemaSet):
        schemas.compile(MAIN, "Ответ")
    schemas.compile(MAIN, "Запрос")


def test_a_file_that_does_not_read_matters_only_where_it_is_needed() -> None:
    files = {
        "main.xsd": main_schema(importing("types.xsd")),
        "types.xsd": common_schema(),
        "broken.xsd": b'<?xml version="1.0" encoding="UTF-8"?>\n<a>\xcf\xf0\xe8</a>',
    }
    schemas = SchemaSet(files)

    assert schemas.validate(document("123")) == ()
    with pytest.raises(InvalidSchemaSet, match=r"broken\.xsd"):
        schemas.compile()


def test_an_entity_bomb_in_a_schema_is_refused_quickly() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE xs:schema [<!ENTITY e0 "0123456789">{levels}]>'
    schemas = SchemaSet({"main.xsd": common_schema(pattern="&e11;", head=head)})

    with pytest.raises(InvalidSchemaSet, match=r"main\.xsd"):
        schemas.compile()


def test_errors_are_bounded() -> None:
    schemas = SchemaSet({"main.xsd": main_schema(importing(None)), "types.xsd": common_schema()})
    body = "<Код>bad</Код>" * 500

    assert len(schemas.validate(f'<Запрос xmlns="{MAIN}">{body}</Запрос>'.encode())) == 100


def test_threads_see_only_the_errors_of_their_own_document() -> None:
    schemas = SchemaSet({"main.xsd": main_schema(importing(None)), "types.xsd": common_schema()})
    foreign: list[str] = []

    def work(mark: str) -> None:
        for _ in range(200):
            errors = schemas.validate(document(mark))
            foreign.extend(error.message for error in errors if mark not in error.message)

    threads = [threading.Thread(target=work, args=(f"чужой-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert foreign == []


def test_the_digest_depends_on_paths_and_contents_and_on_nothing_else() -> None:
    first = SchemaSet({"a.xsd": common_schema(), "b.xsd": main_schema("")})

    assert first.digest == SchemaSet({"b.xsd": main_schema(""), "./a.xsd": common_schema()}).digest
    assert first.digest != SchemaSet({"c.xsd": common_schema(), "b.xsd": main_schema("")}).digest
    assert first.digest != SchemaSet({"a.xsd": main_schema(""), "b.xsd": common_schema()}).digest


REFERENCE = beside("vs")
REAL = [
    ("fns", "urn://x-artefacts-fns-zadorg/root/548-04/4.0.4"),
    ("mvd", "urn://mvd/guvm/passport-dossier/1.1.0"),
]


@pytest.mark.skipif(not REFERENCE.exists(), reason="the agencies' schemas are not on this machine")
@pytest.mark.parametrize(("agency", "namespace"), REAL)
def test_an_agency_s_real_set_compiles_for_its_roots(agency: str, namespace: str) -> None:
    base = REFERENCE / agency
    files = {str(path.relative_to(base)): path.read_bytes() for path in base.rglob("*.xsd")}
    schemas = SchemaSet(files)
    roots = [root for root in schemas.roots if root[0] == namespace]

    assert roots
    for root in roots:
        schemas.compile(*root)
