"""What a sender of 1.3 says and hears of routing: signed records, and the outcome of each in plain words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Final

from mezhved.smev3 import signature
from mezhved.smev3.client.errors import InvalidCall
from mezhved.smev3.fragments import Fragment, Source
from mezhved.smev3.messages import Record, Registry, RegistryRecord, RoutingStatusCode
from mezhved.smev3.messages.directive import RECORDS_LIMIT, SIGNATURES_LIMIT, registries
from mezhved.smev3.messages.routing import ITEMS_LIMIT, VALUE_LIMIT
from mezhved.smev3.scan import children
from mezhved.smev3.tree import element_path, locate
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mezhved.gost import Provider, Signer
    from mezhved.smev3.messages import RoutingInformation, RoutingStatus

_HOME: Final = Version.V1_3
_WORDS: Final = {
    RoutingStatusCode.SUCCESS: Text(ru="передано получателю", en="handed to the recipient"),
    RoutingStatusCode.RECIPIENT_NOT_FOUND: Text(ru="получатель не найден", en="no recipient was found"),
    RoutingStatusCode.INVALID_REGISTRY_RECORD_ID: Text(
        ru="записи с этим номером нет, или она не одна", en="no record has this number, or several have"
    ),
    RoutingStatusCode.CERTIFICATE_INVALID: Text(
        ru="сертификату подписи записи нельзя верить",
        en="the certificate of the record's signature is not to be trusted",
    ),
    RoutingStatusCode.SIGNATURE_INVALID: Text(
        ru="подпись записи неверна", en="the record's signature is false"
    ),
    RoutingStatusCode.GENERAL_ROUTING_NOT_FOUND: Text(
        ru="нет общей маршрутизации, на которую запись ссылается",
        en="the general routing that the record refers to is not there",
    ),
    RoutingStatusCode.PERSONAL_ACCESS_DENIED: Text(
        ru="должностному лицу, подписавшему запись, отправка не разрешена",
        en="the official who signed the record may not send it",
    ),
}


@dataclass(frozen=True, slots=True)
class RecordDraft:
    """A record to be signed: the octets of one XML element, and the officials who sign it."""

    content: bytes
    officials: Sequence[Signer] = ()


@dataclass(frozen=True, slots=True)
class RoutingOutcome:
    """What came of one value, identifier or record; `record_id` is set for a record and its values.

    `value` is empty for a record itself. `code` is a `RoutingStatusCode`, or what another server says.
    """

    code: str
    value: str = ""
    record_id: int | None = None

    @property
    def success(self) -> bool:
        """Tell whether the message was handed on."""
        return self.code == RoutingStatusCode.SUCCESS

    @property
    def text(self) -> Text:
        """Return the outcome in words."""
        words = {code.value: text for code, text in _WORDS.items()}
        told = words.get(self.code, Text(ru=self.code, en=self.code))
        if self.record_id is None:
            return Text(ru=f"«{self.value}»: {told.ru}", en=f'"{self.value}": {told.en}')
        value_ru, value_en = (f", «{self.value}»", f', "{self.value}"') if self.value else ("", "")
        return Text(
            ru=f"запись {self.record_id}{value_ru}: {told.ru}",
            en=f"record {self.record_id}{value_en}: {told.en}",
        )


def outcomes(status: RoutingStatus) -> Iterator[RoutingOutcome]:
    """Give the outcome of every value, identifier and record, in their order."""
    for each in (*status.dynamic, *status.identifiers):
        yield RoutingOutcome(each.code, each.value)
    for record in status.records:
        yield RoutingOutcome(record.code, record_id=record.record_id)
        for each in (*record.dynamic, *record.identifiers):
            yield RoutingOutcome(each.code, each.value, record.record_id)


def signed_registry(drafts: Sequence[RecordDraft], signer: Signer, provider: Provider) -> bytes:
    """Return a directive registry with records numbered from 1, each signed by the system.

    It goes into the root element of the business data, in an envelope of any version. Raises `InvalidCall`
    for more than 1000 records or more than ten officials, `MalformedXml`.
    """
    if not 0 < len(drafts) <= RECORDS_LIMIT:
        raise _too_many(len(drafts), RECORDS_LIMIT, "записей", "records")
    records = (_record(number, draft, signer, provider) for number, draft in enumerate(drafts, 1))
    return Registry(tuple(records)).to_xml(_HOME)


def _record(number: int, draft: RecordDraft, signer: Signer, provider: Provider) -> RegistryRecord:
    if len(draft.officials) > SIGNATURES_LIMIT:
        raise _too_many(len(draft.officials), SIGNATURES_LIMIT, "подписей записи", "signatures of a record")
    root = parse(draft.content)
    content = Source(draft.content, root).cut(root)
    record = Record(content, id=f"RECORD_{number}", content_id=f"RECORD_CONTENT_{number}")
    target = parse(record.to_xml(_HOME))[0]
    officials = tuple(Fragment(signature.sign(target, each, provider)) for each in draft.officials)
    record = replace(record, personal_signatures=officials)
    octets = record.to_xml(_HOME)
    signed = signature.sign(parse(octets), signer, provider)
    return RegistryRecord(number, record, Fragment(signed), Fragment(octets))


def with_signed_records(content: bytes, signer: Signer, provider: Provider) -> bytes:
    """Return business data with a signature put into each record of its directive registry.

    All other octets of a record stay; one without an Id gets one. Raises `MalformedXml`, and
    `UnsignableElement` where there is no registry or a record is signed already.
    """
    root = parse(content)
    source = Source(content, root)
    found = list(registries(root))
    if not found:
        raise signature.UnsignableElement(
            Text(ru="в бизнес-данных нет реестра", en="the business data hold no registry"),
            cure=Text(ru="нужен элемент Registry из directive/1.3", en="put in a Registry of directive/1.3"),
        )
    taken = {element.get("Id") for element in root.iter("*")}
    names = (name for number in count(1) if (name := f"RECORD_{number}") not in taken)
    pieces, at = [], 0
    for registry in found:
        start, end = source.span(registry)
        pieces += [
            content[at:start],
            _signed_one_by_one(source.cut(registry).octets, names, signer, provider),
        ]
        at = end
    return b"".join((*pieces, content[at:]))


def _signed_one_by_one(registry: bytes, names: Iterator[str], signer: Signer, provider: Provider) -> bytes:
    """Sign each record as a small document of its own: to find each in the large one reads all of it."""
    start, name_end, tag_end, _ = locate(registry, [0])
    opening, closing = registry[start:tag_end], b"</%b>" % registry[start + 1 : name_end]
    pieces, at = [], 0
    for octets in children(registry):
        alone = _with_identifier(opening + octets + closing, names)
        signed = signature.sign_document(alone, signer, provider, signature.Place.RECORD)
        begin = registry.index(octets, at)
        pieces += [registry[at:begin], signed[len(opening) : -len(closing)]]
        at = begin + len(octets)
    return b"".join((*pieces, registry[at:]))


def _with_identifier(alone: bytes, names: Iterator[str]) -> bytes:
    """Give the one record an Id that no other has; what is no record is left to the signing."""
    root = parse(alone)
    record = root[0].find(f"{{{_HOME.directive}}}Record") if len(root) else None
    if record is None or record.get("Id"):
        return alone
    at = locate(alone, element_path(root, record))[1]
    return b'%b Id="%b"%b' % (alone[:at], next(names).encode(), alone[at:])


def demand_within_schema(information: RoutingInformation) -> None:
    """Raise `InvalidCall` for more values or records than the schema of 1.3 allows, or longer ones."""
    lists = [information.dynamic, information.identifiers]
    for record in information.records:
        lists += [record.dynamic, record.identifiers]
    for values in lists:
        if len(values) > ITEMS_LIMIT:
            raise _too_many(len(values), ITEMS_LIMIT, "значений", "values")
        longest = max(map(len, values), default=0)
        if longest > VALUE_LIMIT:
            raise _too_many(longest, VALUE_LIMIT, "знаков в значении", "characters in a value")
    if len(information.records) > ITEMS_LIMIT:
        raise _too_many(len(information.records), ITEMS_LIMIT, "записей", "records")


def _too_many(count: int, limit: int, ru: str, en: str) -> InvalidCall:
    return InvalidCall(
        Text(ru=f"маршрутизация: {ru} {count}", en=f"routing: {count} {en}"),
        cure=Text(ru=f"допускается от 1 до {limit}", en=f"1 to {limit} are allowed"),
    )
