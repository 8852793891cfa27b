"""Large attachments lie in the store of blobs; their rows hold the key."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Large attachments lie in the store of blobs; their rows hold the key."""

    dependencies: ClassVar = [("bus", "0004_files")]

    operations: ClassVar = [
        migrations.AddField("attachment", "blob", models.TextField(db_default="")),
        migrations.AddField("attachment", "size", models.BigIntegerField(db_default=0)),
        migrations.AddIndex(
            "attachment",
            models.Index(fields=["blob"], name="bus_attachment_blob", condition=Q(blob__gt="")),
        ),
    ]
