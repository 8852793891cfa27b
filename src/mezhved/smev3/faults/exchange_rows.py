"""Lines of the table: refusals of ids, terms, parties and of SMEV itself (SMEV-60, 30x, 50x, 600)."""

from __future__ import annotations

from mezhved.smev3.faults.kinds import FaultKind
from mezhved.smev3.faults.rows import FaultRow
from mezhved.texts import Text

_RECIPIENT_CAUSE = Text(
    ru="По корневому элементу и коду маршрутизации не находится ровно один получатель.",
    en="The root element and the routing code do not lead to exactly one recipient.",
)
_RECIPIENT_CURE = Text(
    ru="Проверьте вид сведений и код маршрутизации в бизнес-данных; в ответе To равен ReplyTo запроса.",
    en="Check the type and the routing code in the business data; an answer's To is the request's ReplyTo.",
)
_UNSAMPLED_CURE = Text(
    ru="Обратитесь в поддержку СМЭВ, приложив MessageID и код ошибки.",
    en="Ask the SMEV support, giving the MessageID and the code of the fault.",
)

EXCHANGE_ROWS = (
    FaultRow(
        name="invalid_message_id",
        kind=FaultKind.INVALID_MESSAGE_ID_FORMAT,
        number=300,
        module="UNQ:1",
        text="Недопустимый формат идентификатора сообщения. См. RFC-4122.",
        cause=Text(
            ru="MessageID — не UUID версии 1 в нижнем регистре.",
            en="The MessageID is not a lower-case version 1 UUID.",
        ),
        cure=Text(
            ru="Создавайте MessageID как UUID версии 1 (RFC 4122) в момент отправки.",
            en="Make the MessageID as a version 1 UUID (RFC 4122) when sending.",
        ),
    ),
    FaultRow(
        name="message_already_sent",
        kind=FaultKind.MESSAGE_IS_ALREADY_SENT,
        number=301,
        module="UNQ:3",
        asynchronous=True,
        text="Сообщение с идентификатором {message_id} было послано ранее.",
        cause=Text(
            ru="Сообщение с этим MessageID СМЭВ уже приняла.",
            en="SMEV has taken a message with this MessageID already.",
        ),
        cure=Text(
            ru="При повторе после обрыва связи считайте сообщение отправленным; иначе нужен новый MessageID.",
            en="After a broken connection take the message as sent; else make a new MessageID.",
        ),
    ),
    FaultRow(
        name="stale_message_id",
        kind=FaultKind.STALE_MESSAGE_ID,
        number=302,
        module="UNQ:2",
        text="Timestamp идентификатора сообщения слишком давний.",
        cause=Text(
            ru="Время внутри MessageID старше 24 часов.",
            en="The time inside the MessageID is more than 24 hours old.",
        ),
        cure=Text(
            ru="Проверьте часы системы и пошлите сообщение с новым MessageID.",
            en="Check the system's clock and send the message with a new MessageID.",
        ),
    ),
    FaultRow(
        name="end_of_life",
        kind=FaultKind.END_OF_LIFE_REACHED,
        number=500,
        module="PP:3",
        asynchronous=True,
        text="Превышение пороговой продолжительности обработки вызова",
        cause=Text(
            ru="Срок жизни сообщения (EOL) прошёл до приёма или в очереди.",
            en="The message's end of life (EOL) passed before acceptance or in the queue.",
        ),
        cure=Text(
            ru="Пошлите новое сообщение с более поздним EOL или без него.",
            en="Send a new message with a later EOL or without one.",
        ),
    ),
    FaultRow(
        name="target_not_found",
        kind=FaultKind.TARGET_MESSAGE_IS_NOT_FOUND,
        number=501,
        module="DAS:4",
        text="Сообщение {message_id} не найдено среди неподтверждённых.",
        cause=Text(
            ru="Сообщение не выдавалось этой системе или уже подтверждено.",
            en="The message was not handed to this system or is acknowledged already.",
        ),
        cure=Text(
            ru="Подтверждайте MessageMetadata/MessageId полученного сообщения один раз.",
            en="Acknowledge MessageMetadata/MessageId of a message you got, once.",
        ),
    ),
    FaultRow(
        name="recipient_not_found",
        kind=FaultKind.RECIPIENT_IS_NOT_FOUND,
        number=502,
        module="RTR:4",
        text="Невозможно определить получателя для сообщения. Полное имя корневого элемента: {root}",
        description="Не найден получатель по виду сведений",
        cause=_RECIPIENT_CAUSE,
        cure=_RECIPIENT_CURE,
    ),
    FaultRow(
        name="several_recipients",
        kind=FaultKind.RECIPIENT_IS_NOT_FOUND,
        number=502,
        module="RTR:4",
        text="Найдено несколько получателей для сообщения. Полное имя корневого элемента: {root}",
        cause=_RECIPIENT_CAUSE,
        cure=_RECIPIENT_CURE,
    ),
    FaultRow(
        name="sender_not_registered",
        kind=FaultKind.SENDER_IS_NOT_REGISTERED,
        number=503,
        module="RTR:1",
        text="Отправитель сообщения не зарегистрирован.",
        cause=Text(
            ru="Сертификат ЭП-ОВ не привязан ни к одной информационной системе этого контура.",
            en="The certificate of the signature is bound to no information system of this contour.",
        ),
        cure=Text(
            ru="Зарегистрируйте сертификат своей системы в СМЭВ.",
            en="Register your system's certificate in SMEV.",
        ),
    ),
    FaultRow(
        name="access_denied",
        kind=FaultKind.ACCESS_DENIED,
        number=504,
        module="ACSM:1",
        synchronous=False,
        asynchronous=True,
        text="Доступ запрещён.",
        cause=Text(
            ru="Системе не дано право на этот вид сведений.",
            en="The system has no right to this information type.",
        ),
        cure=Text(
            ru="Запросите доступ к виду сведений у его владельца через оператора СМЭВ.",
            en="Ask the owner of the type for access through the SMEV operator.",
        ),
    ),
    FaultRow(
        name="smev_failure",
        kind=FaultKind.SMEV_FAILURE,
        number=60,
        module="RTR:10",
        text="Ошибка СМЭВ. Обратитесь в службу технической поддержки.",
        cause=Text(
            ru="Сбой или регламентные работы СМЭВ, неверный To или сломанная структура сообщения.",
            en="A failure or maintenance of SMEV, a wrong To or a broken structure of the message.",
        ),
        cure=Text(
            ru="Повторяйте с тем же MessageID; если не помогает, проверьте To и структуру сообщения.",
            en="Repeat with the same MessageID; if that does not help, check To and the structure.",
        ),
    ),
    FaultRow(
        name="destination_overflow",
        kind=FaultKind.DESTINATION_OVERFLOW,
        number=600,
        module="DAS:2",
        synchronous=False,
        asynchronous=True,
        text="Очередь, в которую должно быть отправлено сообщение, переполнена.",
        cause=Text(
            ru="Получатель не забирает сообщения: его очередь дошла до квоты.",
            en="The recipient does not fetch: its queue has reached the quota.",
        ),
        cure=Text(
            ru="Повторяйте отправку; сообщите получателю и оператору.",
            en="Go on sending; tell the recipient and the operator.",
        ),
    ),
    FaultRow(
        name="transaction_code_invalid",
        kind=FaultKind.TRANSACTION_CODE_INVALID,
        number=None,
        module="TRC:0",
        sampled=False,
        text="Код транзакции не действителен",
        cause=Text(ru="СМЭВ не принимает TransactionCode.", en="SMEV does not take the TransactionCode."),
        cure=_UNSAMPLED_CURE,
    ),
    FaultRow(
        name="personal_access_denied",
        kind=FaultKind.PERSONAL_ACCESS_DENIED,
        number=None,
        module="ACSM:0",
        sampled=False,
        text="Доступ по персональному сертификату запрещён",
        cause=Text(
            ru="Подписавшему должностному лицу не дан доступ к получателю.",
            en="The official who signed has no access to the recipient.",
        ),
        cure=_UNSAMPLED_CURE,
    ),
    FaultRow(
        name="request_not_found",
        kind=FaultKind.REQUEST_IS_NOT_FOUND,
        number=None,
        module="DAS:0",
        sampled=False,
        text="Запрос не найден",
        cause=Text(
            ru="Отменяемого запроса нет в журнале СМЭВ.",
            en="The request to be cancelled is not in SMEV's journal.",
        ),
        cure=_UNSAMPLED_CURE,
    ),
)
