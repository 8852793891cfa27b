"""What comes from the network is parsed safely or refused with a reason."""

from __future__ import annotations

import base64
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from mezhved.smev3.xml import FILE_LIMITS, MalformedXml, XmlLimitExceeded, XmlLimits, parse
from tests.support.transforms import TREES

if TYPE_CHECKING:
    from pathlib import Path


def test_comments_instructions_and_blanks_are_kept() -> None:
    root = parse(b"<a><!-- c --> <?p d?>\n<b/></a>")
    assert etree.tostring(root) == b"<a><!-- c --> <?p d?>\n<b/></a>"


@pytest.mark.parametrize(
    "head",
    [
        b"\xef\xbb\xbf",
        b'<?xml version="1.0" encoding="utf-8"?>',
        b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
        b"<?xml version='1.0' encoding='Utf-8' ?>",
        b"<?xml version='1.0' encoding='ASCII'?>",
        b"<?xml version='1.0' encoding='us-ascii'?>",
        b'<?xml version="1.0"?>',
        b"",
    ],
)
def test_utf8_is_accepted_however_it_is_declared(head: bytes) -> None:
    assert parse(head + "<имя>Ж</имя>".encode()).text == "Ж"


@pytest.mark.parametrize(
    "document",
    [
        '<?xml version="1.0" encoding="windows-1251"?><a>Ж</a>'.encode("cp1251"),
        b'<?xml version="1.0" encoding="windows-1251"?><a>ascii</a>',
        b"<?xml version = '1.0'  encoding = 'KOI8-R' ?><a/>",
        '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16"),
        "<a/>".encode("utf-16"),
        "<a/>".encode("utf-16-le"),
        "<a/>".encode("utf-16-be"),
        "<a/>".encode("utf-32"),
        b"<a>\0</a>",
    ],
)
def test_other_encodings_are_refused_by_name(document: bytes) -> None:
    with pytest.raises(MalformedXml, match="UTF-8"):
        parse(document)


@pytest.mark.parametrize(
    "document",
    [
        b"<a>\xff</a>",
        b"<a>\xc0\xaf</a>",
        b"<a>\xed\xa0\x80</a>",
        b"<a>\xf5\x80\x80\x80</a>",
        b"<a>\xd0</a>",
        b"<a>\xef\xbf\xbf</a>",
        b"<a>\x01</a>",
        b"<a>&#1;</a>",
        b"<a>&#xD800;</a>",
        b"<a b='\xff'/>",
        b"+ADw-a+AD4-",
        b"\x4c\x6f\xa7\x94",
        b'<?xml version="1.0" encoding="utf-7"?><a>+ADw-</a>',
    ],
)
def test_octets_that_are_not_xml_characters_in_utf8_are_refused(document: bytes) -> None:
    with pytest.raises(MalformedXml):
        parse(document)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b" ",
        b"text",
        b"<a>",
        b"<a",
        b"<a></b>",
        b"<a/><b/>",
        b"<a/>text",
        b"<a b='1' b='2'/>",
        b"<p:a/>",
        b"<a p:b='1'/>",
        b"<a xmlns:p='urn:x' xmlns:q='urn:x' p:b='1' q:b='2'/>",
        b"<a>&undefined;</a>",
        b"<a>]]></a>",
        b"<a><!-- -- --></a>",
        b"<a b='<'/>",
        b'<a>\n<?xml version="1.0"?></a>',
        b' <?xml version="1.0"?><a/>',
    ],
)
def test_broken_documents_are_refused_with_a_place(document: bytes) -> None:
    with pytest.raises(MalformedXml) as refusal:
        parse(document)
    assert refusal.value.where


@pytest.mark.parametrize(
    "document",
    [
        b"<!DOCTYPE a><a/>",
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- c --><?p?>\n<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>',
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>',
        b'<!DOCTYPE a [<!ENTITY % e SYSTEM "http://127.0.0.1:1/"> %e;]><a/>',
        b"<!-- <!DOCTYPE b> --><!DOCTYPE a><a/>",
    ],
)
def test_a_doctype_is_refused_before_anything_is_expanded(document: bytes) -> None:
    with pytest.raises(MalformedXml, match="DOCTYPE"):
        parse(document)


def test_a_doctype_in_another_case_or_place_is_no_xml() -> None:
    for document in (b"<!doctype a><a/>", b"<a><!DOCTYPE a></a>", b"<a/><!DOCTYPE a>"):
        with pytest.raises(MalformedXml):
            parse(document)


