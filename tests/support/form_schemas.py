"""A schema with every construct that the schemas of agencies have, and models made of small schemas."""

from __future__ import annotations

from xmlschema import XMLSchema

from mezhved.infotypes.forms import FormModel, QName, form_model

XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
TYPE = "urn://test/everything/1.0.0"
SMEV = "urn://x-artefacts-smev-gov-ru/"


def model_of(body: str, root: str = "Запрос", *, namespace: str = TYPE, more: str = "") -> FormModel:
    """Return the form of a root from what stands inside `xs:schema`."""
    return form_model(_schema(body, namespace, more), QName(namespace, root))


def schema_text(body: str, namespace: str = TYPE, more: str = "") -> str:
    """Return a schema from what stands inside `xs:schema`."""
    return (
        f'<xs:schema {XS} xmlns:t="{namespace}" {more} targetNamespace="{namespace}" '
        f'elementFormDefault="qualified">{body}</xs:schema>'
    )


def root_text(
    content: str, *, attributes: str = "", extra: str = "", notes: str = "", rules: str = ""
) -> str:
    """Return a schema with the root `Запрос` that holds a sequence; `notes` annotate it, `rules` are keys."""
    return schema_text(
        f'<xs:element name="Запрос">{notes}<xs:complexType><xs:sequence>{content}</xs:sequence>{attributes}'
        f"</xs:complexType>{rules}</xs:element>{extra}"
    )


def _schema(body: str, namespace: str = TYPE, more: str = "") -> XMLSchema:
    return XMLSchema(schema_text(body, namespace, more))


def root_of(content: str, *, attributes: str = "", extra: str = "") -> FormModel:
    """Return the form of a root that holds a sequence."""
    return model_of(
        f'<xs:element name="Запрос"><xs:complexType><xs:sequence>{content}</xs:sequence>{attributes}'
        f"</xs:complexType></xs:element>{extra}"
    )


def field(name: str, kind: str = "xs:string", occurs: str = "", *, doc: str = "", facets: str = "") -> str:
    """Return an element with a simple type; `facets` restrict the type."""
    note = f"<xs:annotation><xs:documentation>{doc}</xs:documentation></xs:annotation>" if doc else ""
    if not facets:
        return f'<xs:element name="{name}" type="{kind}" {occurs}>{note}</xs:element>'
    return (
        f'<xs:element name="{name}" {occurs}>{note}<xs:simpleType><xs:restriction base="{kind}">'
        f"{facets}</xs:restriction></xs:simpleType></xs:element>"
    )


def linked(name: str, dictionary: str, column: str) -> str:
    """Return an attribute that holds a column of a dictionary."""
    return (
        f'<xs:attribute name="{name}" type="xs:string"><xs:annotation>'
        f"<xs:documentation>{name}</xs:documentation>"
        f'<xs:appinfo source="{SMEV}link">{SMEV}link/esnsi2.0</xs:appinfo>'
        f'<xs:appinfo source="{SMEV}name">{dictionary}</xs:appinfo>'
        f'<xs:appinfo source="{SMEV}field">{column}</xs:appinfo></xs:annotation></xs:attribute>'
    )


