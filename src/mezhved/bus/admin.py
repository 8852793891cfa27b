"""Pages of the bus in Django's administration: to look at, never to change."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import admin

from mezhved.bus.models import Statistics
from mezhved.registry.models import InformationSystem, InformationType
from mezhved.service.lazytext import lazy_text

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

# Django's own classes take no type arguments at run time.
if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Statistics]
else:
    _ModelAdmin = admin.ModelAdmin

_EPOCH = date(1970, 1, 1).toordinal()


@admin.register(Statistics)
class StatisticsAdmin(_ModelAdmin):
    """What systems did, by day and type."""

    list_display = (
        "on_day",
        "of_system",
        "of_type",
        "kind",
        "sent",
        "octets",
        "delivered",
        "refused",
        "expired",
        "taken",
        "seconds",
    )
    list_display_links = None
    list_filter = ("kind",)
    ordering = ("-day", "system", "type_id", "kind")
    search_fields = ("=id",)
    search_help_text = lazy_text("мнемоника системы или код вида", "mnemonic of a system or code of a type")
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Statistics], search_term: str
    ) -> tuple[QuerySet[Statistics], bool]:
        """Find the rows of a system or a type by its name in the registry."""
        if not search_term.strip():
            return super().get_search_results(request, queryset, "")
        term = search_term.strip()
        systems = InformationSystem.objects.filter(mnemonic__iexact=term).values_list("pk", flat=True)
        types = InformationType.objects.filter(code__iexact=term).values_list("pk", flat=True)
        return queryset.filter(system__in=list(systems)) | queryset.filter(type_id__in=list(types)), False

    def has_add_permission(self, _: HttpRequest) -> bool:
        """Nobody writes what the bus counts."""
        return False

    def has_change_permission(self, *_: Any) -> bool:
        """Nobody rewrites it."""
        return False

    def has_delete_permission(self, *_: Any) -> bool:
        """Nobody removes it."""
        return False

    @admin.display(description=lazy_text("день", "day"), ordering="day")
    def on_day(self, row: Statistics) -> str:
        """Return the day of Moscow."""
        return date.fromordinal(_EPOCH + row.day).isoformat()

    @admin.display(description=lazy_text("система", "system"), ordering="system")
    def of_system(self, row: Statistics) -> str:
        """Return the mnemonic; a dash for the bus itself."""
        return _name(InformationSystem, "mnemonic", row.system)

    @admin.display(description=lazy_text("вид сведений", "information type"), ordering="type_id")
    def of_type(self, row: Statistics) -> str:
        """Return the type's code; a dash for no type."""
        return _name(InformationType, "code", row.type_id)

    @admin.display(description=lazy_text("средн. / наиб., с", "mean / longest, s"))
    def seconds(self, row: Statistics) -> str:
        """Return the times from the acceptance to the acknowledgement."""
        if not row.delivered:
            return ""
        return f"{row.delivery_time / row.delivered / 1e6:.1f} / {row.longest / 1e6:.1f}"


def _name(model: Any, field: str, pk: int) -> str:
    if pk == 0:
        return "—"
    return str(model.objects.filter(pk=pk).values_list(field, flat=True).first() or pk)
