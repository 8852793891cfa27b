"""Messages shown to people: as a page, as XML, on paper, in Excel, with their signatures and troubles.

`page_of`, `xml_of` and `signatures_html` are parts of pages; the page has the styles
`cabinet:showing_style` and `cabinet/showing.css`. None of them writes the audit: the view that shows does.
"""

from __future__ import annotations

from mezhved.cabinet.showing.advice import Action, Explanation, Reason, Side
from mezhved.cabinet.showing.explaining import category_words, explained
from mezhved.cabinet.showing.names import handed_out, handed_out_file, safe_name
from mezhved.cabinet.showing.pages import page_of, signatures_html, xml_of
from mezhved.cabinet.showing.printing import excel_of, file_name, pdf_of, title_of
from mezhved.cabinet.showing.signatures import SignatureLine, protocol_of, signatures_of

__all__ = [
    "Action",
    "Explanation",
    "Reason",
    "Side",
    "SignatureLine",
    "category_words",
    "excel_of",
    "explained",
    "file_name",
    "handed_out",
    "handed_out_file",
    "page_of",
    "pdf_of",
    "protocol_of",
    "safe_name",
    "signatures_html",
    "signatures_of",
    "title_of",
    "xml_of",
]
