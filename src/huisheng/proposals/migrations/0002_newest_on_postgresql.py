"""The order of the lists for PostgreSQL. It puts empty dates first when it counts downwards, SQLite last; the lists ask
for last on both, which only an index that says so can answer. SQLite does not let an index say it, and need not."""

from django.db import migrations

INDEXES = {
    "proposal_newest_last": "(submitted_at DESC NULLS LAST, id DESC)",
    "proposal_state_last": "(state, submitted_at DESC NULLS LAST, id DESC)",
}


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, columns in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON proposals_proposal {columns}")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_initial")]
    operations = [migrations.RunPython(create, remove)]
