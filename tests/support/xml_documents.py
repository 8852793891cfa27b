"""Random documents with what XML allows and SMEV meets, for hypothesis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PLAIN_URIS = ("urn:a", "urn:b", "http://example.org/c", "urn:a:b", "urn:a/x?y=1&z=2")
ODD_URIS = (
    "urn:～",
    "http://пф.рф/общее",
    "urn:with blank",
    'urn:"q"',
    "urn:<>'",
    "urn:}{",
    "urn:\U0001f600",
)
PREFIXES = ("", "p", "q", "ns1", "ns2", "длинный")
LOCALS = ("a", "B", "ab", "Имя", "я-1", "_z.9")  # expat knows names by the 4th edition of XML 1.0
BLANKS = (" ", "\n", "\t", "\r", "  \n ")
ODD_TEXTS = (
    ">", "]]>", "]", ">>", "<", "&", "\r", "\x7f", "\x85", "\x9f", "\xa0", "\u2003", "\U0001f600", "\"'",
    "a > b", "x" * 11, "x" * 12, "x" * 511 + ">", "\U0001f600" * 256 + ">", "x" + "\U0001f600" * 256 + ">>",
    "длинный текст с > внутри", "x" * 510 + "]]>" + "y" * 600 + "&>>",
)  # fmt: skip

_texts = st.one_of(
    st.sampled_from(ODD_TEXTS),
    st.sampled_from(BLANKS),
    st.text(st.sampled_from("ab>]&<\r\n\t \x7f\x80я\U0001f600"), max_size=16),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=8).map(
        lambda text: "".join(c for c in text if c >= " " or c in "\t\n\r")
    ),
)


@dataclass(frozen=True)
class Taste:
    """What a document may hold."""

    uris: tuple[str, ...] = PLAIN_URIS
    must_be_qualified: bool = True
    comments: bool = True


@st.composite
def documents(draw: st.DrawFn, taste: Taste = Taste()) -> bytes:
    """Return a well-formed document in UTF-8."""
    head = draw(
        st.sampled_from(("", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-8"?>\n', "\ufeff"))
    )
    before = draw(st.sampled_from(("", "\n", "<!-- <a> -->", "<?go <b> ?>\n")))
    after = draw(st.sampled_from(("", "\n", "<!-- </a> -->", "<?go?>")))
    return f"{head}{before}{draw(elements({}, taste, 3))}{after}".encode()


@st.composite
def elements(draw: st.DrawFn, scope: Mapping[str, str], taste: Taste, depth: int) -> str:
    """Return one element whose prefixes are declared in it or in the scope given."""
    own = dict(draw(st.lists(st.tuples(st.sampled_from(PREFIXES), st.sampled_from(taste.uris)), max_size=3)))
    if draw(st.integers(0, 9)) == 0 and not taste.must_be_qualified:
        own[""] = ""
    inner = {**scope, **own}
    candidates = [prefix for prefix in inner if inner[prefix] or not taste.must_be_qualified]
    if not candidates:
        own["p"] = inner["p"] = draw(st.sampled_from(taste.uris))
        candidates = ["p"]
    prefix = draw(st.sampled_from(candidates))
    name = _qualified(prefix, draw(st.sampled_from(LOCALS)))
    tag = name + "".join(_declaration(p, uri, draw) for p, uri in own.items())
    tag += "".join(draw(_attributes(inner)))
    blank = draw(st.sampled_from(("", "", " ", "\n")))
    content = draw(_content(inner, taste, depth))
    if not content and draw(st.booleans()):
        return f"<{tag}{blank}/>"
    return f"<{tag}{blank}>{content}</{name}{blank}>"


def _qualified(prefix: str, local: str) -> str:
    return f"{prefix}:{local}" if prefix else local


def _declaration(prefix: str, uri: str, draw: st.DrawFn) -> str:
    return f" {'xmlns:' + prefix if prefix else 'xmlns'}{draw(st.sampled_from(('=', ' = ')))}{quoteattr(uri)}"


@st.composite
def _attributes(draw: st.DrawFn, scope: Mapping[str, str]) -> list[str]:
    prefixes = ["", *(prefix for prefix in scope if prefix and scope[prefix])]
    wanted = draw(st.lists(st.tuples(st.sampled_from(prefixes), st.sampled_from(LOCALS)), max_size=4))
    by_name = {((scope[p] if p else ""), local): _qualified(p, local) for p, local in wanted}
    return [f' {name}="{_value(draw(_texts))}"' for name in by_name.values()]


def _value(text: str) -> str:
    return escape(text[:40], {'"': "&quot;", "\r": "&#13;"})


@st.composite
def _content(draw: st.DrawFn, scope: Mapping[str, str], taste: Taste, depth: int) -> str:
    kinds: list[Callable[[], str]] = [
        lambda: escape(draw(_texts), {"\r": "&#xD;"}),
        lambda: "".join(f"&#{ord(c)};" for c in draw(_texts)[:4]),
        lambda: f"<![CDATA[{draw(_texts).replace(chr(13), '').replace(']]>', ']] >')}]]>",
        lambda: f"<?pi{draw(st.sampled_from(('', ' x', ' <a> ]]> >')))}?>",
    ]
    if taste.comments:
        kinds.append(lambda: draw(st.sampled_from(("<!---->", "<!-- <a b='>'> ]]> -->"))))
    if depth:
        kinds += [lambda: draw(elements(scope, taste, depth - 1))] * 3
    return "".join(kinds[i]() for i in draw(st.lists(st.integers(0, len(kinds) - 1), max_size=5)))
