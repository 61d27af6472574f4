import django.db.models.deletion
from django.db import migrations, models

from huisheng.search.engines import engine


def make_text_index(apps, schema_editor):
    engine(schema_editor.connection.alias).create(schema_editor.execute)


def remove_text_index(apps, schema_editor):
    engine(schema_editor.connection.alias).remove(schema_editor.execute)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="SearchRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=32, verbose_name="类别")),
                ("record_id", models.BigIntegerField(verbose_name="记录编号")),
                ("body_digest", models.CharField(max_length=64, verbose_name="正文指纹")),
                ("source_digest", models.CharField(max_length=64, verbose_name="来源指纹")),
            ],
            options={
                "verbose_name": "检索行",
                "verbose_name_plural": "检索行",
                "indexes": [models.Index(fields=["body_digest", "kind"], name="search_row_body")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "record_id"), name="one_search_row_per_record")
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchVector",
            fields=[
                (
                    "row",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="search.searchrow",
                        verbose_name="检索行",
                    ),
                ),
                ("title", models.TextField(verbose_name="标题")),
                ("words", models.BinaryField(verbose_name="词")),
                ("counts", models.BinaryField(verbose_name="次数")),
            ],
            options={"verbose_name": "词向量", "verbose_name_plural": "词向量"},
        ),
        migrations.RunPython(make_text_index, remove_text_index),
    ]
