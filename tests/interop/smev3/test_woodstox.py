"""The transform against the library that SMEV itself writes XML with.

Runs where Java 11 and Woodstox are: Debian's `default-jdk-headless libwoodstox-java`,
or any other Woodstox named in `WOODSTOX_CLASSPATH`.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from mezhved.smev3.transform import TransformError, canonical_octets, signed_octets
from mezhved.smev3.xml import parse
from tests.support.xml_documents import ODD_URIS, PLAIN_URIS, Taste, documents

HERE = Path(__file__).parent
CLASSPATH = os.environ.get(
    "WOODSTOX_CLASSPATH", "/usr/share/java/woodstox-core.jar:/usr/share/java/stax2-api.jar"
)
PIECES = (
    *(">", ">", ">", "]", "]", "&amp;", "&lt;", "&#13;", "\x7f", "\x85", "\x9f", "\xa0"),
    *("я", "\uff5e", "\U0001f600", "a", "a", " ", "\n", '"', "<?p?>", "<!-- c -->", "<b/>"),
)

pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java here"),
    pytest.mark.skipif(
        not all(Path(jar).exists() for jar in CLASSPATH.split(":")), reason="there is no Woodstox here"
    ),
]


def by_woodstox(inputs: list[bytes]) -> list[bytes]:
    done = subprocess.run(
        ["java", "-cp", CLASSPATH, str(HERE / "Woodstox.java")],
        input=b"".join(struct.pack(">i", len(octets)) + octets for octets in inputs),
        capture_output=True,
        check=True,
        timeout=300,
    )
    outputs, at = [], 0
    while at < len(done.stdout):
        (length,) = struct.unpack_from(">i", done.stdout, at)
        outputs.append(done.stdout[at + 4 : at + 4 + length])
        at += 4 + length
    return outputs


def texts(count: int) -> list[bytes]:
    """Return documents whose texts lie about the thresholds of 12 and 512 units."""
    chance = random.Random(3)
    made = []
    for _ in range(count):
        length = chance.choice((chance.randrange(1, 16), chance.randrange(505, 520), chance.randrange(1600)))
        dense = chance.random()
        pieces = [
            chance.choice(PIECES) if chance.random() < dense else chance.choice("xя\U0001f600>")
            for _ in range(length)
        ]
        text = "".join(pieces).replace("]]>", "]]&gt;")
        made.append(f'<a xmlns="urn:a">{text}</a>'.encode())
    return made


def random_documents(count: int) -> list[bytes]:
    made: list[bytes] = []
    taste = Taste(uris=PLAIN_URIS + ODD_URIS, must_be_qualified=False)

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(document=documents(taste))
    def collect(document: bytes) -> None:
        made.append(document)

    collect()
    return made


def test_the_transform_writes_what_woodstox_writes() -> None:
    roots = [parse(document) for document in texts(600) + random_documents(300)]
    answers = by_woodstox([canonical_octets(root) for root in roots])
    for root, answer in zip(roots, answers, strict=True):
        try:
            expected = signed_octets(root)
        except TransformError:
            assert answer.startswith(b"refused: ")
        else:
            assert answer == expected
