"""Lines of the table: refusals of attachments and files (SMEV-200, 201, 202)."""

from __future__ import annotations

from mezhved.smev3.faults.kinds import FaultKind
from mezhved.smev3.faults.rows import Actor, FaultRow, Reason
from mezhved.texts import Text

_PAIRING = FaultKind.ATTACHMENT_CONTENT_MISCOORDINATION
_ONE_EACH = Text(
    ru="Каждому AttachmentContent/Id дайте ровно один AttachmentHeader с тем же contentId, и наоборот; "
    "порядок не важен.",
    en="Give every AttachmentContent/Id exactly one AttachmentHeader with the same contentId, and the other "
    "way round; the order does not matter.",
)

ATTACHMENT_ROWS = (
    FaultRow(
        name="attachment_size_exceeded",
        kind=FaultKind.ATTACHMENT_SIZE_LIMIT_EXCEEDED,
        number=200,
        module="PP:2",
        text="Превышен максимально допустимый суммарный размер присоединённых файлов и сообщения.",
        meaning=Text(
            ru="Вложения и сообщение вместе больше допустимого: 5 242 880 байт. Сколько их, говорит "
            "RealTotalAttachmentSize, сколько можно — PermittedTotalAttachmentSize.",
            en="Attachments and message together pass the limit of 5,242,880 bytes. RealTotalAttachmentSize "
            "tells how many they are, PermittedTotalAttachmentSize how many they may be.",
        ),
        reasons=(
            Reason(
                Text(ru="Файлы слишком велики для сообщения.", en="The files are too large for a message."),
                Text(
                    ru="Передайте их через файловое хранилище (RefAttachmentHeader, до 1 ГБ на сообщение) "
                    "или сожмите.",
                    en="Pass them through the file store (RefAttachmentHeader, up to 1 GB a message) or "
                    "compress them.",
                ),
            ),
            Reason(
                Text(
                    ru="Большой документ лежит внутри бизнес-данных (base64).",
                    en="A large document lies inside the business data (base64).",
                ),
                Text(
                    ru="Передайте его вложением: предел считает и само сообщение.",
                    en="Pass it as an attachment: the limit counts the message too.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="attachment_without_header",
        kind=_PAIRING,
        number=201,
        module="PP:4",
        text='Вложение [Id="{content_id}"] не имеет заголовка.',
        meaning=Text(
            ru="Содержимое вложения есть, а заголовка с его идентификатором нет.",
            en="There is an attachment's content but no header with its identifier.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="AttachmentHeader/contentId отличается от AttachmentContent/Id: регистром, пробелом, "
                    "приставкой «cid:».",
                    en="AttachmentHeader/contentId differs from AttachmentContent/Id: by case, a blank, a "
                    "'cid:' in front.",
                ),
                _ONE_EACH,
            ),
        ),
    ),
    FaultRow(
        name="attachment_counts_differ",
        kind=_PAIRING,
        number=201,
        module="PP:4",
        text="Количество вложений - {contents}, количество заголовков - {headers}",
        meaning=Text(
            ru="Содержимых и заголовков вложений разное число.",
            en="The numbers of attachments' contents and headers differ.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Файл добавлен только в AttachmentContentList или только в AttachmentHeaderList.",
                    en="A file was added to AttachmentContentList alone, or to AttachmentHeaderList alone.",
                ),
                _ONE_EACH,
            ),
            Reason(
                Text(
                    ru="Заголовок файла из хранилища записан как AttachmentHeader.",
                    en="The header of a file of the store is written as an AttachmentHeader.",
                ),
                Text(
                    ru="Файлы хранилища описывает RefAttachmentHeaderList, содержимого в сообщении у них "
                    "нет.",
                    en="Files of the store are described by RefAttachmentHeaderList and have no content in "
                    "the "
                    "message.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="attachments_without_headers",
        kind=_PAIRING,
        number=201,
        module="PP:4",
        text="Количество вложений - {contents}, нет ни одного заголовка.",
        meaning=Text(
            ru="Вложения есть, а списка заголовков нет.",
            en="There are attachments but no list of headers.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="AttachmentHeaderList забыт или стоит вне подписанного SenderProvided*Data.",
                    en="AttachmentHeaderList was forgotten or stands outside the signed SenderProvided*Data.",
                ),
                Text(
                    ru="Поместите AttachmentHeaderList внутрь SenderProvidedRequestData (или "
                    "SenderProvidedResponseData) после MessagePrimaryContent и PersonalSignature, подпишите "
                    "заново.",
                    en="Put AttachmentHeaderList into SenderProvidedRequestData (or "
                    "SenderProvidedResponseData) after MessagePrimaryContent and PersonalSignature, and sign "
                    "anew.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="attachment_fields_missing",
        kind=_PAIRING,
        number=201,
        module="PP:4",
        text="Вложения не имеют заполненных требуемых полей.",
        meaning=Text(
            ru="У вложения нет идентификатора, типа или содержимого, либо два вложения названы одинаково.",
            en="An attachment lacks its identifier, type or content, or two have the same name.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Пусты contentId, MimeType или Id, или Id повторяется.",
                    en="contentId, MimeType or Id is empty, or an Id comes twice.",
                ),
                Text(
                    ru="Заполните contentId и MimeType (например, application/pdf), дайте каждому вложению "
                    "своё имя.",
                    en="Fill contentId and MimeType (application/pdf, say), give every attachment a name of "
                    "its own.",
                ),
            ),
            Reason(
                Text(
                    ru="Шина требует подписи каждого вложения (настройка attachment_signature_required), а "
                    "SignaturePKCS7 нет.",
                    en="The bus demands a signature of every attachment (setting "
                    "attachment_signature_required), and there is no SignaturePKCS7.",
                ),
                Text(
                    ru="Подпишите файл (mezhved cms sign) и запишите подпись в SignaturePKCS7 его заголовка.",
                    en="Sign the file (mezhved cms sign) and write the signature into its header's "
                    "SignaturePKCS7.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="file_attachments_incorrect",
        kind=_PAIRING,
        number=201,
        module="FS:2",
        synchronous=False,
        asynchronous=True,
        text="Некорректная информация о фтп вложениях; message id = {message_id}",
        meaning=Text(
            ru="Файла хранилища нет на месте, или он не тот, что описан в RefAttachmentHeader.",
            en="A file of the store is not in its place, or not the one that RefAttachmentHeader describes.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Каталога с именем uuid нет в личной области отправителя, он пуст или в нём не один "
                    "файл; либо этот файл уже ушёл с другим сообщением.",
                    en="The sender's own area has no directory named uuid, it is empty or holds more than "
                    "one "
                    "file; or that file has gone with another message.",
                ),
                Text(
                    ru="До SendRequest создайте по FTP каталог с новым UUID и положите в него один файл; для "
                    "повторной отправки загрузите файл снова под новым UUID.",
                    en="Before SendRequest make a directory with a new UUID by FTP and put one file into it; "
                    "to send again upload the file anew under a new UUID.",
                ),
            ),
            Reason(
                Text(
                    ru="Hash — не дайджест ГОСТ этого файла: записан шестнадцатеричным, посчитан SHA-256, "
                    "MD5 или другим ГОСТ.",
                    en="Hash is not the GOST digest of this file: written in hex, made by SHA-256, MD5 or "
                    "another GOST.",
                ),
                Text(
                    ru="Hash — base64 дайджеста файла тем алгоритмом ГОСТ Р 34.11, что у ключа подписи "
                    "сообщения.",
                    en="Hash is the base64 of the file's digest by the GOST R 34.11 algorithm of the key "
                    "that "
                    "signs the message.",
                ),
            ),
            Reason(
                Text(
                    ru="Файл отправлен раньше, чем закончилась его загрузка, или больше предела (1 ГБ на "
                    "сообщение).",
                    en="The message was sent before the upload ended, or the files pass the limit (1 GB a "
                    "message).",
                ),
                Text(
                    ru="Дождитесь ответа FTP 226 на загрузку и сверьте размер, затем отправляйте.",
                    en="Wait for FTP's answer 226 to the upload and compare the size, then send.",
                ),
            ),
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
        meaning=Text(
            ru="У получателя не осталось места в файловом хранилище: RemainedTotalQuoteSize — сколько "
            "свободно, RealTotalAttachmentSize — сколько нужно, в байтах.",
            en="The recipient has no room left in the file store: RemainedTotalQuoteSize tells what is free, "
            "RealTotalAttachmentSize what is needed, in bytes.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Получатель не забирает сообщения или не подтверждает их (Ack): файлы удаляются после "
                    "подтверждения.",
                    en="The recipient does not fetch messages or does not acknowledge them (Ack): files are "
                    "wiped after that.",
                ),
                Text(
                    ru="Сообщите получателю; пошлите новое сообщение (новый MessageID, файл загрузить "
                    "снова), "
                    "когда место освободится.",
                    en="Tell the recipient; send a new message (new MessageID, the file uploaded again) when "
                    "there is room.",
                ),
                Actor.RECIPIENT,
            ),
            Reason(
                Text(
                    ru="Квота мала для этого вида сведений.",
                    en="The quota is small for this information type.",
                ),
                Text(
                    ru="Увеличьте квоту получателя на этот вид сведений.",
                    en="Raise the recipient's quota for this information type.",
                ),
                Actor.OPERATOR,
            ),
        ),
    ),
)
