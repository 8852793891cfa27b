"""Messages on their way to many recipients, and work left for after the receipt."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Messages on their way to many recipients, and work left for after the receipt."""

    dependencies: ClassVar = [("bus", "0002_postgresql_storage")]

    operations: ClassVar = []
