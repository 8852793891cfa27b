"""The links of the audit's hash chain; they stay as they are, as the audit does."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import migrations, models

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

_SQLITE = """
CREATE TRIGGER cabinet_audit_link_no_{verb} BEFORE {verb} ON cabinet_audit_link
BEGIN SELECT RAISE(ABORT, 'the audit is kept as it is'); END
"""
_POSTGRES = """
CREATE TRIGGER cabinet_audit_link_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON cabinet_audit_link
FOR EACH STATEMENT EXECUTE FUNCTION cabinet_audit_refuse();
"""


def keep_the_links(_apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    """Let the database refuse to change or delete links."""
    with schema.connection.cursor() as cursor:
        if schema.connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(_SQLITE.format(verb=verb))
        else:
            cursor.execute(_POSTGRES)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cabinet", "0009_languages")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry", models.BigIntegerField(unique=True)),
                ("link", models.BinaryField()),
            ],
            options={"db_table": "cabinet_audit_link"},
        ),
        migrations.RunPython(keep_the_links),
    ]
