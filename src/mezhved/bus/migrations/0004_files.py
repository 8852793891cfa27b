"""Files of the file store."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Files of the file store."""

    dependencies: ClassVar = [("bus", "0003_processing")]

    operations: ClassVar = []
