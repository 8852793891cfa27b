"""Starting a job, and asking one to stop."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, BinaryIO

from django.http import Http404
from django.shortcuts import get_object_or_404

from mezhved.cabinet.jobs.kinds import function_of
from mezhved.cabinet.models import Job, JobState
from mezhved.cabinet.models.jobs import FILES_KEPT
from mezhved.cabinet.wording import is_english
from mezhved.service.blobs import new_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mezhved.cabinet.access import Permission, Visit
    from mezhved.texts import Text


def named(visit: Visit, kind: str) -> Job | None:
    """Return the account's own job of the kind that the address names by `job`, None where it names none.

    Raises `Http404` for any other job.
    """
    said = visit.request.GET.get("job", "")
    if not said:
        return None
    try:
        return get_object_or_404(Job, uid=uuid.UUID(said), account=visit.account, kind=kind)
    except ValueError as error:
        raise Http404 from error


def start(
    visit: Visit,
    kind: str,
    title: Text,
    parameters: Mapping[str, Any] | None = None,
    *,
    source: BinaryIO | None = None,
    permission: Permission | None = None,
) -> Job:
    """Keep a job that is to be done soon, in this process or another.

    It is done in the language of the visit. `title` and `parameters` (values of JSON) hold no personal data:
    administrators see them. `source` is a file to work on; it is kept as long as the result is. With
    `permission` the account must hold it still when it fetches the result's file. Raises `BlobStoreError`
    where the file cannot be kept.
    """
    if function_of(kind) is None:
        raise ValueError(f"no function for jobs of the kind {kind}")
    key = ""
    if source is not None:
        key = new_key()
        visit.gateway.blobs.put(key, source)
    return Job.objects.create(
        kind=kind,
        title={"ru": title.ru[:300], "en": title.en[:300]},
        account=visit.account,
        permission="" if permission is None else permission.value,
        language="en" if is_english() else "ru",
        parameters=dict(parameters or {}),
        source=key,
        created_at=visit.now,
    )


def stop(job: Job, now: datetime) -> None:
    """Ask a job to stop: one that nobody has begun stops at once, another one between two of its parts."""
    begun = not Job.objects.filter(pk=job.pk, state=JobState.WAITING).update(
        state=JobState.STOPPED, stop_wanted=True, finished_at=now, expires_at=now + FILES_KEPT
    )
    if begun:
        Job.objects.filter(pk=job.pk, state=JobState.WORKING).update(stop_wanted=True)
