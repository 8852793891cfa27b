"""Starting Django once in a process and pointing it at a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django
from django.apps import apps
from django.conf import settings as django_conf

from mezhved.configuration import GATEWAY_PREFIX, environment_name
from mezhved.site.database import database_settings
from mezhved.site.settings import django_settings, role_of
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.site.settings import RoleSettings


class DatabaseNotReady(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """The database does not answer, or lacks tables of this version."""


def configure(settings: RoleSettings) -> None:
    """Make Django ready for these settings.

    The first call in a process starts Django; a later one, with other settings, re-points it:
    the calling thread's connections are closed, other threads must have closed theirs.
    Nothing connects to the database yet.
    """
    values = django_settings(settings)
    if not django_conf.configured:
        django_conf.configure(**values)
    else:
        drawn_anew = values["TEMPLATES"] != django_conf.TEMPLATES
        for name, value in values.items():
            setattr(django_conf, name, value)
        if drawn_anew:
            _forget_templates()
    if not apps.ready:
        django.setup()
    else:
        use_database(settings.database)


def use_database(address: str) -> None:
    """Point the connection "default" of this process at another database.

    For tests and tools that meet several databases in one process. The calling thread's
    connection is closed; other threads must not hold one.
    """
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415 - needs a started Django
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
    for alias in list(connections):
        if hasattr(connections._connections, alias):  # type: ignore[attr-defined]  # noqa: SLF001
            del connections[alias]
    databases: dict[str, Any] = {"default": database_settings(address)}
    django_conf.DATABASES = databases
    # ConnectionHandler keeps its settings in a cached property and offers no way to renew it.
    connections.settings = connections.configure_settings(databases)
    ContentType.objects.clear_cache()


def _forget_templates() -> None:
    """Let Django read its settings of templates again: it keeps what it made of the first ones."""
    from django.forms.renderers import get_default_renderer  # noqa: PLC0415 - needs a started Django
    from django.template import engines  # noqa: PLC0415
    from django.template.engine import Engine  # noqa: PLC0415

    kept: Any = engines
    kept.__dict__.pop("templates", None)
    kept._templates, kept._engines = None, {}  # noqa: SLF001 - as Django's own test signals do
    cached: tuple[Any, ...] = (Engine.get_default, get_default_renderer)
    for each in cached:
        each.cache_clear()


def migrate(*, verbosity: int = 0) -> None:
    """Bring the database's schema to this version's; the folder of an SQLite file is made."""
    from django.core.management import call_command  # noqa: PLC0415

    _make_folder()
    call_command("migrate", interactive=False, verbosity=verbosity)


def require_migrated(settings: RoleSettings) -> None:
    """Raise `DatabaseNotReady` unless the database answers and has this version's tables."""
    from django.db.utils import Error  # noqa: PLC0415

    role = role_of(settings).name
    variable = (
        environment_name("database", GATEWAY_PREFIX) if role == "gateway" else environment_name("database")
    )
    try:
        pending = pending_migrations()
    except Error as error:
        raise DatabaseNotReady(
            Text(ru=f"база данных недоступна: {error}", en=f"the database cannot be used: {error}"),
            cure=Text(
                ru=f"проверьте {variable}; новую базу создаёт mezhved {role} migrate",
                en=f"check {variable}; mezhved {role} migrate makes a new one",
            ),
        ) from error
    if pending:
        raise DatabaseNotReady(
            Text(ru="база не готова", en="the database is not ready"),
            where=", ".join(pending[:5]),
            cure=Text(ru=f"выполните mezhved {role} migrate", en=f"run mezhved {role} migrate"),
        )


def pending_migrations() -> list[str]:
    """Return the migrations that the database lacks, as `app.name`; empty when it is ready."""
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _make_folder() -> None:
    from pathlib import Path  # noqa: PLC0415

    default = django_conf.DATABASES["default"]
    name = str(default["NAME"])
    if default["ENGINE"].endswith("sqlite3") and name and not name.startswith(("file:", ":memory:")):
        Path(name).absolute().parent.mkdir(parents=True, exist_ok=True)
