"""The container's reader against what others make of it: nothing but a right container is taken."""

from __future__ import annotations

import functools
import io
import json
import zipfile
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gateway.evidence import archive, chain
from mezhved.gateway.evidence.errors import BrokenContainer
from mezhved.gateway.evidence.verifying import Verdict, verify_container
from mezhved.gost import Digest, load_provider, sign_cms
from tests.support.gateways import present_pki

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROVIDER = load_provider()
NAMES = st.from_regex(r"[a-z0-9_-]{1,8}(/[a-z0-9_-]{1,8}\.[a-z]{3})?", fullmatch=True)


def packed(contents: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    sources = [
        archive.measured(name, functools.partial(io.BytesIO, octets), PROVIDER)
        for name, octets in contents.items()
    ]
    archive.write(target, sources)
    return target.getvalue()


def read_all(octets: bytes) -> dict[str, bytes]:
    opened = archive.Archive(io.BytesIO(octets))
    return {name: opened.read(name) for name in opened.entries}


@given(st.dictionaries(NAMES, st.binary(max_size=200), max_size=6))
def test_what_is_written_is_read_and_any_zip_program_reads_it(contents: dict[str, bytes]) -> None:
    octets = packed(contents)
    opened = archive.Archive(io.BytesIO(octets))
    assert {name: opened.read(name) for name in opened.entries} == contents
    for name, entry in opened.entries.items():
        with opened.open(entry) as content:
            assert content.read() == contents[name]
    with zipfile.ZipFile(io.BytesIO(octets)) as other:
        assert {each.filename: other.read(each) for each in other.infolist()} == contents


@given(
    st.dictionaries(NAMES, st.binary(max_size=60), min_size=1, max_size=4),
    st.integers(min_value=0),
    st.integers(min_value=1, max_value=255),
)
def test_no_changed_octet_is_overlooked(contents: dict[str, bytes], place: int, change: int) -> None:
    octets = bytearray(packed(contents))
    octets[place % len(octets)] ^= change
    with pytest.raises(BrokenContainer):
        read_all(bytes(octets))


@given(st.binary(max_size=400) | st.builds(lambda rest: b"PK\3\4" + rest, st.binary(max_size=100)))
def test_garbage_is_a_finding_never_an_error(octets: bytes) -> None:
    assert not verify_container(io.BytesIO(octets), PROVIDER).intact


@given(
    st.dictionaries(
        st.sampled_from(["files", "steps", "attachments", "unknown", "made_at", "exchange"]),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
            max_leaves=6,
        ),
    ),
    st.binary(max_size=50),
)
def test_a_container_of_right_form_and_wrong_contents_is_a_finding(said: object, signature: bytes) -> None:
    octets = packed(
        {
            "manifest.json": json.dumps(said).encode(),
            "manifest.p7s": signature,
            "chain.json": b"{}",
            "trust/authorities.pem": signature,
        }
    )
    assert not verify_container(io.BytesIO(octets), PROVIDER).intact


def crafted(
    chain_said: object = None,
    steps: Iterable[object] = (),
    more: Mapping[str, bytes] = MappingProxyType({}),
    **manifest: object,
) -> bytes:
    """A container whose every hash and signature is right, as anybody makes who has some key."""
    pki = present_pki()
    said = chain_said or {"runs": [], "checkpoints": []}
    chained = json.dumps(said).encode()
    trusted = (pki.root.certificate.pem + pki.ca.certificate.pem).encode()
    contents = {"chain.json": chained, "trust/authorities.pem": trusted, **more}
    listed = {
        name: {"size": len(octets), "digest": PROVIDER.digest(Digest.STREEBOG256, octets).hex()}
        for name, octets in contents.items()
    }
    told = {
        "made_at": datetime.now(UTC).isoformat(),
        "signed_with": pki.consumer.certificate.thumbprint.hex(),
        "files": listed,
        "steps": list(steps),
        **dict.fromkeys(("messages", "attachments", "unknown"), ()),
        **manifest,
    }
    octets = json.dumps(told).encode()
    signature = sign_cms(octets, pki.consumer, PROVIDER, at=datetime.now(UTC))
    return packed({"manifest.json": octets, "manifest.p7s": signature, **contents})


