"""A small filled registry: invented organisations, systems, types and rights."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.pki import Pki

CONSUMER, PROVIDER, BANK = "TEST01", "TEST02", "TEST03"
PLAIN = "urn://mezhved.example/plain/1.0.0"
CODED = "urn://mezhved.example/coded/1.0.0"
NEWS = "urn://mezhved.example/news/1.0.0"

SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{PLAIN}"
    xmlns:t="{PLAIN}" elementFormDefault="qualified">
  <xs:include schemaLocation="part/types.xsd"/>
  <xs:element name="PlainRequest"><xs:complexType><xs:sequence>
    <xs:element name="Number" type="t:Number"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="PlainResponse" type="xs:string"/>
</xs:schema>
"""
PART = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:simpleType name="Number"><xs:restriction base="xs:string">
    <xs:pattern value="\\d{4}"/></xs:restriction></xs:simpleType>
</xs:schema>
"""


def registry_document(pki: Pki) -> str:
    """Return the document; certificates are those of the test PKI."""
    pem = [indent(signer.certificate.pem, " " * 14) for signer in pki.participants]
    root, ca = (indent(each.certificate.pem, " " * 6) for each in (pki.root, pki.ca))
    return f"""format: mezhved-registry/1
participants:
  - ogrn: 1027700000041
    inn: 7700000048
    name: Тестовый орган «Потребитель»
    kind: municipal
    systems:
      - mnemonic: {CONSUMER}
        name: ИС «Тестовый потребитель»
        certificates:
          - pem: |
{pem[0]}
  - ogrn: 1027700000052
    inn: 7700000055
    name: Тестовый орган «Поставщик»
    kind: federal
    systems:
      - mnemonic: {PROVIDER}
        name: ИС «Тестовый поставщик»
        certificates:
          - pem: |
{pem[1]}
  - ogrn: 1027700000063
    inn: 7700000062
    name: Тестовый банк
    kind: bank
    systems:
      - mnemonic: {BANK}
        name: ИС «Тестовый банк»
        certificates:
          - pem: |
{pem[2]}
types:
  - code: VS09801
    name: Простой вид сведений
    owner: 1027700000052
    versions:
      - version: 1.0.0
        namespace: {PLAIN}
        request_root: PlainRequest
        response_root: PlainResponse
        schemas:
          main.xsd: |
{indent(SCHEMA, " " * 12)}
          part/types.xsd: |
{indent(PART, " " * 12)}
    providers:
      - system: {PROVIDER}
    access:
      - system: {CONSUMER}
        from: 2026-01-01
        to: 2026-12-31
  - code: VS09802
    name: Вид сведений с кодом маршрутизации
    owner: 1027700000052
    routing: xpath
    xpath: string(t:Code)
    versions:
      - version: 1.0.0
        namespace: {CODED}
        request_root: CodedRequest
        response_root: CodedResponse
    providers:
      - system: {PROVIDER}
        code: 45000000
      - system: {BANK}
        code: 46000000
    access:
      - system: {CONSUMER}
  - code: VS09803
    name: Рассылка новостей
    owner: 1027700000052
    broadcast: true
    versions:
      - version: 1.0.0
        namespace: {NEWS}
        request_root: News
    providers:
      - system: {CONSUMER}
      - system: {BANK}
    access:
      - system: {PROVIDER}
authorities:
  - root: true
    pem: |
{root}
  - pem: |
{ca}
"""
