"""Lines of the table: refusals of signatures (SMEV-100)."""

from __future__ import annotations

from mezhved.smev3.faults.kinds import FaultKind, SignatureCode
from mezhved.smev3.faults.rows import EVERY, Actor, FaultRow, Reason
from mezhved.texts import Text

_KIND = FaultKind.SIGNATURE_VERIFICATION
_NUMBER = 100

SIGNATURE_ROWS = (
    FaultRow(
        name="no_signature",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:1",
        operations=EVERY,
        asynchronous=True,
        signature_code=SignatureCode.NO_SIGNATURE,
        text="Отсутствует {signature}",
        meaning=Text(
            ru="Нет подписи: ЭП-ОВ (информационной системы) — отказ сразу, ЭП-СП (должностного лица) — после "
            "приёма.",
            en="A signature is absent: that of the information system is missed at once, an official's after "
            "acceptance.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Элемента CallerInformationSystemSignature нет или он пуст.",
                    en="The element CallerInformationSystemSignature is absent or empty.",
                ),
                Text(
                    ru="Подпишите элемент, которого требует операция, и поместите ds:Signature в "
                    "CallerInformationSystemSignature; готовый пример даёт mezhved smev3 sign.",
                    en="Sign the element that the operation demands and put ds:Signature into "
                    "CallerInformationSystemSignature; mezhved smev3 sign makes an example.",
                ),
            ),
            Reason(
                Text(
                    ru="Подпись положена в другое место: в заголовок SOAP (WS-Security, как в СМЭВ 2) или "
                    "в PersonalSignature.",
                    en="The signature was put elsewhere: into the SOAP header (WS-Security, as in SMEV 2) "
                    "or into PersonalSignature.",
                ),
                Text(
                    ru="СМЭВ 3 ищет ЭП-ОВ только в CallerInformationSystemSignature элемента операции; "
                    "WS-Security в ней не применяется, PersonalSignature — подпись должностного лица.",
                    en="SMEV 3 looks for the system's signature in the operation's "
                    "CallerInformationSystemSignature only; WS-Security is not used, PersonalSignature is "
                    "an official's.",
                ),
            ),
            Reason(
                Text(
                    ru="Вид сведений требует подписи должностного лица, а PersonalSignature нет.",
                    en="The information type demands an official's signature, and there is no "
                    "PersonalSignature.",
                ),
                Text(
                    ru="Подпишите корневой элемент бизнес-данных (с атрибутом Id) ключом должностного лица и "
                    "поместите подпись в PersonalSignature; mezhved smev3 send делает это ключами "
                    "--official-key и --official-cert.",
                    en="Sign the root element of the business data (with an attribute Id) with the "
                    "official's "
                    "key and put the signature into PersonalSignature; mezhved smev3 send does so with "
                    "--official-key and --official-cert.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="signature_invalid",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:2",
        operations=EVERY,
        asynchronous=True,
        signature_code=SignatureCode.INVALID,
        text="{signature} не соответствует подписанным данным: "
        "ru.voskhod.crypto.exceptions.SignatureValidationException: "
        "Ошибка проверки ЭП: Нарушена целостность ЭП.",
        meaning=Text(
            ru="Подпись не сходится с тем, что ею подписано: ЭП-ОВ — сразу, ЭП-СП — после приёма. "
            "Что именно не сошлось, скажет mezhved smev3 verify ФАЙЛ.",
            en="The signature does not fit what it signs: the system's is refused at once, an official's "
            "after acceptance. mezhved smev3 verify FILE tells what exactly does not fit.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="XML изменён после подписания: отформатирован, перекодирован, разобран и записан "
                    "заново; либо пробелы и переводы строк вставлены внутрь ds:Signature.",
                    en="The XML was changed after signing: pretty-printed, re-encoded, parsed and written "
                    "anew; or blanks and line breaks were put into ds:Signature.",
                ),
                Text(
                    ru="Подписывайте последним действием и посылайте те самые октеты; внутри ds:Signature "
                    "не оставляйте текста между элементами.",
                    en="Sign last and send those very octets; leave no text between the elements of "
                    "ds:Signature.",
                ),
            ),
            Reason(
                Text(
                    ru="Преобразование urn://smev-gov-ru/xmldsig/transform выполнено иначе: номера ns1, "
                    "ns2…, порядок атрибутов, запись знаков «>», CR и табуляции.",
                    en="The transform urn://smev-gov-ru/xmldsig/transform was done otherwise: the numbers "
                    "of ns1, ns2..., the order of attributes, how '>', CR and tabs are written.",
                ),
                Text(
                    ru="Сравните свои октеты с выводом mezhved smev3 transform ФАЙЛ. Преобразований два, в "
                    "этом порядке: exc-c14n, затем СМЭВ.",
                    en="Compare your octets with what mezhved smev3 transform FILE prints. There are two "
                    "transforms, in this order: exc-c14n, then SMEV's.",
                ),
            ),
            Reason(
                Text(
                    ru="Преобразование СМЭВ применено и к SignedInfo.",
                    en="The SMEV transform was applied to SignedInfo too.",
                ),
                Text(
                    ru="SignedInfo приводится только к exc-c14n (CanonicalizationMethod).",
                    en="SignedInfo takes exc-c14n alone (CanonicalizationMethod).",
                ),
            ),
            Reason(
                Text(
                    ru="В подписанном есть элемент без пространства имён либо атрибут xml:lang, xml:space.",
                    en="What is signed has an element in no namespace, or an attribute xml:lang, xml:space.",
                ),
                Text(
                    ru='Дайте всем элементам пространство имён (elementFormDefault="qualified"), уберите '
                    "атрибуты xml:*.",
                    en='Give every element a namespace (elementFormDefault="qualified"), remove the '
                    "attributes xml:*.",
                ),
            ),
            Reason(
                Text(
                    ru="SignatureValue записано в ином порядке (r, s или от младшего байта), либо имена "
                    "алгоритмов не от этого ключа.",
                    en="SignatureValue is in another order (r, s, or least octet first), or the names of "
                    "the algorithms are not of this key.",
                ),
                Text(
                    ru="SignatureValue — s, затем r, каждое от старшего байта (64 или 128 октетов). Для "
                    "ГОСТ Р 34.10-2012: urn:ietf:params:xml:ns:cpxmlsec:algorithms:"
                    "gostr34102012-gostr34112012-256 (или -512).",
                    en="SignatureValue is s, then r, each from its highest octet (64 or 128 octets). For "
                    "GOST R 34.10-2012: urn:ietf:params:xml:ns:cpxmlsec:algorithms:"
                    "gostr34102012-gostr34112012-256 (or -512).",
                ),
            ),
            Reason(
                Text(
                    ru="Сертификат в KeyInfo не от того ключа, которым подписано.",
                    en="The certificate in KeyInfo is not that of the signing key.",
                ),
                Text(
                    ru="Сравните открытые ключи: mezhved keys show и mezhved cert show.",
                    en="Compare the public keys: mezhved keys show and mezhved cert show.",
                ),
                Actor.ADMINISTRATOR,
            ),
        ),
    ),
    FaultRow(
        name="incorrect_signature_target",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:0",
        operations=EVERY,
        asynchronous=True,
        signature_code=SignatureCode.INCORRECT_TARGET,
        sampled=False,
        text="{signature} подписывает не ту часть сообщения, которую требуется подписать",
        meaning=Text(
            ru="Подпись верна или нет, но относится не к тому элементу.",
            en="Right or not, the signature is over another element.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Reference/@URI называет Body, Envelope, бизнес-данные или весь документ (пустой "
                    "URI).",
                    en="Reference/@URI names the Body, the Envelope, the business data or the whole document "
                    "(empty URI).",
                ),
                Text(
                    ru="Подпишите SenderProvidedRequestData (SendRequest), SenderProvidedResponseData "
                    "(SendResponse), MessageTypeSelector (GetRequest, GetResponse), Timestamp (GetStatus, "
                    "статистика) или AckTargetMessage (Ack); должностное лицо подписывает корень "
                    "бизнес-данных.",
                    en="Sign SenderProvidedRequestData (SendRequest), SenderProvidedResponseData "
                    "(SendResponse), MessageTypeSelector (GetRequest, GetResponse), Timestamp (GetStatus, "
                    "statistics) or AckTargetMessage (Ack); an official signs the root of the business data.",
                ),
            ),
            Reason(
                Text(
                    ru="У подписанного элемента нет атрибута Id, или в URI другой идентификатор.",
                    en="The signed element has no attribute Id, or the URI has another identifier.",
                ),
                Text(
                    ru="Поставьте Id на сам элемент и запишите URI как «#» и этот Id, без отличий в "
                    "регистре.",
                    en="Put Id on the element itself and write the URI as '#' and that Id, in the same case.",
                ),
            ),
        ),
    ),
    FaultRow(
        name="poor_envelope",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:0",
        operations=EVERY,
        signature_code=SignatureCode.POOR_ENVELOPE,
        sampled=False,
        text="Недопустимый формат SOAP-конверта",
        meaning=Text(
            ru="Конверт SOAP составлен так, что подпись в нём искать негде.",
            en="The SOAP envelope is built so that there is no place to look for the signature in.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="В Body не один элемент, Body повторяется или Header стоит после него.",
                    en="The Body has not one element, comes twice, or the Header follows it.",
                ),
                Text(
                    ru="Посылайте конверт SOAP 1.1: Header, затем одно Body с одним элементом операции.",
                    en="Send a SOAP 1.1 envelope: a Header, then one Body with one element, the operation.",
                ),
            ),
            Reason(
                Text(
                    ru="Нет soap:Header: Межвед его не требует, схема настоящей СМЭВ называет и эту причину.",
                    en="There is no soap:Header: Mezhved needs none, the schema of the real SMEV names this "
                    "cause too.",
                ),
                Text(ru="Добавьте пустой soap:Header.", en="Add an empty soap:Header."),
            ),
        ),
    ),
    FaultRow(
        name="attachment_signature_invalid",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:7",
        asynchronous=True,
        signature_code=SignatureCode.INVALID,
        text="Проверка подписи на вложении {file_name}: Дайджест не прошел проверку!",
        meaning=Text(
            ru="Подпись PKCS#7 вложения (SignaturePKCS7) не сходится с файлом или составлена неверно.",
            en="An attachment's PKCS#7 (SignaturePKCS7) does not fit the file or is malformed.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Файл изменён после подписания, или подписан другой: текст base64 вместо октетов, "
                    "файл до сжатия, с иными переводами строк.",
                    en="The file was changed after signing, or another was signed: base64 text in place of "
                    "the octets, the file before compression, other line ends.",
                ),
                Text(
                    ru="Подпишите те самые октеты, которые передаёте, и проверьте: mezhved cms verify.",
                    en="Sign the very octets that you send, and check: mezhved cms verify.",
                ),
            ),
            Reason(
                Text(
                    ru="Это не PKCS#7 SignedData с одним подписантом и его сертификатом внутри.",
                    en="It is no PKCS#7 SignedData with one signer and his certificate inside.",
                ),
                Text(
                    ru="Делайте отсоединённую подпись с атрибутами contentType и messageDigest: "
                    "mezhved cms sign.",
                    en="Make a detached signature with the attributes contentType and messageDigest: "
                    "mezhved cms sign.",
                ),
            ),
            Reason(
                Text(
                    ru="Сертификат подписавшего истёк, отозван или выпущен неизвестным центром.",
                    en="The signer's certificate has expired, is revoked or of an unknown authority.",
                ),
                Text(
                    ru="Подпишите действующим сертификатом: его проверит mezhved cert check.",
                    en="Sign with a certificate in force: mezhved cert check tells.",
                ),
                Actor.ADMINISTRATOR,
            ),
        ),
    ),
)
