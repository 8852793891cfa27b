"""PushNotificationRequest and its answers as values; written by the schema, read leniently.

The schema leaves most inner elements without a namespace, and frameworks err here on either side: a
name counts with the namespace and without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from mezhved.smev3 import soap
from mezhved.smev3.messages.lenient import LenientReader, is_nil
from mezhved.smev3.messages.reading import int_of, local_name, text_of, token_of
from mezhved.smev3.messages.times import read_time, write_time
from mezhved.smev3.messages.writing import element, escape
from mezhved.smev3.versions import SOAP11
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from datetime import datetime

    from lxml import etree

NAMESPACE = "urn://x-artefacts-smev-gov-ru/smev/1.0"
ACTION = "PushNotification"
"""SOAPAction of the service."""

NAME_LENGTH = 500
_LARGEST_SIZE = 2**31 - 1
_TOLD_LENGTH = 300


class PushRefused(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """The participant's service did not take the notice, or what it answered says nothing of the kind."""


@dataclass(frozen=True, slots=True)
class QueueInformation:
    """One queue: its name as in the queue statistics, and how many messages lie in it."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class PushNotification:
    """A notice: the moment it tells of (aware) and at least one queue, else `ValueError`."""

    at: datetime
    queues: tuple[QueueInformation, ...]

    def __post_init__(self) -> None:
        if not self.queues:
            raise ValueError("a notice tells of one queue at least")

    def to_xml(self) -> bytes:
        """Return the PushNotificationRequest element."""
        queues = "".join(
            f"<push:QueueInformation>{element('QueueName', each.name[:NAME_LENGTH])}"
            f"<QueueSize>{min(each.size, _LARGEST_SIZE)}</QueueSize></push:QueueInformation>"
            for each in self.queues
        )
        return (
            f'<push:PushNotificationRequest xmlns:push="{NAMESPACE}"><PushNotification>'
            f"<InformationTimestamp>{write_time(self.at)}</InformationTimestamp>{queues}"
            "</PushNotification></push:PushNotificationRequest>"
        ).encode()

    @classmethod
    def from_xml(cls, request: etree._Element) -> Self:
        """Read a PushNotificationRequest; `InvalidEnvelope` or `ValueError` for anything else."""
        if request.tag != f"{{{NAMESPACE}}}PushNotificationRequest":
            raise ValueError(f"no PushNotificationRequest: {request.tag}")
        outer = LenientReader(request, NAMESPACE)
        inner = LenientReader(outer.required("PushNotification"), NAMESPACE)
        outer.end()
        at = read_time(token_of(inner.required("InformationTimestamp")))
        found = inner.repeated("QueueInformation")
        inner.end()
        return cls(at, tuple(_queue(each) for each in found if not is_nil(each)))


def response(description: str) -> bytes:
    """Return the PushNotificationResponse element: the notice was taken."""
    return _described("PushNotificationResponse", "DescriptionResponse", description)


def fault(description: str) -> bytes:
    """Return the soap:Fault with a PushNotificationException: the notice was not taken."""
    detail = _described("PushNotificationException", "DescriptionException", description).decode()
    return (
        f'<soap:Fault xmlns:soap="{SOAP11}"><faultcode>soap:Server</faultcode>'
        f"<faultstring>{escape(description)}</faultstring><detail>{detail}</detail></soap:Fault>"
    ).encode()


def read_answer(content_type: str, octets: bytes) -> str:
    """Return what the service said to a notice that it took; nothing for an empty answer.

    Raises `PushRefused` for a fault, a PushNotificationException and whatever is no answer to a notice.
    """
    if not octets.strip():
        return ""
    try:
        body = soap.read(content_type, octets).body
    except MezhvedError as error:
        raise PushRefused(
            Text(ru=f"ответ не понят: {error.what.ru}", en=f"the answer is not understood: {error.what.en}")
        ) from error
    told = " ".join("".join(str(part) for part in body.itertext()).split())[:_TOLD_LENGTH]
    name = local_name(str(body.tag))[:_TOLD_LENGTH]
    if name == "PushNotificationResponse":
        return told
    raise PushRefused(Text(ru=f"ответ — {name}: {told}", en=f"the answer is {name}: {told}"))


def _described(name: str, holder: str, description: str) -> bytes:
    inner = element("push:Description", description)
    return f'<push:{name} xmlns:push="{NAMESPACE}"><{holder}>{inner}</{holder}></push:{name}>'.encode()


def _queue(information: etree._Element) -> QueueInformation:
    reader = LenientReader(information, NAMESPACE)
    name, size = text_of(reader.required("QueueName")), int_of(reader.required("QueueSize"))
    reader.end()
    return QueueInformation(name, size)
