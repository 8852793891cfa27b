"""Every signature of a step's raw octets: whose, over what, right or not, believed or not at that time."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from mezhved.gost import ChainState, GostError, verify_cms
from mezhved.smev3 import signature, soap
from mezhved.smev3.filehash import functions_of, likely_function
from mezhved.smev3.versions import XOP, Version
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from lxml import etree

    from mezhved.gost import Certificate, ChainChecker, Verifier

_PLACES = {
    signature.Place.CALLER: Text(ru="ЭП-ОВ вызывающей системы", en="the calling system's (EP-OV)"),
    signature.Place.SENDER: Text(ru="ЭП-ОВ отправителя", en="the sender's (EP-OV)"),
    signature.Place.SMEV: Text(ru="ЭП-СМЭВ", en="SMEV's"),
    signature.Place.PERSONAL: Text(ru="ЭП-СП должностного лица", en="the official's (EP-SP)"),
    signature.Place.ROUTING: Text(ru="подпись маршрутизации", en="of the routing"),
    signature.Place.RECORD: Text(ru="подпись записи реестра", en="of a registry's record"),
}
_SENDERS = frozenset((signature.Place.CALLER, signature.Place.SENDER))
"""Who sent what is in a message: of a call its caller, of what SMEV hands over the sender."""
FILE = Text(ru="PKCS#7 файла", en="the file's PKCS#7")
_BASICS = frozenset(each.basic for each in Version)
MOST_SIGNATURES = 4096
WIRE_KINDS = frozenset(("call", "receipt", "fault", "received", "ack"))
"""Steps that went over the wire; another one, such as the trace of a deletion, is the gateway's own word."""


@dataclass(frozen=True, slots=True)
class Found:
    """One signature. `trusted` is None where no authority is known.

    `chained` tells that its certificate leads to an authority, `data_of` when the revocation data was issued,
    None where there was none of this certificate; `over` names the file, empty for XML.
    """

    what: Text
    right: bool
    reason: Text | None = None
    certificate: Certificate | None = None
    trusted: bool | None = None
    doubt: Text | None = None
    chained: bool = False
    data_of: datetime | None = None
    over: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is right and nothing speaks against its certificate."""
        return self.right and self.trusted is not False


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of one message: where it lies, when it went, what opens those of the store, whose it is."""

    message: soap.SoapMessage
    at: datetime
    open: Callable[[str], BinaryIO | None]
    sender: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges signatures; `chain` is None where no authority is known. No content makes it raise."""

    verifier: Verifier
    chain: ChainChecker | None = None
    pinned: frozenset[bytes] = frozenset()
    """Thumbprints of certificates that are believed for themselves: SMEV's."""

    def step(
        self, content_type: str, octets: bytes, at: datetime, files: Callable[[str], BinaryIO | None]
    ) -> tuple[list[Found], Text | None]:
        """Judge a message as it went or came; `files` opens what lay in the file store, by its UUID.

        Returns what was found, and why the message could not be read, if so.
        """
        try:
            message = soap.read(content_type, without_head(content_type, octets))
        except MezhvedError as error:
            return [], error.what
        results = [
            signature.verify(holder, target, self.verifier, place)
            for place, holder, target in signature.find_signatures(message.root)[:MOST_SIGNATURES]
        ]
        found = [self._of_xml(each, each.place, at) for each in results]
        try:
            found += list(self._files(_Files(message, at, files, _sender(results))))
        except (MezhvedError, ValueError) as error:
            what = error.what if isinstance(error, MezhvedError) else Text(str(error), str(error))
            found.append(Found(FILE, right=False, reason=what))
        return found, None

    def _of_xml(self, result: signature.SignatureResult, place: signature.Place, at: datetime) -> Found:
        what = _PLACES.get(place, Text(str(place), str(place)))
        return self.dated(Found(what, result.valid, result.reason, result.certificate), at)

    def dated(self, found: Found, at: datetime) -> Found:
        """Add what the chain to an authority says at the moment."""
        if found.certificate is None:
            return found
        its = found.certificate
        if self.chain is None or its.thumbprint in self.pinned:
            doubt = None
            if not its.not_before <= at <= its.not_after:
                doubt = Text(ru="сертификат тогда не действовал", en="the certificate was not in force then")
            known = True if its.thumbprint in self.pinned else None
            return replace(found, trusted=False if doubt else known, doubt=doubt)
        verdict = self.chain.check(its, at)
        trusted = verdict.state is ChainState.TRUSTED
        doubt = None if trusted else verdict.reason
        return replace(found, trusted=trusted, doubt=doubt, chained=trusted, data_of=verdict.crl_issued)

    def cms(
        self,
        octets: bytes,
        content: BinaryIO | bytes | None,
        at: datetime,
        over: str,
        known: tuple[Certificate, ...] = (),
    ) -> Found:
        """Judge a detached PKCS#7 over a file; a content of None is not there to be compared.

        `known` is the certificate of the message's sender: a PKCS#7 may carry none of its own.
        """
        try:
            verdict = verify_cms(
                octets, content, self.verifier.provider, certificates=known, verifier=self.verifier
            )
        except GostError as error:
            return Found(FILE, right=False, reason=error.what, over=over)
        right = verdict.valid if content is not None else verdict.signature_ok
        reason = None if right or verdict.problem is None else verdict.problem.value
        return self.dated(Found(FILE, right, reason, verdict.certificate, over=over), at)

    def _files(self, of: _Files) -> Iterator[Found]:
        message, inside = of.message, {}
        for each in _named(message.root, "AttachmentContent"):
            inside[_text(each, "Id")] = _content(each, message)
        for header in _named(message.root, "AttachmentHeader"):
            name, pkcs7 = _text(header, "contentId"), _text(header, "SignaturePKCS7")
            if pkcs7 and name in inside:
                yield self.cms(_base64(pkcs7), inside[name], of.at, name, of.sender)
        for header in _named(message.root, "RefAttachmentHeader"):
            yield from self._stored(header, of)

    def _stored(self, header: etree._Element, of: _Files) -> Iterator[Found]:
        """Judge a file of the file store: its signed hash, and its PKCS#7."""
        name, pkcs7 = _text(header, "uuid"), _text(header, "SignaturePKCS7")
        content = of.open(name)
        if content is None:
            if pkcs7:
                yield self.cms(_base64(pkcs7), None, of.at, name, of.sender)
            return
        with content:
            signed = _base64(_text(header, "Hash"))
            kinds = functions_of(_base64(pkcs7)) if pkcs7 else frozenset()
            likely = next((each for each in kinds if each.size == len(signed)), None)
            function = likely or likely_function(None, len(signed))
            right = False
            if function is not None:
                hasher = self.verifier.provider.hasher(function)
                while piece := content.read(1024 * 1024):
                    hasher.update(piece)
                right = hasher.digest() == signed
            reason = Text(ru="хэш файла не тот, что подписан", en="the file's hash is not the signed one")
            what = Text(ru="хэш файла", en="the file's hash")
            yield Found(what, right, None if right else reason, over=name)
            if pkcs7:
                content.seek(0)
                yield self.cms(_base64(pkcs7), content, of.at, name, of.sender)


