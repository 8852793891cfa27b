"""`mezhved smev3 verify` on messages of strangers, in every form in which people keep them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from tests.support.foreign import signing
from tests.support.foreign.world import TYPE, VERSIONS, World, ask, new_id
from tests.support.foreign.writing import HABITS, SIGNATURE_MARK, Habit, Raw

if TYPE_CHECKING:
    from pathlib import Path

CALLER = "CallerInformationSystemSignature"


def verify(*arguments: object, data: bytes = b"") -> tuple[int, list[dict[str, Any]]]:
    """Run the command with --json; return its exit code and the report of every file."""
    done = subprocess.run(
        [sys.executable, "-m", "mezhved.cli.main", "smev3", "verify", "--json", *map(str, arguments)],
        input=data,
        capture_output=True,
        check=False,
    )
    assert done.stderr == b"", done.stderr.decode()
    told = json.loads(done.stdout)
    return done.returncode, told if isinstance(told, list) else [told]


def places(report: dict[str, Any]) -> list[tuple[str, bool, bool]]:
    return [(each["place"], each["digest_ok"], each["signature_ok"]) for each in report["signatures"]]


@pytest.fixture(scope="module")
def kept(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a request in every handwriting, in turn of all versions."""
    folder = tmp_path_factory.mktemp("kept")
    for at, habit in enumerate(HABITS):
        caller = world.consumer.but(version=VERSIONS[at % 3], habit=habit)
        (folder / f"{habit.name}.xml").write_bytes(caller.request(new_id(), ask()))
    return folder


def test_every_handwriting_verifies_as_a_file(kept: Path) -> None:
    files = sorted(kept.iterdir())
    code, reports = verify(*files)
    assert code == 0
    assert [report["file"] for report in reports] == [str(file) for file in files]
    assert all(places(report) == [(CALLER, True, True)] for report in reports)
    ids = {report["signatures"][0]["signed_id"] for report in reports}
    assert ids == {habit.id for habit in HABITS}


def test_the_operation_alone_verifies(kept: Path, tmp_path: Path) -> None:
    files = []
    for whole in kept.iterdir():
        (operation,) = etree.parse(whole).find("{*}Body")
        files.append(tmp_path / whole.name)
        files[-1].write_bytes(etree.tostring(operation, with_tail=False, encoding="UTF-8"))
    code, reports = verify(*files)
    assert code == 0
    assert all(places(report) == [(CALLER, True, True)] for report in reports)


def test_what_the_bus_delivers_verifies_as_it_came(world: World, tmp_path: Path) -> None:
    sent = world.consumer.send(ask())
    answer = world.provider.take("Request", sent)
    heads = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
    http = b"HTTP/1.1 200 OK\r\n" + heads.encode() + b"\r\n" + answer.body
    forms = {
        "body": answer.body,
        "mime": f"Content-Type: {answer.content_type}\r\n\r\n".encode() + answer.body,
        "http": http,
        "line-feeds": http.replace(b"\r\n", b"\n"),
        "chunked": heads.replace("content-length", "x").encode()
        + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(answer.body) + answer.body + b"\r\n0\r\n\r\n",
        "root": answer.body.partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0],
    }  # fmt: skip
    for name, octets in forms.items():
        (tmp_path / name).write_bytes(octets)
    code, reports = verify(*(tmp_path / name for name in forms))
    assert code == 0
    right = [("SMEVSignature", True, True), ("SenderInformationSystemSignature", True, True)]
    assert [sorted(places(report)) for report in reports] == [right] * len(forms)
    both = http + b"\r\n\r\n" + http
    code, (report,) = verify("-", data=both)
    assert (code, len(report["signatures"])) == (0, 4)


def test_a_false_signature_among_right_ones_is_found(world: World) -> None:
    sent = world.consumer.send(ask())
    envelope = etree.tostring(world.provider.take("Request", sent).envelope, encoding="UTF-8")
    changed = envelope.replace(b"<ns2:ReplyTo>", b"<ns2:ReplyTo>x")
    assert changed != envelope
    code, (report,) = verify("-", data=changed)
    assert code == 1
    assert sorted(places(report)) == [
        ("SMEVSignature", False, True),
        ("SenderInformationSystemSignature", True, True),
    ]


