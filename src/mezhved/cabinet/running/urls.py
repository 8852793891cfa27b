"""Addresses of these pages."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.running import (
    check,
    days,
    documents,
    editing,
    journal,
    keys,
    overview,
    queues,
    rules,
    type_pages,
    uploading,
)
from mezhved.cabinet.running import tokens as tokens_pages
from mezhved.cabinet.running.first_steps import first_steps_page

urlpatterns = [
    path("", overview.index, name="running"),
    path("first-steps/", first_steps_page, name="first_steps"),
    path("jobs/", overview.all_jobs, name="all_jobs"),
    path("health/", overview.health, name="health"),
    path("queues/", queues.queues, name="queues"),
    path("retention/", queues.retention, name="retention"),
    path("check/", check.check, name="check"),
    path("check/lines/", check.check_lines, name="check_lines"),
    path("journal/<uuid:uid>/", journal.journal_exchange, name="journal_exchange"),
    path("journal/<uuid:uid>/<int:step>/", journal.journal_step, name="journal_step"),
    path("journal/<uuid:uid>/<int:step>/file/", journal.journal_step_file, name="journal_step_file"),
    path("keys/", keys.keys, name="keys"),
    path("keys/add/", keys.key_add, name="key_add"),
    path("keys/<int:key>/retire/", keys.key_retire, name="key_retire"),
    path("keys/<int:key>/certificate/", keys.key_certificate, name="key_certificate"),
    path("tokens/", tokens_pages.tokens, name="tokens"),
    path("tokens/add/", tokens_pages.token_add, name="token_add"),
    path("tokens/<int:key>/", tokens_pages.token, name="token"),
    path("tokens/<int:key>/revoke/", tokens_pages.token_revoke, name="token_revoke"),
    path("tokens/<int:key>/withdraw/<int:right>/", tokens_pages.token_withdraw, name="token_withdraw"),
    path("webhooks/", tokens_pages.webhooks, name="webhooks"),
    path("webhooks/<uuid:uid>/", tokens_pages.webhook, name="webhook"),
    path("deliveries/<uuid:uid>/again/", tokens_pages.delivery_again, name="delivery_again"),
    path("calendar/", days.this_year, name="calendar"),
    path("calendar/import/", days.import_year, name="calendar_import"),
    path("calendar/<int:year>/", days.year, name="calendar_year"),
    path("calendar/<int:year>/<int:month>/<int:day>/", days.one_day, name="calendar_day"),
    path("document/", documents.setup_document, name="setup_document"),
    path("document/export/", documents.setup_export, name="setup_export"),
    path("document/import/", documents.setup_import, name="setup_import"),
    path("rules/try/", rules.rule_try, name="rule_try"),
    path("rules/<int:key>/move/", rules.rule_move, name="rule_move"),
    path("types/upload/", uploading.type_upload, name="type_upload"),
    path("types/uploads/<uuid:uid>/", uploading.type_report, name="type_report"),
    path("types/<int:key>/versions/", type_pages.type_versions, name="type_versions"),
    path("types/<int:key>/versions/<int:number>/", type_pages.type_version, name="type_version"),
    path("types/<int:key>/versions/<int:number>/apply/", type_pages.type_apply, name="type_apply"),
    path("types/<int:key>/versions/<int:number>/package/", type_pages.type_package, name="type_package"),
    path("types/<int:key>/sheet/", type_pages.type_sheet, name="type_sheet"),
    path("types/<int:key>/examples/", type_pages.type_examples, name="type_examples"),
    path("setup/<slug:slug>/", editing.setup_list, name="setup_list"),
    path("setup/<slug:slug>/add/", editing.setup_add, name="setup_add"),
    path("setup/<slug:slug>/<int:key>/", editing.setup_row, name="setup_row"),
    path("setup/<slug:slug>/<int:key>/switch/", editing.setup_switch, name="setup_switch"),
    path("setup/<slug:slug>/<int:key>/remove/", editing.setup_remove, name="setup_remove"),
]
