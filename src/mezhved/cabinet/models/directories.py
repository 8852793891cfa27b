"""What fills forms: dictionaries of the state, addresses of its register, cards of persons and firms."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

from mezhved.gateway.models import Department
from mezhved.gateway.models.fields import count, json_value, long_text, moment, optional_moment, text

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.models import User


class Directory(models.Model):
    """A dictionary as it was loaded last."""

    key = text(100, unique=True)
    """The name without case, spaces and signs: "ОКВЭД 2" is `оквэд2`."""
    name = text(300)
    columns: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    """Names of its columns, in the file's order."""
    code_column = text(300)
    name_column = text(300)
    generation = count(default=0)
    """Of its entries, those of this generation are in force: a new load replaces the old one at once."""
    size = count(default=0)
    loaded_at = moment()
    source = text(300, blank=True, default="")
    """Name of the file that it was loaded from."""

    class Meta:
        """Table."""

        db_table = "cabinet_directory"

    def __str__(self) -> str:
        return self.name


class DirectoryEntry(models.Model):
    """A row of a dictionary."""

    directory: models.ForeignKey[Directory, Directory] = models.ForeignKey(
        Directory, on_delete=models.CASCADE, related_name="entries"
    )
    generation = count()
    code = text(200)
    name = long_text()
    folded_code = text(200)
    folded_name = text(300)
    """What is searched: without case, ё as е."""
    values: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    """Cells by the columns of the dictionary."""

    class Meta:
        """Table and the indexes of its searches; the last two serve `LIKE 'x%'` of PostgreSQL."""

        db_table = "cabinet_directory_entry"
        indexes: ClassVar = [
            models.Index(
                fields=["directory", "generation", "folded_code"],
                name="cabinet_entry_code",
                opclasses=["int8_ops", "int4_ops", "varchar_pattern_ops"],
            ),
            models.Index(
                fields=["directory", "generation", "folded_name"],
                name="cabinet_entry_name",
                opclasses=["int8_ops", "int4_ops", "varchar_pattern_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.code


class AddressObject(models.Model):
    """An object of the state register of addresses: a place, a street, a house, a plot of land."""

    id: models.BigIntegerField[int, int] = models.BigIntegerField(primary_key=True)
    """OBJECTID of the register."""
    guid: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    region = count()
    level = count(default=0)
    """1 a subject of the federation ... 8 a street, 9 a plot, 10 a house; 0 not known yet."""
    kind = text(100, blank=True, default="")
    name = text(500, blank=True, default="")
    """Of a street its name; of a house its number as it is written in an address, with its kind."""
    number = text(100, blank=True, default="")
    """Of a house and a plot: the number as it is searched."""
    parent: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    """OBJECTID of what it lies in by the administrative division."""
    municipal_parent: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    postcode = text(6, blank=True, default="")
    oktmo = text(11, blank=True, default="")
    whole = long_text(blank=True, default="")
    """The full address; of houses and plots it is made when it is shown."""

    class Meta:
        """Table and the indexes of its searches."""

        db_table = "cabinet_address"
        indexes: ClassVar = [
            models.Index(fields=["guid"], name="cabinet_address_by_guid"),
            models.Index(fields=["parent", "level"], name="cabinet_address_by_parent"),
            models.Index(fields=["region", "level"], name="cabinet_address_by_region"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class AddressWord(models.Model):
    """A word by which a place is found: of its own name, or of what it lies in."""

    word = text(100)
    place: models.BigIntegerField[int, int] = models.BigIntegerField()

    class Meta:
        """Table and its two ways."""

        db_table = "cabinet_address_word"
        indexes: ClassVar = [
            models.Index(
                fields=["word", "place"],
                name="cabinet_address_word_place",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
            models.Index(fields=["place"], name="cabinet_address_by_place"),
        ]

    def __str__(self) -> str:
        return self.word


class AddressLoad(models.Model):
    """How far the loading of a file of the register has come."""

    region = count()
    file = text(300)
    """Its name, which carries the day and the number of the export."""
    records: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    """Read and kept."""
    finished_at = optional_moment()

    class Meta:
        """Table: a file is loaded once."""

        db_table = "cabinet_address_load"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["region", "file"], name="cabinet_address_load_once")
        ]

    def __str__(self) -> str:
        return self.file


class CardKind(models.TextChoices):
    """Of whom a card is."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Card(models.Model):
    """What a department keeps of a person or an organisation to fill forms with: personal data."""

    if TYPE_CHECKING:
        department_id: int

    uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(unique=True, default=uuid.uuid4)
    department: models.ForeignKey[Department, Department] = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    kind = text(20, choices=CardKind.choices)
    title = text(300)
    fields = json_value(default=dict)
    """Value by its kind: compact numbers, days as YYYY-MM-DD."""
    folded = long_text()
    """What is searched."""
    added_at = moment()
    changed_at = moment()
    changed_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    keep_until: models.DateField[date, date] = models.DateField()
    """The last day; then the card is deleted."""

    class Meta:
        """Table and the indexes of its list and its end."""

        db_table = "cabinet_card"
        indexes: ClassVar = [
            models.Index(fields=["department", "kind", "title"], name="cabinet_card_list"),
            models.Index(fields=["keep_until"], name="cabinet_card_end"),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    def values(self) -> dict[str, str]:
        """Return what is known, by kind: codes of `infotypes.identifiers` and the kinds of `cards.FIELDS`.

        `inn` is the INN that there is, `passport` the series and the number in one.
        """
        known: dict[str, str] = dict(self.fields)
        inn = known.get("inn_person") or known.get("inn_organisation")
        if inn:
            known["inn"] = inn
        if known.get("passport_series") and known.get("passport_number"):
            known["passport"] = known["passport_series"] + known["passport_number"]
        return known
