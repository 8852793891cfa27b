"""`mezhved smev3 transform` as a process, on nasty documents, against the naive transform."""

from __future__ import annotations

import codecs
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.naive_transform import naive_transform

if TYPE_CHECKING:
    from pathlib import Path

ALPHABET = "ab>]<&\r\n\t \x7f\x85\x9f\"'ё😀"
LENGTHS = (1, 5, 10, 11, 12, 13, 511, 512, 513, 1023, 1024, 1025, 5000)


def escaped(text: str) -> str:
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return text


def declared(encoding: str, text: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?><a xmlns="urn:x">{text}</a>'


def noise(seed: int, length: int) -> str:
    source = random.Random(seed)
    return escaped("".join(source.choice(ALPHABET) for _ in range(length)))


GOOD = {
    "bom": codecs.BOM_UTF8 + declared("UTF-8", "ж").encode(),
    "windows-1251": declared("windows-1251", "жЖ№").encode("cp1251"),
    "koi8-r": declared("koi8-r", "жЖ").encode("koi8-r"),
    "latin1": declared("iso-8859-1", "\x80\x9fé").encode("latin1"),
    "ascii": declared("us-ascii", "&#1078;&#128512;").encode(),
    "utf-16": declared("UTF-16", "жЖ😀").encode("utf-16"),
    "utf-16 undeclared": "<a xmlns='urn:x'>жЖ😀</a>".encode("utf-16"),
    "cyrillic host": '<a xmlns="http://пф.рф/x" xmlns:b="urn:～"><b:c b:d="1">x > y</b:c></a>'.encode(),
    "blanks in names": b'<a xmlns="urn:a b" xmlns:b=" x "><b:c b:d="1"/></a>',
    "relative names": b'<a xmlns="rel/x" xmlns:b="../y"><b:c b:d="1"/></a>',
    "markup in names": b'<a xmlns="http://x/?a=1&amp;b=2" xmlns:b="urn:&lt;&quot;&apos;>"><b:c b:d="1"/></a>',
    "doctype": b'<!DOCTYPE a [<!ENTITY e "v<b xmlns=\'urn:y\'/>w">]><a xmlns="urn:x">1&e;2</a>',
    "cdata": b'<a xmlns="urn:x"><![CDATA[ <&>]]>&gt;<![CDATA[]]]]><![CDATA[>]]></a>',
    "instructions": b'<?p?><!--x--><a xmlns="urn:x"> <!--c--> <?pi d?> t <?pi?>  <!-- --></a><!--end--><?e?>',
    "line ends": b'\r\n<a xmlns="urn:x">\r\n<b>x\r\ny&#13;\r</b>\r\n</a>\r\n',
    "order": '<a xmlns="urn:x" xmlns:Z="urn:Z" xmlns:b="urn:b" b:z="1" Z:a="2" '
    'b="&#9;&#10;&#13;&quot;&apos;&lt;>&#x80;" A="3" ё="4"/>'.encode(),
    "astral order": '<a xmlns="urn:x" xmlns:e="urn:\U00010000" xmlns:f="urn:\uff5e" '
    'e:a="1" f:a="2"/>'.encode(),
    "siblings": b'<a xmlns="urn:a"><b xmlns="urn:b"/><b xmlns="urn:b" xmlns:c="urn:c" c:x="1">'
    b'<c xmlns="urn:c"/></b><q:c xmlns:q="urn:c"/></a>',
    "prefixes again": b'<p:a xmlns:p="urn:p"><p:b xmlns:p="urn:q"><p:c xmlns:p="urn:p"/></p:b></p:a>',
    **{
        f"noise {length}": (f'<a xmlns="urn:x" b="{noise(length, 40)}">{noise(length, length)}</a>'.encode())
        for length in LENGTHS
    },
}
BAD = {
    "no namespace": b"<a/>",
    "no namespace inside": b'<a xmlns="urn:x"><b xmlns=""/></a>',
    "xml:lang": b'<a xmlns="urn:x" xml:lang="ru"/>',
    "xml:space": b'<a xmlns="urn:x"><b xml:space="preserve"> </b></a>',
    "empty": b"",
    "cut": b'<a xmlns="urn:x">',
    "two roots": b'<a xmlns="urn:x"/><a xmlns="urn:x"/>',
    "not utf-8": b'<a xmlns="urn:x">\xff\xfe</a>',
    "a control sign": b'<a xmlns="urn:x">&#1;</a>',
    "half a pair": b'<a xmlns="urn:x">&#xD800;</a>',
    "unbound prefix": b'<a xmlns="urn:x" q:c="1"/>',
    "twice the attribute": b'<a xmlns="urn:x" xmlns:p="urn:p" xmlns:q="urn:p" p:c="1" q:c="2"/>',
}


def transform(*arguments: object, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "mezhved.cli.main", "smev3", "transform", *map(str, arguments)],
        input=data,
        capture_output=True,
        check=False,
    )


def test_every_nasty_document_becomes_what_the_naive_transform_makes(tmp_path: Path) -> None:
    files = []
    for name, octets in (GOOD | BAD).items():
        files.append(tmp_path / f"{name.replace(':', '-')}.xml")
        files[-1].write_bytes(octets)
    done = transform(*files, "--out-dir", tmp_path / "out", tmp_path / "absent.xml")
    assert (done.returncode, done.stdout) == (1, b"")
    for name, octets in GOOD.items():
        assert (tmp_path / "out" / f"{name}.xml.out").read_bytes() == naive_transform(octets), name
    told = done.stderr.decode()
    for file in [*files[len(GOOD) :], tmp_path / "absent.xml"]:
        assert told.count(f"{file}: ") == 1
        assert not (tmp_path / "out" / f"{file.name}.out").exists()
    assert len(told.splitlines()) == len(BAD) + 1


def test_a_pipe_gives_the_octets_and_nothing_else() -> None:
    octets = GOOD["cyrillic host"]
    done = transform("-", data=octets)
    assert (done.returncode, done.stdout, done.stderr) == (0, naive_transform(octets), b"")


def test_ten_megabytes_go_through_a_pipe() -> None:
    count = 440_000
    done = transform("-", data=b'<a xmlns="urn:x">' + b"<b c='1'>x &gt; y</b>\r\n" * count + b"</a>")
    inside = b'<ns1:b c="1">x > y</ns1:b>' * count
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b'<ns1:a xmlns:ns1="urn:x">' + inside + b"</ns1:a>"


@pytest.mark.parametrize("name", ["no namespace inside", "xml:lang", "cut", "empty"])
def test_a_pipe_without_an_answer_gives_no_octets(name: str) -> None:
    done = transform("-", data=BAD[name])
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr


@pytest.mark.parametrize("arguments", [(), ("a.xml", "b.xml"), ("-", "--out-dir", "x"), ("--nonsense", "-")])
def test_a_wrong_call_is_told_as_such(arguments: tuple[str, ...]) -> None:
    assert transform(*arguments).returncode == 2
