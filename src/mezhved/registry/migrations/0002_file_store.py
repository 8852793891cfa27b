"""Logins to the file store."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Logins to the file store."""

    dependencies: ClassVar = [("registry", "0001_initial")]

    operations: ClassVar = []
