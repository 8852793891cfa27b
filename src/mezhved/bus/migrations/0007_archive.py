"""The archive and the daily statistics."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """The archive and the daily statistics."""

    dependencies: ClassVar = [("bus", "0006_push")]

    operations: ClassVar = []
