"""Forms of the administration: files instead of octets, and the whole row checked before it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from mezhved.registry.models import (
    InformationSystem,
    InformationType,
    RevocationList,
    SchemaFile,
    SystemCertificate,
    TrustedAuthority,
    TypeVersion,
)
from mezhved.registry.models.types import ROUTING_TEXTS
from mezhved.registry.schemas import check_schemas, replace_schemas, unzip_schemas
from mezhved.registry.snapshot import BLOCK_KINDS
from mezhved.service.lazytext import lazy_text
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from collections.abc import Iterable

# Django's own classes take no type arguments at run time.
if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm

MAX_UPLOAD = 64 * 2**20


class RegistryForm(_ModelForm):
    """Checks the row as `save` will, so that a refusal is shown on the page."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        # A row edited together with its new parent: the parent gets its number only when saved.
        unsaved = [
            field.name
            for field in self.instance._meta.concrete_fields  # noqa: SLF001 - Django's public way
            if field.is_relation and getattr(self.instance, field.name, None) is not None
            if getattr(self.instance, field.name).pk is None
        ]
        try:
            self.instance.full_clean(exclude=unsaved)
        except ValidationError as error:
            self._update_errors(error)

    def _update_errors(self, errors: ValidationError) -> None:
        """Put each message beside its field, or above the form where the field is not on it."""
        for name, messages in errors.message_dict.items():
            shown = "file" if name in ("der", "content", "thumbprint") else name
            self.add_error(shown if shown in self.fields and name != NON_FIELD_ERRORS else None, messages)


class InformationSystemForm(RegistryForm):
    """A system; a password of the file store can be set, never read."""

    new_file_password = forms.CharField(
        label=lazy_text("новый пароль файлового хранилища", "new password of the file store"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        """Everything of a system."""

        model = InformationSystem
        fields = ("participant", "mnemonic", "name", "environment", "file_login", "enabled")

    def clean(self) -> dict[str, Any] | None:
        """Take the new password."""
        values = super().clean()
        if self.cleaned_data.get("new_file_password"):
            self.instance.set_file_password(self.cleaned_data["new_file_password"])
        return values


class UploadForm(RegistryForm):
    """A row whose octets come as a file when it is made and stay as they are."""

    file = forms.FileField(
        label=lazy_text("файл (PEM или DER)", "file (PEM or DER)"), required=False, max_length=255
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].disabled = self.instance.pk is not None

    def clean(self) -> dict[str, Any] | None:
        """Take the octets of the file."""
        values = super().clean()
        uploaded = self.cleaned_data.get("file")
        if self.instance.pk is None and uploaded is None:
            self.add_error("file", lazy_text("Выберите файл.", "Choose a file."))
        elif uploaded is not None:
            self.instance.der = uploaded.read(MAX_UPLOAD)
        return values


class SystemCertificateForm(UploadForm):
    """A certificate of a system."""

    class Meta:
        """The octets come by the file."""

        model = SystemCertificate
        fields = ("system", "bound_from", "bound_to", "enabled")


class TrustedAuthorityForm(UploadForm):
    """A certificate of an authority."""

    class Meta:
        """The octets come by the file."""

        model = TrustedAuthority
        fields = ("root", "enabled")


class RevocationListForm(UploadForm):
    """A revocation list."""

    class Meta:
        """The octets come by the file."""

        model = RevocationList
        fields = ()


class SeveralFiles(forms.ClearableFileInput):
    """Lets several files be chosen."""

    allow_multiple_selected = True


class SchemasField(forms.FileField):
    """Several `.xsd` files or archives of them; the value is path -> octets."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> dict[str, bytes]:
        """Read the files."""
        single = super().clean
        given: Iterable[Any] = data if isinstance(data, (list, tuple)) else [data]
        found: dict[str, bytes] = {}
        for each in given:
            uploaded = single(each, initial)
            if not uploaded:
                continue
            octets = uploaded.read(MAX_UPLOAD)
            if not uploaded.name.lower().endswith(".zip"):
                found[uploaded.name] = octets
                continue
            try:
                found |= unzip_schemas(octets, uploaded.name)
            except MezhvedError as error:
                raise ValidationError(str(error)) from error
        return found


class InformationTypeForm(RegistryForm):
    """A type; the kinds of the Routing block are ticked."""

    more_routings = forms.MultipleChoiceField(
        label=lazy_text("и маршрутизация отправителем (1.3)", "and routing by the sender (1.3)"),
        choices=[(kind.value, text) for kind, text in ROUTING_TEXTS.items() if kind in BLOCK_KINDS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        """Everything of a type."""

        model = InformationType
        fields = (
            "code",
            "name",
            "description",
            "owner",
            "broadcast",
            "routing",
            "more_routings",
            "xpath",
            "xpath_namespaces",
            "personal_signature",
            "personal_signature_response",
            "personal_access",
            "valid_from",
            "valid_to",
            "enabled",
        )


class TypeVersionForm(RegistryForm):
    """A version with its schemas."""

    schemas = SchemasField(
        label=lazy_text("файлы схем", "schema files"),
        required=False,
        help_text=lazy_text(
            "Файлы .xsd или архив .zip с папками; файл с тем же путём заменяется.",
            ".xsd files, or a .zip with folders; a file with the same path is replaced.",
        ),
    )
    replace = forms.BooleanField(
        label=lazy_text("удалить прежние схемы", "remove the former schemas"), required=False
    )

    class Meta:
        """Everything of a version."""

        model = TypeVersion
        fields = (
            "type",
            "version",
            "namespace",
            "request_root",
            "response_root",
            "response_namespace",
            "xpath",
            "valid_from",
            "valid_to",
            "enabled",
        )

    def _post_clean(self) -> None:
        super()._post_clean()
        files = self.files_after()
        if self.errors or not files:
            return
        try:
            check_schemas(self.instance, files)
        except MezhvedError as error:
            self.add_error("schemas", str(error))

    def files_after(self) -> dict[str, bytes]:
        """Return the set as it will be after saving."""
        kept: dict[str, bytes] = {}
        if self.instance.pk is not None and not self.cleaned_data.get("replace"):
            rows = SchemaFile.objects.filter(version=self.instance).values_list("path", "content")
            kept = {path: bytes(content) for path, content in rows}
        return kept | (self.cleaned_data.get("schemas") or {})

    def put_schemas(self) -> None:
        """Write the set, after the version was saved."""
        replace_schemas(self.instance, self.files_after())
