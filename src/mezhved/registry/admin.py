"""Pages of the registry in Django's administration."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from mezhved.registry.adminforms import (
    InformationSystemForm,
    InformationTypeForm,
    RegistryForm,
    RevocationListForm,
    SystemCertificateForm,
    TrustedAuthorityForm,
    TypeVersionForm,
)
from mezhved.registry.models import (
    AccessRight,
    ChangeRecord,
    InformationSystem,
    InformationType,
    Maintenance,
    Participant,
    PersonalAccess,
    PushAddress,
    RevocationList,
    RevocationRecord,
    RevocationSource,
    SchemaFile,
    SystemCertificate,
    TrustedAuthority,
    TypeProvider,
    TypeVersion,
)
from mezhved.service.lazytext import lazy_text

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# Django's own classes take no type arguments at run time.
if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _ModelAdmin = admin.ModelAdmin
    _TabularInline = admin.TabularInline

SHOWN_OCTETS = 512 * 1024


class RegistryAdmin(_ModelAdmin):
    """A table of the registry; its history is the registry's own."""

    form = RegistryForm
    list_per_page = 50

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the records of this row."""
        row = self.get_object(request, object_id)
        if row is None or not self.has_view_permission(request, row):
            return super().history_view(request, object_id, extra_context)
        asked = urlencode({"model__exact": row._meta.model_name, "key__exact": row.key})  # noqa: SLF001
        return HttpResponseRedirect(f"{reverse('admin:registry_changerecord_changelist')}?{asked}")


class UploadAdmin(RegistryAdmin):
    """A table whose octets are uploaded once."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the file only where there is none yet."""
        found = super().get_fields(request, obj)
        return [name for name in found if name != "file" or obj is None]


class CertificateInline(_TabularInline):
    """A system's certificates."""

    model = SystemCertificate
    form = SystemCertificateForm
    extra = 0
    fields = ("file", "subject", "not_before", "not_after", "bound_from", "bound_to", "enabled")
    readonly_fields = ("subject", "not_before", "not_after")


class PushInline(_TabularInline):
    """Where a system wants to be told of messages."""

    model = PushAddress
    form = RegistryForm
    extra = 0


class SystemInline(_TabularInline):
    """A participant's systems."""

    model = InformationSystem
    form = RegistryForm
    extra = 0
    show_change_link = True


@admin.register(Participant)
class ParticipantAdmin(RegistryAdmin):
    """Participants with their systems."""

    list_display = ("name", "kind", "ogrn", "inn", "enabled")
    list_filter = ("kind", "enabled")
    search_fields = ("name", "short_name", "ogrn", "inn")
    inlines: ClassVar = [SystemInline]


@admin.register(InformationSystem)
class InformationSystemAdmin(RegistryAdmin):
    """Systems with their certificates."""

    form = InformationSystemForm
    list_display = ("mnemonic", "name", "participant", "environment", "enabled")
    list_filter = ("environment", "enabled")
    list_select_related = ("participant",)
    search_fields = ("mnemonic", "name", "participant__name")
    autocomplete_fields = ("participant",)
    inlines: ClassVar = [CertificateInline, PushInline]


@admin.register(PushAddress)
class PushAddressAdmin(RegistryAdmin):
    """Push addresses of all systems."""

    list_display = ("system", "address", "enabled")
    list_filter = ("enabled",)
    list_select_related = ("system",)
    search_fields = ("system__mnemonic", "address")
    autocomplete_fields = ("system",)


@admin.register(SystemCertificate)
class SystemCertificateAdmin(UploadAdmin):
    """Certificates of all systems."""

    form = SystemCertificateForm
    list_display = ("subject", "system", "not_before", "not_after", "enabled")
    list_filter = ("enabled",)
    list_select_related = ("system",)
    date_hierarchy = "not_after"
    search_fields = ("subject", "thumbprint", "serial", "system__mnemonic")
    autocomplete_fields = ("system",)
    readonly_fields = ("subject", "issuer", "serial", "not_before", "not_after", "thumbprint")


