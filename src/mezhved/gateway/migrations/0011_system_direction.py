from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateway", "0010_standing_years")]

    operations = [
        migrations.RemoveIndex(model_name="exchange", name="gateway_exchange_message_id"),
        migrations.AddIndex(
            model_name="exchange",
            index=models.Index(
                fields=["system", "direction", "message_id"], name="gateway_exchange_message_id"
            ),
        ),
    ]
