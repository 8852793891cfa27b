"""A type's own stylesheet shows a document; what it writes is cleaned of all that acts or fetches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.infotypes.rendering import by_stylesheet, sanitise
from mezhved.infotypes.stylesheets import StylesheetRunner
from tests.support.examples import examples
from tests.support.html_texts import read_page

if TYPE_CHECKING:
    from collections.abc import Iterator

XSL = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'


@pytest.fixture(scope="module")
def runner() -> Iterator[StylesheetRunner]:
    with StylesheetRunner(processes=1) as made:
        yield made


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("method", ["html", "xml", "xhtml"])
def test_the_stylesheet_of_the_type_shows_the_document(
    runner: StylesheetRunner, version: str, method: str
) -> None:
    if (version, method) == ("1.0", "xhtml"):
        method = "html"
    sheet = (
        f'<xsl:stylesheet version="{version}" {XSL}><xsl:output method="{method}"/><xsl:template match="/">'
        "<html><head><title>Т</title><style>.name { color: red; background: url(http://x/y) }</style></head>"
        '<body onload="go()"><h1 class="name">Выписка</h1><p><xsl:value-of select="a/b"/></p><b/><br/>'
        "</body></html></xsl:template></xsl:stylesheet>"
    ).encode()
    shown = by_stylesheet(b"<a><b>&lt;script>alert(1)&lt;/script></b></a>", sheet, runner)
    assert "".join(each.strip() for each in shown.body.split("\n")) == (
        '<h1 class="name">Выписка</h1><p>&lt;script&gt;alert(1)&lt;/script&gt;</p><b></b><br>'
    )
    assert shown.style == ".name { color: red }"


def test_text_is_shown_as_it_is_laid_out(runner: StylesheetRunner) -> None:
    sheet = (
        f'<xsl:stylesheet version="1.0" {XSL}><xsl:output method="text"/>'
        '<xsl:template match="/">Имя:  <xsl:value-of select="a"/></xsl:template></xsl:stylesheet>'
    ).encode()
    shown = by_stylesheet(b"<a>&lt;b></a>", sheet, runner)
    assert shown.body == "<pre>Имя:  &lt;b&gt;</pre>"


HOSTILE = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    '<img src=x onerror="alert(1)">',
    '<img src="http://evil.example/p.png">',
    '<img src="data:image/svg+xml;base64,AAAA">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="http://evil.example">x</a>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x></object><embed src=x><applet code=x></applet>",
    "<svg><script>alert(1)</script><animate onbegin=alert(1)></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<form action=http://evil.example><input name=x><button formaction=http://evil.example>x</button></form>",
    '<meta http-equiv="refresh" content="0;url=http://evil.example">',
    '<base href="http://evil.example/"><link rel=stylesheet href=//evil.example/x.css>',
    '<div style="background:url(http://evil.example/x)">x</div>',
    '<div style="background:u\\72l(http://evil.example/x)">x</div>',
    '<div style="width: expression(alert(1)); behavior: url(x); position: fixed; -moz-binding: x">x</div>',
    "<div style=\"color: red; background-image: image-set('http://evil.example/x' 1x)\">x</div>",
    '<style>@import "http://evil.example/x.css"; p { background: url(http://evil.example) }</style>',
    "<style>p { color: red }</style><style></style/><script>alert(1)</script>",
    "<style>@font-face { font-family: x; src: url(http://evil.example) }</style>",
    "<style>p[title='</style><script>alert(1)</script>'] { color: red }</style>",
    "<table background=http://evil.example><td background=http://evil.example>x</table>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea></textarea><template><script>alert(1)</script></template><xmp><script></xmp>",
    "<p id=csrf name=csrf hx-get=http://evil.example data-x=1 tabindex=1 onclick=alert(1)>x</p>",
    "<plaintext><script>alert(1)</script>",
    "<!--<script>--><!--><img src=x onerror=alert(1)>-->",
    "<?xml-stylesheet href='http://evil.example'?><![CDATA[<script>]]>",
]
ALLOWED = {"class", "style", "title", "src", "type", "value", "colspan", "size"}


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_acts_or_fetches_is_left(html: str) -> None:
    clean = sanitise(f"<p>до</p>{html}<p>после</p>")
    content = read_page(f"<body>{clean.body}</body>")
    assert "до" in content.texts
    assert not content.tags & {
        "script", "style", "iframe", "object", "embed", "applet", "svg", "math", "form", "input", "button",
        "meta", "base", "link", "textarea", "template", "plaintext", "noscript",
    }  # fmt: skip
    assert content.attributes <= ALLOWED
    everything = clean.body.replace("&lt;", "") + clean.style
    assert "evil.example" not in clean.style
    assert 'src="' not in everything
    for each in ("url(", "expression", "@import", "position", "</style"):
        assert each not in clean.style
        assert f'style="{each}' not in everything


def test_pictures_of_the_page_itself_stay() -> None:
    picture = '<img alt="герб" src="data:image/png;base64,iVBORw0KGgo=">'
    assert sanitise(picture).body == picture


def test_tables_and_looks_stay() -> None:
    html = (
        '<table border="1" width="100%"><tbody><tr><td colspan="2" style="text-align: center; '
        'color: rgb(1, 2, 3)">'
        "<b>A</b></td></tr></tbody></table>"
    )
    assert sanitise(html).body == html
    fonts = '<p style="font-family: &quot;PT Sans&quot;, serif">x</p>'
    assert sanitise(fonts).body == fonts
    style = "@media print { p { page-break-after: always } }\n@page  { size: a4 landscape; margin: 1cm }"
    assert sanitise(f"<style>{style}</style>").style == style


def test_deep_markup_is_written() -> None:
    html = "<div>" * 2000 + "x" + "</div>" * 2000
    assert "x" in sanitise(html).body


_PIECES = st.sampled_from(
    [
        "<",
        ">",
        '"',
        "'",
        "/",
        "script",
        "style",
        "img src=",
        "p",
        " ",
        "=",
        "&",
        "&lt;",
        "--",
        "!",
        "onerror",
        "svg",
        "\0",
    ]
)


@examples(150)
@given(st.lists(_PIECES, max_size=25).map("".join))
def test_cleaning_again_changes_nothing(html: str) -> None:
    once = sanitise(html).body
    assert sanitise(once).body.split() == once.split()
    assert not read_page(f"<body>{once}</body>").tags & {"script", "style", "svg", "meta"}
