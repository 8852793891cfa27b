"""Messages that a gateway keeps, made at once: what pages show need not travel first."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Any

import tinyhtml5

from mezhved.gateway.models import (
    Attachment,
    Carrier,
    Direction,
    Exchange,
    ExchangeState,
    InformationType,
    Message,
    MessageKind,
    MessageState,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.cabinets import CabinetUnderTest

HOSTILE = '"\'><script>alert(1)</script><img src=x onerror=alert(2)><a href="javascript:alert(3)">\u202e'
"""Put wherever somebody from outside can put words."""


def packed(files: Mapping[str, bytes | str]) -> bytes:
    """Return a ZIP."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def kind_of(namespace: str, root: str, answer: str, files: Mapping[str, bytes | str]) -> InformationType:
    """Add a type with this package."""
    package = packed(files)
    return InformationType.objects.create(
        code=f"VS{len(InformationType.objects.all()) + 9900}",
        title="Пробный вид сведений",
        namespace=namespace,
        request_root=root,
        response_root=answer,
        package=package,
        package_digest=hashlib.sha256(package).hexdigest(),
    )


def came(
    cabinet: CabinetUnderTest,
    kind: InformationType,
    content: bytes | None,
    message_kind: MessageKind = MessageKind.ANSWER,
    department: str = "north",
    **values: Any,
) -> Message:
    """Keep a message that came in answer to a department's request."""
    tested = cabinet.under_test
    now = tested.clock()
    exchange = Exchange.objects.create(
        system=tested.consumer,
        direction=Direction.OUT,
        type=kind,
        state=values.pop("state", ExchangeState.ANSWERED),
        department=cabinet.department(department),
        created_at=now,
        closed_at=now,
    )
    return Message.objects.create(
        exchange=exchange,
        system=exchange.system,
        direction=values.pop("direction", Direction.IN),
        kind=message_kind,
        state=MessageState.RECEIVED,
        content=content,
        created_at=now,
        settled_at=now,
        **values,
    )


def attach(message: Message, name: str, octets: bytes, mime_type: str = "application/zip") -> Attachment:
    """Give a message a file."""
    return Attachment.objects.create(
        message=message,
        number=Attachment.objects.filter(message=message).count() + 1,
        name=name,
        mime_type=mime_type,
        carrier=Carrier.MESSAGE,
        size=len(octets),
        octets=octets,
    )


def dangers(html: str) -> list[str]:
    """Return what of a page would act: scripts that are not files of ours, handlers, addresses that run."""
    found = []
    for each in tinyhtml5.parse(html, namespace_html_elements=False).iter():
        if not isinstance(each.tag, str):
            continue
        if each.tag == "script" and not each.get("src", "").startswith("/static/"):
            found.append("script")
        for name, value in each.attrib.items():
            if name.startswith("on"):
                found.append(f"{each.tag} {name}")
            if name in {"href", "src", "action"} and value.strip().lower().startswith(
                ("javascript:", "data:")
            ):
                found.append(f"{each.tag} {name}={value[:40]}")
    return found
