"""Paper that takes long to print, made in the background."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from mezhved.cabinet import audit, jobs
from mezhved.cabinet.access import Permission
from mezhved.cabinet.showing.printing import file_name, pdf_of
from mezhved.gateway.models import Message
from mezhved.infotypes.rendering.pdf import VALUES
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.cabinet.access import Visit
    from mezhved.cabinet.jobs import Work
    from mezhved.cabinet.models import Job

KIND: Final = "showing.pdf"
_TITLE: Final = Text(ru="Печать большого документа", en="Printing a large document")


def start_printing(visit: Visit, message: Message) -> Job:
    """Have a message printed in the background."""
    return jobs.start(visit, KIND, _TITLE, {"message": str(message.uid)})


def print_message(work: Work) -> None:
    """Print a message that the account may see still."""
    rows = Message.objects.select_related("exchange__type", "system__connection")
    message = rows.defer("exchange__type__package").get(uid=work.parameters["message"])
    access = work.access
    if not access.may_about(Permission.SEE, message.exchange) and not access.may(Permission.JOURNAL):
        raise MezhvedError(Text(ru="доступа к сообщению больше нет", en="the message is not open any more"))
    octets = pdf_of(work.gateway, message, work.now, most=VALUES, cut=True)
    name = file_name(message, ".pdf")
    author = audit.Author(work.now, work.account.name, work.account)
    audit.keep(author, "downloaded", exchange=message.exchange, subject=f"{message.kind} pdf")
    work.keep_file(name, "application/pdf", io.BytesIO(octets))


jobs.register(KIND, print_message)
