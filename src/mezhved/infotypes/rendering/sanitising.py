"""HTML made by stylesheets of others, cleaned: markup that shows and nothing that acts or fetches.

What is not on the lists falls out; of unknown elements the text stays. Pictures stay when they are data.
Show the result in a frame of its own (sandboxed): its style may change the look of what stands around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

import tinycss2
import tinyhtml5

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENTS: Final = _words(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup data dd "
    "del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li "
    "main mark nav nobr ol p pre q s samp section small span strike strong sub summary sup table tbody td "
    "tfoot th thead time tr tt u ul var wbr"
)
_DROPPED: Final = _words(
    "script style template noscript noframes iframe frame frameset object embed applet param audio video "
    "source track canvas svg math map area base link meta title head button input select textarea option "
    "datalist dialog portal slot xmp plaintext"
)
_ATTRIBUTES: Final = _words(
    "abbr align bgcolor border cellpadding cellspacing class color colspan datetime dir face height lang "
    "noshade nowrap reversed rowspan rules scope size span start title type valign value width alt"
)
_VOID: Final = frozenset(("br", "col", "hr", "img", "wbr"))
_PROPERTIES: Final = re.compile(
    r"(?:background-color|background|border(?:-[a-z]+)*|box-sizing|break-(?:after|before|inside)|caption-side"
    r"|clear|color|column-(?:count|gap)|direction|display|empty-cells|float|font(?:-[a-z]+)*|height|hyphens"
    r"|letter-spacing|line-height|list-style(?:-type|-position)?|margin(?:-[a-z]+)?|max-(?:height|width)"
    r"|min-(?:height|width)|orphans|outline(?:-[a-z]+)?|overflow-wrap|padding(?:-[a-z]+)?"
    r"|page-break-(?:after|before|inside)|size|table-layout|tab-size|text-[a-z-]+|unicode-bidi|vertical-align"
    r"|visibility|white-space|widows|width|word-(?:break|spacing|wrap))"
)
_NO_TOKENS: Final = frozenset(("url", "error", "at-keyword", "{} block"))
_FONT: Final = re.compile(r"[\w .,\-]{1,80}")
_FUNCTIONS: Final = frozenset(("rgb", "rgba", "hsl", "hsla", "calc"))
_PICTURE: Final = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)
_NESTED_AT_RULES: Final = frozenset(("media",))


@dataclass(frozen=True, slots=True)
class CleanHtml:
    """What is left: the inside of a body, and the style that goes with it (may be empty)."""

    body: str
    style: str = ""


def sanitise(html: str) -> CleanHtml:
    """Clean a page or a piece of one."""
    root = tinyhtml5.parse(html, namespace_html_elements=False)
    body = root.find("body")
    styles = ["".join(each.itertext()) for each in root.iter("style")]
    return CleanHtml("".join(_written(body)) if body is not None else "", _clean_style("\n".join(styles)))


def _written(body: Any) -> Iterator[str]:
    """Write the children of an element; a stack, for pages may be as deep as their maker likes."""
    stack: list[Any] = [*reversed(list(body))]
    yield escape(body.text or "")
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node
            continue
        tail = escape(node.tail or "")
        name = node.tag if isinstance(node.tag, str) else ""
        if not name or name in _DROPPED:
            yield tail
            continue
        known = name in _ELEMENTS
        if known:
            yield f"<{name}{_attributes(name, node)}>"
        stack.append(f"</{name}>{tail}" if known and name not in _VOID else tail)
        yield escape(node.text or "")
        stack.extend(reversed(list(node)))


def _attributes(element: str, node: Any) -> str:
    kept: list[str] = []
    for key, value in node.attrib.items():
        name = key.lower() if isinstance(key, str) else ""
        if name in _ATTRIBUTES:
            kept.append(f' {name}="{escape(value)}"')
        elif name == "style":
            style = _clean_declarations(tinycss2.parse_blocks_contents(value))
            if style:
                kept.append(f' style="{escape(style)}"')
        elif name == "src" and element == "img" and _PICTURE.fullmatch(value):
            kept.append(f' src="{escape(value)}"')
    return "".join(kept)


def _clean_style(css: str) -> str:
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return "\n".join(_clean_rules(rules)).replace("<", "\\3c ")


def _clean_rules(rules: Iterable[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule" and _harmless(rule.prelude):
            declarations = _clean_declarations(tinycss2.parse_blocks_contents(rule.content))
            if declarations:
                yield f"{tinycss2.serialize(rule.prelude).strip()} {{ {declarations} }}"
        elif rule.type == "at-rule" and rule.content is not None and _harmless(rule.prelude):
            name, prelude = rule.lower_at_keyword, tinycss2.serialize(rule.prelude).strip()
            if name in _NESTED_AT_RULES:
                inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                yield f"@{name} {prelude} {{ {' '.join(_clean_rules(inner))} }}"
            elif name == "page":
                declarations = _clean_declarations(tinycss2.parse_blocks_contents(rule.content))
                yield f"@page {prelude} {{ {declarations} }}"


def _clean_declarations(nodes: Iterable[Any]) -> str:
    kept = [
        f"{node.lower_name}: {tinycss2.serialize(node.value).strip()}" + " !important" * bool(node.important)
        for node in nodes
        if node.type == "declaration" and _PROPERTIES.fullmatch(node.lower_name) and _harmless(node.value)
    ]
    return "; ".join(kept)


def _harmless(tokens: Iterable[Any]) -> bool:
    """Tell whether nothing in a value or a selector names an address or calls what is not known.

    Of texts in quotes only such as name a font pass.
    """
    for token in tokens:
        if token.type in _NO_TOKENS or (token.type == "string" and not _FONT.fullmatch(token.value)):
            return False
        if token.type == "function":
            if token.lower_name not in _FUNCTIONS or not _harmless(token.arguments):
                return False
        elif token.type.endswith(" block") and not _harmless(token.content):
            return False
    return True
