"""Lines of the table: refusals of identifiers and terms (SMEV-300, 301, 302, 500, 501)."""

from __future__ import annotations

from mezhved.smev3.faults.kinds import FaultKind
from mezhved.smev3.faults.rows import Actor, FaultRow, Reason
from mezhved.texts import Text

MESSAGE_ROWS = (
    FaultRow(
        name="invalid_message_id",
        kind=FaultKind.INVALID_MESSAGE_ID_FORMAT,
        number=300,
        module="UNQ:1",
        text="Недопустимый формат идентификатора сообщения. См. RFC-4122.",
        meaning=Text(
            ru="MessageID — не UUID версии 1, записанный строчными буквами.",
            en="The MessageID is not a version 1 UUID in lower case.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Идентификатор случайный (версия 4: третья группа начинается с 4), с фигурными "
                    "скобками, без дефисов или прописными буквами.",
                    en="The identifier is random (version 4: the third group begins with 4), in braces, "
                    "without hyphens or in capitals.",
                ),
                Text(
                    ru="Создавайте UUID версии 1 (RFC 4122: время и адрес узла) перед отправкой: в Python — "
                    "uuid.uuid1(), в Java — com.fasterxml.uuid или java-uuid-generator.",
                    en="Make a version 1 UUID (RFC 4122: time and node address) before sending: uuid.uuid1() "
                    "in Python, com.fasterxml.uuid (java-uuid-generator) in Java.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="message_already_sent",
        kind=FaultKind.MESSAGE_IS_ALREADY_SENT,
        number=301,
        module="UNQ:3",
        asynchronous=True,
        text="Сообщение с идентификатором {message_id} было послано ранее.",
        meaning=Text(
            ru="СМЭВ уже приняла сообщение с этим MessageID.",
            en="SMEV has taken a message with this MessageID already.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Связь оборвалась после приёма, и сообщение послано снова.",
                    en="The connection broke after acceptance, and the message was sent again.",
                ),
                Text(
                    ru="Считайте сообщение отправленным и не повторяйте: ответ придёт обычным путём.",
                    en="Take the message as sent and stop repeating: the answer will come in the usual way.",
                ),
            ),
            Reason(
                Text(
                    ru="Один MessageID дан разным сообщениям, или исправленное сообщение послано под прежним "
                    "после отказа, пришедшего позже приёма.",
                    en="Different messages share a MessageID, or a corrected one was sent under the old id "
                    "after a refusal that followed acceptance.",
                ),
                Text(
                    ru="Новому или исправленному сообщению — новый MessageID.",
                    en="A new or corrected message takes a new MessageID.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="stale_message_id",
        kind=FaultKind.STALE_MESSAGE_ID,
        number=302,
        module="UNQ:2",
        text="Timestamp идентификатора сообщения слишком давний.",
        meaning=Text(
            ru="Время внутри MessageID старше 24 часов или опережает часы СМЭВ.",
            en="The time inside the MessageID is more than 24 hours old, or ahead of SMEV's clock.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Сообщение долго лежало в очереди отправки.",
                    en="The message lay in the outgoing queue for long.",
                ),
                Text(
                    ru="Дайте ему новый MessageID, подпишите заново и пошлите.",
                    en="Give it a new MessageID, sign anew and send.",
                ),
            ),
            Reason(
                Text(
                    ru="Часы системы неверны: дата, часовой пояс (UUID считает время в UTC).",
                    en="The system's clock is wrong: its date, its zone (a UUID counts in UTC).",
                ),
                Text(
                    ru="Включите синхронизацию времени (NTP), проверьте часовой пояс.",
                    en="Turn on time synchronisation (NTP), check the time zone.",
                ),
                Actor.ADMINISTRATOR,
            ),
            Reason(
                Text(
                    ru="Идентификатор взят из примера или создан не версией 1, и «время» в нём случайно.",
                    en="The identifier was copied from an example, or its 'time' is random.",
                ),
                Text(
                    ru="Создавайте MessageID для каждого сообщения в момент отправки.",
                    en="Make a MessageID for every message when it is sent.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="end_of_life",
        kind=FaultKind.END_OF_LIFE_REACHED,
        number=500,
        module="PP:3",
        asynchronous=True,
        text="Превышение пороговой продолжительности обработки вызова",
        meaning=Text(
            ru="Срок жизни запроса (EOL) прошёл: до приёма запроса или ответа на него — отказ сразу, в "
            "очереди получателя — системный ответ со статусом cancelled.",
            en="The request's end of life (EOL) has passed: before the acceptance of the request or its "
            "answer this is told at once, in the recipient's queue by a system response with the status "
            "cancelled.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Получатель не забрал запрос вовремя.",
                    en="The recipient did not fetch the request in time.",
                ),
                Text(
                    ru="Пошлите новый запрос с более поздним EOL или без него; узнайте у получателя, "
                    "забирает "
                    "ли он сообщения.",
                    en="Send a new request with a later EOL or none; ask the recipient whether it fetches "
                    "messages.",
                ),
            ),
            Reason(
                Text(
                    ru="SendResponse: ответ готов позже, чем истёк срок запроса.",
                    en="SendResponse: the answer is ready after the request's term was over.",
                ),
                Text(
                    ru="Считайте запрос снятым: его отправитель ответа уже не ждёт. EOL виден в "
                    "SenderProvidedRequestData полученного запроса.",
                    en="Take the request as called off: its sender waits no more. EOL stands in "
                    "SenderProvidedRequestData of the request you got.",
                ),
            ),
            Reason(
                Text(
                    ru="EOL записан без часового пояса или прошлым временем.",
                    en="EOL is written without a time zone, or in the past.",
                ),
                Text(
                    ru="EOL — момент с поясом: 2026-11-20T18:00:00+03:00.",
                    en="EOL is a moment with its zone: 2026-11-20T18:00:00+03:00.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="target_not_found",
        kind=FaultKind.TARGET_MESSAGE_IS_NOT_FOUND,
        number=501,
        module="DAS:4",
        operations=("Ack",),
        text="Сообщение {message_id} не найдено среди неподтверждённых.",
        meaning=Text(
            ru="Этой системе такое сообщение не выдавалось, или оно уже подтверждено.",
            en="This message was not handed to this system, or it is acknowledged already.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Ack послан второй раз: первый дошёл, а ответ на него потерялся.",
                    en="Ack was sent a second time: the first arrived and its answer was lost.",
                ),
                Text(
                    ru="Считайте сообщение подтверждённым.",
                    en="Take the message as acknowledged.",
                ),
            ),
            Reason(
                Text(
                    ru="В AckTargetMessage не тот идентификатор: OriginalMessageId, свой MessageID или "
                    "идентификатор части.",
                    en="AckTargetMessage has another identifier: OriginalMessageId, one's own MessageID or "
                    "that of a part.",
                ),
                Text(
                    ru="Подтверждайте MessageMetadata/MessageId полученного сообщения; системный ответ — "
                    "тоже его собственным.",
                    en="Acknowledge MessageMetadata/MessageId of the message you got; a system response by "
                    "its "
                    "own too.",
                ),
            ),
            Reason(
                Text(
                    ru="Подтверждает другая система, не та, что забрала.",
                    en="Another system acknowledges than the one that fetched.",
                ),
                Text(
                    ru="Подписывайте Ack ключом той же системы, что GetRequest или GetResponse.",
                    en="Sign Ack with the key of the system that signed GetRequest or GetResponse.",
                ),
                Actor.ADMINISTRATOR,
            ),
        ),
    ),
)
