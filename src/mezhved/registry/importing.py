"""Bringing the registry to what a YAML document says, in one transaction.

A row of the document fully describes the row of the registry: what is not written takes its
default. Rows that the document does not mention stay, unless `prune` is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import is_password_usable
from django.db import transaction

from mezhved.gost import Certificate, Crl
from mezhved.registry.changes import Outcome, Report, remove, write
from mezhved.registry.documents import read_document
from mezhved.registry.errors import BadDocument, RegistryError
from mezhved.registry.models import (
    AccessRight,
    InformationSystem,
    InformationType,
    Participant,
    PersonalAccess,
    PushAddress,
    Revision,
    RevocationList,
    RevocationSource,
    SystemCertificate,
    TrustedAuthority,
    TypeProvider,
    TypeVersion,
)
from mezhved.registry.schemas import read_schemas, replace_schemas
from mezhved.smev3.codes import normalised
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mezhved.registry.models.base import RegistryModel
    from mezhved.service.documents import Entry

# Users before the used: the order in which rows that nobody mentions can go.
PRUNED = (
    PersonalAccess,
    AccessRight,
    TypeProvider,
    TypeVersion,
    InformationType,
    SystemCertificate,
    PushAddress,
    InformationSystem,
    Participant,
    RevocationSource,
    TrustedAuthority,
    RevocationList,
)


def import_registry(text: str, base: Path, *, prune: bool = False, rehearse: bool = False) -> Report:
    """Bring the registry to what the document says; return what became of each row.

    Paths in the document are counted from `base`. With `rehearse` nothing stays written.
    Raises `BadDocument`, `RegistryError`; then nothing was written.
    """
    importer = _Importer(base)
    with transaction.atomic():
        Revision.hold()
        with read_document(text) as document:
            importer.run(document)
        if prune:
            importer.prune()
        if rehearse:
            transaction.set_rollback(True)
    return importer.report


@dataclass(slots=True)
class _Importer:
    base: Path
    report: Report = field(default_factory=Report)
    mentioned: dict[type[RegistryModel], set[int]] = field(default_factory=dict)

    def run(self, document: Entry) -> None:
        for each in document.entries("participants"):
            self._participant(each)
        for each in document.entries("types"):
            self._type(each)
        for each in document.entries("authorities"):
            self._authority(each)
        for each in document.entries("crls"):
            self._crl(each)

    def prune(self) -> None:
        """Remove what the document did not mention."""
        for model in PRUNED:
            for row in model.objects.exclude(pk__in=self.mentioned.get(model, set())):
                self.report.add(Outcome.REMOVED, row)
                remove(row)

    def _put(self, row: RegistryModel, values: Mapping[str, Any], entry: Entry) -> None:
        outcome = write(row, values, entry.where)
        self.report.add(outcome, row)
        self.mentioned.setdefault(type(row), set()).add(row.pk)

    def _participant(self, entry: Entry) -> None:
        ogrn = entry.text("ogrn")
        row = Participant.objects.filter(ogrn=ogrn).first() or Participant(ogrn=ogrn)
        values = {
            "name": entry.text("name"),
            "short_name": entry.text("short_name", ""),
            "kind": entry.text("kind"),
            "inn": entry.text("inn"),
            "kpp": entry.text("kpp", ""),
            "enabled": entry.flag("enabled", default=True),
        }
        self._put(row, values, entry)
        for each in entry.entries("systems"):
            self._system(each, row)

    def _system(self, entry: Entry, participant: Participant) -> None:
        mnemonic = entry.text("mnemonic")
        row = InformationSystem.objects.filter(mnemonic=mnemonic).first() or InformationSystem(
            mnemonic=mnemonic
        )
        values = {
            "participant": participant,
            "name": entry.text("name"),
            "environment": entry.text("environment", InformationSystem.Environment.TEST),
            "file_login": entry.text("file_login", ""),
            "file_password": _file_password(entry, row),
            "enabled": entry.flag("enabled", default=True),
        }
        self._put(row, values, entry)
        for each in entry.entries("certificates"):
            self._certificate(each, row)
        if entry.has("push"):
            with entry.entry("push") as given:
                self._push_address(given, row)

    def _certificate(self, entry: Entry, system: InformationSystem) -> None:
        parsed = self._parsed(entry, Certificate)
        thumbprint = parsed.thumbprint.hex()
        row = SystemCertificate.objects.filter(thumbprint=thumbprint, system=system).first()
        values = {
            "bound_from": entry.moment("from"),
            "bound_to": entry.moment("to"),
            "enabled": entry.flag("enabled", default=True),
        }
        self._put(row or SystemCertificate(system=system, der=parsed.der), values, entry)

    def _push_address(self, entry: Entry, system: InformationSystem) -> None:
        row = PushAddress.objects.filter(system=system).first() or PushAddress(system=system)
        values = {
            "address": entry.text("address"),
            "enabled": entry.flag("enabled", default=True),
        }
        self._put(row, values, entry)

    def _type(self, entry: Entry) -> None:
        code = entry.text("code")
        row = InformationType.objects.filter(code=code).first() or InformationType(code=code)
        values = {
            "name": entry.text("name"),
            "description": entry.text("description", ""),
            "owner": self._named(Participant, "ogrn", entry, "owner"),
            "broadcast": entry.flag("broadcast", default=False),
            "routing": entry.text("routing", "fixed"),
            "xpath": entry.text("xpath", ""),
            "xpath_namespaces": entry.texts("namespaces"),
            "more_routings": entry.strings("more_routings"),
            "personal_signature": entry.flag("personal_signature", default=False),
            "personal_signature_response": entry.flag("personal_signature_response", default=False),
            "personal_access": entry.flag("personal_access", default=False),
            "valid_from": entry.day("from"),
            "valid_to": entry.day("to"),
            "enabled": entry.flag("enabled", default=True),
        }
        self._put(row, values, entry)
        for each in entry.entries("versions"):
            self._version(each, row)
        for each in entry.entries("providers"):
            self._provider(each, row)
        for each in entry.entries("access"):
            self._right(each, row)
        for each in entry.entries("officials"):
            self._official(each, row)

    def _version(self, entry: Entry, information_type: InformationType) -> None:
        label = entry.text("version")
        row = TypeVersion.objects.filter(type=information_type, version=label).first()
        row = row or TypeVersion(type=information_type, version=label)
        row.type = information_type
        values = {
            "namespace": entry.text("namespace"),
            "request_root": entry.text("request_root"),
            "response_root": entry.text("response_root", ""),
            "response_namespace": entry.text("response_namespace", ""),
            "xpath": entry.text("xpath", ""),
            "valid_from": entry.day("from"),
            "valid_to": entry.day("to"),
            "enabled": entry.flag("enabled", default=True),
        }
        self._put(row, values, entry)
        try:
            outcomes = replace_schemas(row, self._schemas(entry))
        except MezhvedError as error:
            place = f"{entry.where}.schemas" + (f", {error.where}" if error.where else "")
            raise RegistryError(error.what, where=place, cure=error.cure) from error
        for outcome, file in outcomes:
            self.report.add(outcome, file)

    def _schemas(self, entry: Entry) -> dict[str, bytes]:
        """Return the version's files: those of a folder or an archive, or those written in place."""
        given = entry.raw("schemas")
        if given is None:
            return {}
        if isinstance(given, str):
            return read_schemas(self.base / given)
        if not isinstance(given, dict):
            raise BadDocument(
                Text(ru="нужен путь или имена и тексты файлов", en="a path, or names and texts of files")
            )
        return {path: _octets(value) for path, value in given.items()}

    def _provider(self, entry: Entry, information_type: InformationType) -> None:
        system = self._named(InformationSystem, "mnemonic", entry, "system")
        code = normalised(entry.text("code", ""))
        same = TypeProvider.objects.filter(type=information_type, system=system, routing_code=code)
        row = same.first() or TypeProvider(type=information_type, system=system, routing_code=code)
        row.type = information_type
        self._put(row, {"enabled": entry.flag("enabled", default=True)}, entry)

    def _right(self, entry: Entry, information_type: InformationType) -> None:
        system = self._named(InformationSystem, "mnemonic", entry, "system")
        since = entry.day("from")
        same = AccessRight.objects.filter(type=information_type, system=system, valid_from=since)
        row = same.first() or AccessRight(type=information_type, system=system, valid_from=since)
        self._put(row, {"valid_to": entry.day("to")}, entry)

    def _official(self, entry: Entry, information_type: InformationType) -> None:
        system = self._named(InformationSystem, "mnemonic", entry, "system")
        since, number = entry.day("from"), entry.text("official").replace("-", "").replace(" ", "")
        found = {"type": information_type, "system": system, "official": number, "valid_from": since}
        row = PersonalAccess.objects.filter(**found).first() or PersonalAccess(**found)
        self._put(row, {"valid_to": entry.day("to")}, entry)

    def _authority(self, entry: Entry) -> None:
        parsed = self._parsed(entry, Certificate)
        found = TrustedAuthority.objects.filter(thumbprint=parsed.thumbprint.hex()).first()
        values = {
            "root": entry.flag("root", default=False),
            "enabled": entry.flag("enabled", default=True),
        }
        row = found or TrustedAuthority(der=parsed.der)
        self._put(row, values, entry)
        for each in entry.entries("sources"):
            self._source(each, row)

    def _source(self, entry: Entry, authority: TrustedAuthority) -> None:
        kind, address = entry.text("kind", RevocationSource.Kind.CRL), entry.text("address")
        same = RevocationSource.objects.filter(authority=authority, kind=kind, address=address)
        row = same.first() or RevocationSource(authority=authority, kind=kind, address=address)
        values = {
            "period_seconds": entry.whole("period", 3600),
            "function": entry.text("hash", RevocationSource.Function.SHA1),
            "from_certificate": entry.flag("from_certificate", default=False),
            "enabled": entry.flag("enabled", default=True),
        }
        self._put(row, values, entry)

    def _crl(self, entry: Entry) -> None:
        parsed = self._parsed(entry, Crl)
        found = RevocationList.objects.filter(thumbprint=parsed.thumbprint.hex()).first()
        self._put(found or RevocationList(der=parsed.der), {}, entry)

    def _parsed(self, entry: Entry, kind: type[Certificate | Crl]) -> Any:
        """Read the certificate or list given in place (`pem`) or by its file."""
        try:
            if entry.has("file"):
                return kind.parse((self.base / entry.text("file")).read_bytes())
            return kind.parse(entry.text("pem").encode())
        except OSError as error:
            raise BadDocument(
                Text(ru=f"файл не читается: {error}", en=f"the file does not read: {error}"),
                where=f"{entry.where}.file",
            ) from error
        except BadDocument:
            raise
        except MezhvedError as error:
            raise BadDocument(error.what, where=entry.where, cure=error.cure) from error

    def _named(self, model: type[RegistryModel], by: str, entry: Entry, name: str) -> Any:
        """Return the row that the document refers to."""
        value = entry.text(name)
        row = model.objects.filter(**{by: value}).first()
        if row is None:
            raise BadDocument(
                Text(ru=f"в реестре нет {value}", en=f"the registry has no {value}"),
                where=f"{entry.where}.{name}",
                cure=Text(ru="опишите его выше в этом файле", en="describe it above in this file"),
            )
        return row


def _file_password(entry: Entry, row: InformationSystem) -> str:
    """Return the hash to be kept: of a password given in words, or one that was exported."""
    given, hashed = entry.text("file_password", ""), entry.text("file_password_hash", "")
    if given:
        row.set_file_password(given)
        return row.file_password
    if hashed and not is_password_usable(hashed):
        raise BadDocument(
            Text(ru="это не хэш пароля", en="this is no hash of a password"),
            where=f"{entry.where}.file_password_hash",
            cure=Text(ru="укажите file_password", en="give file_password"),
        )
    return hashed


def _octets(value: Any) -> bytes:
    """Return a file's octets: text is UTF-8, `!!binary` is what it is."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return value
    raise BadDocument(Text(ru="нужен текст файла", en="the file's text is expected"))
