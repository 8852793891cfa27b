"""Sources of revocation data."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Sources of revocation data."""

    dependencies: ClassVar = [("registry", "0003_routing")]

    operations: ClassVar = []
