"""What the lists that people open stand on."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing yet."""

    dependencies: ClassVar = [("gateway", "0007_retention")]
    operations: ClassVar = []
