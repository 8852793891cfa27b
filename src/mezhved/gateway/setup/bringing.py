"""What the sections of the set-up share while a document is brought in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mezhved.gateway.models import InformationSystem
from mezhved.gateway.setup.changes import BadSetup, Outcome, Report, remove, write
from mezhved.gost import GostError
from mezhved.gost.bundles import read_bundle
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from django.db.models import Model

    from mezhved.service.documents import Entry

_PEM = "-----BEGIN"


@dataclass(slots=True)
class Bringing:
    """One import: its folder, what became of the rows, which rows the document mentioned."""

    folder: Path | None
    """Where named files lie; None: the document may name none, since its writer is not on this machine."""
    report: Report = field(default_factory=Report)
    mentioned: dict[type[Model], set[int]] = field(default_factory=dict)

    def put(self, section: str, row: Model, values: Mapping[str, Any], entry: Entry) -> Outcome:
        """Write one row and note what became of it; raise `BadSetup`."""
        outcome = self.write(row, values, entry)
        self.note(section, row, outcome)
        return outcome

    def write(self, row: Model, values: Mapping[str, Any], entry: Entry) -> Outcome:
        """Write one row of which more is to be written; raise `BadSetup`."""
        return write(row, values, entry.where)

    def note(self, section: str, row: Model, outcome: Outcome) -> None:
        """Note what became of a row."""
        self.report.add(outcome, section, str(row))
        self.mentioned.setdefault(type(row), set()).add(row.pk)

    def prune(self, section: str, model: type[Model]) -> None:
        """Remove the rows that the document did not mention, those that others hang on last."""
        left = model._base_manager.exclude(pk__in=self.mentioned.get(model, set()))  # noqa: SLF001
        for each in sorted(left.order_by("pk"), key=_depth, reverse=True):
            name = str(each)
            remove(each, f"{section}: {name}")
            self.report.add(Outcome.REMOVED, section, name)

    def place(self, name: str, where: str) -> Path:
        """Return where a file lies that the document names; raise `BadSetup` where it may name none."""
        if self.folder is None:
            raise BadSetup(
                Text(ru="здесь файлы указывать нельзя", en="no files may be named here"),
                where=where,
                cure=Text(
                    ru="впишите содержимое в сам документ: PEM текстом, пакет — !!binary",
                    en="write the content into the document itself: PEM as text, a package as !!binary",
                ),
            )
        return self.folder / name

    def octets(self, entry: Entry, name: str) -> bytes:
        """Read a file that the document names; raise `BadSetup`."""
        try:
            return self.place(entry.text(name), f"{entry.where}.{name}").read_bytes()
        except OSError as error:
            raise unreadable(error, f"{entry.where}.{name}") from error

    def pem(self, entry: Entry, name: str) -> str:
        """Read certificates and lists, PEM written in place or files of any kind; raise `BadSetup`.

        Nothing else of a file is kept: a private key beside a certificate does not get into the database.
        """
        given, where = entry.raw(name), f"{entry.where}.{name}"
        listed = given if isinstance(given, list) else [given] if given else []
        if not all(isinstance(each, str) for each in listed):
            raise BadSetup(
                Text(ru="нужны имена файлов или PEM", en="names of files or PEM are expected"),
                where=f"{entry.where}.{name}",
            )
        return "".join(self._bundle(each, where) for each in listed)

    def _bundle(self, said: str, where: str) -> str:
        try:
            octets = said.encode() if said.startswith(_PEM) else self.place(said, where).read_bytes()
            return read_bundle(octets).pem
        except OSError as error:
            raise unreadable(error, where) from error
        except GostError as error:
            cure = Text(
                ru="нужны сертификаты или списки отзыва: PEM, DER или PKCS#7",
                en="certificates or revocation lists are expected: PEM, DER or PKCS#7",
            )
            file = "" if said.startswith(_PEM) else f": {said}"
            raise BadSetup(error.what, where=f"{where}{file}", cure=cure) from error

    def secret(self, entry: Entry, name: str, kept: str) -> str:
        """Return a secret written in place or in the file `<name>_file`; without both, the one kept."""
        if entry.has(f"{name}_file"):
            return self.octets(entry, f"{name}_file").decode("utf-8", "replace").strip()
        return entry.text(name, kept)


def found(model: type[Any], entry: Entry, name: str, by: str = "code") -> Any:
    """Return the row that the document refers to, None where it names none; raise `BadSetup`."""
    value = entry.text(name, "")
    if not value:
        return None
    row = model.objects.filter(**{by: value}).first()
    if row is None:
        raise missing(value, f"{entry.where}.{name}")
    return row


def system_of(written: str, where: str) -> InformationSystem:
    """Return a system by `MNEMONIC` or, where two connections have it, `MNEMONIC@connection`."""
    mnemonic, _, connection = written.partition("@")
    rows = InformationSystem.objects.filter(mnemonic=mnemonic)
    if connection:
        rows = rows.filter(connection__name=connection)
    several = list(rows[:2])
    if not several:
        raise missing(written, where)
    if len(several) > 1:
        raise BadSetup(
            Text(ru=f"{mnemonic} есть в нескольких подключениях", en=f"several connections have {mnemonic}"),
            where=where,
            cure=Text(ru=f"напишите {mnemonic}@подключение", en=f"write {mnemonic}@connection"),
        )
    return several[0]


def system_name(system: InformationSystem) -> str:
    """Return how a document names a system."""
    if InformationSystem.objects.filter(mnemonic=system.mnemonic).count() == 1:
        return system.mnemonic
    return f"{system.mnemonic}@{system.connection.name}"


def missing(value: str, where: str) -> BadSetup:
    """Tell that there is no such row."""
    return BadSetup(
        Text(ru=f"в шлюзе нет {value}", en=f"the gateway has no {value}"),
        where=where,
        cure=Text(ru="опишите его выше в этом файле", en="describe it above in this file"),
    )


def unreadable(error: Exception, where: str) -> BadSetup:
    """Tell that a file does not read."""
    return BadSetup(Text(ru=f"файл не читается: {error}", en=f"the file does not read: {error}"), where=where)


def _depth(row: Model) -> int:
    upwards = getattr(row, "upwards", None)
    return 0 if upwards is None else sum(1 for _ in upwards())
