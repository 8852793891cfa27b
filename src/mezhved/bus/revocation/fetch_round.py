"""One fetch from beginning to end: asked, judged, kept or put off. Called by the keeper and the command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.bus.revocation import ledger
from mezhved.bus.revocation.accepting import Question, Unacceptable, accept_answer, accept_list
from mezhved.bus.revocation.fetching import Fetcher, FetchFailed, Marks
from mezhved.bus.revocation.ledger import News, Task
from mezhved.bus.revocation.schedule import after_failure, after_success
from mezhved.bus.times import moment
from mezhved.gost import OcspHash, write_request

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mezhved.configuration import BusSettings
    from mezhved.gost import Certificate, Provider
    from mezhved.texts import Text

_NONCE_OCTETS: Final = 16
_AWAY: Final = frozenset(("timeout", "unreachable", "tls", "forbidden", "unreadable"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one fetch went: `ok` (new data), `same`, or one word for the failure with its text.

    `again` is when it is tried again, in microseconds.
    """

    task: Task
    word: str
    again: int
    entries: int = 0
    problem: Text | None = None

    @property
    def failed(self) -> bool:
        """Whether nothing usable came."""
        return self.problem is not None

    @property
    def source_is_away(self) -> bool:
        """Whether the source would answer nothing else either now."""
        return self.word in _AWAY


@dataclass(frozen=True, slots=True)
class Fetching:
    """What a fetch needs. `clock` gives microseconds, `chance` a number from 0 to 1, `randomness` octets."""

    fetcher: Fetcher
    provider: Provider
    clock: Callable[[], int]
    chance: Callable[[], float]
    randomness: Callable[[int], bytes]
    retry: int

    @classmethod
    def of(
        cls,
        settings: BusSettings,
        provider: Provider,
        clock: Callable[[], int],
        chance: Callable[[], float],
        randomness: Callable[[int], bytes],
    ) -> Fetching:
        """Take the bounds from the settings."""
        fetcher = Fetcher(
            settings.revocation_timeout_seconds,
            settings.revocation_max_octets,
            frozenset(settings.revocation_redirect_hosts),
        )
        return cls(fetcher, provider, clock, chance, randomness, settings.revocation_retry_seconds)

    def fetch(self, task: Task) -> Outcome:
        """Fetch, judge and store what a task names."""
        try:
            news, marks = (
                self._listed(task) if task.certificate is None else self._asked(task, task.certificate)
            )
        except (FetchFailed, Unacceptable) as error:
            now = self.clock()
            again = after_failure(now, task.failures + 1, self.retry, task.period, self.chance())
            ledger.fail(task, error.what, again)
            outcome = Outcome(task, error.kind, again, problem=error.what)
            if outcome.source_is_away:
                # One attempt at a time is enough, however many certificates are to be asked about.
                ledger.put_off(task.source, now, again)
            return outcome
        now = self.clock()
        until = task.next_update if news is None else news.next_update
        again = after_success(now, task.period, self.retry, until, self.chance())
        if news is None:
            ledger.confirm(task, marks, now, again)
            return Outcome(task, "same", again)
        new = ledger.keep(task, news, marks, now, again)
        return Outcome(task, "ok" if new else "same", again, news.entries)

    def _listed(self, task: Task) -> tuple[News | None, Marks]:
        fetched = self.fetcher.get(task.address, task.marks, outside=task.outside)
        if fetched.octets is None:
            return None, fetched.marks
        crl = accept_list(fetched.octets, task.authority, task.held, self.provider, self._now())
        news = News.of(crl.der, crl.thumbprint, crl.this_update, crl.next_update, len(crl))
        return news, fetched.marks

    def _asked(self, task: Task, certificate: Certificate) -> tuple[News | None, Marks]:
        function, nonce = OcspHash[task.function.upper()], self.randomness(_NONCE_OCTETS)
        question = Question(certificate, task.authority, function, nonce, task.held)
        request = write_request([question.id(self.provider)], question.nonce)
        octets = self.fetcher.ask(task.address, request, outside=task.outside)
        response, answer = accept_answer(octets, question, self.provider, self._now())
        news = News.of(response.der, response.thumbprint, answer.this_update, answer.next_update, 1)
        return news, Marks()

    def _now(self) -> datetime:
        return moment(self.clock())
