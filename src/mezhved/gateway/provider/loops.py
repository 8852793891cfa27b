"""The provider side's threads in a process of the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.gateway.provider.answering import Answerer
from mezhved.gateway.provider.mailing import Mailer
from mezhved.gateway.provider.reminding import Reminders

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.service import Repeating


def provider_loops(gateway: Gateway) -> list[Repeating]:
    """Return the threads: answers, reminders and, where an SMTP host is set, letters."""
    loops: list[Repeating] = [Answerer(gateway, number) for number in range(gateway.settings.answerers)]
    loops.append(Reminders(gateway))
    if gateway.settings.mail_host:
        loops.append(Mailer(gateway))
    return loops
