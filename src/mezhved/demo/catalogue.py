"""Who takes part in the demonstration and what they exchange. All of it is invented, and plainly so."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

from mezhved.demo.packages import package_files
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
    package: str = ""
    """Name of the package (`mezhved.demo.packages`) that holds the schemas, where they are not `files`."""

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
AGENCY = DemoParticipant(
    "DEMO04",
    "Тестовое управление выплат",
    "Назначение тестовых выплат",
    "regional",
    "1029900000041",
    "9900000049",
    Text(ru="потребитель за своим шлюзом", en="a consumer behind a gateway of its own"),
)
CHAMBER = DemoParticipant(
    "DEMO05",
    "Тестовая налоговая служба",
    "Учёт тестовых налогоплательщиков",
    "federal",
    "1029900000052",
    "9900000056",
    Text(ru="поставщик за своим шлюзом: ИНН", en="the provider of INN behind a gateway of its own"),
)
PARTICIPANTS = (TOWN, FUND, SERVICE, AGENCY, CHAMBER)

SNILS = DemoType(
    "VS09901",
    "СНИЛС по данным лица",
    "urn://mezhved.example/snils/1.0.0",
    "SnilsRequest",
    "SnilsResponse",
    (),
    FUND.mnemonic,
    (TOWN.mnemonic, AGENCY.mnemonic),
    package="snils",
)
PASSPORT = DemoType(
    "VS09902",
    "Действительность паспорта",
    "urn://mezhved.example/passport/1.0.0",
    "PassportRequest",
    "PassportResponse",
    (),
    SERVICE.mnemonic,
    (TOWN.mnemonic, FUND.mnemonic, AGENCY.mnemonic),
    package="passport",
)
EXTRACT = DemoType(
    "VS09903",
    "Выписка из реестра юридических лиц",
    "urn://mezhved.example/extract/1.0.0",
    "ExtractRequest",
    "ExtractResponse",
    (),
    SERVICE.mnemonic,
    (TOWN.mnemonic, FUND.mnemonic, AGENCY.mnemonic),
    package="extract",
)
CHARGE = DemoType(
    "VS09904",
    "Сообщение о начислении",
    "urn://mezhved.example/charge/1.0.0",
    "ChargeRequest",
    "ChargeResponse",
    (),
    FUND.mnemonic,
    (TOWN.mnemonic,),
    package="charge",
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
INN = DemoType(
    "VS09907",
    "ИНН физического лица по паспортным данным",
    "urn://mezhved.example/inn/1.0.0",
    "InnRequest",
    "InnResponse",
    (),
    CHAMBER.mnemonic,
    (AGENCY.mnemonic,),
    package="inn",
)
TYPES = (SNILS, PASSPORT, EXTRACT, CHARGE, TARIFF, BULLETIN, INN)


def schemas_of(kind: DemoType) -> dict[str, str]:
    """Return the XSD files of a type by their path."""
    if not kind.package:
        return {name: schema_file(name) for name in kind.files}
    files = package_files(kind.package).items()
    return {path: octets.decode() for path, octets in files if path.endswith(".xsd")}


def schema_file(name: str) -> str:
    """Return the text of one of the demonstration's XSD files."""
    return resources.files("mezhved.demo").joinpath("schemas", name).read_text(encoding="utf-8")