def sender_of(content_type: str, octets: bytes, verifier: Verifier) -> tuple[Certificate, ...]:
    """Return the certificate of the system that sent a message of a step; none where none is known."""
    try:
        message = soap.read(content_type, without_head(content_type, octets))
    except MezhvedError:
        return ()
    return _sender(
        signature.verify(holder, target, verifier, place)
        for place, holder, target in signature.find_signatures(message.root)[:MOST_SIGNATURES]
        if place in _SENDERS
    )


def _sender(results: Iterable[signature.SignatureResult]) -> tuple[Certificate, ...]:
    found = (each.certificate for each in results if each.place in _SENDERS)
    return tuple(each for each in found if each is not None)[:1]


def without_head(content_type: str, octets: bytes) -> bytes:
    """Return the body of a step: an answer in many parts is kept with its Content-Type in front."""
    if content_type.lower().startswith("multipart/") and octets[:13].lower() == b"content-type:":
        return octets.partition(b"\r\n\r\n")[2]
    return octets


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    yield from root.iter(*(f"{{{basic}}}{name}" for basic in _BASICS))


def _child(parent: etree._Element, name: str) -> etree._Element | None:
    return next((each for each in parent.iterchildren("*") if str(each.tag).endswith(f"}}{name}")), None)


def _text(parent: etree._Element, name: str) -> str:
    found = _child(parent, name)
    return "" if found is None else "".join(map(str, found.itertext())).strip()


def _content(element: etree._Element, message: soap.SoapMessage) -> bytes | None:
    content = _child(element, "Content")
    if content is None:
        return None
    include = next(content.iterchildren(f"{{{XOP}}}Include"), None)
    if include is None:
        return _base64("".join(map(str, content.itertext())))
    part = message.parts.resolve(include.get("href") or "")
    return None if part is None else bytes(part)


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
