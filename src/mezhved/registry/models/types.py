"""What is exchanged: information types, their versions and schemas, providers, rights."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from mezhved.registry import checks
from mezhved.registry.models import fields
from mezhved.registry.models.base import RegistryModel
from mezhved.registry.models.participants import InformationSystem, Participant
from mezhved.registry.snapshot import BLOCK_KINDS, RoutingKind
from mezhved.service.lazytext import lazy_text
from mezhved.smev3.codes import CODE_LIMIT, VALUE_LIMIT, RoutingExpression, normalised
from mezhved.smev3.xpath import BadRouting

if TYPE_CHECKING:
    from collections.abc import Collection

ROUTING_TEXTS = {
    RoutingKind.FIXED: lazy_text("единственный поставщик", "the only provider"),
    RoutingKind.XPATH: lazy_text("код маршрутизации по XPath", "routing code by XPath"),
    RoutingKind.DYNAMIC: lazy_text("динамическая (1.3)", "dynamic (1.3)"),
    RoutingKind.IDENTIFIER: lazy_text("по идентификатору (1.3)", "by identifier (1.3)"),
    RoutingKind.REGISTRY: lazy_text("реестровая (1.3)", "by registry records (1.3)"),
}


class Dated(RegistryModel):
    """A row in force from one day to another, both included, by Moscow time."""

    valid_from = fields.perhaps_day("действует с", "in force from")
    valid_to = fields.perhaps_day("действует по", "in force to")

    class Meta(RegistryModel.Meta):
        """A common part of tables."""

        abstract = True

    def clean(self) -> None:
        """Check the order of the days."""
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValidationError(
                {"valid_to": lazy_text("Окончание раньше начала.", "The end comes before the beginning.")}
            )


class InformationType(Dated):
    """An information type («вид сведений») with all its versions; known by its code."""

    code = fields.line("код (VS…)", "code (VS...)", 64, unique=True)
    name = fields.line("наименование", "name", 1000)
    description = fields.text("описание", "description", blank=True)
    owner: models.ForeignKey[Participant, Participant] = models.ForeignKey(
        Participant,
        on_delete=models.PROTECT,
        related_name="types",
        verbose_name=lazy_text("владелец", "owner"),
    )
    broadcast = fields.flag("рассылка", "broadcast", default=False)
    routing = fields.line(
        "маршрутизация",
        "routing",
        12,
        choices=[(kind.value, text) for kind, text in ROUTING_TEXTS.items()],
        default=RoutingKind.FIXED.value,
    )
    more_routings: models.JSONField[list[str], list[str]] = models.JSONField(
        lazy_text("и маршрутизация отправителем (1.3)", "and routing by the sender (1.3)"),
        default=list,
        blank=True,
        help_text=lazy_text(
            "Что ещё может назвать отправитель в блоке Routing.",
            "What else the sender may name in the Routing block.",
        ),
    )
    xpath = fields.text(
        "XPath кода маршрутизации",
        "XPath of the routing code",
        blank=True,
        help_text=lazy_text(
            "XPath 1.0; префикс t — пространство имён версии; остальные — ниже.",
            "XPath 1.0; the prefix t is the version's namespace; declare others below.",
        ),
    )
    xpath_namespaces = models.JSONField(
        lazy_text("префиксы XPath", "prefixes of the XPath"), default=dict, blank=True
    )
    personal_signature = fields.flag("требует ЭП-СП", "demands an official's signature", default=False)
    personal_signature_response = fields.flag(
        "требует ЭП-СП в ответах", "demands an official's signature of responses", default=False
    )
    personal_access = fields.flag(
        "требует право должностного лица", "demands an official's right", default=False
    )
    enabled = fields.enabled()

    class Meta(Dated.Meta):
        """In the order of codes."""

        abstract = False
        ordering: ClassVar = ["code"]
        verbose_name = lazy_text("вид сведений", "information type")
        verbose_name_plural = lazy_text("виды сведений", "information types")

    @property
    def key(self) -> str:
        """The code."""
        return self.code

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def clean(self) -> None:
        """Check the term and the routing."""
        super().clean()
        names = self.xpath_namespaces
        if not isinstance(names, dict) or not all(
            isinstance(prefix, str) and prefix and isinstance(uri, str) and uri
            for prefix, uri in names.items()
        ):
            raise ValidationError(
                {
                    "xpath_namespaces": lazy_text(
                        "Нужен объект: префикс и пространство имён.",
                        "An object is needed: prefix, namespace.",
                    )
                }
            )
        if self.routing == RoutingKind.XPATH.value and not self.xpath.strip():
            raise ValidationError(
                {"xpath": lazy_text("Для этой маршрутизации нужен XPath.", "This routing needs an XPath.")}
            )
        if self.xpath.strip():
            _check_xpath("xpath", self.xpath, names, "urn:probe")
        kinds = self.more_routings
        if not isinstance(kinds, list) or not set(map(str, kinds)) <= BLOCK_KINDS:
            raise ValidationError(
                {
                    "more_routings": lazy_text(
                        "Нужен список из dynamic, identifier, registry.",
                        "A list of dynamic, identifier, registry is needed.",
                    )
                }
            )
        self.more_routings = sorted({*kinds} - {self.routing})
        if self.broadcast and (self.more_routings or self.routing in BLOCK_KINDS):
            raise ValidationError(
                {"broadcast": lazy_text("Рассылка идёт всем подписчикам.", "A broadcast goes to all.")}
            )
        if self.pk is not None:
            self._check_versions()

    def _check_versions(self) -> None:
        """Check that the versions still agree with the type."""
        for version in TypeVersion.objects.filter(type=self):
            if self.broadcast and version.response_root:
                raise ValidationError(
                    {
                        "broadcast": lazy_text(
                            f"У версии {version.version} есть корень ответа.",
                            f"The version {version.version} has a root of a response.",
                        )
                    }
                )
            if version.xpath.strip():
                _check_xpath("xpath_namespaces", version.xpath, self.xpath_namespaces, version.namespace)


class TypeVersion(Dated):
    """One version of a type: its namespaces, roots and schemas."""

    type: models.ForeignKey[InformationType, InformationType] = models.ForeignKey(
        InformationType,
        on_delete=models.CASCADE,
        related_name="versions",
        verbose_name=lazy_text("вид сведений", "information type"),
    )
    version = fields.line("версия", "version", 50)
    namespace = fields.line("пространство имён", "namespace", 500, validators=[checks.check_namespace])
    request_root = fields.line(
        "корень запроса (рассылки)", "root of the request (broadcast)", 200, validators=[checks.check_ncname]
    )
    response_root = fields.line(
        "корень ответа", "root of the response", 200, blank=True, validators=[checks.check_ncname]
    )
    response_namespace = fields.line(
        "пространство имён ответа, если иное",
        "namespace of the response, if another",
        500,
        blank=True,
        validators=[checks.check_namespace],
    )
    xpath = fields.text("свой XPath кода маршрутизации", "an XPath of its own", blank=True)
    enabled = fields.enabled()

    class Meta(Dated.Meta):
        """In the order of versions."""

        abstract = False
        ordering: ClassVar = ["type", "version"]
        verbose_name = lazy_text("версия вида сведений", "version of an information type")
        verbose_name_plural = lazy_text("версии видов сведений", "versions of information types")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["type", "version"], name="registry_version_once"),
            models.UniqueConstraint(fields=["namespace", "request_root"], name="registry_request_root_once"),
        ]

    @property
    def key(self) -> str:
        """The type's code and the version."""
        return f"{self.type.code}/{self.version}"

    @property
    def roots(self) -> tuple[tuple[str, str], ...]:
        """Namespace and name of the request's root and, where there is one, the response's."""
        request = (self.namespace, self.request_root)
        if not self.response_root:
            return (request,)
        return (request, (self.response_namespace or self.namespace, self.response_root))

    def clean(self) -> None:
        """Check that every root means one thing only, and that the XPath compiles."""
        super().clean()
        if self.type.broadcast and self.response_root:
            raise ValidationError(
                {"response_root": lazy_text("На рассылку не отвечают.", "Nobody answers a broadcast.")}
            )
        if len(set(self.roots)) != len(self.roots):
            raise ValidationError(
                {"response_root": lazy_text("Корни совпадают.", "The two roots are the same.")}
            )
        for namespace, root in self.roots:
            other = _holder(namespace, root, self.pk)
            if other is not None:
                raise ValidationError(
                    lazy_text(
                        f"Корень {{{namespace}}}{root} уже занят: {other.key}.",
                        f"The root {{{namespace}}}{root} is taken already: {other.key}.",
                    )
                )
        if self.xpath.strip():
            _check_xpath("xpath", self.xpath, self.type.xpath_namespaces, self.namespace)


