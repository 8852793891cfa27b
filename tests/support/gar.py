"""An invented export of the state register of addresses: one region, a town, streets, houses."""

from __future__ import annotations

import io
import uuid
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN = "2079-06-06"


def guid(number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"invented {number}"))


def _record(tag: str, values: Mapping[str, object]) -> str:
    return f"<{tag} " + " ".join(f'{name}="{value}"' for name, value in values.items()) + "/>"


@dataclass
class Register:
    """Records by the subject of their file; `export` gives the ZIP."""

    region: str = "98"
    day: str = "20260101"
    files: dict[str, list[str]] = field(default_factory=dict)

    def add(self, subject: str, **values: object) -> None:
        self.files.setdefault(subject, []).append(_record("R", values))

    def place(self, key: int, level: int, kind: str, name: str, *, active: int = 1, actual: int = 1) -> None:
        self.add(
            "ADDR_OBJ",
            OBJECTID=key,
            OBJECTGUID=guid(key),
            NAME=name,
            TYPENAME=kind,
            LEVEL=level,
            ISACTUAL=actual,
            ISACTIVE=active,
        )

    def house(self, key: int, number: str, *, kind: int = 2, part: str = "", active: int = 1) -> None:
        told = {"OBJECTID": key, "OBJECTGUID": guid(key), "HOUSENUM": number, "HOUSETYPE": kind}
        more = {"ADDNUM1": part, "ADDTYPE1": 1} if part else {}
        self.add("HOUSES", **told, **more, ISACTUAL=1, ISACTIVE=active)

    def flat(self, key: int, number: str, *, kind: int = 2) -> None:
        told = {"OBJECTID": key, "OBJECTGUID": guid(key), "NUMBER": number, "APARTTYPE": kind}
        self.add("APARTMENTS", **told, ISACTUAL=1, ISACTIVE=1)

    def room(self, key: int, number: str) -> None:
        told = {"OBJECTID": key, "OBJECTGUID": guid(key), "NUMBER": number, "ROOMTYPE": 1}
        self.add("ROOMS", **told, ISACTUAL=1, ISACTIVE=1)

    def inside(self, key: int, parent: int, oktmo: str = "") -> None:
        self.add("ADM_HIERARCHY", OBJECTID=key, PARENTOBJID=parent, ISACTIVE=1)
        self.add("MUN_HIERARCHY", OBJECTID=key, PARENTOBJID=parent, OKTMO=oktmo, ISACTIVE=1)

    def parameter(self, subject: str, key: int, kind: int, value: str, until: str = OPEN) -> None:
        changed = 0 if until == OPEN else 7
        self.add(subject, OBJECTID=key, TYPEID=kind, VALUE=value, CHANGEIDEND=changed, ENDDATE=until)

    def named(self) -> dict[str, bytes]:
        """Files by their paths, as an export names them."""
        made = {}
        for subject, records in self.files.items():
            name = f"AS_{subject}_{self.day}_{guid(len(subject))}.XML"
            body = "".join(records)
            made[f"{self.region}/{name}"] = f'\ufeff<?xml version="1.0"?><ALL>{body}</ALL>'.encode()
        return made

    def export(self) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("version.txt", "2026.01.01\nv.1")
            for path, octets in self.named().items():
                archive.writestr(path, octets)
        return target.getvalue()


def invented_town(houses: int = 3) -> Register:
    """Пробный край, г Тестовск, three streets, houses on the first one."""
    made = Register()
    made.place(1, 1, "край", "Пробный")
    made.place(2, 5, "г", "Тестовск")
    made.place(3, 8, "ул", "Ленина")
    made.place(3, 8, "ул", "Старая", actual=0)
    made.place(4, 8, "ул", "8 Марта")
    made.place(5, 8, "пер", "Снесённый", active=0)
    made.place(6, 8, "пр-кт", "Академика Королёва")
    made.inside(1, 0, "98000000")
    made.inside(2, 1, "98701000")
    for street in (3, 4, 5, 6):
        made.inside(street, 2, "98701000001")
    made.parameter("ADDR_OBJ_PARAMS", 3, 5, "698001")
    made.house(100, "5", part="2")
    made.inside(100, 3)
    made.parameter("HOUSES_PARAMS", 100, 5, "698000", until="2020-01-01")
    made.parameter("HOUSES_PARAMS", 100, 5, "698005")
    made.parameter("HOUSES_PARAMS", 100, 7, "98701000111")
    made.house(101, "4")
    made.inside(101, 4, "98701000001")
    for number in range(houses):
        made.house(200 + number, str(number + 10))
        made.inside(200 + number, 3)
    return made
