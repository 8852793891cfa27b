"""The container's reader against what others make of it: nothing but a right container is taken."""

from __future__ import annotations

import functools
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gateway.evidence import archive, chain
from mezhved.gateway.evidence.errors import BrokenContainer
from mezhved.gateway.evidence.verifying import verify_container
from mezhved.gost import load_provider

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
