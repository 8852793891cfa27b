"""Signals that write the history and move the revision on."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils import timezone

from mezhved.registry.acting import current_actor
from mezhved.registry.models.base import RegistryModel
from mezhved.registry.models.history import ChangeRecord, Revision

_BEFORE = "_state_before_save"


def connect() -> None:
    """Listen to every table of the registry; the same listeners are connected once only."""
    pre_save.connect(_remember, dispatch_uid="mezhved.registry.remember")
    pre_delete.connect(_hold, dispatch_uid="mezhved.registry.hold")
    post_save.connect(_saved, dispatch_uid="mezhved.registry.saved")
    post_delete.connect(_removed, dispatch_uid="mezhved.registry.removed")


def _remember(instance: Any, **_: Any) -> None:
    if isinstance(instance, RegistryModel):
        Revision.hold()
        stored = instance.stored()
        setattr(instance, _BEFORE, None if stored is None else stored.state())


def _hold(instance: Any, **_: Any) -> None:
    if isinstance(instance, RegistryModel):
        Revision.hold()


def _saved(instance: Any, **_: Any) -> None:
    if isinstance(instance, RegistryModel):
        before = instance.__dict__.pop(_BEFORE, None)
        stored = instance.stored()
        _record(instance, before, None if stored is None else stored.state())


def _removed(instance: Any, **_: Any) -> None:
    if isinstance(instance, RegistryModel):
        _record(instance, instance.state(), None)


def _record(instance: RegistryModel, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    if before == after:
        return
    action = ChangeRecord.Action.CHANGED
    if before is None:
        action = ChangeRecord.Action.CREATED
    elif after is None:
        action = ChangeRecord.Action.REMOVED
    actor = current_actor()
    ChangeRecord.objects.create(
        at=timezone.now(),
        actor=actor.name,
        via=actor.via,
        action=action,
        model=instance._meta.model_name or "",  # noqa: SLF001 - Django's public way to a model's name
        key=instance.key,
        before=before,
        after=after,
    )
    Revision.bump()
