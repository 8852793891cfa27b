"""Addresses of one message in all its forms, and of what it holds."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.showing.downloads import (
    message_excel,
    message_file,
    message_inner,
    message_original,
    message_pdf,
    message_value,
    message_xml,
)
from mezhved.cabinet.showing.views import message_look, message_page, message_signatures, showing_style

urlpatterns = [
    path("style.css", showing_style, name="showing_style"),
    path("<uuid:uid>/", message_page, name="message_page"),
    path("<uuid:uid>/signatures/", message_signatures, name="message_signatures"),
    path("<uuid:uid>/look/", message_look, name="message_look"),
    path("<uuid:uid>/xml/", message_xml, name="message_xml"),
    path("<uuid:uid>/original/", message_original, name="message_original"),
    path("<uuid:uid>/pdf/", message_pdf, name="message_pdf"),
    path("<uuid:uid>/excel/", message_excel, name="message_excel"),
    path("<uuid:uid>/value/<int:number>/", message_value, name="message_value"),
    path("<uuid:uid>/files/<int:number>/", message_file, name="message_file"),
    path("<uuid:uid>/files/<int:number>/inside/<str:place>/", message_inner, name="message_inner"),
]