_EVERYTHING = f"""
<xs:import namespace="http://www.w3.org/XML/1998/namespace"/>
<xs:element name="Всё"><xs:complexType><xs:sequence>
 {field("a", "xs:int")}
 <xs:choice minOccurs="0" maxOccurs="unbounded">
  {field("b")}{field("c", "xs:boolean", 'nillable="true"')}
 </xs:choice>
 <xs:sequence minOccurs="0" maxOccurs="3">
  {field("d", "xs:date")}{field("e", "xs:decimal", 'minOccurs="0"')}
 </xs:sequence>
 {field("a", "xs:int", 'minOccurs="0"')}
 <xs:element ref="t:фигура" minOccurs="0" maxOccurs="unbounded"/>
 <xs:element name="документ" type="t:Документ" minOccurs="0"/>
 {field("f", "xs:string", 'fixed="X" minOccurs="0"')}
 <xs:element name="g" type="t:СПризнаком" minOccurs="0"/>
 <xs:element name="числа" minOccurs="0">
  <xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType>
 </xs:element>
 <xs:element name="u" minOccurs="0">
  <xs:simpleType><xs:union memberTypes="xs:int xs:boolean"/></xs:simpleType>
 </xs:element>
 {field("q", "xs:QName", 'minOccurs="0"')}
 <xs:element name="смесь" minOccurs="0"><xs:complexType mixed="true"><xs:sequence>
  <xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
 </xs:sequence></xs:complexType></xs:element>
 <xs:element name="любое" minOccurs="0"/>
 <xs:element name="ветвь" type="t:Ветвь" minOccurs="0"/>
 <xs:element name="все" minOccurs="0"><xs:complexType><xs:all>
  {field("x")}{field("y", occurs='minOccurs="0"')}
 </xs:all></xs:complexType></xs:element>
 <xs:element name="пусто" type="t:СПризнаком" nillable="true" minOccurs="0"/>
 <xs:choice>
  <xs:sequence>{field("имя")}{field("отчество", occurs='minOccurs="0"')}</xs:sequence>
  {field("наименование")}
 </xs:choice>
 <xs:any namespace="##other" processContents="skip" minOccurs="0" maxOccurs="2"/>
</xs:sequence>
<xs:attribute name="v" use="required" fixed="1.0"/>
<xs:attribute name="w" type="xs:token" default="да"/>
<xs:attribute name="нет" use="prohibited"/>
<xs:attribute ref="xml:lang"/>
<xs:anyAttribute namespace="##other" processContents="skip"/>
</xs:complexType></xs:element>
<xs:element name="фигура" abstract="true" type="xs:anyType"/>
<xs:element name="круг" substitutionGroup="t:фигура" type="xs:int"/>
<xs:element name="квадрат" substitutionGroup="t:фигура">
 <xs:complexType><xs:attribute name="сторона" type="xs:int"/></xs:complexType>
</xs:element>
<xs:complexType name="Документ" abstract="true"><xs:sequence>{field("номер")}</xs:sequence></xs:complexType>
<xs:complexType name="Паспорт"><xs:complexContent><xs:extension base="t:Документ"><xs:sequence>
 {field("серия")}
</xs:sequence></xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="Свидетельство"><xs:complexContent><xs:extension base="t:Документ">
 <xs:attribute name="бланк" type="xs:string"/>
</xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="СПризнаком"><xs:simpleContent><xs:extension base="xs:token">
 <xs:attribute name="k" type="xs:boolean"/>
</xs:extension></xs:simpleContent></xs:complexType>
<xs:complexType name="Ветвь"><xs:sequence>
 {field("v", "xs:int")}<xs:element name="ветвь" type="t:Ветвь" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType>
"""


def everything() -> FormModel:
    """Return the form of a root with every construct."""
    return model_of(_EVERYTHING, "Всё")


def everything_text() -> str:
    """Return the schema of that root as it is written."""
    return schema_text(_EVERYTHING)


def everything_schema() -> XMLSchema:
    """Return the schema of that root."""
    return _schema(_EVERYTHING)


EVERYTHING = f"""<t:Всё xmlns:t="{TYPE}" xmlns:w="urn:w" v="1.0" xml:lang="ru" w:extra="1"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:t a.xsd">
<t:a>007</t:a><t:b> два  пробела </t:b><t:c>1</t:c><t:b/><t:c xsi:nil="true"/>
<t:d>2026-01-01</t:d><t:e>1.50</t:e><t:d>2026-01-02+03:00</t:d><t:a>5</t:a>
<t:круг>3</t:круг><t:квадрат сторона="2"/><t:круг>4</t:круг>
<t:документ xsi:type="t:Паспорт"><t:номер>1</t:номер><t:серия>2</t:серия></t:документ>
<t:f>X</t:f><t:g k="true"> tok  en </t:g><t:числа> 1 2
3 </t:числа><t:u>true</t:u><t:q>t:name</t:q><t:смесь>текст <w:b>внутри</w:b> и после</t:смесь>
<t:любое xsi:type="t:СПризнаком" k="0">v</t:любое>
<t:ветвь><t:v>1</t:v><t:ветвь><t:v>2</t:v></t:ветвь><t:ветвь><t:v>3</t:v><t:ветвь><t:v>4</t:v></t:ветвь></t:ветвь>
</t:ветвь><t:все><t:y>Y</t:y><t:x>X</t:x></t:все><t:пусто xsi:nil="1" k="true"/>
<t:имя>Тест</t:имя><w:one><w:two a="w:ref"/></w:one></t:Всё>""".encode()
