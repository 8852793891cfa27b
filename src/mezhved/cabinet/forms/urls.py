"""Addresses by which parts of a form are opened and kept."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.forms import files, filling_in, views

urlpatterns = [
    path("<uuid:uid>/value/", views.keep_value, name="form_value"),
    path("<uuid:uid>/change/", views.change_part, name="form_change"),
    path("<uuid:uid>/find/", views.find_value, name="form_find"),
    path("<uuid:uid>/save/", views.save_form, name="form_save"),
    path("<uuid:uid>/resolve/", views.resolve, name="form_resolve"),
    path("<uuid:uid>/binary/", views.keep_binary, name="form_binary"),
    path("<uuid:uid>/offers/", filling_in.show_offers, name="form_offers"),
    path("<uuid:uid>/fill/", filling_in.fill_in, name="form_fill"),
    path("<uuid:uid>/files/", files.add_files, name="form_file_add"),
    path("<uuid:uid>/files/<int:number>/remove/", files.remove_file, name="form_file_remove"),
]
