"""Commands on each table of the registry."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

from mezhved.cli.registry_options import ANY_PATH, FILE, Moment, RegistryGroup, days, option, options
from mezhved.cli.registry_rows import Table, add_common, put, say
from mezhved.texts import Text

if TYPE_CHECKING:
    from pathlib import Path

PARTICIPANTS = Table("Participant", ("ogrn", "inn", "kind", "enabled", "name"))
SYSTEMS = Table(
    "InformationSystem", ("mnemonic", "environment", "enabled", "participant", "name"), ("participant",)
)
CERTIFICATES = Table(
    "SystemCertificate",
    ("thumbprint", "system", "not_before", "not_after", "enabled", "subject"),
    ("system",),
    by_prefix=True,
)
PUSH = Table("PushAddress", ("system", "enabled", "address"), ("system",))
TYPES = Table("InformationType", ("code", "routing", "broadcast", "enabled", "owner", "name"), ("owner",))
VERSIONS = Table("TypeVersion", ("key", "enabled", "namespace", "request_root", "response_root"), ("type",))
PROVIDERS = Table("TypeProvider", ("key", "enabled", "type", "system", "routing_code"), ("type", "system"))
RIGHTS = Table(
    "AccessRight", ("key", "system", "type", "valid_from", "valid_to"), ("type", "system"), switchable=False
)
OFFICIALS = Table(
    "PersonalAccess",
    ("key", "system", "type", "official", "valid_from", "valid_to"),
    ("type", "system"),
    switchable=False,
)
AUTHORITIES = Table(
    "TrustedAuthority", ("thumbprint", "root", "enabled", "not_after", "subject"), by_prefix=True
)
LISTS = Table(
    "RevocationList",
    ("thumbprint", "this_update", "next_update", "entries", "issuer"),
    by_prefix=True,
    switchable=False,
)


KINDS = "federal, fund, regional, municipal, mfc, bank, ca, subordinate, other"
ROUTINGS = "fixed, xpath, dynamic, identifier, registry"
BLOCK_ROUTINGS = ("dynamic", "identifier", "registry")


def _group(name: str, text: Text, rows: Table) -> RegistryGroup:
    group = RegistryGroup(name, help=str(text))
    add_common(group, rows)
    return group


participant = _group("participant", Text(ru="Участники.", en="Participants."), PARTICIPANTS)
system = _group("system", Text(ru="Информационные системы.", en="Information systems."), SYSTEMS)
certificate = _group("certificate", Text(ru="Сертификаты систем.", en="Systems' certificates."), CERTIFICATES)
push = _group("push", Text(ru="Адреса уведомлений.", en="Push addresses."), PUSH)
information_type = _group("type", Text(ru="Виды сведений.", en="Information types."), TYPES)
version = _group("version", Text(ru="Версии видов сведений.", en="Versions of types."), VERSIONS)
provider = _group("provider", Text(ru="Поставщики видов сведений.", en="Providers of types."), PROVIDERS)
access = _group("access", Text(ru="Права доступа.", en="Access rights."), RIGHTS)
official = _group("official", Text(ru="Права должностных лиц.", en="Rights of officials."), OFFICIALS)
authority = _group("authority", Text(ru="Доверенные УЦ.", en="Trusted authorities."), AUTHORITIES)
crl = _group("crl", Text(ru="Списки отзыва.", en="Revocation lists."), LISTS)


participant_options = options(
    option("--name", "наименование", "name"),
    option("--kind", f"вид: {KINDS}", f"kind: {KINDS}"),
    option("--inn", "ИНН", "INN"),
    option("--short-name", "краткое наименование", "short name"),
    option("--kpp", "КПП", "KPP"),
)


@participant.command("add", help=str(Text(ru="Добавить участника.", en="Add a participant.")))
@click.argument("ogrn")
@participant_options
def add_participant(ogrn: str, **values: Any) -> None:
    """Write a new participant."""
    from mezhved.registry.models import Participant  # noqa: PLC0415

    put(Participant(ogrn=ogrn), values)


@participant.command("change", help=str(Text(ru="Изменить участника.", en="Change a participant.")))
@click.argument("ogrn")
@participant_options
def change_participant(ogrn: str, **values: Any) -> None:
    """Write the given fields."""
    put(PARTICIPANTS.find(ogrn), values)


system_options = options(
    option("--participant", "ОГРН участника", "the participant's OGRN"),
    option("--name", "наименование", "name"),
    option("--environment", "среда: dev, test, production", "dev, test, production"),
    option("--file-login", "логин файлового хранилища", "login to the file store"),
    option(
        "--file-password-file",
        "файл с паролем файлового хранилища (- стандартный ввод)",
        "file with the file store's password (- standard input)",
        type=click.File(encoding="utf-8"),
    ),
)


def _put_system(row: Any, password: IO[str] | None, values: dict[str, Any]) -> None:
    """Write a system; the password comes from a file, so that no list of processes shows it."""
    if password is not None:
        row.set_file_password(password.read().rstrip("\r\n"))
    put(row, values)


@system.command("add", help=str(Text(ru="Добавить систему.", en="Add a system.")))
@click.argument("mnemonic")
@system_options
def add_system(
    mnemonic: str, participant: str | None, file_password_file: IO[str] | None, **values: Any
) -> None:
    """Write a new system."""
    from mezhved.registry.models import InformationSystem  # noqa: PLC0415

    if participant is None:
        raise click.UsageError("--participant")
    row = InformationSystem(mnemonic=mnemonic)
    _put_system(row, file_password_file, {"participant": PARTICIPANTS.find(participant), **values})


@system.command("change", help=str(Text(ru="Изменить систему.", en="Change a system.")))
@click.argument("mnemonic")
@system_options
def change_system(
    mnemonic: str, participant: str | None, file_password_file: IO[str] | None, **values: Any
) -> None:
    """Write the given fields."""
    owner = PARTICIPANTS.find(participant) if participant else None
    _put_system(SYSTEMS.find(mnemonic), file_password_file, {"participant": owner, **values})


@certificate.command("add", help=str(Text(ru="Привязать сертификат к системе.", en="Bind a certificate.")))
@click.argument("mnemonic")
@click.argument("file", type=FILE)
@option("--from", "привязан с", "bound from", type=Moment())
@option("--to", "привязан до", "bound until", type=Moment())
def add_certificate(mnemonic: str, file: Path, **term: Any) -> None:
    """Bind a PEM or DER certificate."""
    from mezhved.registry.models import SystemCertificate  # noqa: PLC0415

    row = SystemCertificate(system=SYSTEMS.find(mnemonic), der=file.read_bytes())
    put(row, {"bound_from": term["from"], "bound_to": term["to"]})


@push.command("add", help=str(Text(ru="Уведомлять систему по адресу.", en="Tell a system of messages.")))
@click.argument("mnemonic")
@click.argument("address")
def add_push_address(mnemonic: str, address: str) -> None:
    """Write a new address."""
    from mezhved.registry.models import PushAddress  # noqa: PLC0415

    put(PushAddress(system=SYSTEMS.find(mnemonic), address=address), {})


@push.command("change", help=str(Text(ru="Сменить адрес.", en="Change the address.")))
@click.argument("mnemonic")
@click.argument("address")
def change_push_address(mnemonic: str, address: str) -> None:
    """Write the address."""
    put(PUSH.find(mnemonic), {"address": address})


type_options = options(
    option("--name", "наименование", "name"),
    option("--owner", "ОГРН владельца", "the owner's OGRN"),
    option("--description", "описание", "description"),
    option("--broadcast/--no-broadcast", "рассылка", "broadcast"),
    option("--routing", f"маршрутизация: {ROUTINGS}", f"routing: {ROUTINGS}"),
    option(
        "--more-routing",
        "и маршрутизация отправителем (1.3); none — никакой",
        "and routing by the sender (1.3); none for none",
        multiple=True,
        type=click.Choice([*BLOCK_ROUTINGS, "none"]),
    ),
    option("--xpath", "XPath кода маршрутизации", "XPath of the routing code"),
    option("--namespace", "префикс XPath: p=urn:…", "a prefix of the XPath: p=urn:...", multiple=True),
    option(
        "--personal-signature/--no-personal-signature",
        "требует подпись должностного лица (ЭП-СП)",
        "demands an official's signature (EP-SP)",
        default=None,
    ),
    option(
        "--personal-signature-response/--no-personal-signature-response",
        "требует подпись должностного лица в ответах",
        "demands an official's signature of responses",
        default=None,
    ),
    option(
        "--personal-access/--no-personal-access",
        "требует право должностного лица",
        "demands a right of the official",
        default=None,
    ),
    days,
)


def _type_values(owner: str | None, namespace: tuple[str, ...], values: dict[str, Any]) -> dict[str, Any]:
    pairs = [each.partition("=") for each in namespace]
    kinds = values.pop("more_routing")
    return {
        "owner": PARTICIPANTS.find(owner) if owner else None,
        "xpath_namespaces": {prefix: uri for prefix, _, uri in pairs} if pairs else None,
        "more_routings": [each for each in kinds if each != "none"] if kinds else None,
        **_days(values),
    }


def _days(values: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in values.items() if name not in ("from", "to")}
    return {"valid_from": values["from"], "valid_to": values["to"], **rest}


@information_type.command("add", help=str(Text(ru="Добавить вид сведений.", en="Add an information type.")))
@click.argument("code")
@type_options
def add_type(code: str, owner: str | None, namespace: tuple[str, ...], **values: Any) -> None:
    """Write a new type."""
    from mezhved.registry.models import InformationType  # noqa: PLC0415

    if owner is None:
        raise click.UsageError("--owner")
    put(InformationType(code=code), _type_values(owner, namespace, values))


@information_type.command("change", help=str(Text(ru="Изменить вид сведений.", en="Change a type.")))
@click.argument("code")
@type_options
def change_type(code: str, owner: str | None, namespace: tuple[str, ...], **values: Any) -> None:
    """Write the given fields."""
    put(TYPES.find(code), _type_values(owner, namespace, values))


version_options = options(
    option("--namespace", "пространство имён", "namespace"),
    option("--request-root", "корень запроса", "root of the request"),
    option("--response-root", "корень ответа", "root of the response"),
    option("--response-namespace", "пространство имён ответа", "namespace of the response"),
    option("--xpath", "свой XPath", "an XPath of its own"),
    option("--schemas", "папка, zip или файл XSD", "folder, zip or file of XSD", type=ANY_PATH),
    days,
)


@version.command("add", help=str(Text(ru="Добавить версию вида сведений.", en="Add a version of a type.")))
@click.argument("code")
@click.argument("label", metavar="VERSION")
@version_options
def add_version(code: str, label: str, schemas: Path | None, **values: Any) -> None:
    """Write a new version, with its schemas."""
    from mezhved.registry.models import TypeVersion  # noqa: PLC0415

    _put_version(TypeVersion(type=TYPES.find(code), version=label), schemas, values)


@version.command("change", help=str(Text(ru="Изменить версию (CODE/VERSION).", en="Change CODE/VERSION.")))
@click.argument("key", metavar="CODE/VERSION")
@version_options
def change_version(key: str, schemas: Path | None, **values: Any) -> None:
    """Write the given fields."""
    _put_version(VERSIONS.find(key), schemas, values)


def _put_version(row: Any, schemas: Path | None, values: dict[str, Any]) -> None:
    from django.db import transaction  # noqa: PLC0415

    from mezhved.registry.schemas import read_schemas, replace_schemas  # noqa: PLC0415

    with transaction.atomic():
        put(row, _days(values))
        if schemas is not None:
            for outcome, file in replace_schemas(row, read_schemas(schemas)):
                say(outcome, file)


@provider.command("add", help=str(Text(ru="Назначить поставщика.", en="Name a provider.")))
@click.argument("code")
@click.argument("mnemonic")
@option("--routing-code", "код маршрутизации", "routing code", default="")
def add_provider(code: str, mnemonic: str, routing_code: str) -> None:
    """Write a new provider."""
    from mezhved.registry.models import TypeProvider  # noqa: PLC0415

    put(TypeProvider(type=TYPES.find(code), system=SYSTEMS.find(mnemonic), routing_code=routing_code), {})


@access.command("add", help=str(Text(ru="Дать право на вид сведений.", en="Give a right to a type.")))
@click.argument("code")
@click.argument("mnemonic")
@days
def add_right(code: str, mnemonic: str, **term: Any) -> None:
    """Write a new right."""
    from mezhved.registry.models import AccessRight  # noqa: PLC0415

    row = AccessRight(type=TYPES.find(code), system=SYSTEMS.find(mnemonic))
    put(row, _days(term))


@access.command("change", help=str(Text(ru="Изменить срок права.", en="Change a right's term.")))
@click.argument("key", metavar="CODE/MNEMONIC[/DATE]")
@days
def change_right(key: str, **term: Any) -> None:
    """Write the given days."""
    put(RIGHTS.find(key), _days(term))


@official.command(
    "add",
    help=str(
        Text(
            ru="Дать право должностному лицу (СНИЛС, ОГРН или ОГРНИП его сертификата).",
            en="Give a right to an official (SNILS, OGRN or OGRNIP of the certificate).",
        )
    ),
)
@click.argument("code")
@click.argument("mnemonic")
@click.argument("number")
@days
def add_official(code: str, mnemonic: str, number: str, **term: Any) -> None:
    """Write a new right of an official."""
    from mezhved.registry.models import PersonalAccess  # noqa: PLC0415

    row = PersonalAccess(type=TYPES.find(code), system=SYSTEMS.find(mnemonic), official=number)
    put(row, _days(term))


@official.command("change", help=str(Text(ru="Изменить срок права.", en="Change a right's term.")))
@click.argument("key", metavar="CODE/MNEMONIC/NUMBER[/DATE]")
@days
def change_official(key: str, **term: Any) -> None:
    """Write the given days."""
    put(OFFICIALS.find(key), _days(term))


@authority.command("add", help=str(Text(ru="Доверять УЦ.", en="Trust an authority.")))
@click.argument("file", type=FILE)
@option("--root", "корневой", "a root", is_flag=True)
def add_authority(file: Path, *, root: bool) -> None:
    """Trust every certificate of a PEM file, or the one of a DER file."""
    from django.db import transaction  # noqa: PLC0415

    from mezhved.gost import parse_certificates  # noqa: PLC0415
    from mezhved.registry.models import TrustedAuthority  # noqa: PLC0415

    with transaction.atomic():
        for each in parse_certificates(file.read_bytes()):
            found = TrustedAuthority.objects.filter(thumbprint=each.thumbprint.hex()).first()
            put(found or TrustedAuthority(der=each.der), {"root": root})


@crl.command("add", help=str(Text(ru="Загрузить список отзыва.", en="Load a revocation list.")))
@click.argument("file", type=FILE)
def add_crl(file: Path) -> None:
    """Load every list of a PEM file, or the one of a DER file."""
    from mezhved.gost import parse_crls  # noqa: PLC0415
    from mezhved.registry.models import RevocationList  # noqa: PLC0415

    for each in parse_crls(file.read_bytes()):
        found = RevocationList.objects.filter(thumbprint=each.thumbprint.hex()).first()
        put(found or RevocationList(der=each.der), {})


GROUPS = (
    participant,
    system,
    certificate,
    push,
    information_type,
    version,
    provider,
    access,
    official,
    authority,
    crl,
)
