"""Routing of SMEV 3 version 1.3."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Routing of SMEV 3 version 1.3."""

    dependencies: ClassVar = [("registry", "0002_file_store")]

    operations: ClassVar = []
