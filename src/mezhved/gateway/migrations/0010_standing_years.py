from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def _count_anew(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Let the sums be made again from the first event on: they have other rows now."""
    apps.get_model("gateway", "Standing").objects.all().delete()
    apps.get_model("gateway", "Reader").objects.filter(name="standing").update(position=0)


class Migration(migrations.Migration):
    dependencies = [("gateway", "0009_standing")]

    operations = [
        migrations.AlterField(
            model_name="standing",
            name="grain",
            field=models.CharField(
                choices=[
                    ("day", "Day"),
                    ("month", "Month"),
                    ("year", "Year"),
                    ("day_by_side", "Day By Side"),
                    ("month_by_side", "Month By Side"),
                    ("year_by_side", "Year By Side"),
                ],
                max_length=16,
            ),
        ),
        migrations.RunPython(_count_anew, migrations.RunPython.noop),
    ]
