from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("gateway", "0003_adapter")]

    operations = []
