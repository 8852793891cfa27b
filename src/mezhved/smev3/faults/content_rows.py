"""Lines of the table: refusals of what the message says (SMEV-401, 402, 403)."""

from __future__ import annotations

from mezhved.smev3.faults.kinds import FaultKind
from mezhved.smev3.faults.rows import EVERY, POLLING, Actor, FaultRow, Reason
from mezhved.texts import Text

_UNSUPPORTED = FaultKind.BUSINESS_DATA_TYPE_IS_NOT_SUPPORTED

CONTENT_ROWS = (
    FaultRow(
        name="unknown_business_type",
        kind=_UNSUPPORTED,
        number=401,
        module="BSV:1",
        text="Не найден вид сведений.",
        meaning=Text(
            ru="Корневой элемент бизнес-данных (RootElementLocalName, RootElementNamespaceURI) не "
            "зарегистрирован в этом контуре СМЭВ или сегодня не действует.",
            en="The root element of the business data (RootElementLocalName, RootElementNamespaceURI) is not "
            "registered in this contour of SMEV, or not in force today.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Опечатка в пространстве имён, другая версия вида сведений или корень не тот: лишняя "
                    "обёртка, вложенный элемент.",
                    en="A slip in the namespace, another version of the type, or not the root: a wrapping "
                    "element, an inner one.",
                ),
                Text(
                    ru="Сравните корень со схемой из паспорта вида сведений знак в знак, вместе с версией в "
                    "конце пространства имён.",
                    en="Compare the root with the schema of the type's passport sign by sign, with the "
                    "version "
                    "at the namespace's end.",
                ),
            ),
            Reason(
                Text(
                    ru="Вид сведений зарегистрирован в другом контуре (разработки, тестовом), а в этом — "
                    "нет.",
                    en="The type is registered in another contour (development, test) but not in this one.",
                ),
                Text(
                    ru="Зарегистрируйте вид сведений и здесь (mezhved registry type add, version add).",
                    en="Register the type here too (mezhved registry type add, version add).",
                ),
                Actor.OWNER,
            ),
            Reason(
                Text(
                    ru="Срок действия версии не начался или прошёл, версия отключена.",
                    en="The version's term has not begun or is over, or the version is disabled.",
                ),
                Text(
                    ru="Перейдите на действующую версию; сроки показывает mezhved registry version list.",
                    en="Change to a version in force; mezhved registry version list shows the terms.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="wrong_direction",
        kind=_UNSUPPORTED,
        number=401,
        module="RTR:7",
        text="Попытка послать сообщение {root} через метод {method}, "
        "в то время как этот тип сообщений зарегистрирован как {registered}",
        meaning=Text(
            ru="Корень ответа послан как запрос или корень запроса — как ответ.",
            en="A response's root was sent as a request, or a request's root as a response.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Перепутана операция или элемент бизнес-данных.",
                    en="The operation or the business element was mixed up.",
                ),
                Text(
                    ru="REQUEST и BROADCAST посылают через SendRequest, RESPONSE — через SendResponse.",
                    en="REQUEST and BROADCAST go by SendRequest, RESPONSE by SendResponse.",
                ),
            ),
            Reason(
                Text(
                    ru="При регистрации версии перепутаны корни запроса и ответа.",
                    en="Request root and response root were mixed up when the version was registered.",
                ),
                Text(
                    ru="Исправьте версию вида сведений: mezhved registry version show.",
                    en="Correct the version of the type: mezhved registry version show.",
                ),
                Actor.OPERATOR,
            ),
        ),
    ),
    FaultRow(
        name="incorrect_response_content_type",
        kind=FaultKind.INCORRECT_RESPONSE_CONTENT_TYPE,
        number=None,
        module="RTR:0",
        operations=("SendResponse",),
        sampled=False,
        text="Содержимое ответа зарегистрировано в СМЭВ как запрос",
        meaning=Text(
            ru="Ответ не того вида сведений, что запрос. Настоящая СМЭВ на корень запроса в ответе "
            "отвечает SMEV-401.",
            en="The answer is of another information type than the request. The real SMEV answers a "
            "request's root in an answer by SMEV-401.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="В To — обратный адрес другого запроса, или ответ составлен по чужой схеме.",
                    en="To is another request's return address, or the answer follows another type's schema.",
                ),
                Text(
                    ru="Храните ReplyTo вместе с запросом и отвечайте корнем ответа того же вида сведений "
                    "(версия может быть другой).",
                    en="Keep ReplyTo with its request and answer by the response root of the same type (its "
                    "version may differ).",
                ),
            ),
        ),
    ),
    FaultRow(
        name="unknown_type_for_queue",
        kind=FaultKind.UNKNOWN_MESSAGE_TYPE,
        number=402,
        module="PP:12",
        operations=("GetRequest", "GetResponse"),
        text="Входящая очередь запрошенного типа сообщений, принадлежащая пользователю {subject} "
        "не зарегистрирована в СМЭВ",
        meaning=Text(
            ru="По фильтру MessageTypeSelector у этой системы нет очереди.",
            en="This system has no queue for the filter in MessageTypeSelector.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="NamespaceURI и RootElementLocalName не называют зарегистрированного вида сведений.",
                    en="NamespaceURI and RootElementLocalName name no registered type.",
                ),
                Text(
                    ru="Запишите корень запроса или ответа любой версии вида сведений либо опрашивайте без "
                    "фильтра (без обоих элементов).",
                    en="Write the request or response root of any version of the type, or poll without a "
                    "filter (without both elements).",
                ),
            ),
            Reason(
                Text(
                    ru="GetRequest: система не записана поставщиком этого вида сведений.",
                    en="GetRequest: the system is not registered as a provider of the type.",
                ),
                Text(
                    ru="Запишите её поставщиком (mezhved registry provider add). Ответы забирает "
                    "GetResponse.",
                    en="Register it as a provider (mezhved registry provider add). Answers come by "
                    "GetResponse.",
                ),
                Actor.OPERATOR,
            ),
            Reason(
                Text(
                    ru="Опрос подписан сертификатом другой системы: её имя — в тексте ошибки.",
                    en="The poll is signed with another system's certificate: the fault's text names it.",
                ),
                Text(
                    ru="Подписывайте ключом той системы, чьи сообщения забираете.",
                    en="Sign with the key of the system whose messages you fetch.",
                ),
                Actor.ADMINISTRATOR,
            ),
        ),
    ),
    FaultRow(
        name="block_missing",
        kind=FaultKind.INVALID_CONTENT,
        number=403,
        module="PP:55",
        text="Сообщение содержит не все вложенные элементы. Блок {block} отсутствует либо пуст.",
        meaning=Text(
            ru="В сообщении нет обязательного блока или в нём нет элемента.",
            en="The message lacks a required block, or the block has no element.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="MessagePrimaryContent не записан, пуст, содержит только текст или больше одного "
                    "элемента.",
                    en="MessagePrimaryContent is absent, empty, holds text alone or more than one element.",
                ),
                Text(
                    ru="Поместите в MessagePrimaryContent ровно один элемент — корень бизнес-данных.",
                    en="Put exactly one element into MessagePrimaryContent, the root of the business data.",
                ),
            ),
            Reason(
                Text(
                    ru="MessagePrimaryContent объявлен в пространстве types, а нужен basic той же версии.",
                    en="MessagePrimaryContent is in the types namespace; it belongs to basic of that "
                    "version.",
                ),
                Text(
                    ru="Возьмите пространства имён из схемы: mezhved раздаёт её по адресу шины с ?wsdl.",
                    en="Take the namespaces of the schema: the bus serves it at its address with ?wsdl.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="invalid_envelope",
        kind=FaultKind.INVALID_CONTENT,
        number=403,
        module="PP:55",
        operations=EVERY,
        text="Нарушен формат бизнес-конверта.",
        meaning=Text(
            ru="Элемент операции составлен не по схеме своей версии СМЭВ 3.",
            en="The operation's element breaks the schema of its version of SMEV 3.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Элементы стоят не в том порядке, лишние, из другой версии или пропущен обязательный "
                    "(MessageID, Timestamp).",
                    en="Elements stand in another order, are superfluous, of another version, or a required "
                    "one is absent (MessageID, Timestamp).",
                ),
                Text(
                    ru="Проверьте элемент по схеме версии (types/1.1, 1.2, 1.3): порядок в ней задан.",
                    en="Check the element by the version's schema (types/1.1, 1.2, 1.3): it sets the order.",
                ),
            ),
            Reason(
                Text(
                    ru="Значение не по схеме: EOL и Timestamp — не xs:dateTime, NodeID длиннее 50 знаков, "
                    "TransactionCode длиннее 1500.",
                    en="A value breaks the schema: EOL and Timestamp are no xs:dateTime, NodeID is longer "
                    "than "
                    "50 characters, TransactionCode than 1500.",
                ),
                Text(
                    ru="Запишите время как 2026-11-20T15:00:00+03:00, сократите длинные значения.",
                    en="Write times as 2026-11-20T15:00:00+03:00, shorten what is too long.",
                ),
            ),
            Reason(
                Text(
                    ru="В SendResponse послан AsyncProcessingStatus: так говорит только сама СМЭВ.",
                    en="SendResponse carries AsyncProcessingStatus: only SMEV itself speaks so.",
                ),
                Text(
                    ru="Отказ поставщика — RequestRejected, промежуточный статус — RequestStatus.",
                    en="A provider refuses by RequestRejected and tells of progress by RequestStatus.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="invalid_timestamp",
        kind=FaultKind.INVALID_CONTENT,
        number=403,
        module="PP:55",
        operations=POLLING,
        text="Метка времени сообщения {value} не действительна",
        meaning=Text(
            ru="Timestamp опроса отличается от времени СМЭВ больше чем на 30 минут.",
            en="The poll's Timestamp differs from SMEV's time by more than 30 minutes.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Опрос подписан заранее и послан позже, или посылается снова тот же.",
                    en="The poll was signed beforehand and sent later, or the same one is sent again.",
                ),
                Text(
                    ru="Создавайте и подписывайте Timestamp перед каждым опросом.",
                    en="Make and sign the Timestamp before every poll.",
                ),
            ),
            Reason(
                Text(
                    ru="Время записано без часового пояса или с чужим.",
                    en="The time is written without a time zone, or with a wrong one.",
                ),
                Text(
                    ru="Пишите пояс: 2026-11-20T15:00:00+03:00 или …Z для UTC. Без пояса время читается как "
                    "московское.",
                    en="Write the zone: 2026-11-20T15:00:00+03:00, or ...Z for UTC. Without one the time is "
                    "read as Moscow's.",
                ),
            ),
            Reason(
                Text(ru="Часы системы неверны.", en="The system's clock is wrong."),
                Text(ru="Включите синхронизацию времени (NTP).", en="Turn on time synchronisation (NTP)."),
                Actor.ADMINISTRATOR,
            ),
        ),
    ),
    FaultRow(
        name="invalid_business_data",
        kind=FaultKind.INVALID_CONTENT,
        number=403,
        module="BSV:3",
        synchronous=False,
        asynchronous=True,
        text="Бизнес-данные сообщения не соответствуют схеме, зарегистрированной в СМЭВ. "
        "MessageId = {message_id}",
        meaning=Text(
            ru="Бизнес-данные не проходят схему вида сведений; каждая ошибка — в своём ValidationError, "
            "словами проверяющей программы.",
            en="The business data break the schema of the information type; every error is a "
            "ValidationError of its own, in the validator's words.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Пропущен обязательный элемент, нарушен порядок, значение не подходит под тип или "
                    "перечень.",
                    en="A required element is absent, the order is broken, a value does not fit its type or "
                    "list.",
                ),
                Text(
                    ru="Исправьте данные по ValidationError и пошлите новое сообщение с новым MessageID; "
                    "проверяйте данные той же схемой до отправки.",
                    en="Correct the data by ValidationError and send a new message with a new MessageID; "
                    "validate by the same schema before sending.",
                ),
            ),
            Reason(
                Text(
                    ru="В СМЭВ зарегистрирована другая редакция схемы, чем у вас.",
                    en="SMEV has another edition of the schema than you.",
                ),
                Text(
                    ru="Сверьте файлы; выгрузить их из реестра: mezhved registry export --schema-files ФАЙЛ.",
                    en="Compare the files; the registry gives them out: mezhved registry export "
                    "--schema-files FILE.",
                ),
                Actor.OWNER,
            ),
        ),
    ),
)