class SchemaFile(RegistryModel):
    """One XSD file of a version; `path` is inside the set."""

    described_by_digest: ClassVar[Collection[str]] = ("content",)

    version: models.ForeignKey[TypeVersion, TypeVersion] = models.ForeignKey(
        TypeVersion,
        on_delete=models.CASCADE,
        related_name="schema_files",
        verbose_name=lazy_text("версия", "version"),
    )
    path = fields.line("путь", "path", 500, validators=[checks.check_relative_path])
    content = fields.octets("содержимое", "content")
    sha256 = fields.line("SHA-256", "SHA-256", 64, editable=False)

    class Meta(RegistryModel.Meta):
        """In the order of paths."""

        ordering: ClassVar = ["version", "path"]
        verbose_name = lazy_text("файл схемы", "schema file")
        verbose_name_plural = lazy_text("файлы схем", "schema files")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "path"], name="registry_schema_path_once")
        ]

    @property
    def key(self) -> str:
        """The version's key and the path."""
        return f"{self.version.key}/{self.path}"

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Compute the digest of the content."""
        self.sha256 = hashlib.sha256(bytes(self.content or b"")).hexdigest()
        super().clean_fields(exclude)


class TypeProvider(RegistryModel):
    """A system that receives requests of a type (of a broadcast: a subscriber)."""

    type: models.ForeignKey[InformationType, InformationType] = models.ForeignKey(
        InformationType,
        on_delete=models.CASCADE,
        related_name="providers",
        verbose_name=lazy_text("вид сведений", "information type"),
    )
    system: models.ForeignKey[InformationSystem, InformationSystem] = models.ForeignKey(
        InformationSystem,
        on_delete=models.PROTECT,
        related_name="provided",
        verbose_name=lazy_text("информационная система", "information system"),
    )
    routing_code = fields.line("код маршрутизации", "routing code", VALUE_LIMIT, blank=True)
    enabled = fields.enabled()

    class Meta(RegistryModel.Meta):
        """By type, code, system."""

        ordering: ClassVar = ["type", "routing_code", "system"]
        verbose_name = lazy_text("поставщик", "provider")
        verbose_name_plural = lazy_text("поставщики", "providers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["type", "system", "routing_code"], name="registry_provider_once")
        ]

    @property
    def key(self) -> str:
        """The type's code, the mnemonic and the routing code."""
        code = f"/{self.routing_code}" if self.routing_code else ""
        return f"{self.type.code}/{self.system.mnemonic}{code}"

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Write the code as codes are compared."""
        self.routing_code = normalised(self.routing_code or "")
        super().clean_fields(exclude)

    def clean(self) -> None:
        """Check that a routing code stands where the routing uses one, and nowhere else.

        In the Routing block of 1.3 a provider is found by its mnemonic and OGRN too, so no code is needed.
        """
        kind = self.type.routing
        by_block = kind in BLOCK_KINDS or bool(self.type.more_routings)
        if (self.type.broadcast or kind == RoutingKind.FIXED.value) and self.routing_code and not by_block:
            raise ValidationError(
                {"routing_code": lazy_text("Эта маршрутизация без кода.", "This routing uses no code.")}
            )
        if kind != RoutingKind.XPATH.value:
            return
        if not self.routing_code and not by_block:
            raise ValidationError(
                {"routing_code": lazy_text("Эта маршрутизация требует кода.", "This routing needs a code.")}
            )
        if len(self.routing_code) > CODE_LIMIT and not by_block:
            raise ValidationError(
                {
                    "routing_code": lazy_text(
                        f"Код длиннее {CODE_LIMIT} знаков.", f"The code is over {CODE_LIMIT} characters."
                    )
                }
            )


class AccessRight(Dated):
    """The right of a system to send requests (broadcasts) of a type from day to day."""

    system: models.ForeignKey[InformationSystem, InformationSystem] = models.ForeignKey(
        InformationSystem,
        on_delete=models.PROTECT,
        related_name="rights",
        verbose_name=lazy_text("информационная система", "information system"),
    )
    type: models.ForeignKey[InformationType, InformationType] = models.ForeignKey(
        InformationType,
        on_delete=models.CASCADE,
        related_name="rights",
        verbose_name=lazy_text("вид сведений", "information type"),
    )

    class Meta(Dated.Meta):
        """By type, system, beginning."""

        abstract = False
        ordering: ClassVar = ["type", "system", "valid_from"]
        verbose_name = lazy_text("право доступа", "access right")
        verbose_name_plural = lazy_text("права доступа", "access rights")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "type", "valid_from"], name="registry_right_once"),
            models.UniqueConstraint(
                fields=["system", "type"],
                condition=Q(valid_from__isnull=True),
                name="registry_right_always_once",
            ),
        ]

    @property
    def key(self) -> str:
        """The type's code, the mnemonic and the first day."""
        since = f"/{self.valid_from.isoformat()}" if self.valid_from else ""
        return f"{self.type.code}/{self.system.mnemonic}{since}"


def _check_xpath(field: str, text: str, namespaces: dict[str, str], own: str) -> None:
    try:
        RoutingExpression.compile(text, namespaces, own)
    except BadRouting as error:
        raise ValidationError({field: str(error)}) from error


def _holder(namespace: str, root: str, but: Any) -> TypeVersion | None:
    """Return another version that has this root, as a request's or as a response's."""
    as_response = Q(response_root=root) & (
        Q(response_namespace=namespace) | Q(response_namespace="", namespace=namespace)
    )
    found: TypeVersion | None = (
        TypeVersion.objects.filter(Q(namespace=namespace, request_root=root) | as_response)
        .exclude(pk=but)
        .select_related("type")
        .first()
    )
    return found