def test_signatures_inside_business_data_are_found_in_their_places(world: World) -> None:
    caller = world.consumer.but(version="1.1")
    official = world.consumer_keys["gost2012_512", "A"]
    record = (
        '<d:Record Id="REC_1"><d:RecordContent Id="CON_1"><f:Text>запись</f:Text></d:RecordContent>'
        "<d:PersonalSignature>@@PERSON@@</d:PersonalSignature></d:Record>"
    )
    directive = "urn://x-artefacts-smev-gov-ru/services/message-exchange/types/directive/1.3"
    content = ask(
        f'<d:Registry xmlns:d="{directive}"><d:RegistryRecord><d:RecordId>1</d:RecordId>{record}'
        "<d:RecordSignature>@@RECORD@@</d:RecordSignature></d:RegistryRecord></d:Registry>",
        ' Id="PERSONAL"',
    )
    data = caller.t(
        "SenderProvidedRequestData",
        caller.t("MessageID", new_id()),
        caller.b("MessagePrimaryContent", Raw(content)),
        caller.t("PersonalSignature", Raw("@@OFFICIAL@@")),
        Id=caller.habit.id,
    )
    octets = caller.unsigned("SendRequest", data)
    octets = signing.sign_in_place(octets, "CON_1", official, mark="@@PERSON@@")
    octets = signing.sign_in_place(octets, "REC_1", caller.key, mark="@@RECORD@@")
    octets = signing.sign_in_place(octets, "PERSONAL", official, mark="@@OFFICIAL@@")
    octets = signing.sign_in_place(octets, caller.habit.id, caller.key, mark=SIGNATURE_MARK)
    code, (report,) = verify("-", data=octets)
    assert code == 0
    found = {(each["place"], each["signed_id"]) for each in report["signatures"]}
    assert found == {
        (CALLER, caller.habit.id),
        ("PersonalSignature", "PERSONAL"),
        ("RecordSignature", "REC_1"),
        ("PersonalSignature", "CON_1"),
    }
    business = content_of(octets)
    code, (report,) = verify("-", data=business)
    assert code == 0
    assert {each["signed_id"] for each in report["signatures"]} == {"REC_1", "CON_1"}


def content_of(octets: bytes) -> bytes:
    (business,) = etree.fromstring(octets).iter(f"{{{TYPE}}}Ask")
    return etree.tostring(business, with_tail=False, encoding="UTF-8")


def test_pretty_printing_after_signing_is_told_from_a_forgery(world: World) -> None:
    octets = world.consumer.but(habit=Habit("x", ("soap", "ns", "ns1"))).request(new_id(), ask())
    tree = etree.fromstring(octets)
    etree.indent(tree)
    code, (report,) = verify("-", data=etree.tostring(tree, encoding="UTF-8"))
    assert (code, places(report)) == (1, [(CALLER, True, False)])
    assert report["signatures"][0]["problem"].startswith("REFORMATTED")


def test_term_and_trust_are_told_apart_from_the_signature(world: World, tmp_path: Path) -> None:
    file = tmp_path / "message.xml"
    file.write_bytes(world.consumer.request(new_id(), ask()))
    (tmp_path / "root.pem").write_text(world.pki.root_pem)
    other = tmp_path / "other.pem"
    other.write_text(world.provider_key.pem)
    wanted = {
        (): ("valid", None),
        ("--trust", tmp_path / "root.pem"): ("valid", "TRUSTED"),
        ("--trust", other): ("valid", "UNTRUSTED"),
        ("--at", "2001-02-03"): ("not_yet_valid", None),
        ("--at", "2099-02-03T04:05:06+03:00", "--trust", tmp_path / "root.pem"): ("expired", "EXPIRED"),
    }
    for arguments, judged in wanted.items():
        code, (report,) = verify(file, *arguments)
        (signature,) = report["signatures"]
        assert (code, signature["term"], signature["trust"]) == (0, *judged)
        assert "OGRN=1027700000041" in signature["subject"]
        assert "Чужой корень" in signature["issuer"]
        assert signature["not_before"] < signature["not_after"]


NOTHING = {
    "no signature": b"<a xmlns='urn:x'/>",
    "broken": b"<a",
    "empty": b"",
    "binary": bytes(range(256)),
    "headers only": b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n",
    "a doctype": b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
}


def test_a_file_without_signatures_is_told(tmp_path: Path) -> None:
    for name, octets in NOTHING.items():
        (tmp_path / name).write_bytes(octets)
    code, reports = verify(*(tmp_path / name for name in NOTHING))
    assert code == 1
    assert all(report["problem"] and report["signatures"] == [] for report in reports)


def test_one_bad_file_makes_the_whole_run_bad(kept: Path, tmp_path: Path) -> None:
    good = kept / "cxf.xml"
    bad = tmp_path / "bad.xml"
    bad.write_bytes(good.read_bytes().replace("Что".encode(), "Кто".encode()))
    code, reports = verify(good, bad)
    assert code == 1
    assert [places(report) for report in reports] == [[(CALLER, True, True)], [(CALLER, False, True)]]


def test_a_file_of_authorities_that_holds_none_is_refused(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no certificate here")
    done = subprocess.run(
        [sys.executable, "-m", "mezhved.cli.main", "smev3", "verify", kept / "cxf.xml", "--trust",
         tmp_path / "notes.txt"],
        capture_output=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, b"")
    assert "notes.txt" in done.stderr.decode()
