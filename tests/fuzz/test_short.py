"""The short form of `make fuzz`: the corpus again, and two hundred mutations of it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.fuzz import corpus
from tests.fuzz.__main__ import Order
from tests.fuzz.mutating import mutations
from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS

if TYPE_CHECKING:
    from tests.fuzz.targets import Target

MUTATIONS = 200
EVERY = pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)


@EVERY
def test_what_is_kept_is_read_or_refused_and_ends(target: Target) -> None:
    for name, octets in corpus.kept(target.name):
        try:
            target.run(octets)
        except Exception as error:
            error.add_note(name)
            raise


@EVERY
def test_mutations_are_read_or_refused(target: Target) -> None:
    inputs = [octets for _, octets in corpus.kept(target.name)]
    made = mutations(inputs, target.tokens, target.longest, random.Random(target.name))
    for octets, _ in zip(made, range(MUTATIONS), strict=False):
        try:
            target.run(octets)
        except Exception as error:
            error.add_note(f"to keep it: corpus.write({target.name!r}, 'crash-...', {octets!r})")
            raise


def test_every_target_begins_with_something_right() -> None:
    assert {target for target, _, _ in seeds()} == set(TARGETS)


def test_the_corpus_is_small_and_of_known_kinds() -> None:
    paths = [
        path for path in corpus.FOLDER.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}
    ]
    assert {path.parent.name for path in paths} == set(TARGETS)
    assert all(path.name.partition("-")[0] in {"seed", "found", "crash"} for path in paths)
    assert sum(path.stat().st_size for path in paths) < 2 * 2**20


def test_an_order_is_read_or_its_words_are_told() -> None:
    assert Order.read([]) == Order()
    read = Order.read(["seconds=5", "target=der,cms", "keep"])
    assert read == Order(5, ("der", "cms"), keep=True)
    for word in ("seconds=soon", "target=nobody", "faster"):
        with pytest.raises(ValueError, match="known: seconds=N keep target="):
            Order.read([word])
