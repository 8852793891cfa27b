"""The information types by their packages, each loaded once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from mezhved.gateway.errors import Flaw, InvalidMessage
from mezhved.infotypes import InvalidSchemaSet
from mezhved.infotypes.checking import Checker, Finding
from mezhved.infotypes.forms import FormModel, QName, form_model
from mezhved.infotypes.packages import Package, load_package
from mezhved.infotypes.scenarios import Scenario
from mezhved.smev3.xml import MalformedXml, parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from datetime import date

    from mezhved.gateway.models import InformationType

KEPT = 64


class LoadedType:
    """A package in memory with what was made of it; serves many threads."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.scenarios = Scenario.all_of(package)
        self._checkers: dict[QName, Checker] = {}
        self._models: dict[QName, FormModel] = {}
        self._lock = threading.Lock()

    def errors(self, octets: bytes, expected: QName, today: date) -> tuple[Finding, ...]:
        """Return what makes business data unfit to be sent; raise `MalformedXml`, `InvalidSchemaSet`."""
        checker = self._checker(expected)
        root = parse(octets)
        if QName.parse(str(root.tag)) != expected:
            text = Text(ru=f"корень должен быть {expected.local}", en=f"the root must be {expected.local}")
            return (Finding(f"/{QName.parse(str(root.tag)).local}", text, "error", "root"),)
        if checker.accepts(root):
            return ()
        return checker.check(octets, today=today, second_opinion=False).errors

    def model(self, root: QName) -> FormModel:
        """Return the form of a root element; raise `UnknownNode`, `InvalidSchemaSet`."""
        with self._lock:
            if root not in self._models:
                bundle = self.package.bundle_of(root) or self.package.schemas
                self._models[root] = form_model(bundle.xmlschema(), root)
            return self._models[root]

    def _checker(self, root: QName) -> Checker:
        with self._lock:
            if root not in self._checkers:
                bundle = self.package.bundle_of(root)
                if bundle is None:
                    raise InvalidSchemaSet(
                        Text(
                            ru=f"в пакете вида сведений нет элемента {root.clark}",
                            en=f"the type's package declares no element {root.clark}",
                        )
                    )
                self._checkers[root] = Checker(bundle)
            return self._checkers[root]


class Catalogue:
    """Types by the digest of their package; the last used ones stay in memory."""

    def __init__(self) -> None:
        self._loaded: dict[str, LoadedType] = {}
        self._lock = threading.Lock()

    def loaded(self, kind: InformationType) -> LoadedType:
        """Return the type's package; raise `UnreadablePackage`, `UnsafePackage`."""
        with self._lock:
            found = self._loaded.pop(kind.package_digest, None)
            if found is None:
                found = LoadedType(load_package(bytes(kind.package)))
                while len(self._loaded) >= KEPT:
                    del self._loaded[next(iter(self._loaded))]
            self._loaded[kind.package_digest] = found
            return found

    def request_model(self, kind: InformationType) -> FormModel:
        """Return the form of the type's request."""
        return self.loaded(kind).model(QName(kind.namespace, kind.request_root))

    def response_model(self, kind: InformationType) -> FormModel:
        """Return the form of the type's answer."""
        return self.loaded(kind).model(QName(kind.namespace, kind.response_root))

    def demand_valid(self, kind: InformationType, octets: bytes, root: str, today: date) -> None:
        """Raise `InvalidMessage`, with a finding for each field, unless the business data may be sent."""
        try:
            wrong = self.loaded(kind).errors(octets, QName(kind.namespace, root), today)
        except MalformedXml as error:
            raise InvalidMessage(error.what, where=error.where, cure=error.cure) from error
        except InvalidSchemaSet as error:
            raise InvalidMessage(
                Text(
                    ru=f"схемы вида сведений {kind.code} непригодны: {error.what.ru}",
                    en=f"the schemas of {kind.code} cannot be used: {error.what.en}",
                ),
                cure=Text(ru="загрузите исправный пакет", en="upload a sound package"),
            ) from error
        if wrong:
            raise InvalidMessage(
                Text(ru="содержание не соответствует схеме", en="the content breaks the schema"),
                where=wrong[0].path,
                flaws=tuple(Flaw(each.path, each.text) for each in wrong),
            )
