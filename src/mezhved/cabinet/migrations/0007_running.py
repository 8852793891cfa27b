"""Tables of the room `running`."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing yet."""

    dependencies: ClassVar = [("cabinet", "0006_seeing")]
    operations: ClassVar = []
