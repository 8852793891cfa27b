"""Stylesheets of others run in a process that reaches nothing; what they try ends there."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mezhved.infotypes.stylesheets import (
    Pattern,
    RunnerLimits,
    StylesheetError,
    StylesheetFailed,
    StylesheetOverflow,
    StylesheetRunner,
    StylesheetTimeout,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "тайна-7351"
NAMESPACES = (
    'xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:exsl="http://exslt.org/common" '
    'xmlns:saxon="http://saxon.sf.net/" xmlns:system="java:java.lang.System" '
    'xmlns:file="http://expath.org/ns/file" xmlns:redirect="http://xml.apache.org/xalan/redirect" '
    'extension-element-prefixes="exsl saxon redirect" exclude-result-prefixes="system file"'
)


@pytest.fixture(scope="module")
def runner() -> Iterator[StylesheetRunner]:
    with StylesheetRunner(RunnerLimits(seconds=8, megabytes=192, result_octets=2**20), processes=1) as made:
        yield made


def sheet(body: str, version: str = "2.0", *, top: str = "", doctype: str = "") -> bytes:
    return (
        f'{doctype}<xsl:stylesheet version="{version}" {NAMESPACES}>{top}'
        f'<xsl:template match="/"><r>{body}</r></xsl:template></xsl:stylesheet>'
    ).encode()


def value(select: str) -> str:
    escaped = select.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return f'<xsl:value-of select="{escaped}"/>'


def outcome(runner: StylesheetRunner, stylesheet: bytes, document: bytes = b"<a>1</a>") -> str:
    try:
        return runner.transform(stylesheet, document).decode()
    except StylesheetError as error:
        return str(error)


def test_both_languages_run(runner: StylesheetRunner) -> None:
    assert b"><x>1</x></r>" in runner.transform(sheet(f"<x>{value('a')}</x>", "1.0"), b"<a>1</a>")
    modern = sheet(value("string-join(for $i in 1 to 3 return string($i + a), ',')"), "3.0")
    assert b">2,3,4</r>" in runner.transform(modern, b"<a>1</a>")


def test_the_time_is_told_to_stylesheets_of_2_0_and_to_those_that_say_1_0(runner: StylesheetRunner) -> None:
    for version in ("1.0", "2.0"):
        result = runner.transform(sheet('<t at="{current-dateTime()}"/>', version), b"<a/>").decode()
        at = result.split('at="')[1][:19]
        assert abs(time.time() - time.mktime(time.strptime(at, "%Y-%m-%dT%H:%M:%S"))) < 14 * 3600 + 60


def test_russian_texts_in_any_encoding_come_out_as_utf_8(runner: StylesheetRunner) -> None:
    top = '<xsl:output encoding="windows-1251" indent="no"/>'
    for version in ("1.0", "2.0"):
        octets = b'<?xml version="1.0" encoding="windows-1251"?>' + sheet(
            "Ответ", version, top=top
        ).decode().encode("cp1251")
        result = runner.transform(octets, "<a>ж</a>".encode())
        assert ">Ответ</r>" in result.decode()
        assert not result.startswith(b"<?xml")


def test_namespaces_with_a_cyrillic_host_are_transformed(runner: StylesheetRunner) -> None:
    document = '<п:а xmlns:п="http://пф.рф/тип">да</п:а>'.encode()
    for version in ("1.0", "2.0"):
        made = (
            f'<xsl:stylesheet version="{version}" {NAMESPACES} xmlns:p="http://пф.рф/тип">'
            '<xsl:template match="/p:а"><p:ответ><xsl:value-of select="."/></p:ответ></xsl:template>'
            "</xsl:stylesheet>"
        ).encode()
        assert ">да</p:ответ>" in runner.transform(made, document).decode()


def test_entities_that_a_stylesheet_declares_for_itself_work(runner: StylesheetRunner) -> None:
    doctype = '<!DOCTYPE xsl:stylesheet [<!ENTITY word "слово">]>'
    for version in ("1.0", "2.0"):
        result = runner.transform(sheet("&word;", version, doctype=doctype), b"<a/>")
        assert ">слово</r>" in result.decode()


def test_a_table_inside_the_stylesheet_itself_is_read(runner: StylesheetRunner) -> None:
    top = '<t:map xmlns:t="urn:t"><t:i k="1">один</t:i></t:map>'
    select = "document('')/*/*[local-name()='map']/*[@k='1']"
    made = runner.transform(sheet(value(select), "1.0", top=top), b"<a/>")
    assert ">один</r>" in made.decode()


def test_sets_of_nodes_are_made_as_stylesheets_of_net_do(runner: StylesheetRunner) -> None:
    top = '<xsl:variable name="v"><b>5</b></xsl:variable>'
    made = sheet(value("m:node-set($v)/b"), "1.0", top=top).replace(
        b'version="1.0"', b'version="1.0" xmlns:m="urn:schemas-microsoft-com:xslt"'
    )
    assert runner.transform(made, b"<a/>").strip().endswith(b">5</r>")


READING = [
    value("document('{uri}')"),
    value("doc('{uri}')"),
    value("doc-available('{uri}')"),
    value("unparsed-text('{uri}')"),
    value("string-join(unparsed-text-lines('{uri}'), ' ')"),
    value("unparsed-text-available('{uri}')"),
    value("json-doc('{uri}')?a"),
    value("collection('{folder}')"),
    value("uri-collection('{folder}')"),
    value("document('../..{path}')"),
    value("transform(map{{'stylesheet-location':'{uri}','source-node':/}})?output"),
    '<xsl:source-document href="{uri}"><xsl:copy-of select="."/></xsl:source-document>',
    "<xsl:copy-of select=\"document('{uri}')\"/>",
]


@pytest.mark.parametrize("body", READING)
@pytest.mark.parametrize("version", ["1.0", "3.0"])
def test_no_file_is_read(runner: StylesheetRunner, tmp_path: Path, body: str, version: str) -> None:
    file = tmp_path / "secret.xml"
    file.write_text(f"<s>{SECRET}</s>", encoding="utf-8")
    told = outcome(
        runner, sheet(body.format(uri=file.as_uri(), path=file, folder=tmp_path.as_uri()), version)
    )
    assert SECRET not in told
    assert "true" not in told
    assert "secret.xml</r>" not in told


@pytest.mark.parametrize("element", ["import", "include"])
@pytest.mark.parametrize("version", ["1.0", "3.0"])
def test_no_module_is_read(runner: StylesheetRunner, tmp_path: Path, element: str, version: str) -> None:
    module = tmp_path / "module.xsl"
    module.write_bytes(sheet(SECRET, version))
    octets = sheet("", version, top=f'<xsl:{element} href="{module.as_uri()}"/>').replace(b'"/"', b'"none"')
    with pytest.raises(StylesheetFailed):
        runner.transform(octets, b"<a>1</a>")


@pytest.mark.parametrize("version", ["1.0", "3.0"])
@pytest.mark.parametrize("where", ["stylesheet", "document", "inner"])
def test_entities_reach_nothing(runner: StylesheetRunner, tmp_path: Path, version: str, where: str) -> None:
    file = tmp_path / "secret.txt"
    file.write_text(SECRET, encoding="utf-8")
    doctype = f'<!DOCTYPE a [<!ENTITY e SYSTEM "{file.as_uri()}">]>'
    made = {
        "stylesheet": (sheet("&e;", version, doctype=doctype), b"<a/>"),
        "document": (sheet(value("a"), version), f"{doctype}<a>&e;</a>".encode()),
        "inner": (sheet(value(f"parse-xml('{doctype}<a>&e;</a>')"), version), b"<a/>"),
    }[where]
    assert SECRET not in outcome(runner, *made)


@pytest.mark.parametrize("version", ["1.0", "3.0"])
def test_entities_that_multiply_are_ended(runner: StylesheetRunner, version: str) -> None:
    inner = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE a [<!ENTITY e0 "0123456789">{inner}]>'
    with pytest.raises(StylesheetError):
        runner.transform(sheet("&e11;", version, doctype=doctype), b"<a/>")


WRITING = [
    '<xsl:result-document href="{uri}">x</xsl:result-document>',
    '<exsl:document href="{uri}" method="text">x</exsl:document>',
    '<saxon:output href="{uri}" method="text">x</saxon:output>',
    '<redirect:write file="{path}">x</redirect:write>',
]


@pytest.mark.parametrize("body", WRITING)
@pytest.mark.parametrize("version", ["1.0", "1.1", "3.0"])
def test_no_file_is_written(runner: StylesheetRunner, tmp_path: Path, body: str, version: str) -> None:
    file = tmp_path / "written"
    outcome(runner, sheet(body.format(uri=file.as_uri(), path=file), version))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", ["1.0", "3.0"])
def test_nobody_is_called(runner: StylesheetRunner, version: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        uri = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        for body in READING:
            outcome(runner, sheet(body.format(uri=uri, path="/x", folder=uri), version))
        outcome(runner, sheet("", version, top=f'<xsl:import href="{uri}"/>'))
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    "select",
    [
        "environment-variable('PATH')",
        "string-join(available-environment-variables(), ' ')",
        "system-property('user.home')",
        "system-property('java.version')",
        "system-property('os.name')",
        "system-property('PATH')",
    ],
)
def test_the_environment_is_empty(runner: StylesheetRunner, select: str) -> None:
    assert runner.transform(sheet(value(select), "3.0"), b"<a/>").endswith(b"/>")


def test_where_the_project_lies_is_not_told(runner: StylesheetRunner) -> None:
    told = outcome(runner, sheet(value("static-base-uri(), resolve-uri('x'), base-uri(/)"), "3.0"))
    told += outcome(runner, sheet(value("nothing:at-all()"), "3.0"))
    assert str(Path.cwd()) not in told
    assert "mezhved" not in told.replace("mezhved[", "")


@pytest.mark.parametrize(
    "select", ["system:getProperty('user.home')", "system:exit(0)", "file:exists('/etc')", "saxon:eval('1')"]
)
@pytest.mark.parametrize("version", ["1.0", "3.0"])
def test_functions_outside_the_standard_are_refused(
    runner: StylesheetRunner, select: str, version: str
) -> None:
    with pytest.raises(StylesheetFailed):
        runner.transform(sheet(value(select), version), b"<a/>")


ENDLESS_1 = (
    b'<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
    b'<xsl:template match="/"><r><xsl:for-each select="//i"><xsl:for-each select="//i"><xsl:for-each '
    b'select="//i"><xsl:if test="count(//i[. = current()]) &lt; 0">x</xsl:if></xsl:for-each></xsl:for-each>'
    b"</xsl:for-each></r></xsl:template></xsl:stylesheet>"
)


def test_what_does_not_end_is_ended() -> None:
    limits = RunnerLimits(seconds=1.0, megabytes=256)
    many = b"<a>" + b"<i>1</i>" * 1000 + b"</a>"
    with StylesheetRunner(limits, processes=1) as runner:
        runner.transform(sheet("", "1.0"), b"<a/>")
        for stylesheet in (ENDLESS_1, sheet(value("count((1 to 2000000000)[. mod 7 = 9])"), "3.0")):
            with pytest.raises(StylesheetTimeout, match="1 "):
                runner.transform(stylesheet, many)
        with pytest.raises(StylesheetTimeout):
            runner.choose(many, [Pattern("count(//i[count(//i[count(//i[count(//i) > 2]) > 2]) > 2]) = 3")])
        assert runner.transform(sheet("и дальше"), b"<a/>").endswith("и дальше</r>".encode())


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_what_eats_memory_is_ended(runner: StylesheetRunner, version: str) -> None:
    doubling = (
        '<xsl:template name="more"><xsl:param name="s"/><xsl:call-template name="more"><xsl:with-param '
        'name="s" select="concat($s, $s)"/></xsl:call-template></xsl:template>'
    )
    call = (
        '<xsl:call-template name="more"><xsl:with-param name="s" select="\'xxxxxxxx\'"/></xsl:call-template>'
    )
    with pytest.raises(StylesheetOverflow):
        runner.transform(sheet(call, version, top=doubling), b"<a/>")
    assert b">1</r>" in runner.transform(sheet("1"), b"<a/>")


def test_a_result_longer_than_allowed_is_refused(runner: StylesheetRunner) -> None:
    with pytest.raises(StylesheetOverflow):
        runner.transform(sheet('<xsl:for-each select="1 to 1000000">ab</xsl:for-each>'), b"<a/>")


def test_recursion_without_end_is_an_error(runner: StylesheetRunner) -> None:
    top = '<xsl:template name="t"><x><xsl:call-template name="t"/></x></xsl:template>'
    for version in ("1.0", "2.0"):
        with pytest.raises(StylesheetError):
            runner.transform(sheet('<xsl:call-template name="t"/>', version, top=top), b"<a/>")


def test_errors_name_what_is_wrong_in_the_stylesheet(runner: StylesheetRunner) -> None:
    with pytest.raises(StylesheetFailed, match="nothing-such"):
        runner.transform(sheet(value("nothing-such()"), "2.0"), b"<a/>")
    with pytest.raises(StylesheetFailed):
        runner.transform(b"no stylesheet at all", b"<a/>")
    with pytest.raises(StylesheetFailed):
        runner.transform(sheet("1"), b"<a>")


def test_patterns_of_both_languages_choose(runner: StylesheetRunner) -> None:
    document = b'<r xmlns="urn:r"><c id="7"/></r>'
    space = (("q", "urn:r"),)
    patterns = [
        Pattern("//q:c[@id='8']", space),
        Pattern("//x:c", space),
        Pattern("q:c = '3'", space),
        Pattern("//q:c[@id/string()='7']", space),
        Pattern("//q:c", space),
    ]
    choice = runner.choose(document, patterns)
    assert choice.number == 3
    assert [number for number, _ in choice.broken] == [1]
    assert runner.choose(document, [Pattern("q:none", space), Pattern("/r")]).number is None
    assert runner.choose(document, [Pattern("/r/c/@id='7'", (("", "urn:r"),))]).number == 0


def test_patterns_reach_nothing(runner: StylesheetRunner, tmp_path: Path) -> None:
    file = tmp_path / "x.xml"
    file.write_text("<a/>", encoding="utf-8")
    for xpath in (f"doc('{file.as_uri()}')", f"doc-available('{file.as_uri()}')", f"document('{file}')"):
        assert runner.choose(b"<a/>", [Pattern(xpath)]).number is None


def test_many_threads_share_a_few_processes() -> None:
    made: list[bytes] = []
    with StylesheetRunner(processes=2) as shared:

        def work() -> None:
            made.extend(shared.transform(sheet(value("a")), b"<a>5</a>") for _ in range(5))

        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(made) == 30
    assert all(b">5</r>" in each for each in made)


def test_a_process_that_was_killed_is_replaced(runner: StylesheetRunner) -> None:
    runner.transform(sheet("1"), b"<a/>")
    runner._idle[0]._process.kill()
    with pytest.raises(StylesheetOverflow):
        runner.transform(sheet("1"), b"<a/>")
    assert b">1</r>" in runner.transform(sheet("1"), b"<a/>")
