"""The number of the case that a request begun belongs to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cabinet", "0010_audit_chain")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="case_number",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
    ]
