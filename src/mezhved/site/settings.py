"""Django's settings, built from the bus's settings; there is no settings module."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mezhved.site.database import database_settings

if TYPE_CHECKING:
    from mezhved.configuration import BusSettings

# Only for a bus on the loopback address out of production; elsewhere BusSettings demands a key.
LOCAL_SECRET_KEY = "mezhved-local-only-key-never-used-on-an-outside-address"  # noqa: S105
OWN_APPS = ("mezhved.registry", "mezhved.bus")


def django_settings(settings: BusSettings) -> dict[str, Any]:
    """Return everything `django.conf.settings.configure` needs for the bus role."""
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
            *(app for app in OWN_APPS if importlib.util.find_spec(app) is not None),
        ],
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "mezhved.site.middleware.language_by_choice",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "mezhved.site.middleware.account_acts",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        "ROOT_URLCONF": "mezhved.site.urls",
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
                    ]
                },
            }
        ],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}"}
            for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
        ],
        "LANGUAGE_CODE": settings.language,
        "LANGUAGES": [("ru", "Русский"), ("en", "English")],
        "USE_I18N": True,
        "USE_TZ": True,
        "TIME_ZONE": "Europe/Moscow",
        "STATIC_URL": "/static/",
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_AUTOREFRESH": False,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.production,
        "CSRF_COOKIE_SECURE": settings.production,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "X_FRAME_OPTIONS": "DENY",
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 10_000,
        "SIGN_IN_ATTEMPTS": settings.admin_attempts,
        "SIGN_IN_PROXIES": settings.admin_proxies,
        "LOGGING_CONFIG": None,
    }
