"""The compiled parts are built where that is possible, and missed nowhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOMS = ("gost", "smev3")
SOURCES = (
    "setup.py",
    *(str(p.relative_to(ROOT)) for room in ROOMS for p in (ROOT / "src/mezhved" / room).rglob("*.p[yx]*")),
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in SOURCES:
        if name.endswith(("setup.py", ".pyx", ".pxd", "__init__.py")):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "src/mezhved/__init__.py").touch()
    return tmp_path


def build(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "setup.py", "build_ext", "--build-lib", "built"],
        cwd=checkout,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def built(checkout: Path) -> list[str]:
    return [path.name for path in checkout.rglob("*.so")]


def test_a_machine_without_a_compiler_installs_without_the_compiled_parts(checkout: Path) -> None:
    done = build(checkout, CC="/bin/false")
    assert (done.returncode, built(checkout)) == (0, []), done.stderr


def test_a_machine_without_cython_installs_without_the_compiled_parts(checkout: Path) -> None:
    (checkout / "absent/Cython").mkdir(parents=True)
    (checkout / "absent/Cython/__init__.py").write_text("raise ImportError('no Cython here')")
    done = build(checkout, PYTHONPATH=str(checkout / "absent"))
    assert (done.returncode, built(checkout)) == (0, []), done.stderr


def test_sources_that_do_not_compile_stop_nothing(checkout: Path) -> None:
    (checkout / "src/mezhved/smev3/_tree.pyx").write_text("cdef (")
    done = build(checkout)
    assert (done.returncode, built(checkout)) == (0, []), done.stderr
