"""`make fuzz`: every target in turn under coverage-guided fuzzing, from the kept corpus.

FUZZ="seconds=60 target=der,cms keep" chooses how long each runs, which run, and that what was found on
new ways through the code is kept in the corpus. A reproducer of a crash is kept as crash-… in any case;
the tests then hold it against the reader for ever.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import corpus
from tests.fuzz.targets import TARGETS

# By the clock on the wall: the machine may have other things to do.
_TIMEOUT = 60
_MEBIBYTES = 2048
_KEPT_OCTETS = 1024
_KEPT_FILES = 40
_LINES = 25


@dataclass(frozen=True)
class Order:
    """What was asked for; `seconds` for each target."""

    seconds: int = 60
    targets: tuple[str, ...] = tuple(TARGETS)
    keep: bool = False

    @classmethod
    def read(cls, words: list[str]) -> Order:
        """Read the words of FUZZ; `ValueError` tells the right ones."""
        given: dict[str, int | bool | tuple[str, ...]] = {}
        for word in words:
            name, _, value = word.partition("=")
            if name == "seconds" and value.isdigit():
                given["seconds"] = int(value)
            elif name == "target" and set(value.split(",")) <= set(TARGETS):
                given["targets"] = tuple(value.split(","))
            elif word == "keep":
                given["keep"] = True
            else:
                known = ", ".join(TARGETS)
                raise ValueError(f"not understood: {word}; known: seconds=N keep target=A,B of {known}")
        return cls(**given)  # type: ignore[arg-type]


def fuzz(name: str, order: Order) -> bool:
    """Run one target; tell whether it stood. What broke it is kept."""
    target = TARGETS[name]
    with tempfile.TemporaryDirectory(prefix=f"mezhved-fuzz-{name}-") as folder:
        work = Path(folder)
        grown = work / "corpus"
        grown.mkdir()
        (work / "dictionary").write_text("".join(f'"{_escaped(token)}"\n' for token in target.tokens))
        command = [
            sys.executable, "-m", "tests.fuzz.child", name,
            f"-max_total_time={order.seconds}", f"-max_len={target.longest}", f"-timeout={_TIMEOUT}",
            f"-rss_limit_mb={_MEBIBYTES}", f"-artifact_prefix={work}/", f"-dict={work}/dictionary",
            "-print_final_stats=0", "-verbosity=1", str(grown), str(corpus.FOLDER / name),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        broke = [path for kind in ("crash", "timeout", "oom") for path in work.glob(f"{kind}-*")]
        for path in broke:
            corpus.write(name, f"crash-{path.name.partition('-')[2][:16]}", path.read_bytes())
        if order.keep and done.returncode == 0:
            _keep(name, grown)
        lines = done.stderr.splitlines()
        told = next((line for line in reversed(lines) if line.startswith("Done ")), "")
        sys.stdout.write(f"{name}: {'stood' if done.returncode == 0 else 'BROKE'} {told}\n")
        if done.returncode:
            told_last = [line for line in lines if not line.startswith("#")]
            sys.stdout.write("\n".join(told_last[-_LINES:]) + "\n")
        sys.stdout.flush()
        return done.returncode == 0


def _keep(name: str, grown: Path) -> None:
    """Keep the smallest of the inputs that went ways the corpus did not, up to a number in all."""
    room = max(0, _KEPT_FILES - sum(1 for _ in corpus.kept(name)))
    found = sorted(grown.iterdir(), key=lambda path: path.stat().st_size)
    for path in found[:room]:
        if path.stat().st_size <= _KEPT_OCTETS:
            corpus.write(name, f"found-{path.name[:16]}", path.read_bytes())


def _escaped(token: bytes) -> str:
    return "".join(f"\\x{octet:02x}" for octet in token)


def main() -> int:
    """Fuzz what was asked for; 1 when something broke."""
    try:
        order = Order.read(sys.argv[1:])
    except ValueError as error:
        sys.stderr.write(f"fuzz: {error}\n")
        return 2
    if importlib.util.find_spec("atheris") is None:
        sys.stderr.write(
            "fuzz: the fuzzer (atheris) has no build for this Python and system, so nothing is fuzzed here; "
            "`make test` still replays the corpus and tries mutations of its own\n"
        )
        return 2
    stood = [fuzz(name, order) for name in order.targets]
    return 0 if all(stood) else 1


if __name__ == "__main__":
    sys.exit(main())
