"""One list of exchanges for own requests, incoming ones and the journal: filters, pages, columns, export."""

from __future__ import annotations

from mezhved.cabinet.lists.kinds import INCOMING, JOURNAL, REQUESTS, View, view_of
from mezhved.cabinet.lists.listing import Listing, count_of, exchanges

__all__ = ["INCOMING", "JOURNAL", "REQUESTS", "Listing", "View", "count_of", "exchanges", "view_of"]
