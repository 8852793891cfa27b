"""Addresses for push notifications."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Addresses for push notifications."""

    dependencies: ClassVar = [("registry", "0004_revocation")]

    operations: ClassVar = []
