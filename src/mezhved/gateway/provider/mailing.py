"""Sending letters over SMTP: leased rows, attempts with pauses that grow, given up after two days."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from mezhved.gateway.looping import Loop
from mezhved.gateway.models import Mail
from mezhved.gateway.provider.leases import lease

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway

LEASE: Final = timedelta(minutes=15)
BATCH: Final = 10
KEPT_TRYING: Final = timedelta(days=2)
FIRST_PAUSE: Final = 30.0
LONGEST_PAUSE: Final = 3600.0
IDLE_SECONDS: Final = 5.0
_PERMANENT: Final = 500
"""SMTP's replies from here on say that another attempt will not help."""


def send_letters(gateway: Gateway) -> int:
    """Send a batch of the letters that are due; return how many were tried.

    A process that is killed between the server's reply and its note sends the letter once more, under the
    same Message-ID.
    """
    claimed = lease(Mail, "send_after", gateway.owner, now=gateway.clock(), term=LEASE, limit=BATCH)
    if not claimed:
        return 0
    backend = _backend(gateway)
    try:
        for row in Mail.objects.filter(pk__in=claimed).order_by("pk"):
            _send(gateway, backend, row)
    finally:
        backend.close()
    return len(claimed)


def _send(gateway: Gateway, backend: EmailBackend, row: Mail) -> None:
    message = EmailMultiAlternatives(
        row.subject,
        row.plain,
        gateway.settings.mail_from,
        [row.address],
        connection=backend,
        headers={"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"},
    )
    if row.html:
        message.attach_alternative(row.html, "text/html")
    try:
        backend.send_messages([message])
    except (OSError, smtplib.SMTPException, ValueError) as error:
        backend.close()  # what an error leaves of a connection is not used again
        _failed(gateway, row, error)
    else:
        _settle(gateway, row, sent_at=gateway.clock(), send_after=None, problem="")


def _failed(gateway: Gateway, row: Mail, error: Exception) -> None:
    problem, now = _reason(error), gateway.clock()
    if _is_permanent(error) or now - row.created_at > KEPT_TRYING:
        _settle(gateway, row, send_after=None, problem=problem)
        gateway.log.warning("letter_given_up", letter=row.key[:16], reason=problem)
        return
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(row.attempts - 1, 16))
    _settle(gateway, row, send_after=now + timedelta(seconds=pause), problem=problem)
    gateway.log.warning("letter_postponed", letter=row.key[:16], reason=problem, seconds=pause)


def _settle(gateway: Gateway, row: Mail, **values: object) -> None:
    Mail.objects.filter(pk=row.pk, lease_owner=gateway.owner).update(
        lease_owner="", leased_until=None, **values
    )


def _backend(gateway: Gateway) -> EmailBackend:
    settings = gateway.settings
    return EmailBackend(
        host=settings.mail_host,
        port=settings.mail_port,
        username=settings.mail_user,
        password=settings.mail_password,
        use_tls=settings.mail_security == "starttls",
        use_ssl=settings.mail_security == "tls",
        timeout=settings.mail_timeout_seconds,
        fail_silently=False,
    )


def _is_permanent(error: Exception) -> bool:
    """Tell whether the server refused this very letter for good; its own troubles are waited out."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= _PERMANENT
    return isinstance(error, ValueError) and not isinstance(error, OSError)


def _reason(error: Exception) -> str:
    """Return what failed, without what the server wrote: it repeats addresses."""
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()[:200]


class Mailer(Loop):
    """Sends letters until stopped; many may do it at once."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "mailer")

    def tick(self) -> float:
        """Send what is due."""
        tried = send_letters(self._gateway)
        self.went_well()
        return 0.0 if tried >= BATCH else IDLE_SECONDS
