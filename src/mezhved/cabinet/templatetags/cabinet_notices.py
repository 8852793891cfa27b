"""The number of unread notices, for the header of every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from mezhved.cabinet.notices.telling import unread

if TYPE_CHECKING:
    from mezhved.cabinet.access import Visit

register = template.Library()


@register.simple_tag
def unread_notices(visit: Visit) -> int:
    """Give how many notices the visit's account has not read."""
    return unread(visit.account)