class VersionInline(_TabularInline):
    """Versions of a type, for looking; schemas are put in on the version's own page."""

    model = TypeVersion
    form = RegistryForm
    extra = 0
    fields = ("version", "namespace", "request_root", "response_root", "enabled")
    show_change_link = True


class ProviderInline(_TabularInline):
    """Providers of a type."""

    model = TypeProvider
    form = RegistryForm
    extra = 0
    autocomplete_fields = ("system",)


class RightInline(_TabularInline):
    """Rights to a type."""

    model = AccessRight
    form = RegistryForm
    extra = 0
    fields = ("system", "valid_from", "valid_to")
    autocomplete_fields = ("system",)


class OfficialInline(_TabularInline):
    """Officials who may request a type."""

    model = PersonalAccess
    form = RegistryForm
    extra = 0
    fields = ("system", "official", "valid_from", "valid_to")
    autocomplete_fields = ("system",)


@admin.register(InformationType)
class InformationTypeAdmin(RegistryAdmin):
    """Types with versions, providers, rights."""

    list_display = ("code", "name", "owner", "routing", "broadcast", "enabled")
    list_filter = ("routing", "broadcast", "enabled")
    list_select_related = ("owner",)
    search_fields = ("code", "name", "versions__namespace")
    autocomplete_fields = ("owner",)
    form = InformationTypeForm
    inlines: ClassVar = [VersionInline, ProviderInline, RightInline, OfficialInline]


class SchemaInline(_TabularInline):
    """Schema files of a version: looked at, removed; put in by the version's form."""

    model = SchemaFile
    extra = 0
    fields = ("path", "sha256")
    readonly_fields = ("path", "sha256")
    show_change_link = True

    def has_add_permission(self, *_: Any) -> bool:
        """Files are added by the version's form."""
        return False


