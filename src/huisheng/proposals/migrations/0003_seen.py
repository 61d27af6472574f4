from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("proposals", "0002_newest_on_postgresql")]
    operations = [
        migrations.AddIndex(
            model_name="proposal", index=models.Index(fields=["state", "is_paper"], name="proposal_seen")
        )
    ]
