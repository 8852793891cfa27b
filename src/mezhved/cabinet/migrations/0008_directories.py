"""Tables of the room `directories`."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing yet."""

    dependencies: ClassVar = [("cabinet", "0007_running")]
    operations: ClassVar = []
