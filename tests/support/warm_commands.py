"""The `mezhved` command out of a warm process, for tests that run many commands of a shell script.

A process that has imported everything forks for each command, with the caller's folder, environment and
open files: the command itself is the real one, only its start is quick.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLIENT = """#!{python} -SE
import json, os, socket, sys
link = socket.socket(socket.AF_UNIX)
link.connect({address!r})
told = json.dumps([sys.argv, os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(link, [len(told).to_bytes(4, "big")], [0, 1, 2])
link.sendall(told)
sys.exit(int(link.recv(4) or b"99"))
"""
_WARM = (
    "django.core.management",
    "django.contrib.admin",
    "mezhved.cli.smev3_client",
    "mezhved.cli.smev3_sign",
    "mezhved.cli.smev3_transform",
    "mezhved.cli.smev3_verify",
    "mezhved.cli.keys",
    "mezhved.cli.cert",
    "mezhved.cli.cms",
    "mezhved.cli.registry",
    "mezhved.cli.bus",
    "mezhved.bus.doctor",
    "mezhved.registry.loading",
)


@contextlib.contextmanager
def warm_commands(folder: Path) -> Iterator[Path]:
    """Give a folder with a `mezhved` for PATH, as long as the context lasts."""
    address = folder / "warm.socket"
    command = folder / "mezhved"
    command.write_text(_CLIENT.format(python=sys.executable, address=str(address)))
    command.chmod(0o755)
    ready, told = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.warm_commands", str(address), str(told)],
        pass_fds=[told],
        stdin=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    os.close(told)
    try:
        with os.fdopen(ready, "rb") as pipe:
            assert pipe.read(1) == b"!", "the warm process did not start"
        yield folder
    finally:
        process.terminate()
        process.wait()


def _serve(address: str, told: int) -> None:
    for name in _WARM:
        with contextlib.suppress(ImportError):
            import_module(name)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    os.write(told, b"!")
    os.close(told)
    while True:
        link, _ = listener.accept()
        # A pipeline's commands run at the same time: each call is waited for by a process of its own.
        if os.fork() == 0:
            listener.close()
            _run(link)
        link.close()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _run(link: socket.socket) -> None:
    """Be the command: never returns."""
    head, files, _, _ = socket.recv_fds(link, 4, 3)
    size = int.from_bytes(head, "big")
    told = b""
    while len(told) < size:
        told += link.recv(size - len(told))
    sys.argv, folder, environment = json.loads(told)
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        link.sendall(str(code).encode())
        os._exit(0)
    link.close()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    from mezhved.cli.main import main  # noqa: PLC0415 - the process is the command only now

    try:
        main()
    except SystemExit as end:
        sys.stdout.flush()
        os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))
    finally:
        sys.stdout.flush()
    os._exit(1)


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
