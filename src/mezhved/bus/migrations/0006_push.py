"""Notices pushed to participants."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Notices pushed to participants."""

    dependencies: ClassVar = [("bus", "0005_attachments")]

    operations: ClassVar = []