def test_the_word_doctype_is_harmless_in_comments_cdata_and_instructions() -> None:
    root = parse(
        b"<?p <!DOCTYPE a> ?><!-- <!DOCTYPE a> --><a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE html>]]></a>"
    )
    assert root[0].tail == "<!DOCTYPE html>"


def test_files_may_have_a_doctype_whose_entities_stay_inside() -> None:
    document = b'<!DOCTYPE a [<!ENTITY e "x"><!ATTLIST a b CDATA "d">]><a>&e;</a>'
    root = parse(document, FILE_LIMITS)
    assert (root.text, root.get("b")) == ("x", "d")


def test_files_may_have_a_doctype_but_nothing_outside_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("<!ATTLIST a b CDATA 'secret'>")
    for document in (
        f'<!DOCTYPE a SYSTEM "{secret}"><a/>',
        f'<!DOCTYPE a SYSTEM "{secret.as_uri()}"><a/>',
        f'<!DOCTYPE a [<!ENTITY e SYSTEM "{secret}">]><a>&e;</a>',
        f'<!DOCTYPE a [<!ENTITY % e SYSTEM "{secret}">%e;]><a/>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>',
    ):
        try:
            root = parse(document.encode(), FILE_LIMITS)
        except MalformedXml:
            continue
        assert b"secret" not in etree.tostring(root)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "koi8-r", "utf-7"])
@pytest.mark.parametrize("use", ["<a>&e11;</a>", "<a b='&e11;'/>"])
def test_entity_bombs_in_files_are_stopped(encoding: str, use: str) -> None:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    document = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY e0 "lol">{entities}]>{use}'
    with pytest.raises(MalformedXml):
        parse(document.encode(encoding), FILE_LIMITS)


def test_a_doctype_that_another_encoding_hides_is_found() -> None:
    limits = replace(FILE_LIMITS, doctype=False)
    document = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'
    assert parse(document.encode("utf-16"), FILE_LIMITS).text == "x"
    with pytest.raises(MalformedXml, match="DOCTYPE"):
        parse(document.encode("utf-16"), limits)


def test_a_version_that_is_not_known_is_no_fault_beside_odd_namespaces() -> None:
    assert parse("<?xml version='1.1'?><a xmlns='urn:～'/>".encode()).tag == "{urn:～}a"


def test_files_may_be_in_any_known_encoding() -> None:
    for encoding in ("windows-1251", "koi8-r", "utf-16"):
        document = f'<?xml version="1.0" encoding="{encoding}"?><имя>Ж</имя>'.encode(encoding)
        assert parse(document, FILE_LIMITS).text == "Ж"


def test_attachments_of_the_largest_message_fit_inline() -> None:
    content = base64.b64encode(bytes(5 * 2**20))
    assert len(parse(b"<a><b>" + content + b"</b></a>")[0].text or "") == len(content)
    eleven = b"x" * (11 * 2**20)
    assert len(parse(b"<a>" + eleven + b"</a>").text or "") == len(eleven)


def test_more_octets_than_allowed_are_refused_unparsed() -> None:
    document = b"<a>" + b"x" * XmlLimits().octets + b"</a>"
    tracemalloc.start()
    with pytest.raises(XmlLimitExceeded):
        parse(document)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


def test_depth_is_bounded() -> None:
    assert len(list(parse(b"<a>" * 256 + b"x" + b"</a>" * 256).iter())) == 256
    for deep in (257, 5000, 1_000_000):
        limits = XmlLimits(markup=10**7)
        with pytest.raises(XmlLimitExceeded):
            parse(b"<a>" * deep + b"</a>" * deep, limits)
    assert parse(b"<a><b/></a>", XmlLimits(depth=2)) is not None
    with pytest.raises(XmlLimitExceeded):
        parse(b"<a><b/></a>", XmlLimits(depth=1))


def test_attributes_of_one_element_are_bounded() -> None:
    many = b" ".join(b"a%d='1'" % i for i in range(257))
    with pytest.raises(XmlLimitExceeded):
        parse(b"<a " + many + b"/>")
    with pytest.raises(XmlLimitExceeded):
        parse(b"<a>text<b " + many.replace(b"a", b"xmlns:a") + b"/></a>")
    assert len(parse(b"<a " + many.rsplit(b" ", 1)[0] + b"/>").attrib) == 256


def test_markup_is_bounded() -> None:
    with pytest.raises(XmlLimitExceeded):
        parse(b"<a>" + b"<b/>" * 1_000_000 + b"</a>")


