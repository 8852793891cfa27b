"""Records of a directive registry: their own signatures and attachments, in envelopes of every version."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from mezhved.gost import sign_cms
from mezhved.smev3 import messages
from mezhved.smev3.faults import FaultKind
from mezhved.smev3.fragments import Fragment
from mezhved.smev3.messages.directive import Record, Registry, RegistryRecord
from mezhved.smev3.messages.writing import Profile
from mezhved.smev3.signature import sign
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse
from tests.support.attachments import File, taken_files, told_fault
from tests.support.exchange import NAMESPACE
from tests.support.pki import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gost import Signer
    from tests.support.databases import Database, Engine
    from tests.support.exchange import BusUnderTest, HttpReply


@pytest.fixture
def database(fresh_database: Callable[[Engine], Database]) -> Database:
    """One engine: what is judged here is judged before anything is stored."""
    return fresh_database("sqlite")


HOME = Version.V1_3


@dataclass(frozen=True)
class Entry:
    """One record in the making."""

    number: int
    files: tuple[File, ...] = ()
    officials: tuple[Signer, ...] = ()
    signer: Signer | None = None

    def write(self, bus: BusUnderTest) -> RegistryRecord:
        content = f'<q:Item xmlns:q="{NAMESPACE}">{self.number}</q:Item>'.encode()
        record = Record(
            Fragment(content),
            attachment_headers=tuple(each.header for each in self.files),
            id=f"R{self.number}",
            content_id=f"C{self.number}",
        )
        unsigned = parse(record.write(HOME, Profile.REAL))
        target = next(unsigned.iterchildren(f"{{{HOME.directive}}}RecordContent"))
        signatures = tuple(Fragment(sign(target, each, bus.pki.provider)) for each in self.officials)
        record = replace(record, personal_signatures=signatures)
        octets = record.write(HOME, Profile.REAL)
        own = None if self.signer is None else Fragment(sign(parse(octets), self.signer, bus.pki.provider))
        return RegistryRecord(self.number, record, own, Fragment(octets))


def business(bus: BusUnderTest, *entries: Entry) -> bytes:
    registry = Registry(tuple(each.write(bus) for each in entries)).write(HOME, Profile.REAL)
    return b'<q:Question xmlns:q="%b">%b</q:Question>' % (NAMESPACE.encode(), registry)


@pytest.fixture(autouse=True)
def _no_schemas(bus: BusUnderTest) -> None:
    bus.change_registry(schema_sets={})


@pytest.fixture(params=list(Version))
def version(request: pytest.FixtureRequest) -> Version:
    assert isinstance(request.param, Version)
    return request.param


def send(bus: BusUnderTest, version: Version, content: bytes, *files: File) -> HttpReply:
    caller = bus.consumer.speaking(version)
    contents = [messages.AttachmentContent(each.name, each.octets) for each in files]
    return caller.post(caller.request_envelope(caller.request_data(content), attachments=contents))


def signed_entry(bus: BusUnderTest, number: int = 1) -> Entry:
    return Entry(number, officials=(bus.pki.official,), signer=bus.pki.consumer)


def test_records_signed_rightly_pass_as_they_came(bus: BusUnderTest, version: Version) -> None:
    content = business(bus, *(signed_entry(bus, number) for number in (1, 2, 3)), Entry(4))
    assert send(bus, version, content).status == 200
    taken = bus.provider.speaking(version).get_request()
    assert taken.operation.request.data.primary_content.octets.endswith(content[20:])


def test_a_changed_record_is_told(bus: BusUnderTest, version: Version) -> None:
    content = business(bus, signed_entry(bus, 1), Entry(2, signer=bus.pki.consumer))
    assert send(bus, version, content.replace(b">2</q:Item>", b">7</q:Item>")).status == 200
    assert bus.provider.get_request().operation.request is None
    fault = told_fault(bus.consumer.speaking(version))
    assert [each.text for each in fault.details] == ["SignatureIsInvalid"]
    assert "ЭП-ОВ не соответствует подписанным данным" in fault.description


def test_an_official_who_signed_another_content_is_told(bus: BusUnderTest, version: Version) -> None:
    wrong = Entry(1, officials=(bus.pki.official,)).write(bus)
    octets = wrong.octets
    assert octets is not None
    changed = octets.octets.replace(b">1</q:Item>", b">7</q:Item>")
    registry = Registry((replace(wrong, octets=Fragment(changed)),)).write(HOME, Profile.REAL)
    content = b'<q:Question xmlns:q="%b">%b</q:Question>' % (NAMESPACE.encode(), registry)
    assert send(bus, version, content).status == 200
    assert "ЭП-СП не соответствует подписанным данным" in told_fault(bus.consumer).description


def test_a_signature_of_another_record_is_told(bus: BusUnderTest) -> None:
    first, second = (Entry(number, signer=bus.pki.consumer).write(bus) for number in (1, 2))
    registry = Registry((first, replace(second, signature=first.signature))).write(HOME, Profile.REAL)
    content = b'<q:Question xmlns:q="%b">%b</q:Question>' % (NAMESPACE.encode(), registry)
    assert send(bus, Version.V1_3, content).status == 200
    assert [each.text for each in told_fault(bus.consumer).details] == ["IncorrectSignatureTarget"]


def test_a_stranger_may_not_sign_a_record(bus: BusUnderTest, version: Version) -> None:
    crl = bus.pki.ca.crl(bus.pki.official.certificate)
    bus.change_registry(trust=replace(bus.snapshot.trust, crls=(crl,)))
    assert send(bus, version, business(bus, signed_entry(bus))).status == 200
    assert "Cертификат отозван" in told_fault(bus.consumer).description


def test_files_of_records_are_matched_with_the_contents_and_reach_the_recipient(
    bus: BusUnderTest, version: Version
) -> None:
    files = [
        File("scan-1", b"1" * 40_000).signed(bus.pki, bus.pki.official),
        File("scan-2", b"2").signed(bus.pki, bus.pki.consumer),
    ]
    entries = [Entry(number, (each,), signer=bus.pki.consumer) for number, each in enumerate(files, 1)]
    assert send(bus, version, business(bus, *entries), *files).status == 200
    taken = bus.provider.speaking(version).get_request()
    assert taken_files(taken) == [(each.name, each.octets) for each in files]


def test_a_file_of_a_record_must_match_its_signature(bus: BusUnderTest, version: Version) -> None:
    wrong = File("scan-1", b"1", sign_cms(b"2", bus.pki.official, bus.pki.provider, at=NOW))
    content = business(bus, Entry(1, (wrong,), signer=bus.pki.consumer))
    assert send(bus, version, content, wrong).status == 200
    assert told_fault(bus.consumer).description == (
        "SMEV-100:Проверка подписи на вложении scan-1: Дайджест не прошел проверку!"
    )


def test_a_header_of_a_record_without_a_content_is_refused_at_once(
    bus: BusUnderTest, version: Version
) -> None:
    reply = send(bus, version, business(bus, Entry(1, (File("scan-1", b"1"),))))
    assert reply.fault.kind is FaultKind.ATTACHMENT_CONTENT_MISCOORDINATION
    assert reply.fault.text == "Количество вложений - 0, количество заголовков - 1"


def test_three_hundred_signed_records_pass(bus: BusUnderTest) -> None:
    entry = signed_entry(bus)
    content = business(bus, *(replace(entry, number=number) for number in range(1, 301)))
    assert send(bus, Version.V1_1, content).status == 200
    assert bus.provider.get_request().operation.request is not None
