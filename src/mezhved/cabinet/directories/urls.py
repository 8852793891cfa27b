"""Addresses of these pages."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.directories import address_views, card_views, dictionary_views

urlpatterns = [
    path("", dictionary_views.index, name="directories"),
    path("load/", dictionary_views.load_page, name="directory_load"),
    path("addresses/", address_views.addresses, name="addresses"),
    path("addresses/find", address_views.find_places, name="address_find"),
    path("cards/", card_views.card_list, name="cards"),
    path("cards/find", card_views.find_cards, name="card_find"),
    path("cards/new/<str:kind>/", card_views.new_card, name="card_new"),
    path("cards/<uuid:uid>/", card_views.card, name="card"),
    path("cards/<uuid:uid>/delete/", card_views.delete_card, name="card_delete"),
    # A dictionary's name may have a slash in it; nothing else stands below.
    path("<path:name>/find", dictionary_views.find_entries, name="directory_find"),
    path("<path:name>/remove/", dictionary_views.remove, name="directory_remove"),
    path("<path:name>/", dictionary_views.dictionary, name="directory"),
]
