"""The signatures of an exchange, told from its raw steps: whose, when, what they are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.gateway.models import Step, StepKind
from mezhved.gost import Verifier
from mezhved.smev3.dumps import read_dump
from mezhved.smev3.signature import Place, find_signatures, verify
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Exchange
    from mezhved.gost import ChainVerdict
    from mezhved.smev3.signature import SignatureResult

_WHOSE: Final = {
    Place.SMEV: Text(ru="СМЭВ", en="SMEV"),
    Place.SENDER: Text(ru="системы-отправителя (ЭП-ОВ)", en="the sending system (EP-OV)"),
    Place.CALLER: Text(ru="вызывающей системы (ЭП-ОВ)", en="the calling system (EP-OV)"),
    Place.PERSONAL: Text(ru="должностного лица (ЭП-СП)", en="the official (EP-SP)"),
    Place.ROUTING: Text(ru="маршрутной информации", en="the routing information"),
    Place.RECORD: Text(ru="записи реестра", en="a record of a registry"),
}
_KINDS: Final = {
    Place.SMEV: "smev",
    Place.SENDER: "sender",
    Place.CALLER: "caller",
    Place.PERSONAL: "official",
    Place.ROUTING: "routing",
    Place.RECORD: "record",
}
_STEPS: Final = {
    StepKind.CALL: Text(ru="отправленный вызов", en="the call sent"),
    StepKind.RECEIPT: Text(ru="квитанция СМЭВ", en="SMEV's receipt"),
    StepKind.FAULT: Text(ru="отказ СМЭВ", en="SMEV's refusal"),
    StepKind.RECEIVED: Text(ru="полученное сообщение", en="the message received"),
    StepKind.ACK: Text(ru="подтверждение получения", en="the acknowledgement"),
    StepKind.FORGOTTEN: Text(ru="след удаления данных", en="the trace of a deletion"),
}


@dataclass(frozen=True, slots=True)
class SignatureFound:
    """One signature of one step; `chain` is None where no authority is trusted or there is no certificate."""

    step: Step
    whose: str
    result: SignatureResult
    chain: ChainVerdict | None
    text: Text


def signature_protocol(gateway: Gateway, exchange: Exchange) -> Iterator[SignatureFound]:
    """Check every signature of an exchange anew; certificates are judged at the moment of their step."""
    verifier = Verifier(gateway.provider)
    chain = gateway.trusts.of(exchange.system.connection).chain
    steps = Step.objects.select_related("message").filter(exchange=exchange, octets__isnull=False)
    for step in steps.order_by("pk"):
        for result in _results(bytes(step.octets or b""), verifier):
            certificate = result.certificate
            verdict = chain.check(certificate, step.at) if chain is not None and certificate else None
            yield SignatureFound(step, _KINDS[result.place], result, verdict, _told(step, result, verdict))


def _results(octets: bytes, verifier: Verifier) -> Iterator[SignatureResult]:
    try:
        documents = read_dump(octets)
    except MezhvedError:
        return
    for document in documents:
        for place, holder, target in find_signatures(document.root):
            yield verify(holder, target, verifier, place, diagnose=True)


def _told(step: Step, result: SignatureResult, chain: ChainVerdict | None) -> Text:
    """Say in plain words what a signature is worth."""
    whose = _WHOSE[result.place]
    where = _STEPS[StepKind(step.kind)]
    at = f"{step.at:%Y-%m-%d %H:%M:%S} UTC"
    ru, en = f"Подпись {whose.ru}, {where.ru}, {at}: ", f"Signature of {whose.en}, {where.en}, {at}: "
    if result.valid:
        ru, en = ru + "верна", en + "right"
    else:
        reason = result.reason or (result.problem.text if result.problem else None)
        ru += f"НЕВЕРНА{f' ({reason.ru})' if reason else ''}"
        en += f"WRONG{f' ({reason.en})' if reason else ''}"
    if result.certificate is not None:
        ru += f"; владелец: {result.certificate.subject}"
        en += f"; owner: {result.certificate.subject}"
    if chain is None:
        return Text(ru=ru + "; цепочка не проверялась", en=en + "; the chain was not checked")
    if chain.trusted:
        return Text(ru=ru + "; сертификату можно доверять", en=en + "; the certificate is trusted")
    return Text(
        ru=f"{ru}; сертификату доверять нельзя: {chain.reason.ru}",
        en=f"{en}; the certificate is not trusted: {chain.reason.en}",
    )
