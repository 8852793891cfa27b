"""Forms of any information type: nodes opened as they are needed, values kept at every change."""

from __future__ import annotations

from mezhved.cabinet.forms import drafts
from mezhved.cabinet.forms.content import content_of, files_of, written
from mezhved.cabinet.forms.doubts import doubts_of
from mezhved.cabinet.forms.filling import Form, form_of, keep_posted, prefill
from mezhved.cabinet.forms.pages import outdated_page
from mezhved.cabinet.forms.problems import FormInvalid, Outdated, Problem

__all__ = [
    "Form",
    "FormInvalid",
    "Outdated",
    "Problem",
    "content_of",
    "doubts_of",
    "drafts",
    "files_of",
    "form_of",
    "keep_posted",
    "outdated_page",
    "prefill",
    "written",
]
