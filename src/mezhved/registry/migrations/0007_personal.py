"""The official's signature of responses."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """The official's signature of responses."""

    dependencies: ClassVar = [("registry", "0006_maintenance")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="informationtype",
            name="personal_signature_response",
            field=models.BooleanField(default=False, verbose_name="требует ЭП-СП в ответах"),
        ),
    ]
