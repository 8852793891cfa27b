"""The threads that do jobs, and that which deletes files whose time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.jobs.doing import do_next
from mezhved.cabinet.models import Job
from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.looping import Loop

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.service import Repeating

AT_ONCE: Final = 2
"""Jobs in work in one process: a long one keeps no short one waiting."""
IDLE_SECONDS: Final = 0.7
ROWS_KEPT: Final = timedelta(days=90)
"""How long a job stays in the lists after its end."""
DUTY: Final = "forgetting results"
DUTY_SECONDS: Final = 1200
PERIOD_SECONDS: Final = 600.0


def job_loops(gateway: Gateway) -> list[Repeating]:
    """Return the threads of one process."""
    return [*(Worker(gateway, number) for number in range(AT_ONCE)), Sweeper(gateway)]


class Worker(Loop):
    """Does jobs until stopped; several may work at once."""

    def __init__(self, gateway: Gateway, number: int) -> None:
        super().__init__(gateway, f"jobs-{number}")
        self._owner = f"{gateway.owner[:40]}-{number}"

    def tick(self) -> float:
        """Do one job; come back at once while there are more."""
        done = do_next(self._gateway, self._owner, lambda: self.stopping)
        self.went_well()
        return 0.0 if done else IDLE_SECONDS


class Sweeper(Loop):
    """Deletes while it holds the duty."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "job-results")

    def tick(self) -> float:
        """Delete what is due."""
        if take_duty(DUTY, self._gateway.owner, self._gateway.clock(), DUTY_SECONDS):
            forget_results(self._gateway)
            self.went_well()
        return PERIOD_SECONDS

    def ended(self) -> None:
        """Let another process do it."""
        leave(DUTY, self._gateway.owner)
        super().ended()


def forget_results(gateway: Gateway) -> int:
    """Delete the files of jobs whose time is over, and jobs of long ago; return of how many files went.

    Contents go before the row forgets them: what a kill leaves is found here again.
    """
    gone = 0
    while rows := list(Job.objects.filter(expires_at__lte=gateway.clock()).order_by("pk")[:100]):
        for each in rows:
            for key in filter(None, (each.source, each.result)):
                gateway.blobs.delete(key)
            Job.objects.filter(pk=each.pk).update(source="", result="", expires_at=None)
            gone += 1
    Job.objects.filter(finished_at__lt=gateway.clock() - ROWS_KEPT, expires_at=None).delete()
    return gone
