"""What an answer says of success: an answer received is not a success yet.

Refusals travel inside answers in three more ways than SMEV's own refusal: codes of the treasury's import
protocol, `RequestStatus/StatusCode`, `RequestRejected/RejectionReasonCode`; a package may be taken in part;
a person may be found twice. All are known by the names that the schemas of the agencies share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.cabinet.showing.advice import ASK_LATER, CORRECT_AND_SEND, Action, Explanation, Side
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mezhved.infotypes.documents import Document, Element

_SUCCESS: Final = frozenset({"0", "00", "000", "0000"})
_MOST: Final = 20
_LONGEST: Final = 600


def said_inside(document: Document) -> tuple[Explanation, ...]:
    """Return what an answer means beyond having come; nothing for one that simply answers."""
    elements = list(document.root.iter())
    found = (*_twins(elements), *_protocol(elements), *_packages(elements), *_codes(elements))
    return tuple(each for each in found if each is not None)


def _twins(elements: Iterable[Element]) -> Iterator[Explanation]:
    count = sum(1 for each in elements if _is_twin(each.name.local))
    if count:
        yield Explanation(
            Text(ru="Найдено несколько лиц", en="Several persons were found"),
            Text(
                ru=f"По данным запроса подходят несколько человек (двойники): {count}. Кто из них "
                "нужен, ответ не говорит.",
                en=f"Several people fit the data of the request (twins): {count}. The answer does not "
                "tell which of them is meant.",
            ),
            Side.NOBODY,
            Text(
                ru="Сверьте место рождения и документ каждого в ответе. Если сомнение осталось, спросите "
                "заново, добавив данные: отчество, пол, документ.",
                en="Compare each one's birth place and document in the answer. If in doubt, ask again with "
                "more data: patronymic, sex, document.",
            ),
            tone="warn",
            actions=(Action.CORRECT,),
        )


def _is_twin(name: str) -> bool:
    lower = name.lower()
    return lower in {"twin", "twindata", "twins", "двойник", "сведдвойник", "двойники"} or lower.startswith(
        "twindata"
    )


def _protocol(elements: Iterable[Element]) -> Iterator[Explanation]:
    """Read the treasury's import protocol: a code for each charge, payment or other entity."""
    records = [each for each in elements if each.name.local == "ImportProtocol"]
    wrong = [each for each in records if _value(each, "code") not in _SUCCESS]
    if not wrong:
        return
    yield _partial(
        len(records),
        len(wrong),
        [
            f"{_value(each, 'code')}: {_value(each, 'description')} ({_value(each, 'entityID')})"
            for each in wrong
        ],
    )


def _packages(elements: Iterable[Element]) -> Iterator[Explanation]:
    """Read the protocol of a package of records, as the social register gives it."""
    for each in elements:
        total, right = _count(each, "recordNum"), _count(each, "recordNumSuccess")
        if total is None or right is None or right >= total:
            continue
        said = []
        for record in each.iter():
            if record.name.local != "recordResult" or _value(record, "recordOK").lower() in {"true", "1"}:
                continue
            told = "; ".join(_reports(record))
            said.append(f"{_value(record, 'recID')}: {told}")
        yield _partial(total, total - right, said)


def _reports(record: Element) -> Iterator[str]:
    for each in record.iter():
        if each.name.local == "messages":
            yield f"{_value(each, 'ruleCode')} {_value(each, 'report')}".strip()


def _partial(total: int, wrong: int, said: list[str]) -> Explanation:
    whole = wrong >= total
    return Explanation(
        Text(ru="Не принято", en="Not taken") if whole else Text(ru="Принято частично", en="Taken in part"),
        Text(
            ru=f"Ответ пришёл, но поставщик принял записей {total - wrong} из {total}.",
            en=f"The answer came, but the provider took {total - wrong} records of {total}.",
        ),
        Side.PROVIDER,
        Text(
            ru="Исправьте непринятые записи и отправьте заново только их.",
            en="Correct the records that were not taken and send those alone anew.",
        ),
        tone="bad" if whole else "warn",
        official="\n".join(each[:_LONGEST] for each in said[:_MOST]),
        actions=(Action.CORRECT,),
    )


