"""The language of a background job."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cabinet", "0008_directories"),
    ]

    operations = [
        migrations.AddField(
            model_name="job", name="language", field=models.CharField(default="ru", max_length=2)
        ),
    ]