@pytest.mark.parametrize("tree", TREES)
def test_both_measures_of_a_tree_agree(tree: object) -> None:
    document = b"<a><!-- c --><b x='1' y='2'><c/>text</b><?p?><d/></a><!-- after -->"
    root = parse(document)
    exceeds = tree.exceeds  # type: ignore[attr-defined]
    assert exceeds(root, document, 3, 2) is None
    assert exceeds(root, document, 2, 2) == "depth"
    assert exceeds(root, document, 3, 1) == "attributes"
    declared = b"<a><b xmlns:p='urn:p' xmlns='urn:q' xmlns:r='urn:r'>text</b></a>"
    assert exceeds(parse(declared), declared, 2, 3) is None
    assert exceeds(parse(declared), declared, 2, 2) == "attributes"


@pytest.mark.parametrize(
    "uri", ["http://пф.рф/ЗДП/2016-04-15", "urn:～", "urn:a b", "a b", "relative/name", "%zz", 'urn:"<>']
)
def test_namespace_names_that_are_no_uri_are_accepted(uri: str) -> None:
    escaped = uri.replace("<", "&lt;").replace('"', "&quot;")
    root = parse(f'<p:a xmlns:p="{escaped}"><b xmlns="{escaped}" p:c="1"/></p:a>'.encode())
    assert root.tag == f"{{{uri}}}a"
    assert root[0].attrib == {f"{{{uri}}}c": "1"}


@pytest.mark.parametrize("repeated", [1, 99, 100, 101, 300])
@pytest.mark.parametrize(
    "fault",
    [
        "<p:b/>",
        "<b p:c='1'/>",
        "<b xmlns:p='urn:p' xmlns:q='urn:p' p:c='1' q:c='1'/>",
        "<b></c>",
        "<b c='1' c='2'/>",
        "&undefined;",
        "&#1;",
        "<b xmlns:p=''/>",
    ],
)
def test_odd_namespace_names_hide_no_other_fault(repeated: int, fault: str) -> None:
    odd = "<e xmlns='urn:～'/>" * repeated
    with pytest.raises(MalformedXml):
        parse(f"<a>{odd}{fault}</a>".encode())
    assert len(parse(f"<a>{odd}</a>".encode())) == repeated


def test_odd_namespace_names_open_no_doctype() -> None:
    with pytest.raises(MalformedXml, match="DOCTYPE"):
        parse('<!DOCTYPE a [<!ENTITY e "x">]><a xmlns="urn:～">&e;</a>'.encode())


def test_threads_parse_at_the_same_time() -> None:
    def names(number: int) -> list[str]:
        root = parse(f"<a{number}><b{number} c='{number}'/></a{number}>".encode())
        return [str(element.tag) for element in root.iter()]

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(names, range(400)))
    assert made == [[f"a{number}", f"b{number}"] for number in range(400)]


LATER_WARNING = b'<b xmlns="relative"/>'


@pytest.mark.parametrize(
    "inside",
    [
        b"<x:a/>",
        b'<a x:b="1"/>',
        b"<a:b:c xmlns:a='urn:a'/>",
        b"<a xmlns:a:b='urn:a'/>",
        b"<a xmlns:p='urn:1' xmlns:q='urn:1' p:z='1' q:z='2'/>",
        b"<a xmlns:p=''/>",
    ],
)
@pytest.mark.parametrize("warnings", [0, 1, 150])
@pytest.mark.parametrize("before", [True, False])
def test_a_warning_does_not_hide_an_error_of_namespaces(inside: bytes, warnings: int, before: bool) -> None:
    pieces = [inside, LATER_WARNING * warnings]
    with pytest.raises(MalformedXml):
        parse(b'<r xmlns="urn:r">%b</r>' % b"".join(reversed(pieces) if before else pieces))


def test_names_that_are_no_uri_are_still_only_warned_of() -> None:
    assert len(parse(b'<r xmlns="urn:r">%b</r>' % (LATER_WARNING * 150))) == 150


@pytest.mark.parametrize("tail", [b"garbage", b"<b/>", b"</q:a>", b"\0", b"&amp;", b"<![CDATA[x]]>"])
@pytest.mark.parametrize("name", ["urn:a", "relative", "urn://a\x85", "http://пф.рф/a}"])
def test_nothing_follows_the_root_whatever_its_namespace_is_called(name: str, tail: bytes) -> None:
    document = f'<q:a xmlns:q="{name}"/>'.encode()
    assert parse(document + b"\n<!-- end --><?end?>\n") is not None
    with pytest.raises(MalformedXml):
        parse(document + tail)
    warned = f'<q:a xmlns:q="{name}">'.encode() + LATER_WARNING + b"</q:a>"
    assert parse(warned) is not None
    with pytest.raises(MalformedXml):
        parse(warned + tail)
