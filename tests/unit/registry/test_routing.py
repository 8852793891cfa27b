"""Routing codes come from the business element alone, safely."""

from __future__ import annotations

import pytest
from lxml import etree

from mezhved.registry import BadRouting, RoutingExpression

NS = "urn://test/1.0.0"


def element(inner: str) -> etree._Element:
    envelope = (
        f"<env xmlns:o='urn://other'><o:Code>из конверта</o:Code><r:R xmlns:r='{NS}'>{inner}</r:R></env>"
    )
    return etree.fromstring(envelope)[1]


def codes(text: str, inner: str, **namespaces: str) -> frozenset[str]:
    return RoutingExpression.compile(text, namespaces, NS).codes(element(inner))


@pytest.mark.parametrize(
    ("text", "inner", "expected"),
    [
        ("t:Code", "<r:Code> 45000000 </r:Code>", {"45000000"}),
        ("/t:R/t:Code", "<r:Code>45</r:Code>", {"45"}),
        ("string(//t:Code/@v)", "<r:Code v='Москва'/>", {"Москва"}),
        ("t:A/@k", "<r:A k='1'/>", {"1"}),
        ("substring(t:Code, 1, 2)", "<r:Code>45000</r:Code>", {"45"}),
        ("sum(t:N)", "<r:N>1</r:N><r:N>2</r:N>", {"3"}),
        ("t:Code", "<r:Code>4<!-- 9 -->5</r:Code>", {"45"}),
        ("t:Code", "<r:Code>1</r:Code><r:Code>1</r:Code>", {"1"}),
        ("t:Code", "<r:Code>1</r:Code><r:Code>2</r:Code>", {"1", "2"}),
        ("t:Code", "", set()),
        ("t:Code", "<r:Code> </r:Code>", set()),
        ("t:Code", f"<r:Code>{'9' * 200}</r:Code>", {"9" * 200}),
        ("t:Code", f"<r:Code>{'9' * 201}</r:Code>", set()),
    ],
)
def test_codes_are_what_the_expression_finds(text: str, inner: str, expected: set[str]) -> None:
    assert codes(text, inner) == expected


@pytest.mark.parametrize("text", ["//o:Code", "../o:Code", "preceding::o:Code", "/env", "/*/o:Code"])
def test_an_expression_does_not_see_the_envelope(text: str) -> None:
    assert codes(text, "<r:Code>1</r:Code>", o="urn://other") == set()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "t:Code[",
        "unknown:Code",
        "re:match(., 'x')",
        "document('file:///etc/passwd')",
        "no-such-function()",
        "$variable",
    ],
)
def test_a_bad_expression_is_refused_when_registered(text: str) -> None:
    with pytest.raises(BadRouting):
        RoutingExpression.compile(text, {"re": "http://exslt.org/regular-expressions"}, NS)


def test_the_element_stays_in_its_envelope() -> None:
    business = element("<r:Code>1</r:Code>")

    RoutingExpression.compile("t:Code", {}, NS).codes(business)

    assert business.getparent().tag == "env"