@pytest.mark.parametrize(
    ("chain_said", "manifest"),
    [
        (
            {
                "runs": [{"before": "00" * 32, "rows": [[1, "\ud800", "call", "t", "00" * 32]]}],
                "checkpoints": [],
            },
            {},
        ),
        (
            {
                "runs": [],
                "checkpoints": [
                    {
                        "position": 1,
                        "link": "00" * 32,
                        "at": "2026-11-22\ud80023:00:00+00:00",
                        "signature": "manifest.p7s",
                    }
                ],
            },
            {},
        ),
        (None, {"unknown": [{"ru": "\ud800", "en": "\ud800"}]}),
        (None, {"exchange": {"uid": "\ud800"}}),
    ],
)
def test_halves_of_characters_in_a_signed_container_are_a_finding(
    chain_said: object, manifest: dict[str, Any]
) -> None:
    assert not verify_container(io.BytesIO(crafted(chain_said, **manifest)), PROVIDER).intact


def test_what_is_not_known_is_told_by_the_verifier_whatever_the_manifest_keeps_silent_about() -> None:
    row = chain.LinkRow(1, "", "call", "2026-11-22T10:00:00.000000+00:00", "00" * 32)
    link = chain.next_link(PROVIDER, bytes(32), row)
    text = chain.checkpoint_text(1, link, row.at)
    signer = present_pki().consumer
    place = {"position": 1, "link": link.hex(), "at": row.at, "signature": "checkpoints/1.p7s"}
    said = {"runs": [{"before": "00" * 32, "rows": [list(row)]}], "checkpoints": [place]}
    step = {"number": 1, "file": None, **row._asdict()}
    signature = sign_cms(text, signer, PROVIDER, at=datetime.now(UTC))
    report = verify_container(io.BytesIO(crafted(said, [step], {"checkpoints/1.p7s": signature})), PROVIDER)
    assert report.holds, report.checks
    told = {each.subject.en: each for each in report.checks}
    assert told["step 1 (call)"].verdict is Verdict.UNKNOWN
    signed = told["signature of the container"]
    assert (signed.verdict, "not known" in signed.detail.en) == (Verdict.UNKNOWN, True)


@pytest.mark.parametrize("name", ["../up", "/root", "a//b", "A", "a.", "a/../b", "", "ы", "a\\b", "a" * 121])
def test_a_name_that_could_lead_elsewhere_is_refused(name: str) -> None:
    source = archive.Source(name, lambda: io.BytesIO(b""), 0, 0, b"")
    target = io.BytesIO()
    archive.write(target, [source])
    with pytest.raises(BrokenContainer):
        archive.Archive(target)


def test_an_ordinary_zip_and_one_entry_twice_are_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as other:
        other.writestr("manifest.json", "{}" * 50)
    with pytest.raises(BrokenContainer):
        archive.Archive(target)
    source = archive.measured("a", lambda: io.BytesIO(b"1"), PROVIDER)
    twice = io.BytesIO()
    archive.write(twice, [source, source])
    with pytest.raises(BrokenContainer):
        archive.Archive(twice)


def rows(count: int, start: int = 1) -> tuple[chain.LinkRow, ...]:
    return tuple(chain.LinkRow(start + at, "", "call", f"t{at}", "00" * 32) for at in range(count))


def linked(run: chain.Run) -> dict[int, bytes]:
    link, found = run.before, {}
    for row in run.rows:
        link = found[row.position] = chain.next_link(PROVIDER, link, row)
    return found


@given(
    st.integers(1, 12), st.integers(0, 11), st.sampled_from(["digest", "at", "message", "position", "gone"])
)
def test_a_row_is_proven_by_a_signed_link_after_it_and_no_changed_row_is(
    count: int, at: int, change: str
) -> None:
    run = chain.Run(bytes(32), rows(count))
    last = {count: linked(run)[count]}
    assert set(chain.proven(PROVIDER, [run], last)) == set(range(1, count + 1))
    at %= count
    changed = list(run.rows)
    if change == "gone":
        del changed[at]
    elif change == "position":
        changed[at] = changed[at]._replace(position=changed[at].position + 100)
    else:
        changed[at] = changed[at]._replace(**{change: "11" * 32})
    assert chain.proven(PROVIDER, [chain.Run(run.before, tuple(changed))], last) == {}


def test_rows_after_the_last_signed_link_are_not_proven() -> None:
    run = chain.Run(bytes(32), rows(5))
    assert set(chain.proven(PROVIDER, [run], {3: linked(run)[3]})) == {1, 2, 3}
