"""Who takes part in the demonstration and what they exchange. All of it is invented, and plainly so."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

from mezhved.texts import Text

SMEV = "smev"
OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class DemoParticipant:
    """An organisation with one information system; `ogrn` and `inn` carry right check digits."""

    mnemonic: str
    name: str
    system_name: str
    kind: str
    ogrn: str
    inn: str
    role: Text


@dataclass(frozen=True, slots=True)
class DemoType:
    """An information type: its code, XSD files, who answers it, and who may ask it."""

    code: str
    name: str
    namespace: str
    request_root: str
    response_root: str
    files: tuple[str, ...]
    provider: str
    consumers: tuple[str, ...]
    codes: tuple[tuple[str, str], ...] = ()
    """Mnemonics and routing codes of the providers where there are several."""
    subscribers: tuple[str, ...] = ()
    """Mnemonics of those who get a broadcast; such a type has no response."""

    @property
    def request(self) -> tuple[str, str]:
        """Namespace and local name of the request's root."""
        return self.namespace, self.request_root


TOWN = DemoParticipant(
    "DEMO01",
    "Администрация города Примерска (тестовая)",
    "Портал услуг города Примерска",
    "municipal",
    "1029900000019",
    "9900000017",
    Text(ru="потребитель сведений", en="the consumer"),
)
FUND = DemoParticipant(
    "DEMO02",
    "Тестовый фонд",
    "Учёт лиц Тестового фонда",
    "fund",
    "1029900000020",
    "9900000024",
    Text(ru="поставщик: СНИЛС и начисления", en="the provider of SNILS and charges"),
)
SERVICE = DemoParticipant(
    "DEMO03",
    "Тестовая служба",
    "Реестры Тестовой службы",
    "federal",
    "1029900000030",
    "9900000031",
    Text(ru="поставщик: паспорта и выписки", en="the provider of passports and extracts"),
)
PARTICIPANTS = (TOWN, FUND, SERVICE)

SNILS = DemoType(
    "VS09901",
    "СНИЛС по данным лица",
    "urn://mezhved.example/snils/1.0.0",
    "SnilsRequest",
    "SnilsResponse",
    ("snils.xsd", "common.xsd"),
    FUND.mnemonic,
    (TOWN.mnemonic,),
)
PASSPORT = DemoType(
    "VS09902",
    "Действительность паспорта",
    "urn://mezhved.example/passport/1.0.0",
    "PassportRequest",
    "PassportResponse",
    ("passport.xsd",),
    SERVICE.mnemonic,
    (TOWN.mnemonic, FUND.mnemonic),
)
EXTRACT = DemoType(
    "VS09903",
    "Выписка из реестра юридических лиц",
    "urn://mezhved.example/extract/1.0.0",
    "ExtractRequest",
    "ExtractResponse",
    ("extract.xsd", "common.xsd"),
    SERVICE.mnemonic,
    (TOWN.mnemonic, FUND.mnemonic),
)
CHARGE = DemoType(
    "VS09904",
    "Сообщение о начислении",
    "urn://mezhved.example/charge/1.0.0",
    "ChargeRequest",
    "ChargeResponse",
    ("charge.xsd", "common.xsd"),
    FUND.mnemonic,
    (TOWN.mnemonic,),
)
OKTMO = {FUND.mnemonic: "99000001", SERVICE.mnemonic: "99000002"}
"""Territories of the demonstration and who answers for them."""
TARIFF = DemoType(
    "VS09905",
    "Тариф территории",
    "urn://mezhved.example/tariff/1.0.0",
    "TariffRequest",
    "TariffResponse",
    ("tariff.xsd",),
    FUND.mnemonic,
    (TOWN.mnemonic,),
    codes=tuple(OKTMO.items()),
)
BULLETIN = DemoType(
    "VS09906",
    "Извещение об изменении тарифа",
    "urn://mezhved.example/bulletin/1.0.0",
    "Bulletin",
    "",
    ("bulletin.xsd",),
    TOWN.mnemonic,
    (TOWN.mnemonic,),
    subscribers=(FUND.mnemonic, SERVICE.mnemonic),
)
TYPES = (SNILS, PASSPORT, EXTRACT, CHARGE, TARIFF, BULLETIN)


def schema_file(name: str) -> str:
    """Return the text of one of the demonstration's XSD files."""
    return resources.files("mezhved.demo").joinpath("schemas", name).read_text(encoding="utf-8")
