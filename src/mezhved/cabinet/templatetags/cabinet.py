"""What templates have at hand, without loading it: `t`, `here`, `said`, `moment`, `day`, `clock`, `may`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from mezhved.cabinet.access.permissions import Permission
from mezhved.cabinet.accounts.browsers import browser_in_words
from mezhved.cabinet.wording import is_english, spoken
from mezhved.texts import Text

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.cabinet.access.permissions import Access

register = template.Library()


@register.simple_tag
def t(ru: str, en: str) -> str:
    """Give the text in the visit's language: `{% t "Да" "Yes" %}`; both are always written."""
    return en if is_english() else ru


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], name: str) -> str:
    """Mark the link of a menu that leads to where the visit is: `<a ...{% here "cabinet:asking" %}>`."""
    request = context.get("request")
    path = request.path if request is not None else ""
    return mark_safe(' aria-current="page"') if path.startswith(reverse(name)) else ""


@register.filter
def said(value: Any) -> str:
    """Give a `Text` in the visit's language; other values as they are."""
    return spoken(value) if isinstance(value, Text) else str(value)


@register.filter
def moment(value: datetime | None) -> str:
    """Give a moment in the office's time: 22.11.2026 15:04."""
    return timezone.localtime(value).strftime("%d.%m.%Y %H:%M") if value is not None else "—"


@register.filter
def day(value: datetime | None) -> str:
    """Give the day of a moment in the office's time: 22.11.2026."""
    return timezone.localtime(value).strftime("%d.%m.%Y") if value is not None else "—"


@register.filter
def browser_words(said: str) -> str:
    """Give a browser and its system in words, from what the browser says of itself."""
    return spoken(browser_in_words(said))


@register.filter
def clock(value: datetime | None) -> str:
    """Give the time of a moment in the office's time: 15:04."""
    return timezone.localtime(value).strftime("%H:%M") if value is not None else "—"


@register.filter
def may(access: Access, permission: str) -> bool:
    """Tell whether the permission is held anywhere: `{% if visit.access|may:"ask" %}`."""
    return access.may(Permission(permission))
