"""Lines of the table: refusals of signatures and certificates (SMEV-100)."""

from __future__ import annotations

from mezhved.smev3.faults.kinds import FaultKind, SignatureCode
from mezhved.smev3.faults.rows import FaultRow
from mezhved.texts import Text

_KIND = FaultKind.SIGNATURE_VERIFICATION
_NUMBER = 100

SIGNATURE_ROWS = (
    FaultRow(
        name="no_signature",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:1",
        signature_code=SignatureCode.NO_SIGNATURE,
        text="Отсутствует ЭП-ОВ",
        cause=Text(
            ru="В сообщении нет подписи информационной системы (CallerInformationSystemSignature).",
            en="The message has no signature of the information system (CallerInformationSystemSignature).",
        ),
        cure=Text(
            ru="Подпишите элемент, которого требует операция, и поместите ds:Signature в "
            "CallerInformationSystemSignature.",
            en="Sign the element the operation demands and put ds:Signature into "
            "CallerInformationSystemSignature.",
        ),
    ),
    FaultRow(
        name="signature_invalid",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:2",
        asynchronous=True,
        signature_code=SignatureCode.INVALID,
        text="{signature} не соответствует подписанным данным: "
        "ru.voskhod.crypto.exceptions.SignatureValidationException: "
        "Ошибка проверки ЭП: Нарушена целостность ЭП.",
        cause=Text(
            ru="Дайджест или значение подписи не сходится с подписанным элементом: он изменён после "
            "подписания, иначе преобразован либо подпись имеет неверную форму.",
            en="The digest or the signature value does not match the signed element: it was changed after "
            "signing, transformed otherwise, or the signature is malformed.",
        ),
        cure=Text(
            ru="Не меняйте и не форматируйте XML после подписания; преобразования — exc-c14n, затем "
            "urn://smev-gov-ru/xmldsig/transform, SignedInfo — только exc-c14n. "
            "Проверьте: mezhved smev3 verify.",
            en="Neither change nor pretty-print the XML after signing; the transforms are exc-c14n, then "
            "urn://smev-gov-ru/xmldsig/transform, SignedInfo takes exc-c14n only. "
            "Check with: mezhved smev3 verify.",
        ),
    ),
    FaultRow(
        name="incorrect_signature_target",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:0",
        signature_code=SignatureCode.INCORRECT_TARGET,
        sampled=False,
        text="ЭП-ОВ подписывает не ту часть сообщения, которую требуется подписать",
        cause=Text(
            ru="Reference подписи указывает не на элемент, которого требует операция.",
            en="The Reference of the signature names another element than the operation demands.",
        ),
        cure=Text(
            ru="Подпишите SenderProvidedRequestData, SenderProvidedResponseData, MessageTypeSelector, "
            "Timestamp или AckTargetMessage этой операции; URI ссылки равен «#» и его Id.",
            en="Sign the operation's SenderProvidedRequestData, SenderProvidedResponseData, "
            "MessageTypeSelector, Timestamp or AckTargetMessage; the URI is '#' and its Id.",
        ),
    ),
    FaultRow(
        name="certificate_not_found",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:0",
        signature_code=SignatureCode.CERTIFICATE_NOT_FOUND,
        sampled=False,
        text="Не найден сертификат ЭП-ОВ",
        cause=Text(
            ru="В KeyInfo подписи нет сертификата, или его нельзя прочесть, или он не известен СМЭВ.",
            en="KeyInfo holds no certificate, or one that cannot be read or is unknown to SMEV.",
        ),
        cure=Text(
            ru="Поместите сертификат ключа подписи (DER в base64) в KeyInfo/X509Data/X509Certificate.",
            en="Put the signing key's certificate (DER in base64) into KeyInfo/X509Data/X509Certificate.",
        ),
    ),
    FaultRow(
        name="poor_envelope",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:0",
        signature_code=SignatureCode.POOR_ENVELOPE,
        sampled=False,
        text="Недопустимый формат SOAP-конверта",
        cause=Text(
            ru="Конверт SOAP составлен не по правилам.",
            en="The SOAP envelope breaks the rules.",
        ),
        cure=Text(
            ru="Пошлите конверт SOAP 1.1 с одним элементом в Body.",
            en="Send a SOAP 1.1 envelope with one element in its Body.",
        ),
    ),
    FaultRow(
        name="certificate_expired",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:4",
        asynchronous=True,
        signature_code=SignatureCode.CERTIFICATE_EXPIRED,
        text="Срок действия сертификата {signature} истёк. Сертификат действителен до {moment}",
        cause=Text(ru="Срок сертификата подписи прошёл.", en="The signer's certificate has expired."),
        cure=Text(
            ru="Получите новый сертификат в удостоверяющем центре и зарегистрируйте его в СМЭВ.",
            en="Get a new certificate from the certification authority and register it in SMEV.",
        ),
    ),
    FaultRow(
        name="certificate_not_yet_valid",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:4",
        asynchronous=True,
        signature_code=SignatureCode.CERTIFICATE_EXPIRED,
        text="Срок действия сертификата {signature} не начался. Сертификат действителен с {moment}",
        cause=Text(
            ru="Сертификат подписи ещё не начал действовать.",
            en="The signer's certificate is not valid yet.",
        ),
        cure=Text(
            ru="Подписывайте действующим сертификатом; проверьте часы системы.",
            en="Sign with a certificate in force; check the clock of the system.",
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
        cause=Text(
            ru="PKCS#7 вложения не соответствует его содержимому.",
            en="The PKCS#7 of the attachment does not match its content.",
        ),
        cure=Text(
            ru="Подпишите именно те октеты файла, которые передаёте (отсоединённая PKCS#7).",
            en="Sign the very octets of the file that you send (detached PKCS#7).",
        ),
    ),
    FaultRow(
        name="certificate_revoked",
        kind=_KIND,
        number=_NUMBER,
        module="GUTC:1",
        synchronous=False,
        asynchronous=True,
        signature_code=SignatureCode.INVALID,
        # the first letter is Latin, as the real server writes it
        text="Cертификат отозван. Код ответа в ГУЦ:{answer}",
        cause=Text(
            ru="Удостоверяющий центр отозвал сертификат подписи.",
            en="The certification authority revoked the signer's certificate.",
        ),
        cure=Text(
            ru="Подпишите действующим сертификатом и пошлите новое сообщение.",
            en="Sign with a certificate in force and send a new message.",
        ),
    ),
)
