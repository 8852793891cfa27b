from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateway", "0011_system_direction")]

    operations = [
        migrations.AddField(
            model_name="exchange",
            name="case_number",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddIndex(
            model_name="exchange",
            index=models.Index(
                condition=models.Q(("case_number", ""), _negated=True),
                fields=["case_number", "-created_at"],
                name="gateway_exchange_case",
            ),
        ),
    ]
