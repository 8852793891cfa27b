"""Taking an official's signature back: verified, kept, and the message goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from mezhved.gateway.errors import Conflict, InvalidMessage, NotAllowed
from mezhved.gateway.events import tell
from mezhved.gateway.models import (
    Attachment,
    Direction,
    Exchange,
    ExchangeState,
    Message,
    MessageState,
)
from mezhved.gateway.officials.offering import certificate_of, content_to_sign, demand_draft, file_digest
from mezhved.gateway.officials.signed import FileValue, Person, SignatureValue
from mezhved.gost import Certificate, GostError, KeyAlgorithm, Verifier, assemble_cms, parse_cms, verify_cms
from mezhved.smev3 import signature
from mezhved.smev3.xml import MalformedXml, parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.officials.signed import FileCms, SignatureElement, Signed

_MAX_CMS = 256 * 1024


def accept_signature(
    gateway: Gateway, message: Message, signed: Signed, person: Person | None = None
) -> Message:
    """Verify an official's signature over a held message, keep it and let the message be sent.

    `person` binds whose it must be; so does the message's option `official`. Raises `InvalidMessage` where
    a signature is wrong or its certificate not in force or not trusted, `NotAllowed` where it is another's,
    `Conflict` where the message is no draft any more.
    """
    demand_draft(message)
    content, element, certificate = _content(gateway, message, signed.content)
    _demand_right_person(gateway, message, certificate, person)
    files = _files(gateway, message, signed.files, person)
    now = gateway.clock()
    with transaction.atomic():
        exchange = Exchange.objects.select_for_update().get(pk=message.exchange.pk)
        locked = Message.objects.select_for_update().get(pk=message.pk)
        demand_draft(locked)
        if bytes(locked.content or b"") != bytes(message.content or b""):
            raise Conflict(
                Text(ru="содержание изменилось", en="the content has changed"), where=str(message.uid)
            )
        locked.content, locked.personal_signature = content, element
        for number, pkcs7 in files.items():
            Attachment.objects.filter(message=locked, number=number).update(pkcs7=pkcs7)
        _let_go(gateway, exchange, locked)
        tell(exchange, locked, f"{locked.kind}_signed", now)
    gateway.to_send.ring()
    return locked


def release(gateway: Gateway, message: Message) -> Message:
    """Let a draft that needs no official be sent; raise `Conflict` where its type demands EP-SP."""
    with transaction.atomic():
        exchange = Exchange.objects.select_for_update().get(pk=message.exchange.pk)
        locked = Message.objects.select_for_update().get(pk=message.pk)
        demand_draft(locked)
        if exchange.type is not None and exchange.type.official_signs(locked.kind):
            raise Conflict(
                Text(ru="этот вид сведений требует ЭП-СП", en="this information type demands EP-SP"),
                where=str(message.uid),
                cure=Text(ru="подпишите сообщение", en="have the message signed"),
            )
        _let_go(gateway, exchange, locked)
        tell(exchange, locked, f"{locked.kind}_released", gateway.clock())
    gateway.to_send.ring()
    return locked


def withdraw(gateway: Gateway, message: Message) -> Message:
    """Give a draft up: a request is called off, an incoming request may be answered anew."""
    now = gateway.clock()
    with transaction.atomic():
        exchange = Exchange.objects.select_for_update().get(pk=message.exchange.pk)
        locked = Message.objects.select_for_update().get(pk=message.pk)
        demand_draft(locked)
        locked.state, locked.settled_at = MessageState.CANCELLED, now
        locked.save(update_fields=["state", "settled_at"])
        if exchange.direction == Direction.OUT:
            exchange.state, exchange.closed_at = ExchangeState.CANCELLED, now
        else:
            exchange.state = ExchangeState.IN_WORK
        exchange.save(update_fields=["state", "closed_at"])
        tell(exchange, locked, f"{locked.kind}_withdrawn", now)
    return locked


def _let_go(gateway: Gateway, exchange: Exchange, message: Message) -> None:
    message.state, message.send_after = MessageState.SENDING, gateway.clock()
    message.message_id = gateway.message_ids.new()
    message.save(update_fields=["content", "personal_signature", "state", "send_after", "message_id"])
    if exchange.state == ExchangeState.DRAFT:
        exchange.state = ExchangeState.SENDING
        exchange.save(update_fields=["state"])


def _content(
    gateway: Gateway, message: Message, given: SignatureElement | SignatureValue
) -> tuple[bytes, bytes, Certificate]:
    """Return the content as signed, the ds:Signature's octets and whose it is."""
    if isinstance(given, SignatureValue):
        certificate = certificate_of(given.certificate)
        try:
            algorithm = certificate.public_key.algorithm
        except GostError as error:
            raise InvalidMessage(error.what, where="certificate") from error
        content, info = content_to_sign(gateway, message, algorithm)
        octets = signature.assemble(info, given.value, certificate.der)
    else:
        # Which algorithm is asked for here plays no part: the content is what is wanted.
        content, _ = content_to_sign(gateway, message, KeyAlgorithm.GOST2012_256)
        octets = given.octets
    try:
        holder, fragment = signature.held(octets)
    except MalformedXml as error:
        raise InvalidMessage(error.what, where="signature") from error
    verifier = Verifier(gateway.provider)
    judged = signature.verify(holder, parse(content), verifier, signature.Place.PERSONAL)
    if not judged.valid or judged.certificate is None:
        reason = judged.reason or signature.SignatureProblem.SIGNATURE.text
        raise InvalidMessage(
            Text(ru=f"подпись неверна: {reason.ru}", en=f"the signature is wrong: {reason.en}"),
            where="signature",
            cure=Text(ru="подпишите именно предложенные данные", en="sign the very data that was offered"),
        )
    return content, fragment.octets, judged.certificate


