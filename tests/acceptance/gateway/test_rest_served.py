"""REST of a gateway that is served: in a process of its own, over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mezhved.bench.installation import free_port
from tests.support.gateways import NUMBER, present_pki, setup_document, write_keys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE_SECONDS = 60


def run(environment: dict[str, str], *arguments: str) -> str:
    told = subprocess.run(
        [sys.executable, "-m", "mezhved.cli.main", "gateway", *arguments],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout.strip()


def call(address: str, token: str = "", body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(address, body, headers | ({"Content-Type": kind} if kind else {}))
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@contextmanager
def served(environment: dict[str, str], address: str) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "mezhved.cli.main", "gateway", "serve"], env=environment
    )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                call(f"{address}/healthz")
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def test_a_served_gateway_takes_requests_and_tells_of_them(tmp_path: Path) -> None:
    write_keys(tmp_path, present_pki())
    (tmp_path / "gateway.yaml").write_text(setup_document("http://127.0.0.1:9"))
    port = free_port()
    environment = {
        **os.environ,
        "MEZHVED_GATEWAY_DATABASE": str(tmp_path / "gateway.sqlite3"),
        "MEZHVED_GATEWAY_FOLDER": str(tmp_path / "gateway"),
        "MEZHVED_GATEWAY_LISTEN_PORT": str(port),
        "MEZHVED_LANG": "en",
    }
    run(environment, "migrate")
    run(environment, "import", str(tmp_path / "gateway.yaml"))
    token = run(environment, "token", "new", "billing", "--right", "TEST01:*:ask")
    listed = json.loads(run(environment, "token", "list", "--json"))
    assert [(each["name"], each["state"], each["rights"]) for each in listed] == [
        ("billing", "in force", ["TEST01@bus:*:ask"])
    ]
    address = f"http://127.0.0.1:{port}"
    api = f"{address}/api/v1"
    with served(environment, address):
        status, body = call(f"{api}/requests?client_id=1", token, NUMBER, "application/xml")
        assert status == 201, body
        assert call(f"{api}/requests?client_id=1", token, NUMBER, "application/xml")[0] == 200
        events: dict[str, Any] = json.loads(call(f"{api}/events?wait=20", token)[1])
        assert events["items"][0]["exchange"] == json.loads(body)["id"]
        assert call(f"{api}/types")[0] == 401
        assert call(f"{api}/requests", token, b"x" * (17 * 1024 * 1024), "application/xml")[0] == 413
        assert json.loads(call(f"{address}/healthz")[1])["status"] == "ok"
        metrics = call(f"{address}/metrics")[1].decode()
        assert 'mezhved_gateway_rest_calls_total{operation="POST api/v1/requests",status="201"}' in metrics
        page = call(f"{api}/docs")[1].decode()
        assert "http" not in page.replace("http-equiv", "")  # nothing from elsewhere
        assert call(f"{address}/static/ninja/swagger-ui-bundle.js")[0] == 200
        run(environment, "token", "revoke", "billing")
        assert call(f"{api}/types", token)[0] == 401
    counted = json.loads(run(environment, "statistics", "--json"))
    assert [each["kind"] for each in counted][:1] in ([], ["request_taken"])
