"""Tables of the room `getting`."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing yet."""

    dependencies: ClassVar = [("cabinet", "0003_forms")]
    operations: ClassVar = []
