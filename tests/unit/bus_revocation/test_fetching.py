"""Fetching from a web server that answers as it likes, and from files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from mezhved.bus.revocation.fetching import Fetched, Fetcher, FetchFailed, Marks
from mezhved.gost.ocsp import MAX_RESPONSE_OCTETS
from tests.support.web import page, redirect, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.web import Web

LARGEST = 200_000


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as made:
        yield made


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(timeout=60, largest=LARGEST)


@pytest.fixture
def hasty() -> Fetcher:
    """For what never answers, or never ends."""
    return Fetcher(timeout=0.5, largest=LARGEST)


def failure(fetcher: Fetcher, address: str) -> str:
    with pytest.raises(FetchFailed) as failed:
        fetcher.get(address, Marks())
    return failed.value.kind


def test_a_list_is_fetched_whole_up_to_the_bound(web: Web, fetcher: Fetcher) -> None:
    web.pages["/a.crl"] = page(b"\x30" * LARGEST)
    assert fetcher.get(web.address("/a.crl"), Marks()) == Fetched(b"\x30" * LARGEST, Marks())
    web.pages["/b.crl"] = page(b"\x30" * (LARGEST + 1))
    assert failure(fetcher, web.address("/b.crl")) == "large"


def test_what_did_not_change_is_not_fetched_again(web: Web, fetcher: Fetcher) -> None:
    web.pages["/"] = page(b"list", ETag='"v1"', Last_Modified="Sun, 22 Nov 2026 09:00:00 GMT")
    first = fetcher.get(web.address("/"), Marks())
    web.pages["/"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    assert fetcher.get(web.address("/"), first.marks) == Fetched(None, first.marks)
    assert web.asked[1].headers["if-none-match"] == '"v1"'
    assert web.asked[1].headers["if-modified-since"].startswith("Sun, 22 Nov")
    assert web.asked[1].headers["accept-encoding"] == "identity"
    assert failure(fetcher, web.address("/")) == "status", "nobody asked whether it changed"


def test_a_list_without_end_is_cut_off(web: Web, fetcher: Fetcher) -> None:
    web.pages["/"] = b"HTTP/1.1 200 OK\r\n\r\n"
    web.endless["/"] = bytes(65536)
    assert failure(fetcher, web.address("/")) == "large"
    web.pages["/chunked"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    web.endless["/chunked"] = b"10000\r\n" + bytes(65536) + b"\r\n"
    assert failure(fetcher, web.address("/chunked")) == "large"


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"]
)
def test_what_comes_slowly_and_never_ends_is_a_timeout(web: Web, hasty: Fetcher, head: bytes) -> None:
    web.pages["/"] = head
    web.endless["/"] = b"X"
    assert failure(hasty, web.address("/")) == "timeout"


def test_silence_is_a_timeout(web: Web, hasty: Fetcher) -> None:
    web.pages["/"] = None
    assert failure(hasty, web.address("/")) == "timeout"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (page(b"no", "404 Not Found"), "status"),
        (page(b"no", "500 Internal Server Error"), "status"),
        (page(b"", "204 No Content"), "status"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "truncated"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "truncated"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "truncated"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "garbage"),
        (b"", "garbage"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n", "garbage"),
        (page(b"\x1f\x8b", Content_Encoding="gzip"), "encoded"),
    ],
)
def test_a_broken_answer_is_a_failure_in_our_words(
    web: Web, fetcher: Fetcher, answer: bytes, kind: str
) -> None:
    web.pages["/"] = answer
    assert failure(fetcher, web.address("/")) == kind


def test_nobody_listening_is_a_failure(fetcher: Fetcher) -> None:
    with serving() as gone:
        pass
    assert failure(fetcher, gone.address("/")) == "unreachable"
    assert failure(fetcher, "http://no-such-host.invalid/") == "unreachable"


def test_a_redirect_is_followed_on_the_same_host_only(web: Web, fetcher: Fetcher) -> None:
    web.pages["/old"] = redirect("/new")
    web.pages["/new"] = page(b"list")
    assert fetcher.get(web.address("/old"), Marks()).octets == b"list"

    for elsewhere in (
        web.address("/new", "localhost"),
        f"http://127.0.0.1:{web.port + 1}/new",
        "https://127.0.0.1/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://user@127.0.0.1/",
        "//localhost/new",
        "http://[broken",
    ):
        web.pages["/away"] = redirect(elsewhere)
        assert failure(fetcher, web.address("/away")) == "redirect", elsewhere


def test_a_redirect_to_a_listed_host_is_followed_and_not_in_circles(web: Web) -> None:
    trusting = Fetcher(timeout=60, largest=LARGEST, redirect_hosts=frozenset(("localhost",)))
    web.pages["/away"] = redirect(web.address("/new", "localhost"))
    web.pages["/new"] = page(b"list")
    assert trusting.get(web.address("/away"), Marks()).octets == b"list"
    web.pages["/circle"] = redirect("/circle")
    assert failure(trusting, web.address("/circle")) == "redirect"


def test_what_others_chose_does_not_lead_to_this_machine(web: Web, fetcher: Fetcher) -> None:
    web.pages["/"] = page(b"list")
    assert fetcher.get(web.address("/"), Marks()).octets == b"list"
    for address in (web.address("/"), web.address("/", "localhost"), web.address("/", "0.0.0.0")):
        with pytest.raises(FetchFailed) as failed:
            fetcher.get(address, Marks(), outside=True)
        assert failed.value.kind == "forbidden"
    assert failure(fetcher, "http://169.254.169.254/latest/") == "forbidden"


def test_ocsp_is_asked_by_post_and_its_answer_bounded(web: Web, fetcher: Fetcher) -> None:
    web.pages["/"] = lambda asked: page(asked.body[::-1])
    assert fetcher.ask(web.address("/"), b"question") == b"noitseuq"
    assert web.asked[0].line == "POST / HTTP/1.1"
    assert web.asked[0].headers["content-type"] == "application/ocsp-request"
    web.pages["/"] = page(bytes(MAX_RESPONSE_OCTETS + 1))
    with pytest.raises(FetchFailed, match="больше"):
        fetcher.ask(web.address("/"), b"question")
    web.pages["/"] = redirect("/other")
    with pytest.raises(FetchFailed, match="302"):
        fetcher.ask(web.address("/"), b"question")


def test_a_file_is_read_when_it_changed(tmp_path: Path, fetcher: Fetcher) -> None:
    file = tmp_path / "Список отзыва.crl"
    file.write_bytes(b"list")
    first = fetcher.get(str(file), Marks())
    assert first.octets == b"list"
    assert fetcher.get(file.as_uri(), first.marks).octets is None
    file.write_bytes(b"longer list")
    assert fetcher.get(str(file), first.marks).octets == b"longer list"
    file.write_bytes(bytes(LARGEST + 1))
    assert failure(fetcher, str(file)) == "large"


def test_what_is_no_file_is_refused_at_once(tmp_path: Path, fetcher: Fetcher) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (str(pipe), str(tmp_path), "/dev/zero", str(tmp_path / "absent")):
        assert failure(fetcher, path) == "unreadable", path