@admin.register(TypeVersion)
class TypeVersionAdmin(RegistryAdmin):
    """Versions with their schemas."""

    form = TypeVersionForm
    list_display = ("type", "version", "namespace", "request_root", "response_root", "enabled")
    list_filter = ("enabled",)
    list_select_related = ("type",)
    search_fields = ("type__code", "type__name", "namespace", "request_root", "response_root")
    autocomplete_fields = ("type",)
    inlines: ClassVar = [SchemaInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """Put the uploaded schemas in once the version is there."""
        super().save_related(request, form, formsets, change)
        if form.cleaned_data.get("schemas") or form.cleaned_data.get("replace"):
            form.put_schemas()


@admin.register(SchemaFile)
class SchemaFileAdmin(RegistryAdmin):
    """One schema file, to be read."""

    list_display = ("version", "path", "sha256")
    list_select_related = ("version__type",)
    search_fields = ("path", "version__namespace")
    fields = ("version", "path", "sha256", "text")
    readonly_fields = fields

    def has_add_permission(self, _: HttpRequest) -> bool:
        """Files are added by the version's form."""
        return False

    @admin.display(description=lazy_text("содержимое", "content"))
    def text(self, row: SchemaFile) -> str:
        """Show the text."""
        return format_html("<pre>{}</pre>", bytes(row.content[:SHOWN_OCTETS]).decode("utf-8", "replace"))


@admin.register(TypeProvider)
class TypeProviderAdmin(RegistryAdmin):
    """Providers of all types."""

    list_display = ("type", "system", "routing_code", "enabled")
    list_filter = ("enabled",)
    list_select_related = ("type", "system")
    search_fields = ("type__code", "type__name", "system__mnemonic", "routing_code")
    autocomplete_fields = ("type", "system")


@admin.register(AccessRight)
class AccessRightAdmin(RegistryAdmin):
    """Rights of all systems."""

    list_display = ("system", "type", "valid_from", "valid_to")
    list_select_related = ("type", "system")
    date_hierarchy = "valid_to"
    search_fields = ("type__code", "type__name", "system__mnemonic")
    autocomplete_fields = ("type", "system")


@admin.register(PersonalAccess)
class PersonalAccessAdmin(RegistryAdmin):
    """Rights of all officials."""

    list_display = ("system", "type", "official", "valid_from", "valid_to")
    list_select_related = ("type", "system")
    date_hierarchy = "valid_to"
    search_fields = ("type__code", "type__name", "system__mnemonic", "official")
    autocomplete_fields = ("type", "system")


@admin.register(RevocationSource)
class RevocationSourceAdmin(RegistryAdmin):
    """Sources of revocation data of all authorities, and how the last fetch went."""

    list_display = ("authority", "kind", "address", "period_seconds", "enabled", "last_fetch")
    list_filter = ("kind", "enabled", "from_certificate")
    list_select_related = ("authority",)
    search_fields = ("address", "authority__subject", "authority__thumbprint")
    autocomplete_fields = ("authority",)
    fields = ("authority", "kind", "address", "period_seconds", "function", "enabled", "from_certificate")
    readonly_fields = ("from_certificate",)

    @admin.display(description=lazy_text("последняя загрузка", "last fetch"))
    def last_fetch(self, row: RevocationSource) -> str:
        """Say when the source answered last, and what went wrong since."""
        records = RevocationRecord.objects.filter(source=row).defer("der", "certificate")
        newest = records.order_by("-fetched_at").first()
        failed = records.filter(failures__gt=0).first()
        at = newest.fetched_at if newest is not None else 0
        told = f"{datetime.fromtimestamp(at // 1_000_000, UTC):%Y-%m-%d %H:%M:%S} UTC" if at else "—"
        if failed is None:
            return told
        return f"{told}; {lazy_text(failed.problem_ru, failed.problem_en)}"


@admin.register(TrustedAuthority)
class TrustedAuthorityAdmin(UploadAdmin):
    """Trusted authorities."""

    form = TrustedAuthorityForm
    list_display = ("subject", "root", "not_before", "not_after", "enabled")
    list_filter = ("root", "enabled")
    search_fields = ("subject", "thumbprint")
    readonly_fields = ("subject", "issuer", "serial", "not_before", "not_after", "thumbprint")


@admin.register(RevocationList)
class RevocationListAdmin(UploadAdmin):
    """Revocation lists."""

    form = RevocationListForm
    list_display = ("issuer", "this_update", "next_update", "entries")
    search_fields = ("issuer",)
    readonly_fields = ("issuer", "this_update", "next_update", "entries", "thumbprint")


@admin.register(Maintenance)
class MaintenanceAdmin(RegistryAdmin):
    """The switch for works: `mezhved bus maintenance` turns it on, removing the row here ends them too."""

    list_display = ("since", "reason")
    readonly_fields = ("since",)

    def has_add_permission(self, _: HttpRequest) -> bool:
        """One row or none: the command makes it."""
        return False


@admin.register(ChangeRecord)
class ChangeRecordAdmin(_ModelAdmin):
    """Who changed what: to be read only."""

    list_display = ("at", "actor", "via", "action", "model", "key")
    list_filter = ("model", "action", "via")
    date_hierarchy = "at"
    search_fields = ("actor", "key")
    fields = ("at", "actor", "via", "action", "model", "key", "difference")
    readonly_fields = fields

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow the link from a row to its records."""
        return lookup == "key__exact" or super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, _: HttpRequest) -> bool:
        """Nobody writes history."""
        return False

    def has_change_permission(self, *_: Any) -> bool:
        """Nobody rewrites history."""
        return False

    def has_delete_permission(self, *_: Any) -> bool:
        """Nobody removes history."""
        return False

    @admin.display(description=lazy_text("изменения", "changes"))
    def difference(self, row: ChangeRecord) -> str:
        """Show each field that differs, before and after."""
        lines = format_html_join(
            "",
            "<tr><th>{}</th><td>{}</td><td>→</td><td>{}</td></tr>",
            ((name, _shown(before), _shown(after)) for name, (before, after) in row.changes().items()),
        )
        return format_html("<table>{}</table>", lines)


def _shown(value: Any) -> str:
    return "—" if value is None else str(value)
