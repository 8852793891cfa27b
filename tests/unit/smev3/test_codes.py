"""Routing codes come from the business element alone, safely, in bounded time."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mezhved.registry import BadRouting, RoutingExpression
from mezhved.smev3.codes import NODES_LIMIT, normalised
from tests.support.examples import examples

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
        ("t:Code", "<r:Code>\n  г.\t Пробный </r:Code>", {"г. Пробный"}),
        ("/t:R/t:Code", "<r:Code>45</r:Code>", {"45"}),
        ("/t:R//t:Code", "<r:A><r:Code>45</r:Code></r:A>", {"45"}),
        ("//t:A//t:Code", "<r:A><r:A><r:B><r:Code>1</r:Code></r:B></r:A></r:A><r:Code>2</r:Code>", {"1"}),
        (
            "//t:A[@k]//t:B//t:Code[1]/@v | t:C",
            "<r:A k=''><r:B><r:Code v='1'/></r:B></r:A><r:C>2</r:C>",
            {"1", "2"},
        ),
        ("t:A/t:B//text()", "<r:A><r:B>1<r:C>1</r:C></r:B></r:A>", {"1"}),
        ("//*[local-name() = 'Code']/text()", "<r:Code>45</r:Code>", {"45"}),
        ("//t:Code[@k='2' and not(t:No)]", "<r:Code k='1'>1</r:Code><r:Code k='2'>2</r:Code>", {"2"}),
        ("//t:B | t:A/@k", "<r:A k='1'/><r:B>2</r:B>", {"1", "2"}),
        ("(//t:Code)[1]", "<r:Code>1</r:Code><r:Code>2</r:Code>", {"1"}),
        ("descendant::t:Code", "<r:Code>1</r:Code>", {"1"}),
        ("string(//t:Code/@v)", "<r:Code v='Москва'/>", {"Москва"}),
        ("t:A/@k", "<r:A k='1'/>", {"1"}),
        ("substring(t:Code, 1, 2)", "<r:Code>45000</r:Code>", {"45"}),
        ("concat(t:A, '-', normalize-space(t:B))", "<r:A>1</r:A><r:B> 2 </r:B>", {"1-2"}),
        ("sum(t:N)", "<r:N>1</r:N><r:N>2</r:N>", {"3"}),
        ("t:N = '1'", "<r:N>1</r:N>", {"true"}),
        ("t:Code", "<r:Code>4<!-- 9 -->5<?p 7?></r:Code>", {"45"}),
        ("t:Code", "<r:Code><r:A>4</r:A>5<r:B/>6</r:Code>", {"456"}),
        ("t:Code", "<r:Code>1</r:Code><r:Code>1</r:Code>", {"1"}),
        ("t:Code", "<r:Code>1</r:Code><r:Code>2</r:Code>", {"1", "2"}),
        ("t:Code", "", set()),
        ("t:Code", "<r:Code> </r:Code>", set()),
        ("t:Code", f"<r:Code>{'9' * 200}</r:Code>", {"9" * 200}),
        ("t:Code", f"<r:Code>{'9' * 201}</r:Code>", set()),
        ("t:Code", f"<r:Code>{' ' * 20000}45</r:Code>", set()),
        ("t:and | t:div/t:or", "<r:and>1</r:and><r:div><r:or>2</r:or></r:div>", {"1", "2"}),
    ],
)
def test_codes_are_what_the_expression_finds(text: str, inner: str, expected: set[str]) -> None:
    assert codes(text, inner) == expected


@pytest.mark.parametrize("text", ["//o:Code", "/env", "/*/o:Code"])
def test_an_expression_does_not_see_the_envelope(text: str) -> None:
    assert codes(text, "<r:Code>1</r:Code>", o="urn://other") == set()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "t:Code[",
        "t:Code]",
        "(t:Code]",
        "t:Code | ",
        "unknown:Code",
        "re:match(., 'x')",
        "document('file:///etc/passwd')",
        "id('x')",
        "lang('ru')",
        "no-such-function()",
        "$variable",
        "t:Code = ",
        "t:Code # 1",
        "'unclosed",
    ],
)
def test_a_bad_expression_is_refused_when_registered(text: str) -> None:
    with pytest.raises(BadRouting):
        RoutingExpression.compile(text, {"re": "http://exslt.org/regular-expressions"}, NS)


@pytest.mark.parametrize(
    "text",
    [
        "string(//t:A//t:B)",
        "//t:A//t:B = '1'",
        "'1' = //t:A//t:B",
        "//t:A//t:B + 1",
        "t:A and t:B//t:C",
        "//t:A[t:B//t:C]",
        "//t:A/descendant::t:B",
        "//t:A/..",
        "//t:A/parent::t:B",
        "//t:A/following::t:B",
        "preceding::t:A",
        "ancestor::t:A",
        "//t:A[//t:B]",
        "//t:A[descendant::t:B]",
        "//t:A[t:B = t:C]",
        "//t:A[. = //t:B]",
        "(//t:A | //t:B)[1]",
        "//*[translate(., 'a', 'b')]",
        "//*[contains(., '1') or contains(., '2') or contains(., '3')]",
        "concat(" + "., " * 20 + "'')",
        "//t:A[1]" * 200,
    ],
)
def test_an_expression_that_a_document_could_make_slow_is_refused(text: str) -> None:
    with pytest.raises(BadRouting) as refused:
        RoutingExpression.compile(text, {}, NS)

    assert refused.value.cure is not None


NESTED = "<r:A>" * 200 + "<r:B/>" + "</r:A>" * 200
HOSTILE = {
    "wide": "<r:A k='1'><r:B/>x</r:A>" * 40_000,
    "two kinds": "<r:A/><r:B/>" * 60_000,
    "deep": NESTED * 200,
    "long": "<r:A>" * 200 + "x" * 2_000_000 + "</r:A>" * 200,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "text",
    [
        "//t:A | //t:B",
        "//t:A/t:B/text() | //t:A/@k",
        "//t:A//t:B | //t:A//t:A//t:B",
        "//*[contains(., 'y')]",
        "//node()[last()]",
        "//*[*/*/*]",
        "concat(., ., ., ., ., ., .)",
        "/t:R//t:A[t:B and not(t:C)][position() > 1]",
    ],
)
def test_choosing_from_a_hostile_document_ends(name: str, text: str) -> None:
    business = element(HOSTILE[name])
    expression = RoutingExpression.compile(text, {}, NS)

    assert len(expression.codes(business)) <= 2


TREES = st.recursive(
    st.sampled_from(["<r:A/>", "<r:B>1</r:B>", "<r:B k='2'>2</r:B>", "<r:C/>"]),
    lambda inner: st.builds(
        lambda name, parts: f"<r:{name}>{''.join(parts)}</r:{name}>",
        st.sampled_from("ABC"),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@given(
    tree=TREES,
    text=st.sampled_from(["//t:A//t:B", "//t:A[t:C]//t:C//t:B[1]", "/t:R//t:A//t:B/@k", "t:A//t:B"]),
)
@examples(60)
def test_stages_find_what_the_whole_expression_finds(tree: str, text: str) -> None:
    business = copy.deepcopy(element(tree))
    whole: Any = etree.XPath(text, namespaces={"t": NS})(business)
    texts = {each if isinstance(each, str) else "".join(each.itertext()) for each in whole}

    assert RoutingExpression.compile(text, {}, NS).codes(business) == texts - {""}


def test_of_many_nodes_a_bounded_number_is_looked_at() -> None:
    many = "".join(f"<r:C>{number}</r:C>" for number in range(NODES_LIMIT + 10))

    assert len(codes("t:C", many)) == NODES_LIMIT


def test_the_element_stays_in_its_envelope() -> None:
    business = element("<r:Code>1</r:Code>")

    RoutingExpression.compile("t:Code", {}, NS).codes(business)

    parent = business.getparent()
    assert parent is not None
    assert parent.tag == "env"


def test_codes_are_compared_without_superfluous_blanks() -> None:
    assert normalised(" 45\n\t000\u00a000 ") == "45 000 00"
