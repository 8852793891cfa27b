"""Addresses of incoming requests."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.answering import answer, doing, left, refusing, viewing
from mezhved.cabinet.answering.bulk import bulk
from mezhved.cabinet.answering.load import load
from mezhved.cabinet.lists.pages import incoming

urlpatterns = [
    path("", incoming, name="answering"),
    path("load/", load, name="incoming_load"),
    path("bulk/", bulk, name="incoming_bulk"),
    path("<uuid:uid>/", viewing.show, name="incoming_work"),
    path("<uuid:uid>/do/<slug:what>/", doing.do, name="incoming_do"),
    path("<uuid:uid>/answer/", answer.answer, name="incoming_answer"),
    path("<uuid:uid>/answer/send/", answer.send, name="incoming_send"),
    path("<uuid:uid>/answer/template/", answer.template, name="incoming_template"),
    path("<uuid:uid>/left/", left.left_draft, name="incoming_left"),
    path("<uuid:uid>/sign/", answer.sign, name="incoming_sign"),
    path("<uuid:uid>/refuse/", refusing.refuse, name="incoming_refuse"),
    path("<uuid:uid>/status/", refusing.status, name="incoming_status"),
]
