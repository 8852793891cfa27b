"""Both walkers over an element's children take the same and refuse the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from mezhved.smev3 import native
from mezhved.smev3.messages import InvalidEnvelope, walking
from mezhved.smev3.xml import parse
from tests.support.examples import examples
from tests.support.xml_documents import LOCALS, ODD_URIS, PLAIN_URIS, Taste, documents

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

_compiled = native.load("mezhved.smev3.messages._walking")
pytestmark = pytest.mark.skipif(_compiled is None, reason="the compiled part is not built here")

METHODS = (
    "optional",
    "required",
    "repeated",
    "text",
    "optional_text",
    "token",
    "optional_token",
    "rest",
    "end",
)
TASTE = Taste(uris=PLAIN_URIS + ODD_URIS, must_be_qualified=False)
Step = tuple[str, str]


def outcome(act: Callable[[], Any]) -> Any:
    """Return what came of it, comparable: elements stay what they are, errors become their words."""
    try:
        return act()
    except InvalidEnvelope as error:
        return (error.problem, str(error), error.where)


def walked(kind: Any, element: etree._Element, steps: list[Step]) -> list[Any]:
    """Take the steps one after another and return what each gave."""
    reader = outcome(lambda: kind(element))
    if isinstance(reader, tuple):
        return [reader]
    return [
        outcome(getattr(reader, name) if name in {"rest", "end"} else lambda: getattr(reader, name)(tag))  # noqa: B023
        for name, tag in steps
    ]


@st.composite
def walks(draw: st.DrawFn) -> tuple[etree._Element, list[Step]]:
    """Return an element and steps over it, mostly with names that its children have."""
    root = parse(draw(documents(TASTE)))
    element = draw(st.sampled_from(list(root.iter("*"))))
    names = [str(child.tag) for child in element.iterchildren("*")]
    other = st.builds(
        lambda uri, name: f"{{{uri}}}{name}", st.sampled_from(PLAIN_URIS), st.sampled_from(LOCALS)
    )
    named = st.one_of(st.sampled_from(names), other) if names else st.one_of(other, st.sampled_from(LOCALS))
    return element, draw(st.lists(st.tuples(st.sampled_from(METHODS), named), max_size=6))


@given(walk=walks())
@example(walk=(parse(b"<a><b>1</b><!-- c --><b/>\n<c> t </c></a>"), [("repeated", "b"), ("token", "c")]))
@example(walk=(parse(b"<a>x<b/></a>"), [("end", "")]))
@example(walk=(parse(b"<a><b/>x</a>"), [("end", "")]))
@example(walk=(parse(b"<a><b>1<!-- c -->2<![CDATA[3]]></b></a>"), [("text", "b")]))
@example(walk=(parse(b"<a><b><![CDATA[ 3 ]]></b></a>"), [("optional_text", "b")]))
@example(walk=(parse(b"<a><b><c/></b></a>"), [("text", "b")]))
@example(walk=(parse(b"<a><b/></a>"), [("end", "")]))
@example(
    walk=(parse(b"<a xmlns='u'><b/></a>"), [("optional", "b"), ("optional", "{u}bb"), ("required", "{u}")])
)
@examples(300, suppress_health_check=list(HealthCheck))
def test_the_compiled_reader_does_what_the_other_does(walk: tuple[etree._Element, list[Step]]) -> None:
    element, steps = walk
    expected = walked(walking.Reader, element, steps)
    assert walked(_compiled.Reader, element, steps) == expected  # type: ignore[union-attr]


@given(document=documents(TASTE))
@examples(150, suppress_health_check=list(HealthCheck))
def test_the_text_of_any_node_is_the_same(document: bytes) -> None:
    for node in parse(document).iter():
        expected = outcome(lambda: walking.text_of(node))  # noqa: B023
        assert outcome(lambda: _compiled.text_of(node)) == expected  # type: ignore[union-attr] # noqa: B023
