"""Hostile inputs that grow: neither work nor memory grows by the square."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.shapes import SHAPES, TIMES
from tests.fuzz.targets import TARGETS
from tests.support.work import growth

if TYPE_CHECKING:
    from tests.fuzz.shapes import Shape

# In proportion it is four, by squares sixteen.
STEPS = 5
MEMORY = 10
OCTETS = 200_000


def _peak(shape: Shape, octets: bytes) -> int:
    tracemalloc.start()
    try:
        TARGETS[shape.target].run(octets)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.target}: {shape.name}")
def test_what_grows_does_not_explode(shape: Shape) -> None:
    small, large = shape.make(shape.size), shape.make(shape.size * TIMES)
    run = TARGETS[shape.target].run
    run(small)  # what is made once is made here
    assert growth(lambda: run(small), lambda: run(large)) < STEPS
    assert _peak(shape, large) < MEMORY * (_peak(shape, small) + OCTETS)
