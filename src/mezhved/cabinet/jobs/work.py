"""What the function of a job has at hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from mezhved.cabinet.access.permissions import access_of
from mezhved.cabinet.models import Job
from mezhved.gateway.files import clean_name
from mezhved.service.blobs import missing, new_key
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from mezhved.cabinet.access import Access
    from mezhved.cabinet.models import Account
    from mezhved.gateway.assembly import Gateway

_EVERY: Final = timedelta(seconds=0.5)


class JobTaken(MezhvedError):  # noqa: N818 - named by what it is
    """Another process does the job now: this one has to leave it as it is."""

    def __init__(self) -> None:
        super().__init__(Text(ru="работу продолжает другой процесс", en="another process does the job now"))


class Work:
    """One job in the hands of one process."""

    def __init__(self, gateway: Gateway, job: Job, owner: str, stopping: Callable[[], bool]) -> None:
        """Take a job; `stopping` tells whether the process itself is to end."""
        self.gateway = gateway
        self.job = job
        self._owner = owner
        self._stopping = stopping
        self._written: datetime | None = None
        self._looked: datetime | None = None
        self.was_stopped = False
        """Whether the function was told that a person wants it to stop."""
        self.was_interrupted = False
        """Whether it was told that the process is to end."""

    @property
    def now(self) -> datetime:
        """The gateway's time."""
        return self.gateway.clock()

    @property
    def parameters(self) -> dict[str, Any]:
        """What the job was started with."""
        parameters: dict[str, Any] = self.job.parameters
        return parameters

    @property
    def memory(self) -> dict[str, Any]:
        """What was remembered last, by this process or the one that was killed."""
        memory: dict[str, Any] = self.job.memory
        return memory

    @property
    def account(self) -> Account:
        """Who started it; raises `MezhvedError` where the account is gone or locked meanwhile."""
        account = self.job.account
        if account is None or not account.user.is_active:
            raise MezhvedError(
                Text(
                    ru="учётной записи, которая начала работу, больше нет",
                    en="the account that started the job is gone",
                )
            )
        return account

    @property
    def access(self) -> Access:
        """What the account may do now: less, maybe, than when it started the job."""
        return access_of(self.account)

    def progress(self, done: int, total: int | None = None) -> None:
        """Show how far it came: written at most twice a second, so call it as often as you like.

        Not inside a transaction: others would see nothing of it. Raises `JobTaken`.
        """
        total = self.job.total if total is None else total
        changed = done > self.job.done
        self.job.done, self.job.total = done, total
        now = self.now
        if self._written is not None and now - self._written < _EVERY and done != total:
            return
        self._written = now
        self._write(done=done, total=total, **({"attempts": 1} if changed else {}))

    @property
    def stop_wanted(self) -> bool:
        """Whether the function should return now: a person wants it, or the process is to end.

        In the second case another process goes on with the job.
        """
        if self._stopping():
            self.was_interrupted = True
            return True
        now = self.now
        if not self.was_stopped and (self._looked is None or now - self._looked >= _EVERY):
            self._looked = now
            self.was_stopped = Job.objects.filter(pk=self.job.pk, stop_wanted=True).exists()
        return self.was_stopped

    def remember(self, memory: Mapping[str, Any]) -> None:
        """Keep where to go on after a kill: values of JSON, without personal data. Raises `JobTaken`."""
        self.job.memory = dict(memory)
        self._write(memory=self.job.memory)

    def tell(self, outcome: Any) -> None:
        """Keep what was found, a value of JSON, for the page that shows it. Raises `JobTaken`."""
        self.job.outcome = outcome
        self._write(outcome=outcome)

    def link_to(self, address: str) -> None:
        """Name the page of the cabinet that shows the result. Raises `JobTaken`."""
        self.job.link = address
        self._write(link=address)

    def open_source(self) -> BinaryIO:
        """Open the file that the job was started with; raise `BlobMissing` where there is none."""
        if not self.job.source:
            raise missing(self.job.kind)
        return self.gateway.blobs.open(self.job.source)

    def keep_file(self, name: str, mime: str, stream: BinaryIO) -> None:
        """Keep the result's file, read from where it stands; one that was kept before goes.

        The name holds no personal data. Raises `JobTaken`, `BlobStoreError`.
        """
        key, before = new_key(), self.job.result
        size = self.gateway.blobs.put(key, stream)
        self.job.result = key
        self._write(result=key, result_name=clean_name(name), result_mime=mime[:255], result_size=size)
        if before:
            self.gateway.blobs.delete(before)

    def _write(self, **values: Any) -> None:
        if not Job.objects.filter(pk=self.job.pk, lease_owner=self._owner).update(**values):
            raise JobTaken
