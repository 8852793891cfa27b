from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateway", "0003_adapter")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.BigIntegerField()),
                ("link", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("signature", models.BinaryField()),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checkpoints",
                        to="gateway.informationsystem",
                    ),
                ),
            ],
            options={
                "db_table": "gateway_checkpoint",
                "constraints": [
                    models.UniqueConstraint(fields=("system", "position"), name="gateway_checkpoint_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyWarning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("thumbprint", models.CharField(max_length=64)),
                ("days", models.PositiveIntegerField()),
                ("not_after", models.DateTimeField()),
                ("at", models.DateTimeField()),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="warnings",
                        to="gateway.signingkey",
                    ),
                ),
            ],
            options={
                "db_table": "gateway_key_warning",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("key", "thumbprint", "days"), name="gateway_key_warning_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="key_warning",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="gateway.keywarning",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("webhook", "key_warning"), name="gateway_delivery_key_once"
            ),
        ),
    ]
