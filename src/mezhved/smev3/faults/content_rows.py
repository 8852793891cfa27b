"""Lines of the table: refusals of attachments and of what the message says (SMEV-200, 201, 202, 40x)."""

from __future__ import annotations

from mezhved.smev3.faults.kinds import FaultKind
from mezhved.smev3.faults.rows import FaultRow
from mezhved.texts import Text

_PAIRING = FaultKind.ATTACHMENT_CONTENT_MISCOORDINATION
_PAIRING_CAUSE = Text(
    ru="Заголовки вложений не соответствуют их содержимому.",
    en="The attachment headers do not match the contents.",
)
_PAIRING_CURE = Text(
    ru="Каждому AttachmentContent/Id дайте ровно один AttachmentHeader с тем же contentId.",
    en="Give every AttachmentContent/Id exactly one AttachmentHeader with the same contentId.",
)
_CONTENT_CAUSE = Text(
    ru="Конверт сообщения неполон или не соответствует схеме.",
    en="The message's envelope is incomplete or breaks the schema.",
)
_CONTENT_CURE = Text(
    ru="Составьте элемент операции по схеме её версии и пошлите снова.",
    en="Build the operation's element by the schema of its version and send again.",
)
_TYPE_CAUSE = Text(
    ru="Корневой элемент бизнес-данных не зарегистрирован в СМЭВ, не действует сегодня или "
    "зарегистрирован для другого направления.",
    en="The root element of the business data is not registered in SMEV, not in force today, or "
    "registered for the other direction.",
)
_TYPE_CURE = Text(
    ru="Проверьте пространство имён, версию вида сведений и операцию.",
    en="Check the namespace, the version of the information type and the operation.",
)

