"""What the lists that people open stand on."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes of lists; those of foreign keys that they make needless go."""

    dependencies: ClassVar = [("gateway", "0007_retention")]
    operations: ClassVar = [
        migrations.AlterField(
            model_name="exchange",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=models.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="exchange",
            name="department",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=models.SET_NULL,
                related_name="exchanges",
                to="gateway.department",
            ),
        ),
        migrations.AlterField(
            model_name="exchange",
            name="system",
            field=models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="exchanges",
                to="gateway.informationsystem",
            ),
        ),
        migrations.AlterField(
            model_name="exchange",
            name="type",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=models.PROTECT,
                related_name="exchanges",
                to="gateway.informationtype",
            ),
        ),
        migrations.AddIndex(
            model_name="exchange",
            index=models.Index(fields=["-created_at"], name="gateway_exchange_journal"),
        ),
        migrations.AddIndex(
            model_name="exchange",
            index=models.Index(
                fields=["department", "direction", "-created_at"], name="gateway_exchange_of_office"
            ),
        ),
        migrations.AddIndex(
            model_name="exchange",
            index=models.Index(fields=["state", "direction", "-created_at"], name="gateway_exchange_state"),
        ),
        migrations.AddIndex(
            model_name="exchange",
            index=models.Index(
                condition=models.Q(("counterpart", ""), _negated=True),
                fields=["counterpart", "-created_at"],
                name="gateway_exchange_counterpart",
            ),
        ),
        migrations.AddIndex(
            model_name="exchange",
            index=models.Index(
                condition=models.Q(("executor", ""), _negated=True),
                fields=["executor", "-created_at"],
                name="gateway_exchange_executor",
            ),
        ),
        migrations.AddIndex(
            model_name="exchange",
            index=models.Index(
                condition=models.Q(("account__isnull", False)),
                fields=["account", "-created_at"],
                name="gateway_exchange_account",
            ),
        ),
        migrations.AddIndex(
            model_name="exchange",
            index=models.Index(
                condition=models.Q(("is_test", True)),
                fields=["direction", "-created_at"],
                name="gateway_exchange_test",
            ),
        ),
        migrations.AddIndex(
            model_name="handling",
            index=models.Index(
                condition=models.Q(("kind", "noted"), models.Q(("executor", ""), _negated=True)),
                fields=["executor", "exchange"],
                name="gateway_handling_asked",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("direction", "in"), ("state", "RECEIVED")),
                fields=["exchange"],
                name="gateway_message_new",
            ),
        ),
    ]
