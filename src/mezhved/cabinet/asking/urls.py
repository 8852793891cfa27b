"""Addresses of asking."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.asking import drafting, sending, templates, views

urlpatterns = [
    path("", views.index, name="asking"),
    path("types/<path:code>/favourite/", views.favour, name="asking_favourite"),
    path("types/<path:code>/begin/", views.begin, name="asking_begin"),
    path("types/<path:code>/", views.kind, name="asking_type"),
    path("drafts/", drafting.all_drafts, name="asking_drafts"),
    path("drafts/<uuid:uid>/", drafting.draft, name="asking_draft"),
    path("drafts/<uuid:uid>/options/", drafting.options, name="asking_options"),
    path("drafts/<uuid:uid>/delete/", drafting.delete_draft, name="asking_draft_delete"),
    path("drafts/<uuid:uid>/template/", templates.save_template, name="asking_template_save"),
    path("drafts/<uuid:uid>/preview/", sending.preview, name="asking_preview"),
    path("drafts/<uuid:uid>/send/", sending.send, name="asking_send"),
    path("sign/<uuid:uid>/", sending.sign, name="asking_sign"),
    path("templates/", templates.all_templates, name="asking_templates"),
    path("templates/<uuid:uid>/begin/", templates.begin_from_template, name="asking_template_begin"),
    path("templates/<uuid:uid>/delete/", templates.delete_template, name="asking_template_delete"),
]
