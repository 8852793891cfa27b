"""Django's settings, built from a role's settings; there is no settings module."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mezhved.configuration import BusSettings, GatewaySettings
from mezhved.site.database import database_settings

RoleSettings = BusSettings | GatewaySettings
SHORTEST_PASSWORD = 12
_ADMINISTRATION_HOURS = 12.0

# Only for a role on the loopback address out of production; elsewhere its settings demand a key.
LOCAL_SECRET_KEY = "mezhved-local-only-key-never-used-on-an-outside-address"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Role:
    """What a role puts into Django: its applications, its addresses, the command that makes its tables."""

    name: str
    apps: tuple[str, ...]
    urls: str
    middleware: tuple[str, ...] = ()
    """Around the pages, knowing who asks."""
    guards: tuple[str, ...] = ()
    """Around everything, errors included."""
    tags: tuple[str, ...] = ()
    """Libraries of template tags that need no loading."""
    stale_form: str = "django.views.csrf.csrf_failure"
    """The view that tells of a form without its token."""


BUS = Role(
    "bus",
    ("mezhved.registry", "mezhved.bus"),
    "mezhved.site.urls",
    ("mezhved.site.middleware.account_acts",),
)
GATEWAY = Role(
    "gateway",
    ("mezhved.gateway", "ninja", "mezhved.cabinet", "django_htmx"),
    "mezhved.cabinet.urls",
    ("mezhved.cabinet.middleware.bounded",),
    guards=("mezhved.cabinet.middleware.guarded",),
    tags=("mezhved.cabinet.templatetags.cabinet",),
    stale_form="mezhved.cabinet.errors.stale_form",
)


def role_of(settings: RoleSettings) -> Role:
    """Return the role that the settings are of."""
    return GATEWAY if isinstance(settings, GatewaySettings) else BUS


def django_settings(settings: RoleSettings) -> dict[str, Any]:
    """Return everything `django.conf.settings.configure` needs for the role."""
    role = role_of(settings)
    return {
        "DATABASES": {"default": database_settings(settings.database)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "DEBUG": False,
        "SECRET_KEY": settings.secret_key or LOCAL_SECRET_KEY,
        "ALLOWED_HOSTS": list(settings.allowed_hosts),
        "INSTALLED_APPS": [
            "mezhved.site.apps.MezhvedAdminConfig",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "mezhved.site.signing_in.apps.SigningInConfig",
            *role.apps,
        ],
        "MIDDLEWARE": [
            *role.guards,
            "django.middleware.security.SecurityMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "mezhved.site.middleware.language_by_choice",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            *role.middleware,
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        "ROOT_URLCONF": role.urls,
        "CSRF_FAILURE_VIEW": role.stale_form,
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [Path(__file__).with_name("templates")],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ],
                    "builtins": list(role.tags),
                },
            }
        ],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}"}
            for name in (
                "UserAttributeSimilarityValidator",
                "CommonPasswordValidator",
                "NumericPasswordValidator",
            )
        ]
        + [
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": SHORTEST_PASSWORD},
            }
        ],
        "LANGUAGE_CODE": settings.language,
        "LANGUAGES": [("ru", "Русский"), ("en", "English")],
        "USE_I18N": True,
        "USE_TZ": True,
        "TIME_ZONE": "Europe/Moscow",
        "STATIC_URL": "/static/",
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_AUTOREFRESH": False,
        # Browsers send cookies to every port of a host: two roles on one machine must not share theirs.
        "SESSION_COOKIE_NAME": f"mezhved_{role.name}_{settings.listen_port}_session",
        "CSRF_COOKIE_NAME": f"mezhved_{role.name}_{settings.listen_port}_form",
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_AGE": int(_session_hours(settings) * 3600),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.production,
        "CSRF_COOKIE_SECURE": settings.production,
        "SECURE_HSTS_SECONDS": settings.hsts_days * 86_400 if settings.production else 0,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "X_FRAME_OPTIONS": "DENY",
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 10_000,
        # A package of schemas is uploaded as a folder.
        "DATA_UPLOAD_MAX_NUMBER_FILES": 1000,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 16 * 1024 * 1024,
        "SIGN_IN_ATTEMPTS": settings.admin_attempts,
        "SIGN_IN_PROXIES": settings.admin_proxies,
        "LOGGING_CONFIG": None,
    }


def _session_hours(settings: RoleSettings) -> float:
    return settings.session_hours if isinstance(settings, GatewaySettings) else _ADMINISTRATION_HOURS
