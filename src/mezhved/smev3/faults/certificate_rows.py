"""Lines of the table: refusals of certificates (SMEV-100)."""

from __future__ import annotations

from mezhved.smev3.faults.kinds import FaultKind, SignatureCode
from mezhved.smev3.faults.rows import EVERY, Actor, FaultRow, Reason
from mezhved.texts import Text

_KIND = FaultKind.SIGNATURE_VERIFICATION
_NUMBER = 100

CERTIFICATE_ROWS = (
    FaultRow(
        name="certificate_not_found",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:0",
        operations=EVERY,
        asynchronous=True,
        signature_code=SignatureCode.CERTIFICATE_NOT_FOUND,
        sampled=False,
        text="Не найден сертификат {signature}",
        meaning=Text(
            ru="Нет сертификата, которым можно проверить подпись и которому СМЭВ доверяет.",
            en="There is no certificate that the signature can be checked with and that SMEV trusts.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="В подписи нет KeyInfo/X509Data/X509Certificate.",
                    en="The signature has no KeyInfo/X509Data/X509Certificate.",
                ),
                Text(
                    ru="Поместите туда сертификат ключа подписи: DER в base64.",
                    en="Put the signing key's certificate there: DER in base64.",
                ),
            ),
            Reason(
                Text(
                    ru="Сертификат не читается: строки BEGIN/END, обрезан, не base64, ключ не ГОСТ.",
                    en="The certificate cannot be read: lines BEGIN/END, cut, not base64, no GOST key.",
                ),
                Text(
                    ru="Проверьте его: mezhved cert show; из файла PEM берите текст без строк BEGIN и END.",
                    en="Check it: mezhved cert show; of a PEM file take the text without BEGIN and END.",
                ),
            ),
            Reason(
                Text(
                    ru="Цепочка сертификата не ведёт к удостоверяющему центру, которому СМЭВ доверяет.",
                    en="The certificate's chain leads to no certification authority that SMEV trusts.",
                ),
                Text(
                    ru="Система: получите сертификат в аккредитованном центре. Оператор: добавьте корневой и "
                    "промежуточные сертификаты (mezhved registry authority add).",
                    en="The system: get a certificate of an accredited authority. The operator: add the root "
                    "and the intermediate certificates (mezhved registry authority add).",
                ),
                Actor.OPERATOR,
            ),
        ),
    ),
    FaultRow(
        name="certificate_expired",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:4",
        operations=EVERY,
        asynchronous=True,
        signature_code=SignatureCode.CERTIFICATE_EXPIRED,
        text="Срок действия сертификата {signature} истёк. Сертификат действителен до {moment}",
        meaning=Text(
            ru="Сертификат, которым подписано, больше не действует (время — московское).",
            en="The certificate that signed is no longer in force (Moscow time).",
        ),
        reasons=(
            Reason(
                Text(ru="Срок сертификата прошёл.", en="The certificate's term is over."),
                Text(
                    ru="Получите новый в удостоверяющем центре, зарегистрируйте его в СМЭВ за своей системой "
                    "и подписывайте новым ключом; делайте это до конца старого срока.",
                    en="Get a new one of the certification authority, register it in SMEV for your system "
                    "and sign with the new key; do so before the old term ends.",
                ),
                Actor.ADMINISTRATOR,
            ),
            Reason(
                Text(
                    ru="Новый сертификат уже есть, но программа подписывает старым.",
                    en="There is a new certificate, but the program signs with the old one.",
                ),
                Text(
                    ru="Смените ключ и сертификат в настройках программы и перезапустите её.",
                    en="Change key and certificate in the program's settings and restart it.",
                ),
                Actor.ADMINISTRATOR,
            ),
        ),
    ),
    FaultRow(
        name="certificate_not_yet_valid",
        kind=_KIND,
        number=_NUMBER,
        module="SPS:4",
        operations=EVERY,
        asynchronous=True,
        signature_code=SignatureCode.CERTIFICATE_EXPIRED,
        text="Срок действия сертификата {signature} не начался. Сертификат действителен с {moment}",
        meaning=Text(
            ru="Сертификат, которым подписано, ещё не действует (время — московское).",
            en="The certificate that signed is not in force yet (Moscow time).",
        ),
        reasons=(
            Reason(
                Text(ru="Срок сертификата не начался.", en="The certificate's term has not begun."),
                Text(
                    ru="До указанного времени подписывайте прежним сертификатом.",
                    en="Until that time sign with the former certificate.",
                ),
                Actor.ADMINISTRATOR,
            ),
            Reason(
                Text(
                    ru="Часы шины отстают: сертификат только что выпущен.",
                    en="The bus's clock is slow: the certificate was issued just now.",
                ),
                Text(ru="Проверьте время на сервере СМЭВ.", en="Check the time of SMEV's server."),
                Actor.OPERATOR,
            ),
        ),
    ),
    FaultRow(
        name="certificate_revoked",
        kind=_KIND,
        number=_NUMBER,
        module="GUTC:1",
        operations=EVERY,
        asynchronous=True,
        signature_code=SignatureCode.INVALID,
        # the first letter is Latin, as the real server writes it
        text="Cертификат отозван. Код ответа в ГУЦ:{answer}",
        meaning=Text(
            ru="Удостоверяющий центр отозвал сертификат подписи. О сообщении СМЭВ говорит это после приёма, "
            "об опросе и подтверждении — сразу.",
            en="The certification authority has revoked the signer's certificate. For a message SMEV tells "
            "it after acceptance, for a poll or an acknowledgement at once.",
        ),
        reasons=(
            Reason(
                Text(
                    ru="Сертификат заменён новым, ключ потерян или раскрыт, сотрудник уволен.",
                    en="The certificate was replaced, its key lost or disclosed, the official has left.",
                ),
                Text(
                    ru="Подпишите действующим сертификатом и пошлите новое сообщение с новым MessageID.",
                    en="Sign with a certificate in force and send a new message with a new MessageID.",
                ),
                Actor.ADMINISTRATOR,
            ),
            Reason(
                Text(
                    ru="Отзыв ошибочен или список отзыва подложен не тот.",
                    en="The revocation is a mistake, or the revocation list is a wrong one.",
                ),
                Text(
                    ru="Обратитесь в удостоверяющий центр; оператор может посмотреть списки: "
                    "mezhved registry crl list.",
                    en="Ask the certification authority; the operator can look at the lists: "
                    "mezhved registry crl list.",
                ),
                Actor.OPERATOR,
            ),
        ),
    ),
)
