"""The exchanges of the demonstration; each checks all that came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.demo.scenarios import answers, cabinets, files, gateways, many, refusals
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.demo.stage import Stage


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of exchange: the folder of its messages, its title, what to do."""

    name: str
    title: Text
    run: Callable[[Stage], None]


SCENARIOS = (
    Scenario(
        "01-answer",
        Text(
            ru="Запрос и ответ, с подписью должностного лица", en="Request and answer, an official signs too"
        ),
        answers.request_and_answer,
    ),
    Scenario(
        "02-refusal",
        Text(ru="Отказ поставщика", en="The provider refuses"),
        answers.refusal,
    ),
    Scenario(
        "03-interim-status",
        Text(ru="Промежуточный статус, затем ответ", en="An interim status, then the answer"),
        answers.interim_status,
    ),
    Scenario(
        "04-versions",
        Text(ru="Потребитель на 1.1, поставщик на 1.3", en="The consumer speaks 1.1, the provider 1.3"),
        answers.across_versions,
    ),
    Scenario(
        "05-attachments",
        Text(ru="Вложения (MTOM) в обе стороны", en="Files (MTOM) both ways"),
        answers.attachments,
    ),
    Scenario(
        "06-bad-data",
        Text(ru="Бизнес-данные не по схеме", en="Business data that break the schema"),
        refusals.bad_business_data,
    ),
    Scenario(
        "07-access-denied",
        Text(ru="Нет права на вид сведений", en="No right on the type"),
        refusals.access_denied,
    ),
    Scenario(
        "08-end-of-life",
        Text(ru="Срок годности вышел", en="End of life reached"),
        refusals.end_of_life,
    ),
    Scenario(
        "09-duplicate",
        Text(ru="Одно сообщение дважды", en="One message twice"),
        answers.duplicate,
    ),
    Scenario(
        "10-statistics",
        Text(ru="Что ждёт в очередях", en="What waits in the queues"),
        answers.statistics,
    ),
    Scenario(
        "11-faults",
        Text(ru="Отказы сразу (SOAP Fault)", en="Refusals at once (SOAP faults)"),
        refusals.faults,
    ),
    Scenario(
        "12-broadcast",
        Text(ru="Рассылка подписчикам", en="A broadcast to subscribers"),
        many.broadcast,
    ),
    Scenario(
        "13-file-store",
        Text(ru="Файл через файловое хранилище", en="A file through the file store"),
        files.file_store,
    ),
    Scenario(
        "14-routing-code",
        Text(ru="Поставщик по коду из данных", en="The provider by a code in the data"),
        many.by_code,
    ),
    Scenario(
        "15-routing-block",
        Text(ru="Получатели из блока Routing (1.3)", en="Recipients of the Routing block (1.3)"),
        many.by_sender,
    ),
    Scenario(
        "16-false-attachment",
        Text(ru="Подпись вложения не от него", en="An attachment's signature is another's"),
        refusals.false_attachment,
    ),
    Scenario(
        "17-gateways",
        Text(ru="Два шлюза: вызов REST и ответ", en="Two gateways: a REST call and its answer"),
        gateways.rest_to_rest,
    ),
    Scenario(
        "18-gateway-refusal",
        Text(ru="Шлюз не берёт того, что не по схеме", en="A gateway takes nothing that breaks the schema"),
        gateways.refused_at_once,
    ),
    Scenario(
        "19-twins",
        Text(ru="Двойники: данным отвечают двое", en="Twins: the data fit two people"),
        answers.twins,
    ),
    Scenario(
        "20-cabinets",
        Text(
            ru="Два кабинета: спросили в одном, ответили в другом",
            en="Two cabinets: asked in one, answered in the other",
        ),
        cabinets.asked_and_answered,
    ),
)
_REPEATABLE = (
    answers.request_and_answer,
    answers.refusal,
    answers.interim_status,
    answers.attachments,
    many.broadcast,
    files.file_store,
    gateways.rest_to_rest,
)
REPEATED = tuple(each for each in SCENARIOS if each.run in _REPEATABLE)
