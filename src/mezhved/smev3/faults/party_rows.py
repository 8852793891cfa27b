"""Lines of the table: refusals of parties and of SMEV itself (SMEV-60, 502-504, 600)."""

from __future__ import annotations

from mezhved.smev3.faults.kinds import FaultKind
from mezhved.smev3.faults.rows import EVERY, Actor, FaultRow, Reason
from mezhved.texts import Text

PARTY_ROWS = (
    FaultRow(
        name="recipient_not_found",
        kind=FaultKind.RECIPIENT_IS_NOT_FOUND,
        number=502,
        module="RTR:4",
        text="Невозможно определить получателя для сообщения. Полное имя корневого элемента: {root}",
        description="Не найден получатель по виду сведений",
        asynchronous=True,
        meaning=Text(
            ru="Сообщение ни к кому не ведёт.",
            en="The message leads to nobody.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Код маршрутизации в бизнес-данных (ОКТМО и подобное) не записан ни за одним "
                    "поставщиком или пуст.",
                    en="The routing code in the business data (OKTMO or the like) belongs to no provider or "
                    "is empty.",
                ),
                Text(
                    ru="Проверьте код по паспорту вида сведений; зарегистрированные показывает "
                    "mezhved registry provider list.",
                    en="Check the code by the type's passport; mezhved registry provider list shows those "
                    "registered.",
                ),
            ),
            Reason(
                Text(
                    ru="Получателя называет отправитель (1.3), а блока Routing нет, или ни одно значение и "
                    "ни одна запись в нём ни к кому не ведут.",
                    en="The sender names the recipient (1.3), and there is no Routing block, or none of its "
                    "values and records leads to anybody.",
                ),
                Text(
                    ru="Шлите по версии 1.3 с блоком Routing (mezhved smev3 send --route-value); что с "
                    "каждым значением не так, говорит RoutingStatus системного ответа.",
                    en="Send by version 1.3 with a Routing block (mezhved smev3 send --route-value); what is "
                    "wrong with each value is in RoutingStatus of the system response.",
                ),
            ),
            Reason(
                Text(
                    ru="У вида сведений нет действующего поставщика.",
                    en="The information type has no provider in force.",
                ),
                Text(
                    ru="Запишите поставщика или включите его систему: mezhved registry provider add.",
                    en="Register a provider or enable its system: mezhved registry provider add.",
                ),
                Actor.OPERATOR,
            ),
            Reason(
                Text(
                    ru="В ответе To — не ReplyTo запроса, выданного этой системе.",
                    en="An answer's To is not the ReplyTo of a request handed to this system.",
                ),
                Text(
                    ru="Копируйте ReplyTo в To знак в знак и отвечайте той же системой.",
                    en="Copy ReplyTo to To sign by sign, and answer by the same system.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="several_recipients",
        kind=FaultKind.RECIPIENT_IS_NOT_FOUND,
        number=502,
        module="RTR:4",
        operations=("SendRequest",),
        text="Найдено несколько получателей для сообщения. Полное имя корневого элемента: {root}",
        meaning=Text(
            ru="Сообщение ведёт к нескольким получателям, а должно — к одному.",
            en="The message leads to several recipients where it must lead to one.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="В бизнес-данных несколько кодов маршрутизации.",
                    en="The business data have several routing codes.",
                ),
                Text(
                    ru="Пошлите каждому получателю свой запрос.",
                    en="Send every recipient a request of its own.",
                ),
            ),
            Reason(
                Text(
                    ru="Один код записан за несколькими поставщиками, или поставщиков несколько, а кода нет.",
                    en="One code belongs to several providers, or there are several and no code.",
                ),
                Text(
                    ru="Исправьте поставщиков вида сведений: mezhved registry provider list.",
                    en="Correct the type's providers: mezhved registry provider list.",
                ),
                Actor.OPERATOR,
            ),
        ),
    ),
    FaultRow(
        name="sender_not_registered",
        kind=FaultKind.SENDER_IS_NOT_REGISTERED,
        number=503,
        module="RTR:1",
        operations=EVERY,
        text="Отправитель сообщения не зарегистрирован.",
        meaning=Text(
            ru="Сертификат ЭП-ОВ не привязан ни к одной действующей системе этого контура.",
            en="The certificate of the signature is bound to no system in force of this contour.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Сертификат новый, и за системой записан только прежний.",
                    en="The certificate is new, and only the former one is bound to the system.",
                ),
                Text(
                    ru="Передайте сертификат оператору СМЭВ; он привяжет его: mezhved registry certificate "
                    "add.",
                    en="Give the certificate to SMEV's operator, who binds it: mezhved registry certificate "
                    "add.",
                ),
                Actor.OPERATOR,
            ),
            Reason(
                Text(
                    ru="Система зарегистрирована в другом контуре: разработки, тестовом, промышленном.",
                    en="The system is registered in another contour: development, test, production.",
                ),
                Text(
                    ru="Проверьте адрес шины и ключ этого контура.",
                    en="Check the bus's address and the key of this contour.",
                ),
                Actor.ADMINISTRATOR,
            ),
            Reason(
                Text(
                    ru="Система, участник или привязка сертификата отключены либо их срок прошёл.",
                    en="The system, the participant or the binding is disabled, or its term is over.",
                ),
                Text(
                    ru="Проверьте: mezhved registry system show, certificate list.",
                    en="Check: mezhved registry system show, certificate list.",
                ),
                Actor.OPERATOR,
            ),
        ),
    ),
    FaultRow(
        name="access_denied",
        kind=FaultKind.ACCESS_DENIED,
        number=504,
        module="ACSM:1",
        operations=("SendRequest",),
        synchronous=False,
        asynchronous=True,
        text="Доступ запрещён.",
        meaning=Text(
            ru="Системе не дано право посылать этот вид сведений. Отказ приходит после приёма; клиент должен "
            "понимать и отказ сразу: описание сервиса его называет.",
            en="The system has no right to send this information type. The refusal follows acceptance; a "
            "client must understand one at once too, as the service's description names it.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Доступ не запрошен, не выдан или выдан в другом контуре.",
                    en="Access was not asked for, not given, or given in another contour.",
                ),
                Text(
                    ru="Запросите доступ к виду сведений у его владельца; оператор выдаёт его: "
                    "mezhved registry access add.",
                    en="Ask the owner of the type for access; the operator gives it: mezhved registry access "
                    "add.",
                ),
                Actor.OWNER,
            ),
            Reason(
                Text(ru="Срок доступа прошёл.", en="The term of the right is over."),
                Text(
                    ru="Продлите его; сроки показывает mezhved registry access list.",
                    en="Prolong it; mezhved registry access list shows the terms.",
                ),
                Actor.OPERATOR,
            ),
        ),
    ),
    FaultRow(
        name="smev_failure",
        kind=FaultKind.SMEV_FAILURE,
        number=60,
        module="RTR:10",
        operations=EVERY,
        text="Ошибка СМЭВ. Обратитесь в службу технической поддержки.",
        meaning=Text(
            ru="СМЭВ не смогла обработать вызов: сбой, регламентные работы или вызов, который нельзя "
            "прочесть.",
            en="SMEV could not process the call: a failure, maintenance, or a call that cannot be read.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Сбой или регламентные работы на стороне СМЭВ.",
                    en="A failure or maintenance on SMEV's side.",
                ),
                Text(
                    ru="Повторяйте то же сообщение с тем же MessageID, увеличивая паузы; оператор: "
                    "mezhved doctor, mezhved bus maintenance, журнал шины.",
                    en="Repeat the same message with the same MessageID, with growing pauses; the operator: "
                    "mezhved doctor, mezhved bus maintenance, the bus's log.",
                ),
                Actor.OPERATOR,
            ),
            Reason(
                Text(
                    ru="Тело — не конверт SOAP 1.1 в UTF-8: обрезано, с DTD, сжато, SOAP 1.2, в multipart "
                    "нет "
                    "части, на которую указывает xop:Include, или операция неизвестна.",
                    en="The body is no SOAP 1.1 envelope in UTF-8: cut, with a DTD, compressed, SOAP 1.2, a "
                    "multipart without the part that an xop:Include names, or an unknown operation.",
                ),
                Text(
                    ru="Если повтор не помогает, сохраните посылаемое и проверьте: mezhved smev3 verify "
                    "ФАЙЛ.",
                    en="When repeating does not help keep what you send and check it: mezhved smev3 verify "
                    "FILE.",
                ),
            ),
            Reason(
                Text(
                    ru="В SendResponse поле To — не обратный адрес СМЭВ.",
                    en="In SendResponse To is no return address of SMEV's.",
                ),
                Text(
                    ru="Скопируйте в To значение ReplyTo из запроса целиком; на рассылку не отвечают.",
                    en="Copy the whole ReplyTo of the request to To; a broadcast is not answered.",
                ),
            ),
            Reason(
                Text(
                    ru="Схемы вида сведений, загруженные в реестр, не собираются.",
                    en="The information type's schemas in the registry do not compile.",
                ),
                Text(
                    ru="Найдите в журнале schema_set_broken и исправьте схемы.",
                    en="Look for schema_set_broken in the log and correct the schemas.",
                ),
                Actor.OPERATOR,
            ),
        ),
    ),
    FaultRow(
        name="revocation_data_stale",
        kind=FaultKind.SMEV_FAILURE,
        number=60,
        module="GUTC:0",
        operations=EVERY,
        asynchronous=True,
        sampled=False,
        text="Данные об отзыве сертификатов устарели, проверить сертификат {signature} нельзя. "
        "Повторите позже.",
        meaning=Text(
            ru="СМЭВ давно не может получить данные об отзыве от удостоверяющего центра и потому не "
            "полагается на его сертификаты. О сообщении это говорится после приёма, об опросе и "
            "подтверждении — сразу.",
            en="SMEV has long been unable to get revocation data from the certification authority and so "
            "does not rely on its certificates. For a message it is told after acceptance, for a poll or "
            "an acknowledgement at once.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Источник данных об отзыве недоступен или отдаёт старый список дольше, чем "
                    "разрешает настройка revocation_grace_seconds.",
                    en="The source of revocation data is away or gives an old list for longer than the "
                    "setting revocation_grace_seconds allows.",
                ),
                Text(
                    ru="Отправитель: повторите опрос, а отказанное сообщение пошлите позже с новым "
                    "MessageID; оператор: mezhved trust status и mezhved trust fetch.",
                    en="The sender: repeat the poll, send the refused message later with a new MessageID; "
                    "the operator: mezhved trust status and mezhved trust fetch.",
                ),
                Actor.OPERATOR,
            ),
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
        meaning=Text(
            ru="Очередь получателя (DestinationName) дошла до квоты, обычно 1000 сообщений.",
            en="The recipient's queue (DestinationName) has reached its quota, 1000 messages as a rule.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Получатель не забирает сообщения или забирает медленнее, чем приходят.",
                    en="The recipient does not fetch messages, or slower than they come.",
                ),
                Text(
                    ru="Продолжайте посылать, каждый раз с новым MessageID и с паузами; сообщите получателю "
                    "и поддержке СМЭВ.",
                    en="Go on sending, each time with a new MessageID and with pauses; tell the recipient "
                    "and SMEV's support.",
                ),
                Actor.RECIPIENT,
            ),
            Reason(
                Text(
                    ru="Получатель забирает, но не подтверждает: сообщения возвращаются через 15 минут.",
                    en="The recipient fetches but does not acknowledge: messages come back in 15 minutes.",
                ),
                Text(
                    ru="Получателю — посылать Ack на каждое сообщение, и на системные ответы.",
                    en="The recipient must send Ack for every message, system responses too.",
                ),
                Actor.RECIPIENT,
            ),
            Reason(
                Text(ru="Квота мала для потока.", en="The quota is small for the flow."),
                Text(
                    ru="Увеличьте настройку queue_quota; длины очередей — в метриках шины.",
                    en="Raise the setting queue_quota; the bus's metrics tell the queues' lengths.",
                ),
                Actor.OPERATOR,
            ),
        ),
    ),
    FaultRow(
        name="transaction_code_invalid",
        kind=FaultKind.TRANSACTION_CODE_INVALID,
        number=None,
        module="TRC:0",
        operations=("SendRequest",),
        sampled=False,
        text="Код транзакции не действителен",
        meaning=Text(
            ru="СМЭВ не принимает TransactionCode запроса.",
            en="SMEV does not take the request's TransactionCode.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Код выдан не службой кодов транзакций этого контура, изменён или обрезан.",
                    en="The code is not of this contour's transaction-code service, was changed or cut.",
                ),
                Text(
                    ru="Получите код вызовом generateMark и копируйте его целиком: UUID|код ФРГУ|подпись.",
                    en="Get a code by generateMark and copy it whole: UUID|FRGU code|signature.",
                ),
            ),
            Reason(
                Text(
                    ru="Код не нужен, но поле заполнено.",
                    en="No code is needed, but the field is filled.",
                ),
                Text(
                    ru="Уберите TransactionCode (в 1.2 оставьте пустым).",
                    en="Leave TransactionCode out (in 1.2 leave it empty).",
                ),
            ),
        ),
    ),
    FaultRow(
        name="personal_access_denied",
        kind=FaultKind.PERSONAL_ACCESS_DENIED,
        number=None,
        module="ACSM:0",
        operations=("SendRequest",),
        synchronous=False,
        asynchronous=True,
        sampled=False,
        text="Доступ по персональному сертификату запрещён",
        meaning=Text(
            ru="Должностному лицу, чьей подписью (ЭП-СП) заверены данные, не дан доступ к получателю. Отказ "
            "сразу, который описание сервиса 1.3 тоже называет, до версии 1.3 — AccessDenied.",
            en="The official whose signature certifies the data has no access to the recipient. A fault at "
            "once, which the service's description of 1.3 names too, is AccessDenied before 1.3.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="СНИЛС или ОГРН из сертификата должностного лица не внесены в перечень доступа для "
                    "системы отправителя и вида сведений.",
                    en="The SNILS or OGRN in the official's certificate is not in the list of those who have "
                    "access, for the sender's system and the type.",
                ),
                Text(
                    ru="Внесите их (mezhved registry official add) или подпишите данные лицом, у которого "
                    "доступ есть.",
                    en="Enter it (mezhved registry official add), or let somebody sign who has access.",
                ),
                Actor.OPERATOR,
            ),
        ),
    ),
    FaultRow(
        name="request_not_found",
        kind=FaultKind.REQUEST_IS_NOT_FOUND,
        number=None,
        module="DAS:0",
        operations=("CancelRequest",),
        sampled=False,
        text="Запрос не найден",
        meaning=Text(
            ru="Отменять нечего: отмена запроса (CancelRequest) осталась в схеме 2015 года, ни одна "
            "действующая версия её не знает.",
            en="There is nothing to call off: CancelRequest stayed behind in the schema of 2015, no version "
            "in use knows it.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Программа построена по схеме 2015 года.",
                    en="The program follows the schema of 2015.",
                ),
                Text(
                    ru="Не отменяйте запросы: ограничьте их срок элементом EOL, а ответ на ненужный запрос "
                    "подтвердите и забудьте.",
                    en="Do not call requests off: bound their life by EOL, acknowledge and forget the answer "
                    "to a request no longer needed.",
                ),
            ),
        ),
    ),
)
