"""Test scenarios answer requests as the type's own stylesheets say."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from mezhved.infotypes.scenarios import (
    Scenario,
    ScenarioError,
    answer,
    archive,
    control_examples,
    read_namespaces,
)
from mezhved.infotypes.stylesheets import RunnerLimits, StylesheetRunner
from mezhved.smev3.messages import RequestRejected, RequestStatus
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

XSL = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
TYPES = Version.V1_2.types
BASIC = Version.V1_2.basic


@pytest.fixture(scope="module")
def runner() -> Iterator[StylesheetRunner]:
    with StylesheetRunner(RunnerLimits(seconds=8), processes=1) as made:
        yield made


def scenario(body: str, xpath: str = "/q:ask", name: str = "сценарий", version: str = "1.0") -> Scenario:
    octets = (
        f'<?xml version="1.0" encoding="UTF-8"?><xsl:stylesheet version="{version}" {XSL} '
        f'xmlns:q="urn:ask" exclude-result-prefixes="q"><xsl:template match="/">{body}</xsl:template>'
        "</xsl:stylesheet>"
    ).encode()
    return Scenario.of(name, xpath, "q=urn:ask", octets)


def ask(name: str = "Пример") -> bytes:
    return f'<ask xmlns="urn:ask"><name>{name}</name></ask>'.encode()


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_the_first_scenario_that_recognises_the_request_answers(
    runner: StylesheetRunner, version: str
) -> None:
    scenarios = [
        scenario('<no xmlns="urn:a"/>', "/q:ask/q:name='Другой'", "первый", version),
        scenario(
            '<yes xmlns="urn:a"><xsl:value-of select="q:ask/q:name"/></yes>', "//q:name", "второй", version
        ),
        scenario('<late xmlns="urn:a"/>', "//q:name", "третий", version),
    ]
    found = answer(ask(), scenarios, runner)
    assert found is not None
    assert found.scenario == "второй"
    assert found.content == '<yes xmlns="urn:a">Пример</yes>'.encode()
    assert (found.rejections, found.status, found.renamed) == ((), None, False)
    other = answer(ask("Другой"), scenarios, runner)
    assert other is not None
    assert other.scenario == "первый"


def test_nothing_is_answered_to_what_no_scenario_knows(runner: StylesheetRunner) -> None:
    assert answer(b'<other xmlns="urn:other"/>', [scenario("<a/>")], runner) is None
    assert answer(ask(), [], runner) is None


def test_comparisons_recognise_as_the_manuals_write_them(runner: StylesheetRunner) -> None:
    """`//a/b='…'` is a boolean, `@id/string()` is XPath 2.0: both stand in official manuals."""
    for xpath in ("//q:ask/q:name='Пример'", "//q:name/string()='Пример'", "//q:ask[q:name='Пример']"):
        assert answer(ask(), [scenario('<r xmlns="urn:a"/>', xpath)], runner) is not None
        assert answer(ask("Иной"), [scenario('<r xmlns="urn:a"/>', xpath)], runner) is None


def test_a_scenario_of_gis_gmp_answers_with_the_time(runner: StylesheetRunner) -> None:
    stylesheet = f"""<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="2.0" {XSL} xmlns:pkg="urn:package">
