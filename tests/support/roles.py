"""Django with the applications of every role at once; a database gets the tables of one role alone.

In production a process has one role; a test process meets all of them.
"""

from __future__ import annotations

from typing import Any

import django
from django.conf import settings as django_conf
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from mezhved.configuration import BusSettings
from mezhved.site.settings import BUS, GATEWAY, django_settings

_OWN = {each.rpartition(".")[2]: role for role in (BUS, GATEWAY) for each in role.apps}


class QuickHasher(PBKDF2PasswordHasher):
    """The usual hash of passwords, in a thousandth of its rounds: tests make hundreds."""

    iterations = 1000


class RoleTables:
    """Lets a migration through only for the role whose addresses Django serves at the moment."""

    def allow_migrate(self, _database: str, app_label: str, **_hints: Any) -> bool | None:
        """Tell whether the tables of an application belong into the database."""
        role = _OWN.get(app_label)
        return None if role is None else bool(role.urls == django_conf.ROOT_URLCONF)


def start_django(nowhere: str) -> None:
    """Start Django once in this process; `nowhere` is a database that no test may reach."""
    values = django_settings(BusSettings(database=nowhere))
    values["INSTALLED_APPS"] = [*values["INSTALLED_APPS"], *GATEWAY.apps]
    django_conf.configure(
        **values,
        DATABASE_ROUTERS=["tests.support.roles.RoleTables"],
        PASSWORD_HASHERS=["tests.support.roles.QuickHasher"],
    )
    django.setup()
