"""Addresses of what the forms of lists do."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.lists.exporting import export
from mezhved.cabinet.lists.pages import drop_filter, find_person, save_filter

urlpatterns = [
    path("<slug:code>/person/", find_person, name="list_person"),
    path("<slug:code>/saved/", save_filter, name="list_save"),
    path("<slug:code>/saved/<uuid:uid>/drop/", drop_filter, name="list_drop"),
    path("<slug:code>/export/", export, name="list_export"),
]
