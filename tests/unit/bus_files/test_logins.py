"""Remembered passwords and addresses that guess."""

from __future__ import annotations

from mezhved.bus.files.logins import Failures, PasswordMemory


class Slow:
    """A slow check that counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, password: str, password_hash: str) -> bool:
        self.calls += 1
        return password_hash == f"hash of {password}"


def test_a_right_password_is_hashed_once() -> None:
    slow = Slow()
    memory = PasswordMemory(slow, b"k" * 32)
    assert all(memory.right("secret", "hash of secret") for _ in range(5))
    assert slow.calls == 1


def test_a_wrong_password_is_never_remembered_and_never_passes_for_a_right_one() -> None:
    slow = Slow()
    memory = PasswordMemory(slow, b"k" * 32)
    assert memory.right("secret", "hash of secret")
    assert not memory.right("guess", "hash of secret")
    assert not memory.right("guess", "hash of secret")
    assert slow.calls == 3


def test_a_changed_password_counts_at_once() -> None:
    memory = PasswordMemory(Slow(), b"k" * 32)
    assert memory.right("old", "hash of old")
    assert not memory.right("old", "hash of new")
    assert memory.right("new", "hash of new")


def test_memory_is_bounded() -> None:
    memory = PasswordMemory(Slow(), b"k" * 32)
    for number in range(3000):
        assert memory.right(str(number), f"hash of {number}")
    assert len(memory._right) == 1024


def test_an_address_that_guesses_waits_until_the_minute_is_over() -> None:
    now = [1000.0]
    failures = Failures(3, lambda: now[0])
    for _ in range(3):
        assert not failures.too_many("192.0.2.1")
        failures.note("192.0.2.1")
    assert failures.too_many("192.0.2.1")
    assert not failures.too_many("192.0.2.2")
    now[0] += 61
    assert not failures.too_many("192.0.2.1")
    failures.note("192.0.2.1")
    assert not failures.too_many("192.0.2.1")


def test_addresses_are_forgotten_when_there_are_too_many() -> None:
    failures = Failures(1, lambda: 0.0)
    for number in range(12_000):
        failures.note(str(number))
    assert len(failures._since) == 10_000
