"""Addresses of the cabinet's pages."""

from __future__ import annotations

from django.urls import include, path

from mezhved.cabinet.home.views import home
from mezhved.cabinet.lists.pages import journal

handler400 = "mezhved.cabinet.errors.bad_request"
handler403 = "mezhved.cabinet.errors.forbidden"
handler404 = "mezhved.cabinet.errors.not_found"
handler500 = "mezhved.cabinet.errors.broken"

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path(
        "",
        include(
            (
                [
                    path("", home, name="home"),
                    path("", include("mezhved.cabinet.accounts.urls")),
                    path("ask/", include("mezhved.cabinet.asking.urls")),
                    path("forms/", include("mezhved.cabinet.forms.urls")),
                    path("requests/", include("mezhved.cabinet.getting.urls")),
                    path("messages/", include("mezhved.cabinet.showing.urls")),
                    path("signing/", include("mezhved.cabinet.signing.urls")),
                    path("batches/", include("mezhved.cabinet.batch.urls")),
                    path("incoming/", include("mezhved.cabinet.answering.urls")),
                    path("lists/", include("mezhved.cabinet.lists.urls")),
                    path("see/", include("mezhved.cabinet.seeing.urls")),
                    path("notices/", include("mezhved.cabinet.notices.urls")),
                    path("run/journal/", journal, name="journal"),
                    path("run/", include("mezhved.cabinet.accounts.administration")),
                    path("run/", include("mezhved.cabinet.running.urls")),
                    path("jobs/", include("mezhved.cabinet.jobs.urls")),
                    path("directories/", include("mezhved.cabinet.directories.urls")),
                ],
                "cabinet",
            )
        ),
    ),
]
