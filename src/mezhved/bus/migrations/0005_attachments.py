"""Attachments kept outside the message tables."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Attachments kept outside the message tables."""

    dependencies: ClassVar = [("bus", "0004_files")]

    operations: ClassVar = []