CONTENT_ROWS = (
    FaultRow(
        name="attachment_size_exceeded",
        kind=FaultKind.ATTACHMENT_SIZE_LIMIT_EXCEEDED,
        number=200,
        module="PP:2",
        text="Превышен максимально допустимый суммарный размер присоединённых файлов и сообщения.",
        cause=Text(
            ru="Вложения и сообщение вместе больше допустимого (5 242 880 байт).",
            en="The attachments and the message together pass the limit (5,242,880 bytes).",
        ),
        cure=Text(
            ru="Передайте большие файлы через файловое хранилище (RefAttachmentHeader).",
            en="Pass large files through the file store (RefAttachmentHeader).",
        ),
    ),
    FaultRow(
        name="attachment_without_header",
        kind=_PAIRING,
        number=201,
        module="PP:4",
        text='Вложение [Id="{content_id}"] не имеет заголовка.',
        cause=_PAIRING_CAUSE,
        cure=_PAIRING_CURE,
    ),
    FaultRow(
        name="attachment_counts_differ",
        kind=_PAIRING,
        number=201,
        module="PP:4",
        text="Количество вложений - {contents}, количество заголовков - {headers}",
        cause=_PAIRING_CAUSE,
        cure=_PAIRING_CURE,
    ),
    FaultRow(
        name="attachments_without_headers",
        kind=_PAIRING,
        number=201,
        module="PP:4",
        text="Количество вложений - {contents}, нет ни одного заголовка.",
        cause=_PAIRING_CAUSE,
        cure=_PAIRING_CURE,
    ),
    FaultRow(
        name="attachment_fields_missing",
        kind=_PAIRING,
        number=201,
        module="PP:4",
        text="Вложения не имеют заполненных требуемых полей.",
        cause=Text(
            ru="У вложения нет идентификатора, типа или содержимого.",
            en="An attachment lacks its id, type or content.",
        ),
        cure=_PAIRING_CURE,
    ),
    FaultRow(
        name="file_attachments_incorrect",
        kind=_PAIRING,
        number=201,
        module="FS:2",
        synchronous=False,
        asynchronous=True,
        text="Некорректная информация о фтп вложениях; message id = {message_id}",
        cause=Text(
            ru="Файла в хранилище нет, или его размер либо хэш не тот, что в RefAttachmentHeader.",
            en="The file is not in the store, or its size or hash differs from RefAttachmentHeader.",
        ),
        cure=Text(
            ru="Положите файл в каталог с именем uuid и укажите Hash — дайджест ГОСТ файла в base64.",
            en="Put the file into the directory named uuid; Hash is the file's GOST digest in base64.",
        ),
    ),
    FaultRow(
        name="quota_exceeded",
        kind=FaultKind.QUOTE_LIMIT_EXCEEDED,
        number=202,
        module="QT:1",
        synchronous=False,
        asynchronous=True,
        text="Квота на файловое хранилище для получателя превышена!",
        cause=Text(
            ru="У получателя не осталось места в файловом хранилище.",
            en="The recipient has no room left in the file store.",
        ),
        cure=Text(
            ru="Пошлите новое сообщение, когда получатель освободит место.",
            en="Send a new message when the recipient has freed space.",
        ),
    ),
    FaultRow(
        name="unknown_business_type",
        kind=FaultKind.BUSINESS_DATA_TYPE_IS_NOT_SUPPORTED,
        number=401,
        module="BSV:1",
        text="Не найден вид сведений.",
        cause=_TYPE_CAUSE,
        cure=_TYPE_CURE,
    ),
    FaultRow(
        name="wrong_direction",
        kind=FaultKind.BUSINESS_DATA_TYPE_IS_NOT_SUPPORTED,
        number=401,
        module="RTR:7",
        text="Попытка послать сообщение {root} через метод {method}, "
        "в то время как этот тип сообщений зарегистрирован как {registered}",
        cause=_TYPE_CAUSE,
        cure=_TYPE_CURE,
    ),
    FaultRow(
        name="incorrect_response_content_type",
        kind=FaultKind.INCORRECT_RESPONSE_CONTENT_TYPE,
        number=None,
        module="RTR:0",
        sampled=False,
        text="Содержимое ответа зарегистрировано в СМЭВ как запрос",
        cause=_TYPE_CAUSE,
        cure=_TYPE_CURE,
    ),
    FaultRow(
        name="unknown_type_for_queue",
        kind=FaultKind.UNKNOWN_MESSAGE_TYPE,
        number=402,
        module="PP:12",
        text="Входящая очередь запрошенного типа сообщений, принадлежащая пользователю {subject} "
        "не зарегистрирована в СМЭВ",
        cause=Text(
            ru="Тип, названный в MessageTypeSelector, не зарегистрирован в СМЭВ.",
            en="The type named in MessageTypeSelector is not registered in SMEV.",
        ),
        cure=Text(
            ru="Проверьте NamespaceURI и RootElementLocalName или опрашивайте без фильтра.",
            en="Check NamespaceURI and RootElementLocalName, or poll without a filter.",
        ),
    ),
    FaultRow(
        name="block_missing",
        kind=FaultKind.INVALID_CONTENT,
        number=403,
        module="PP:55",
        text="Сообщение содержит не все вложенные элементы. Блок {block} отсутствует либо пуст.",
        cause=_CONTENT_CAUSE,
        cure=_CONTENT_CURE,
    ),
    FaultRow(
        name="invalid_envelope",
        kind=FaultKind.INVALID_CONTENT,
        number=403,
        module="PP:55",
        text="Нарушен формат бизнес-конверта.",
        cause=_CONTENT_CAUSE,
        cure=_CONTENT_CURE,
    ),
    FaultRow(
        name="invalid_timestamp",
        kind=FaultKind.INVALID_CONTENT,
        number=403,
        module="PP:55",
        text="Метка времени сообщения {value} не действительна",
        cause=Text(
            ru="Timestamp опроса отличается от времени сервера более чем на 30 минут.",
            en="The poll's Timestamp differs from the server's time by more than 30 minutes.",
        ),
        cure=Text(
            ru="Поставьте часы системы по точному времени; указывайте часовой пояс.",
            en="Set the system's clock; write the time zone.",
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
        cause=Text(
            ru="Бизнес-данные не проходят схему вида сведений; ошибки — в ValidationError.",
            en="The business data break the information type's schema; ValidationError lists where.",
        ),
        cure=Text(
            ru="Исправьте данные по схеме вида сведений и пошлите новое сообщение с новым MessageID.",
            en="Correct the data by the type's schema and send a new message with a new MessageID.",
        ),
    ),
)
