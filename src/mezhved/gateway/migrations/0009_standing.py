import django.db.models.deletion
from django.db import migrations, models


def _counts(*names: str) -> list[tuple[str, "models.Field[int, int]"]]:
    return [(each, models.PositiveIntegerField(default=0)) for each in names]


class Migration(migrations.Migration):
    dependencies = [("gateway", "0008_lists")]

    operations = [
        migrations.AddField(
            model_name="subject",
            name="is_asked",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "grain",
                    models.CharField(
                        choices=[
                            ("day", "Day"),
                            ("month", "Month"),
                            ("day_by_side", "Day By Side"),
                            ("month_by_side", "Month By Side"),
                        ],
                        max_length=16,
                    ),
                ),
                ("start", models.DateField()),
                ("direction", models.CharField(max_length=3)),
                ("department", models.BigIntegerField(null=True)),
                ("counterpart", models.CharField(blank=True, default="", max_length=64)),
                ("is_test", models.BooleanField(default=False)),
                *_counts("answered", "rejected", "faulted", "unsent", "cancelled", "untold", "open"),
                *_counts("late", "overdue"),
                ("seconds", models.FloatField(default=0.0)),
                *_counts(*(f"part_{number:02}" for number in range(20))),
                (
                    "type",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="gateway.informationtype",
                    ),
                ),
            ],
            options={
                "db_table": "gateway_standing",
                "indexes": [models.Index(fields=["grain", "start", "type"], name="gateway_standing_period")],
            },
        ),
    ]