def _codes(elements: Iterable[Element]) -> Iterator[Explanation]:
    for each in elements:
        code, text = _value(each, "StatusCode"), _value(each, "StatusDescription")
        if each.name.local == "RequestStatus" and code and code not in _SUCCESS:
            yield _refused(code, text or _value(each, "Description"))
        code, text = _value(each, "RejectionReasonCode"), _value(each, "RejectionReasonDescription")
        if each.name.local == "RequestRejected" and code:
            yield rejection(code, text)


def _refused(code: str, text: str) -> Explanation:
    return Explanation(
        Text(ru="Поставщик не выполнил запрос", en="The provider did not do what was asked"),
        Text(
            ru=f"Ответ пришёл, но внутри него код состояния {code}, а не сведения.",
            en=f"The answer came, but it holds the status code {code} and no data.",
        ),
        Side.PROVIDER,
        Text(
            ru="Значение кода — в руководстве вида сведений; чаще всего это права или данные запроса.",
            en="The manual of the type tells what the code means: mostly rights, or the data asked.",
        ),
        code=code,
        official=text[:_LONGEST],
        actions=(Action.CORRECT,),
    )


_REJECTIONS: Final = {
    "NO_DATA": (
        Text(ru="Сведений нет", en="There is no data"),
        Text(
            ru="Поставщик искал и не нашёл. Это тоже ответ: его можно приложить к делу.",
            en="The provider searched and found nothing. That is an answer too, and may go into the file.",
        ),
        Side.NOBODY,
        Text(
            ru="Проверьте, нет ли опечатки в данных запроса. Если всё верно, сведений у поставщика нет.",
            en="Look for a slip in the data of the request. If there is none, the provider has no such data.",
        ),
        "warn",
        (Action.CORRECT,),
    ),
    "ACCESS_DENIED": (
        Text(ru="Поставщик отказал в доступе", en="The provider denied access"),
        Text(
            ru="Поставщик не даёт эти сведения вашей организации или по этому основанию.",
            en="The provider does not give this data to your organisation, or not for this purpose.",
        ),
        Side.PROVIDER,
        Text(
            ru="Проверьте основание запроса и полномочия; доступ согласует администратор с поставщиком.",
            en="Check the grounds of the request; the administrator agrees the access with the provider.",
        ),
        "bad",
        (Action.CORRECT,),
    ),
    "UNKNOWN_REQUEST_DESCRIPTION": (
        Text(ru="Поставщик не понял запрос", en="The provider did not understand the request"),
        Text(
            ru="Поставщик не знает такого запроса: чаще всего у него уже другая версия вида сведений.",
            en="The provider knows no such request: mostly its version of the type is another one by now.",
        ),
        Side.OWN,
        Text(
            ru="Скажите администратору: нужно загрузить действующую версию вида сведений.",
            en="Tell the administrator: the version of the type in force has to be uploaded.",
        ),
        "bad",
        (),
    ),
    "FAILURE": (
        Text(ru="Ошибка у поставщика", en="An error at the provider's"),
        Text(
            ru="Система поставщика не смогла обработать запрос.",
            en="The provider's system could not handle the request.",
        ),
        Side.PROVIDER,
        ASK_LATER,
        "bad",
        (Action.AGAIN,),
    ),
}


def rejection(code: str, text: str) -> Explanation:
    """Explain a refusal of the provider by its code."""
    known = _REJECTIONS.get(code)
    if known is None:
        return Explanation(
            Text(ru="Поставщик отказал", en="The provider refused"),
            Text(
                ru="Поставщик ответил отказом со своим кодом.",
                en="The provider refused, with a code of its own.",
            ),
            Side.PROVIDER,
            CORRECT_AND_SEND,
            code=code[:200],
            official=text,
            actions=(Action.CORRECT, Action.AGAIN),
        )
    title, what, side, todo, tone, actions = known
    return Explanation(title, what, side, todo, tone, code, text, actions=actions)


def _value(element: Element, name: str) -> str:
    """Return an attribute of this name, or the text of a child."""
    said = element.get(name)
    if said is None:
        said = next((each.text for each in element.elements if each.name.local == name), "")
    return " ".join(said.split())


def _count(element: Element, name: str) -> int | None:
    said = _value(element, name)
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None  # noqa: PLR2004