<xsl:template match="//pkg:ImportedCharge[@supplierBillID/string()='18810000000000000001']">
<req:Response xmlns:req="urn:answer" timestamp="{{current-dateTime()}}">
<com xmlns="" code="0"/></req:Response>
</xsl:template></xsl:stylesheet>""".encode()
    made = Scenario.of(
        "КП 1", '//pkg:ImportedCharge[@supplierBillID="18810000000000000001"]', "pkg=urn:package", stylesheet
    )
    request = (
        '<r:Request xmlns:r="urn:request" xmlns:p="urn:package"><r:note>текст вокруг</r:note>'
        '<p:ImportedCharge supplierBillID="18810000000000000001"/></r:Request>'
    ).encode()
    found = answer(request, [made], runner)
    assert found is not None
    assert found.content is not None
    assert found.content.startswith(b"<req:Response xmlns:")
    assert b'timestamp="20' in found.content
    assert "текст вокруг" not in found.content.decode()


def test_a_refusal_is_told_by_smevs_own_element(runner: StylesheetRunner) -> None:
    reason = (
        "<t:RejectionReasonCode>NO_DATA</t:RejectionReasonCode>"
        "<t:RejectionReasonDescription>Лицо не найдено</t:RejectionReasonDescription>"
    )
    for version in Version:
        one = f'<t:RequestRejected xmlns:t="{version.types}">{reason}</t:RequestRejected>'
        found = answer(ask(), [scenario(one)], runner)
        assert found is not None
        assert found.rejections == (RequestRejected("NO_DATA", "Лицо не найдено"),)
        assert found.content is None
    both = f"<t:RequestRejected>{reason}</t:RequestRejected>" * 2
    wrapped = f'<t:SenderProvidedResponseData xmlns:t="{TYPES}">{both}</t:SenderProvidedResponseData>'
    found = answer(ask(), [scenario(wrapped)], runner)
    assert found is not None
    assert len(found.rejections) == 2


def test_a_status_is_told_by_smevs_own_element(runner: StylesheetRunner) -> None:
    inner = (
        "<t:StatusCode>27</t:StatusCode><t:StatusParameter><t:Key>этап</t:Key><t:Value>1</t:Value>"
        "</t:StatusParameter><t:StatusDescription>Принято</t:StatusDescription>"
    )
    found = answer(ask(), [scenario(f'<t:RequestStatus xmlns:t="{TYPES}">{inner}</t:RequestStatus>')], runner)
    assert found is not None
    assert found.status == RequestStatus(27, "Принято", (("этап", "1"),))


def test_business_data_may_come_in_their_wrapper(runner: StylesheetRunner) -> None:
    wrapped = f'<MessagePrimaryContent xmlns="{BASIC}"><r xmlns="urn:a">1</r></MessagePrimaryContent>'
    for body in (
        wrapped,
        f'<SenderProvidedResponseData xmlns="{TYPES}">{wrapped}</SenderProvidedResponseData>',
    ):
        found = answer(ask(), [scenario(body)], runner)
        assert found is not None
        assert found.content is not None
        assert found.content.endswith(b">1</r>")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "только текст",
        '<a xmlns="urn:a"/><b xmlns="urn:a"/>',
        f'<RequestRejected xmlns="{TYPES}"/>',
        f'<SenderProvidedResponseData xmlns="{TYPES}"/>',
        f'<MessagePrimaryContent xmlns="{BASIC}"/>',
        "<xsl:message terminate='yes'>нет</xsl:message>",
        '<xsl:value-of select="$nothing"/>',
    ],
)
def test_what_is_no_answer_is_an_error_with_the_scenarios_name(runner: StylesheetRunner, body: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        answer(ask(), [scenario(body, name="КП 7")], runner)
    assert raised.value.where == "КП 7"


def test_a_stylesheet_without_an_xpath_recognises_what_it_answers(runner: StylesheetRunner) -> None:
    choosing = scenario(
        '<xsl:choose><xsl:when test="//q:name=\'Пример\'"><r xmlns="urn:a"/></xsl:when></xsl:choose>', ""
    )
    named = scenario('<named xmlns="urn:a"/>', "//q:name='Второй'", "второй")
    found = answer(ask(), [choosing, named], runner)
    assert found is not None
    assert found.scenario == "сценарий"
    other = answer(ask("Второй"), [choosing, named], runner)
    assert other is not None
    assert other.scenario == "второй"
    assert answer(ask("Третий"), [choosing, named], runner) is None


def test_a_broken_xpath_is_told_only_where_nothing_else_answers(runner: StylesheetRunner) -> None:
    broken = scenario("<a/>", "//нет:имени", "сломан")
    good = scenario('<a xmlns="urn:a"/>')
    assert answer(ask(), [broken, good], runner) is not None
    with pytest.raises(ScenarioError, match="сломан"):
        answer(ask(), [broken], runner)


def test_a_namespace_that_the_manual_names_wrongly_is_found_by_its_end(runner: StylesheetRunner) -> None:
    request = b'<r:R xmlns:r="urn://roskazna.ru/gisgmp/xsd/services/import-charges/2.1.1" id="1"/>'
    made = Scenario.of(
        "КП 1",
        "//req:R[@id='1']",
        "req=urn://roskazna.ru/gisgmp/services/import-charges/2.1.1",
        f'<a xsl:version="1.0" xmlns="urn:a" {XSL}/>'.encode(),
    )
    found = answer(request, [made], runner)
    assert found is not None
    assert found.renamed
    assert answer(request.replace(b"2.1.1", b"2.4.0"), [made], runner) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=urn:x;b=urn:y", (("a", "urn:x"), ("b", "urn:y"))),
        ("req=urn://a/b/1;  pkg=http://c/d/2 ;", (("req", "urn://a/b/1"), ("pkg", "http://c/d/2"))),
        ("ns5=urn://e/1\r\nns8=urn://e/2\r\n", (("ns5", "urn://e/1"), ("ns8", "urn://e/2"))),
        ('xmlns:ns0="urn:x" xmlns="urn:y"', (("ns0", "urn:x"), ("", "urn:y"))),
        ("п = http://пф.рф/тип", (("п", "http://пф.рф/тип"),)),
        ("", ()),
    ],
)
def test_prefixes_are_read_as_manuals_write_them(text: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert read_namespaces(text) == expected


def test_what_is_no_list_of_prefixes_is_refused() -> None:
    with pytest.raises(ScenarioError, match="префикс"):
        read_namespaces("нет никаких пространств")


def test_control_examples_are_pairs_of_files(runner: StylesheetRunner) -> None:
    scenarios = [scenario('<r xmlns="urn:a"><xsl:value-of select="q:ask/q:name"/></r>')]
    examples = control_examples([ask("Первый"), ask("Второй")], scenarios, runner)
    with zipfile.ZipFile(io.BytesIO(archive(examples))) as opened:
        assert opened.namelist() == ["1/Request.xml", "1/Response.xml", "2/Request.xml", "2/Response.xml"]
        assert opened.read("2/Request.xml") == ask("Второй")
        assert opened.read("2/Response.xml").decode().endswith('<r xmlns="urn:a">Второй</r>')
    assert archive(examples) == archive(control_examples([ask("Первый"), ask("Второй")], scenarios, runner))
    with pytest.raises(ScenarioError, match="2"):
        control_examples([ask(), b'<x xmlns="urn:x"/>'], scenarios, runner)
