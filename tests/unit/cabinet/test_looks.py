"""Which stylesheet of a package shows documents of a root."""

from __future__ import annotations

import tests.support.databases  # noqa: F401 - starts Django

# isort: split
import pytest

from mezhved.cabinet.showing.looks import stylesheet_for
from mezhved.infotypes.documents import QName
from mezhved.infotypes.packages import load_package
from tests.support.kept_messages import packed

SPACE = "urn:test:looks:2.0.0"
SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{SPACE}">
<xs:element name="Tell" type="xs:string"/><xs:element name="Ask" type="xs:string"/></xs:schema>"""


def sheet(pattern: str, namespace: str = SPACE) -> str:
    return f"""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
 xmlns:t="{namespace}"><xsl:output method="html"/><xsl:template match="{pattern}"><html><body/></html>
</xsl:template></xsl:stylesheet>"""


@pytest.mark.parametrize(
    ("sheets", "chosen"),
    [
        ({"a.xsl": sheet("/t:Ask"), "b.xsl": sheet("/t:Tell")}, "b.xsl"),
        ({"a.xsl": sheet("/t:Tell", "urn:test:looks:1.0.0"), "b.xsl": sheet("/t:Tell")}, "b.xsl"),
        ({"a.xsl": sheet("/t:Tell", "urn:test:looks:1.0.0")}, "a.xsl"),
        ({"a.xsl": sheet("/*")}, "a.xsl"),
        ({"a.xsl": sheet("/t:Ask")}, None),
        ({"a.xsl": sheet("/*"), "b.xsl": sheet("/node()")}, None),
    ],
)
def test_a_stylesheet_is_chosen_by_the_root_that_it_names(sheets: dict[str, str], chosen: str | None) -> None:
    package = load_package(packed({"main.xsd": SCHEMA, **sheets}))
    expected = None if chosen is None else sheets[chosen].encode()
    assert stylesheet_for(package, QName(SPACE, "Tell")) == expected