def _files(
    gateway: Gateway, message: Message, given: Mapping[int, FileCms | FileValue], person: Person | None
) -> dict[int, bytes]:
    rows = {each.number: each for each in Attachment.objects.filter(message=message)}
    found = {}
    for number, each in given.items():
        row = rows.get(number)
        if row is None:
            raise InvalidMessage(Text(ru="нет такого файла", en="there is no such file"), where=str(number))
        found[number] = _file(gateway, message, row, each, person)
    return found


def _file(
    gateway: Gateway, message: Message, row: Attachment, given: FileCms | FileValue, person: Person | None
) -> bytes:
    """Return a file's CMS once it is right over this very file."""
    where = f"files: {row.number}"
    try:
        if isinstance(given, FileValue):
            octets = assemble_cms(given.attributes, given.value, certificate_of(given.certificate))
        else:
            octets = given.octets[: _MAX_CMS + 1]
        attached = parse_cms(octets).attached
        algorithm = verify_cms(octets, None, gateway.provider).digest_algorithm
        digest = None if algorithm is None else file_digest(gateway, row, algorithm)
        verdict = verify_cms(octets, None, gateway.provider, content_digest=digest)
    except GostError as error:
        raise InvalidMessage(error.what, where=where, cure=error.cure) from error
    if not verdict.valid or verdict.certificate is None or attached is not None or len(octets) > _MAX_CMS:
        what = Text(ru="нужна отсоединённая", en="a detached one is needed")
        if verdict.problem is not None:
            what = verdict.problem.value
        raise InvalidMessage(
            Text(ru=f"подпись файла неверна: {what.ru}", en=f"the file's signature is wrong: {what.en}"),
            where=where,
            cure=Text(ru="подпишите этот самый файл", en="sign this very file"),
        )
    _demand_right_person(gateway, message, verdict.certificate, person)
    return octets


def _demand_right_person(
    gateway: Gateway, message: Message, certificate: Certificate, person: Person | None
) -> None:
    """Refuse a certificate that is out of its term, not trusted, or another person's."""
    now = gateway.clock()
    if not certificate.not_before <= now <= certificate.not_after:
        raise InvalidMessage(
            Text(ru="сертификат не действует", en="the certificate is not in force"),
            where=certificate.subject,
        )
    chain = gateway.trusts.of(message.system.connection).chain
    if chain is not None:
        verdict = chain.check(certificate, now)
        if not verdict.trusted:
            raise InvalidMessage(verdict.reason, where="certificate")
    said = message.options.get("official") or {}
    for bound in (person, Person(str(said.get("snils", "")), str(said.get("thumbprint", "")))):
        if bound is not None and not _is(certificate, bound):
            raise NotAllowed(
                Text(ru="подписало другое лицо", en="another person has signed"),
                where=str(message.uid),
                cure=Text(
                    ru="подписать должен тот, за кем закреплено сообщение",
                    en="the person that the message is bound to has to sign",
                ),
            )


def _is(certificate: Certificate, person: Person) -> bool:
    snils = "".join(each for each in certificate.subject_name.get("SNILS") or "" if each.isdigit())
    own = "".join(each for each in person.snils if each.isdigit())
    if person.snils and snils != own:
        return False
    return not person.thumbprint or certificate.thumbprint.hex() == person.thumbprint.lower()
