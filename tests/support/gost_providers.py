"""The two providers for tests; the one on gost-engine only where it is installed."""

from __future__ import annotations

import functools

import pytest

from mezhved.gost import KeyAlgorithm, Provider, ProviderUnavailable, load_provider
from mezhved.gost.curves import CURVES, Curve

NAMES = ("openssl", "pure")

# A curve by each of its names, with each algorithm that may use it.
KEY_KINDS = tuple(
    pytest.param(algorithm, curve, id=f"{algorithm.name}-{curve.name}")
    for curve in CURVES
    for algorithm in KeyAlgorithm
    if algorithm.size == curve.size
)


@functools.cache
def provider_named(name: str) -> Provider:
    """Return the provider, one for all tests; the test is skipped when it is not on this machine."""
    try:
        return load_provider(name)  # type: ignore[arg-type]
    except ProviderUnavailable as error:
        pytest.skip(f"{name}: {error}")


def distinct_curves() -> list[Curve]:
    """Return the curves that differ in their numbers."""
    return list({(curve.p, curve.a, curve.x): curve for curve in CURVES}.values())
